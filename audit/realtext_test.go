package audit_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Real console logs, where they stand beside this project.
const consoles = "../../shared/samples/"

// stated gives options with a published model and facts as flags state them.
func stated(t *testing.T, model string, facts ...runlog.Fact) audit.Options {
	t.Helper()
	opt := audit.Options{ModelSource: "preset", ModelName: model}
	for _, f := range facts {
		f.Source = "flag"
		opt.Facts = append(opt.Facts, f)
	}
	if model == "" {
		return opt
	}
	preset, ok := reference.PresetByName(model)
	if !ok {
		t.Fatal("no such model")
	}
	config, err := preset.Config()
	if err != nil {
		t.Fatal(err)
	}
	if opt.Model, err = config.Architecture(); err != nil {
		t.Fatal(err)
	}
	return opt
}

// notAccused fails on an error or a warning of another rule than those given.
func notAccused(t *testing.T, r *audit.RunReport, but ...string) {
	t.Helper()
	for _, f := range r.Findings {
		if f.Severity != audit.SeverityNote && !strings.Contains(strings.Join(but, " "), f.Rule) {
			t.Errorf("%s %s: %s", f.Rule, f.Pos.Path, f.Message)
		}
	}
}

// FP8 matmuls over the BF16 peak: 406.23 ÷ 41.08 % = 988.9 TFLOP/s, an H100's bf16 figure; over 1978.9 it is 20.53 %. Each
// step leaves 988.70 to 989.02.
func TestAnFP8RunOverABF16Peak(t *testing.T) {
	facts := []runlog.Fact{{Key: runlog.SeqLen, Num: 8192}, {Key: runlog.Device, Str: "h100-sxm"}}
	path := consoles + "torchtitan/issue_llama3_8b_float8_tutorial.txt"
	r := auditFile(t, path, stated(t, "meta-llama/Meta-Llama-3-8B", append(facts, runlog.Fact{Key: runlog.Precision, Str: "fp8"})...))
	f := finding(t, r, "MFU312")
	if f.Evidence.Wrong != audit.WrongProven || f.Evidence.Cause != audit.CauseUnique || f.Severity != audit.SeverityError {
		t.Errorf("%+v %s", f.Evidence, f.Severity)
	}
	near(t, "logged MFU", r.MFU.Logged, 0.4108, 1e-12)
	near(t, "corrected MFU", r.MFU.Corrected, 406.23/1978.9, 0.0001)
	if r.MFU.OwnConvention != "torchtitan" || r.Coverage.Audited != 3 {
		t.Errorf("convention %q, %d audited", r.MFU.OwnConvention, r.Coverage.Audited)
	}
	notAccused(t, r, "MFU312")
	// A run of bf16, which is what the format's runs use unless they say otherwise, is right.
	notAccused(t, auditFile(t, path, stated(t, "meta-llama/Meta-Llama-3-8B", facts...)))
	// Without a device nothing is accused, and the reason names whose peak it may be.
	none := auditFile(t, path, audit.Options{})
	notAccused(t, none)
	if why := strings.Join(none.Coverage.NotAudited, "\n"); !strings.Contains(why, "tflops ÷ mfu is a peak of 988.875 TFLOP/s (H100 SXM5 80GB bf16") || !strings.Contains(why, "needs the device (--device)") {
		t.Errorf("reasons:\n%s", why)
	}
}

