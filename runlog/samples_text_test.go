package runlog

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// samples is where real logs stand beside the project; tests of them are skipped elsewhere.
func samples(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "samples")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no samples here")
	}
	return dir
}

func TestRealLogsAreClaimedByTheirFormatOnly(t *testing.T) {
	dir := samples(t)
	formats := map[string]string{
		"training-json": "training-json", "training-console": "training-console", "nanogpt": "nanogpt", "nanochat": "nanochat", "llm.c": "llm.c",
		"torchtitan": "torchtitan", "megatron-lm": "megatron", "megatron-deepspeed": "megatron", "megatron-bridge": "megatron", "nemo": "megatron",
		"verl": "verl", "litgpt": "litgpt", "deepspeed": "deepspeed", "mlperf": "mlperf",
		"nanotron": "nanotron", "maxtext": "maxtext", "olmo-core": "olmo-core", "modded-nanogpt": "modded-nanogpt", "torchtune": "torchtune",
	}
	files := map[string]string{
		"trainer_state.json": "hf-trainer", "all_results.json": "hf-trainer", "train_results.json": "hf-trainer", "trainer_log.jsonl": "llama-factory",
		"main.log": "llm.c-log", "metrics.csv": "csv", "liger_pr110_step_dicts.txt": "hf-console", "wandb-summary.json": "wandb-summary",
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		claims := claimants(data)
		want := formats[filepath.Base(filepath.Dir(path))]
		if w, ok := files[filepath.Base(path)]; ok {
			want = w
		}
		if filepath.Ext(path) == ".json" && want == "mlperf" {
			want = "" // the description of a system
		}
		if strings.Join(claims, " ") != want {
			t.Errorf("%s is claimed by %v", path, claims)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRealTextLogs(t *testing.T) {
	dir := samples(t)
	for _, c := range []struct {
		file    string
		steps   []int // records of each run
		first   map[string]float64
		facts   map[FactKey]float64
		names   map[FactKey]string
		summary map[string]float64
	}{
		{
			file: "nanogpt/issue178_a100_shakespeare_char.txt", steps: []int{25},
			first: map[string]float64{"time": 9371.81, "loss": 4.2648},
		},
		{
			file: "nanogpt/issue215_v100_gpt2_evalstep.txt", steps: []int{15},
			first: map[string]float64{"time": 1099.34, "loss": 3.9883, "mfu": 15.34},
		},
		{
			file: "llm.c/discussion677_gpt2_1558M_8xH100_stdout.txt", steps: []int{5},
			first:   map[string]float64{"loss": 11.133732, "ms": 3056.36, "bf16 MFU": 42.6, "tok/s": 343080},
			facts:   map[FactKey]float64{MicroBatch: 16, SeqLen: 1024, Devices: 8, TokensPerStep: 1048576, GradAccum: 8},
			summary: map[string]float64{"num_parameters": 1557686400},
		},
		{
			file: "llm.c/rtx5090_d12_neg100mfu_stdout.txt", steps: []int{3, 2},
			first: map[string]float64{"loss": 11.032, "ms": 3091.12, "tok/s": 169611},
		},
		{
			file: "nanochat/base_train_d20_8xH100.log", steps: []int{373},
			first: map[string]float64{"loss": 11.090355, "dt": 39643.02, "tok/sec": 13225, "mfu": 0.58},
			facts: map[FactKey]float64{
				Devices: 8, VocabSize: 65536, Layers: 20, HiddenSize: 1280, Heads: 10, KVHeads: 10, MicroBatch: 32, SeqLen: 2048,
				TokensPerStep: 524288, GradAccum: 1, IntermediateSize: 5120,
			},
			summary: map[string]float64{"Number of parameters": 560988160, "Estimated FLOPs per token": 3.491758e9},
		},
		{
			file: "torchtitan/issue_llama3_8b_float8_tutorial.txt", steps: []int{4},
			first: map[string]float64{"loss": 12.2254, "tps": 375, "tflops": 21.73, "mfu": 2.20},
		},
		{
			file: "torchtitan/old_wps_2024-10.txt", steps: []int{5},
			first: map[string]float64{"loss": 9.5579, "wps": 1956, "mfu": 26.87},
		},
		{
			file: "torchtitan/pr2389_moe_multirank_dup.txt", steps: []int{2},
			first: map[string]float64{"loss": 7.62585, "tps": 10050, "tflops": 314.71, "mfu": 13.99},
		},
		{
			file: "megatron-lm/issue756_mixtral_16xH100.txt", steps: []int{3},
			first: map[string]float64{"elapsed time per iteration (ms)": 5361.6, "throughput per GPU (TFLOP/s/GPU)": 243.6, "lm loss": 1.818812},
			facts: map[FactKey]float64{GlobalBatch: 128},
		},
		{
			file: "megatron-lm/bigscience_meg_gpt2_perf_n16.out", steps: []int{3},
			first: map[string]float64{"elapsed time per iteration (ms)": 155483.8, "global batch size": 1024},
			facts: map[FactKey]float64{
				Layers: 64, HiddenSize: 8192, IntermediateSize: 32768, Heads: 32, KVHeads: 32, HeadDim: 256, SeqLen: 1024, VocabSize: 50688,
				MicroBatch: 4, GlobalBatch: 1024, Devices: 64, DataParallel: 1, TensorParallel: 4, PipelineParallel: 16, GatedFFN: 0, TiedEmbeddings: 1,
			},
			names: map[FactKey]string{Precision: "fp16", Recompute: "full"},
		},
		{
			file: "megatron-deepspeed/argonne_polaris_2024-03.txt", steps: []int{2},
			first: map[string]float64{
				"elapsed time per iteration (ms)": 14287.5, "global batch size": 768, "lm loss": 5.905366, "samples per second": 53.753,
				"tokens per gpu per second (tgs)": 1146.733, "TFLOPs": 69.85,
			},
			facts: map[FactKey]float64{GlobalBatch: 768, SeqLen: 4096},
		},
		{
			file: "megatron-deepspeed/meg_ds_zero_gpt2_perf_n16_nbs48_ms48.out", steps: []int{3},
			first: map[string]float64{"elapsed time per iteration (ms)": 121899.8, "lm loss": 12.52221, "Effective Tera Flops per GPU": 41.94, "total parameters": 52.005},
			facts: map[FactKey]float64{Layers: 64, HiddenSize: 8192, Heads: 32, SeqLen: 1024, MicroBatch: 48, Devices: 64, TensorParallel: 4},
			names: map[FactKey]string{Precision: "fp16", Recompute: "full"},
		},
		{
			file: "megatron-bridge/run5_stdout_excerpt.txt", steps: []int{6},
			first: map[string]float64{"Step Time": 125.37, "GPU utilization": 20.9},
		},
		{
			file: "nemo/deeplink_llama3_8b.txt", steps: []int{3},
			first: map[string]float64{"train_step_timing in s": 12.22, "tokens_per_sec_per_gpu": 10730, "reduced_train_loss": 6.265},
			facts: map[FactKey]float64{GlobalBatch: 128},
		},
		{
			file: "verl/issue1208_gh200.txt", steps: []int{1},
			first: map[string]float64{"perf/mfu/actor": 1.018},
		},
		{
			file: "litgpt/issue1607_gpt2_124M_last_lines.txt", steps: []int{5},
			first: map[string]float64{"loss": 2.846},
			facts: map[FactKey]float64{GradAccum: 5},
			names: map[FactKey]string{AccumScope: "rank"},
		},
		{
			file: "deepspeed/ds_timer_2023-11.txt", steps: []int{1}, // counts sequences of a length that is not logged
		},
		{
			file: "mlperf/amd_mi355x_llama31_8b_v5.1_result_0.txt", steps: []int{14},
			first: map[string]float64{"throughput": 30.15030683672662},
			facts: map[FactKey]float64{GlobalBatch: 32, GradAccum: 2, SeqLen: 8192},
		},
		{
			file: "training-console/b200x2.log", steps: []int{2},
			first:   map[string]float64{"Loss": 10.8422, "Time": 32054},
			facts:   map[FactKey]float64{MicroBatch: 24, GradAccum: 64, GlobalBatch: 3072, TokensPerStep: 6291456, Devices: 2},
			names:   map[FactKey]string{Device: "NVIDIA B200", Precision: "bfloat16"},
			summary: map[string]float64{"Hardware peak": 9000, "FLOPs per token": 8.78, "Attention/FFN ratio": 2.5},
		},
		{
			file: "training-console/b200x8.log", steps: []int{2},
			first:   map[string]float64{"Loss": 10.8414, "Time": 59848},
			facts:   map[FactKey]float64{GlobalBatch: 12288, TokensPerStep: 25165824, Devices: 8},
			summary: map[string]float64{"Hardware peak": 36000, "FLOPs per token": 8.78, "Attention/FFN ratio": 2.5},
		},
		{
			file: "nanotron/issue390.txt", steps: []int{4},
			first: map[string]float64{
				"elapsed_time_per_iteration_ms": 11500, "tokens_per_sec": 22800, "tokens_per_sec_per_gpu": 11400, "lm_loss": 2.38, "model_tflops_per_gpu": 38.3,
			},
			facts: map[FactKey]float64{GlobalBatch: 64},
		},
		{
			file: "nanotron/pr23_2024-01.txt", steps: []int{3},
			first: map[string]float64{
				"elapsed_time_per_iteration_ms": 45, "tokens_per_sec": 14200, "tokens_per_sec_per_gpu": 1780, "lm_loss": 10.6, "model_tflops_per_gpu": 0.00869,
			},
			facts: map[FactKey]float64{GlobalBatch: 20},
		},
		{
			file: "maxtext/steps.log", steps: []int{5, 7},
			first: map[string]float64{"seconds": 1.353, "TFLOP/s/device": 1674.038, "Tokens/s/device": 36325.072, "loss": 10.874},
		},
		{
			file: "olmo-core/pr511_console_block.txt", steps: []int{1},
			first: map[string]float64{
				"throughput/device/MFU": 44.57, "throughput/device/MFU (actual avg)": 33.82, "throughput/device/TPS": 258163,
				"throughput/device/TPS (actual avg)": 195922, "throughput/device/flopsPS": 441e12, "throughput/device/flopsPS (actual avg)": 334.7e12,
			},
		},
		{
			file: "modded-nanogpt/2024-10_steps.log", steps: []int{559},
			first: map[string]float64{"train_loss": 3.5168, "step_avg": 178.75},
		},
		{
			file: "torchtune/pr1358_codellama7b.txt", steps: []int{12},
			first: map[string]float64{"loss": 2.085338592529297, "tokens_per_second_per_gpu": 57.828881833956174},
			names: map[FactKey]string{Precision: "bfloat16"},
		},
	} {
		t.Run(c.file, func(t *testing.T) {
			log, err := ReadFile(filepath.Join(dir, filepath.FromSlash(c.file)))
			if err != nil {
				t.Fatal(err)
			}
			checkRun(t, log)
			if len(log.Runs) != len(c.steps) {
				t.Fatalf("%d runs", len(log.Runs))
			}
			for i, r := range log.Runs {
				if len(r.Steps) != c.steps[i] {
					t.Errorf("run %d has %d records", i, len(r.Steps))
				}
			}
			run := log.Runs[0]
			for _, column := range run.Columns {
				if v, _, ok := column.At(0); ok != (c.first[column.Key] != 0) || v != c.first[column.Key] {
					t.Errorf("%s of the first record is %v, %t", column.Key, v, ok)
				}
			}
			for key := range c.first {
				if run.Column(key) == nil {
					t.Errorf("no column %s", key)
				}
			}
			for key, want := range c.facts {
				if f := run.FactsOf(key); len(f) == 0 || f[0].Num != want {
					t.Errorf("%s: %v, want %v", key, f, want)
				}
			}
			for key, want := range c.names {
				if f := run.FactsOf(key); len(f) == 0 || f[0].Str != want {
					t.Errorf("%s: %v, want %s", key, f, want)
				}
			}
			for _, o := range run.Summary {
				if o.Logged != c.summary[o.Key] {
					t.Errorf("%s is %v", o.Key, o.Logged)
				}
			}
			if len(run.Summary) != len(c.summary) {
				t.Errorf("%d summary values", len(run.Summary))
			}
		})
	}
}
