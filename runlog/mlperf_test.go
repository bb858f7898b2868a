package runlog

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMLPerfLines(t *testing.T) {
	const tail = `, "metadata": {"file": "/workspace/callbacks.py", "lineno": 350, "step": 12288}}` + "\n"
	for _, c := range []struct{ name, text, want string }{
		{
			"a length that is not logged, behind NULs", "\x00\x000: " + `:::MLLOG {"key": "submission_benchmark", "value": "llama31_405b"}
` + ":::MLLOG {\"key\": \"tracked_stats\", \"value\": {\"throughput\": 30.25}" + tail,
			`steps [12288] convention ""
sequences of unknown length throughput ×1, 1 values`,
		},
		{
			"samples of another benchmark are not known", `:::MLLOG {"key": "submission_benchmark", "value": "gpt3"}
:::MLLOG {"key": "max_sequence_length", "value": 2048}
:::MLLOG {"key": "tracked_stats", "value": {"throughput": 5154997.267404211}` + tail,
			`steps [12288] convention ""
listed throughput 3:59+17: what this benchmark counts as a sample is not known
seq_len 2048 "2048" config max_sequence_length 2:50+4`,
		},
		{
			"adapters", `:::MLLOG {"key":"submission_benchmark","value":"llama2_70b_lora"}
:::MLLOG {"key":"max_sequence_length","value":8192}
:::MLLOG {"key":"tracked_stats","value":{"throughput":1.5},"metadata":{"samples_count":3072}}
`,
			`steps [3072] convention ""
throughput tokens_per_sec ×8192 sequences/s: 1.5/2 at 3:55+3
seq_len 8192 "8192" config max_sequence_length 2:47+4
trained_fraction 0 "MLPerf: LoRA trains adapters only" format submission_benchmark 1:48+17`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "mlperf", c.text)), c.want)
		})
	}
}

func TestMLPerfFixture(t *testing.T) {
	log, _ := readFixture(t, "mlperf.log")
	same(t, "mlperf", told(log), `
steps [12288 24576] convention ""
throughput tokens_per_sec ×8192 sequences/s: 30.25/4 30.5/3 at 7:126+5
train_step_time step_time ×1 s: 1.0578/5 - at 8:134+6
reduced_train_loss loss ×1 nats: 3.5/2 - at 8:164+3
global_batch_size 32 "32" config global_batch_size 2:113+2
gradient_accumulation_steps 2 "2" config gradient_accumulation_steps 3:123+1
seq_len 8192 "8192" config max_sequence_length 4:115+4`)
	if !log.Runs[0].Ended {
		t.Error("the end is not seen")
	}
}

// The description of the system is found where the repositories of results have it, or beside the log.
func TestMLPerfReadsTheSystemsDescription(t *testing.T) {
	const system = `{"submitter": "CANARY", "number_of_nodes": "2", "accelerators_per_node": 8, "host_processor_model_name": "CANARY",
"accelerator_model_name": "NVIDIA H100-SXM5-80GB"}`
	data, err := os.ReadFile(filepath.Join("testdata", "mlperf.log"))
	if err != nil {
		t.Fatal(err)
	}
	for file, beside := range map[string]string{
		"NVIDIA/results/eos_n2/llama31_8b/result_0.txt": "../../../systems/eos_n2.json",
		"result_0.txt":        "system.json",
		"eos_n2_result_0.txt": "eos_n2_system.json",
	} {
		src := NewSource(file, data)
		src.Open = func(rel string) ([]byte, error) {
			if rel != beside {
				return nil, os.ErrNotExist
			}
			return []byte(system), nil
		}
		log := mlPerf.read(src)
		run := log.Runs[0]
		devices, device := run.FactsOf(Devices), run.FactsOf(Device)
		if len(devices) != 1 || devices[0].Num != 16 || len(device) != 1 || device[0].Str != "NVIDIA H100-SXM5-80GB" {
			t.Fatalf("%s: %v %v", file, devices, device)
		}
		if p := device[0].Pos; src.Text(p) != `"NVIDIA H100-SXM5-80GB"` || p.Line != 2 {
			t.Errorf("%s: the device is at %+v", file, p)
		}
		if len(log.Problems) > 0 {
			t.Errorf("%s: %s", file, notesOf(log))
		}
	}
	src := NewSource("result_0.txt", data)
	src.Open = func(string) ([]byte, error) {
		return []byte(`{"accelerator_model_name": "CANARY", "number_of_nodes": "2", [`), nil
	}
	if facts := factsOf(mlPerf.read(src).Runs[0]); len(mlPerf.read(src).Runs[0].Facts) != 3 {
		t.Error(facts)
	}
}

func FuzzMLPerf(f *testing.F) {
	fuzzText(
		f, &mlPerf,
		`:::MLLOG {"key": "submission_benchmark", "value": "llama2_70b_lora"}
:::MLLOG {"key": "max_sequence_length", "value": 8192}
0: :::MLLOG {"namespace": "", "key": "tracked_stats", "value": {"throughput": 30.15, "reduced_train_loss": 1.5}, "metadata": {"lineno": 350, "step": 12288}}`,
		`:::MLLOG {"key": "tracked_stats", "value": {"train_step_time": NaN}, "metadata": {"step": [2, 3021], "epoch_num": 5}}`,
		`:::MLLOG {"key":"tracked_stats","value":{"throughput":5},"metadata":{"step":1}}`+"\n"+`:::MLLOG {"key":"tracked_stats","value":{"throughput":6},"metadata":{"step":1}}`,
	)
}