// 96·L·H²·(1 + S/6H + V/16LH) with L 32, H 4096, S 4096, V 32000 is 60 915 974 144 FLOPs per token; × 1146.733 = 69.854 TFLOP/s.
// Without recomputation (72·L·H²·…, the logits as before) 45 883 588 608: 52.61. matmul-full of Llama 2 7B is 46 084 915 200: 52.85.
func TestHardwareFLOPsAreToldFromModelFLOPs(t *testing.T) {
	r := auditFile(t, consoles+"megatron-deepspeed/argonne_polaris_2024-03.txt", stated(
		t, "meta-llama/Llama-2-7b-hf", runlog.Fact{Key: runlog.Device, Str: "a100-40gb-sxm"}, runlog.Fact{Key: runlog.Devices, Num: 192}, runlog.Fact{Key: runlog.Precision, Str: "fp16"},
	))
	notAccused(t, r)
	f := finding(t, r, "MFU911")
	near(t, "logged", f.Logged, 69.85e12, 1)
	near(t, "model FLOP/s", f.Expected, 46084915200*1146.733, 1e6)
	for _, want := range []string{"52.6", "HFU of 22.39 %", "MFU of 16.94 %"} {
		if !strings.Contains(f.Message, want) {
			t.Errorf("the note does not say %q: %s", want, f.Message)
		}
	}
	near(t, "MFU", r.MFU.Restated, 46084915200*768*4096/14.2875/192/312e12, 1e-4)

	unnamed := auditFile(t, consoles+"megatron-deepspeed/argonne_polaris_2024-03.txt", audit.Options{})
	if why := strings.Join(unnamed.Coverage.NotAudited, "\n"); !strings.Contains(why, "needs the number of devices (--devices); 192 would fit") {
		t.Errorf("reasons:\n%s", why)
	}
}

// Early Megatron-DeepSpeed counts eight FLOPs for each of 52.005 billion parameters: × 48·16·1024 tokens ÷ 123.9078 s ÷ 64 devices =
// 41.26 TFLOP/s, six eighths of which are the model's.
func TestEightFLOPsAParameterHoldRecomputation(t *testing.T) {
	r := auditFile(t, consoles+"megatron-deepspeed/meg_ds_zero_gpt2_perf_n16_nbs48_ms48.out", audit.Options{})
	notAccused(t, r)
	f := finding(t, r, "MFU911")
	near(t, "without recomputation", f.Expected, 0.75*41.26e12, 1e6)
}

// 15.34 % of an A100's 312 TFLOP/s is 38.29 % of a V100's 125. FLOPs per token are 6·(124 439 808 − 1024·768) + 12·12·768·1024 =
// 855 166 464 and a step has 12·40·1024 tokens; the moving average's start is not in the log.
func TestNanoGPTOnAV100(t *testing.T) {
	r := auditFile(t, consoles+"nanogpt/issue215_v100_gpt2_evalstep.txt", stated(
		t, "openai-community/gpt2", runlog.Fact{Key: runlog.Device, Str: "v100"}, runlog.Fact{Key: runlog.Precision, Str: "fp16"}, runlog.Fact{Key: runlog.SeqLen, Num: 1024},
		runlog.Fact{Key: runlog.MicroBatch, Num: 12}, runlog.Fact{Key: runlog.GradAccum, Num: 40}, runlog.Fact{Key: runlog.Devices, Num: 8}, runlog.Fact{Key: runlog.AccumScope, Str: "global"},
	))
	f := finding(t, r, "MFU313")
	if f.Evidence.Cause != audit.CauseInferred || !strings.Contains(strings.Join(f.Derivation, "\n"), "nanogpt divides by 312 TFLOP/s whatever the device") {
		t.Errorf("%+v %v", f.Evidence, f.Derivation)
	}
	near(t, "corrected MFU", r.MFU.Corrected, 0.1534*312/125, 1e-12)
	notAccused(t, r, "MFU313", "MFU230", "MFU010")
	if r.MFU.Step >= 3000 {
		t.Errorf("step %d stands for the run: its average holds an evaluation", r.MFU.Step)
	}
}

// llm.c multiplies the padded vocabulary: 6·1 557 686 400 + 6·48·1600·1024 = 9 817 977 600 FLOPs per token × 1 048 576 tokens ÷
// 3.05636 s ÷ 8 ÷ 989.4e12 = 42.55 %.
func TestLLMCIsRightUnderItsOwnConvention(t *testing.T) {
	opt := stated(t, "openai-community/gpt2-xl", runlog.Fact{Key: runlog.Device, Str: "h100-sxm"})
	opt.Step = step(1).Step
	r := auditFile(t, consoles+"llm.c/discussion677_gpt2_1558M_8xH100_stdout.txt", opt)
	notAccused(t, r)
	near(t, "MFU", r.MFU.Logged, 0.426, 1e-12)
	if r.MFU.OwnConvention != "llm.c" || r.Model.Architecture.Vocab != 50304 {
		t.Errorf("convention %q, V %d", r.MFU.OwnConvention, r.Model.Architecture.Vocab)
	}
	near(t, "restated", r.MFU.Restated, 0.426*(6*(1557686400-1024*1600-998400)+12*48*1600*1024.0)/9817977600.0, 0.0005)
}

// Both divide by 4500 per B200 and count one rank's tokens: 939.7 ÷ 9000 × 4 and 938.2 ÷ 36 000 × 16. The 2-GPU console declares
// 16 times the micro-batches that its step held.
func TestTheTwoConsolesScalePerfectly(t *testing.T) {
	two := auditFile(t, consoles+"training-console/b200x2.log", audit.Options{})
	near(t, "2 GPUs", two.MFU.Corrected, 939.7/9000*4, 0.0001)
	f := finding(t, two, "MFU240")
	if f.Evidence.Wrong != audit.WrongInferred || f.Evidence.Cause != audit.CauseInferred || f.Severity != audit.SeverityWarning {
		t.Errorf("%+v %s", f.Evidence, f.Severity)
	}
	near(t, "all ranks' rate", f.Expected, 2*106979, 0)
	rival := ""
	for _, x := range f.Rivals {
		rival += x.Text + "; " + x.Rejected + "\n"
	}
	if !strings.Contains(rival, "tokens of all ranks, 2 micro-batches on each") || !strings.Contains(rival, "334.05 %") {
		t.Errorf("rivals:\n%s", rival)
	}
	notAccused(t, two, "MFU240", "MFU310")

	eight := auditFile(t, consoles+"training-console/b200x8.log", audit.Options{})
	near(t, "8 GPUs", eight.MFU.Corrected, 938.2/36000*16, 1e-9)
	finding(t, eight, "MFU210")
	notAccused(t, eight, "MFU210", "MFU310")
}

// MaxText times early steps before the device is done: 0.002 s at 917 442.589 TFLOP/s, where the others take 11.7 s. On a TPU v5p, whose
// peak is 459 TFLOP/s, the first step's 1674.038 are impossible as well.
func TestStepsTimedBeforeTheDeviceIsDone(t *testing.T) {
	path := consoles + "maxtext/steps.log"
	for _, tt := range []struct {
		opt   audit.Options
		steps []int64
	}{
		{audit.Options{}, []int64{2}},
		{stated(t, "", runlog.Fact{Key: runlog.Device, Str: "tpu v5p"}, runlog.Fact{Key: runlog.Precision, Str: "bf16"}), []int64{0, 2}},
	} {
		r := auditFile(t, path, tt.opt)
		notAccused(t, r, "MFU231")
		if f := finding(t, r, "MFU231"); !slices.Equal(f.Steps.List, tt.steps) {
			t.Errorf("steps %v, want %v", f.Steps.List, tt.steps)
		}
	}
}

// bigscience-workshop/bigscience, BLOOM 176B: iteration 12695 took 105.22 s and prints 149.02 TFLOPs. 96·L·H²·(1 + S/6H + V/16LH) with L 70,
// H 14336, S 2048, V 250880 is 1 435 563 458 560; × 2048·2048 tokens ÷ 105.22 s ÷ 384 = 149.02; with 72 in place of 96, 112.33.
func TestBLOOMsFLOPsAreHardwareFLOPs(t *testing.T) {
	text := " iteration    12695/  115311 | elapsed time per iteration (s): 105.22 | global batch size:  2048 | lm loss: 2.029E+00 | samples per second: 19.463 | TFLOPs: 149.02 |\n"
	log, err := runlog.Read("main_log.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	opt := stated(
		t, "bigscience/bloom", runlog.Fact{Key: runlog.Device, Str: "a100-80gb-sxm"}, runlog.Fact{Key: runlog.Devices, Num: 384}, runlog.Fact{Key: runlog.Precision, Str: "bf16"},
		runlog.Fact{Key: runlog.SeqLen, Num: 2048}, runlog.Fact{Key: runlog.Recompute, Str: "full"},
	)
	opt.Rules = allRules()
	r := audit.Run(log, opt)[0]
	notAccused(t, r)
	f := finding(t, r, "MFU911")
	if !strings.Contains(f.LoggedAs, "megatron-2021") || !strings.Contains(f.Message, "112.3") || !strings.Contains(f.Message, "HFU of 47.76 %") {
		t.Errorf("%s: %s", f.LoggedAs, f.Message)
	}
}

// A log that begins amid a run shows no start of the moving average: m ← 0.9·m + 0.1·x from an unknown first value. Here x is 30 % in every
// step of 100 ms, the first average 20 %: the steps' own MFU is 30 %, which is what a GPT-2 of this size has.
func TestAMovingAverageIsUndoneByItsRecurrence(t *testing.T) {
	const flops, tokens = 855166464, 12 * 1024
	seconds := flops * tokens / 0.30 / 312e12
	var b strings.Builder
	m := 0.20
	for i := range 12 {
		b.WriteString("iter " + itoa(5000+10*i) + ": loss 3.2000, time " + fixed(seconds*1000, 4) + "ms, mfu " + fixed(100*m, 2) + "%\n")
		m = 0.9*m + 0.1*0.30
	}
	log, err := runlog.Read("train.log", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	opt := stated(
		t, "openai-community/gpt2", runlog.Fact{Key: runlog.Device, Str: "a100-80gb-sxm"}, runlog.Fact{Key: runlog.Devices, Num: 1}, runlog.Fact{Key: runlog.Precision, Str: "bf16"},
		runlog.Fact{Key: runlog.SeqLen, Num: 1024}, runlog.Fact{Key: runlog.MicroBatch, Num: 12}, runlog.Fact{Key: runlog.GradAccum, Num: 1},
	)
	opt.Rules = allRules()
	r := audit.Run(log, opt)[0]
	notAccused(t, r)
	if r.Coverage.Audited != r.Coverage.Logged || r.MFU.OwnConvention != "nanogpt" {
		t.Errorf("audited %d of %d: %v", r.Coverage.Audited, r.Coverage.Logged, r.Coverage.NotAudited)
	}
	if math.IsNaN(r.MFU.Restated) {
		t.Error("not restated")
	}
}

// A lone fraction above 1 needs neither tokens nor a peak to be impossible.
func TestAFractionAboveOneIsImpossible(t *testing.T) {
	run := &runlog.Run{Path: "run.log", Format: "any", Steps: []int64{1, 2, 3}, Offsets: []int64{0, 0, 0}}
	c := runlog.NewColumn(reference.MFU, "perf/mfu/actor", 1, "fraction")
	for row, v := range []float64{0.41, 1.018, 0.40} {
		c.Set(row, v, 4)
	}
	run.Columns = []*runlog.Column{c}
	r := audit.Run(&runlog.Log{Runs: []*runlog.Run{run}}, audit.Options{Rules: allRules()})[0]
	near(t, "MFU", finding(t, r, "MFU710").Logged, 1.018, 1e-12)
}

func allRules() []audit.Rule { return rules.All() }

func itoa(n int) string { return strconv.Itoa(n) }

func fixed(v float64, places int) string { return strconv.FormatFloat(v, 'f', places, 64) }
