package audit_test

import (
	"math"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// eightB audits a text log with a published model on eight H100s.
func eightB(t *testing.T, text string, facts ...runlog.Fact) *audit.RunReport {
	t.Helper()
	log, err := runlog.Read("run.log", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	preset, ok := reference.PresetByName("meta-llama/Llama-3.1-8B")
	if !ok {
		t.Fatal("no such model")
	}
	config, err := preset.Config()
	if err != nil {
		t.Fatal(err)
	}
	model, err := config.Architecture()
	if err != nil {
		t.Fatal(err)
	}
	facts = append(
		facts, runlog.Fact{Key: runlog.Device, Str: "NVIDIA H100 80GB HBM3", Source: "flag"},
		runlog.Fact{Key: runlog.Devices, Num: 8, Source: "flag"}, runlog.Fact{Key: runlog.Precision, Str: "bf16", Source: "flag"},
	)
	return audit.Run(log, audit.Options{Rules: rules.All(), Model: model, ModelSource: "preset", Facts: facts})[0]
}

// A rate of sequences is one of tokens once the length is stated, and gives the MFU without a step time:
// 5 × 8192 tokens/s × 57.9144 GFLOP/token ÷ (8 × 989 TFLOP/s) = 29.98 %.
func TestARateOfSequencesTakesTheStatedLength(t *testing.T) {
	const text = "epoch=0/micro_step=20/global_step=10, RunningAvgSamplesPerSec=7.5, CurrSamplesPerSec=5.0\n"
	r := eightB(t, text)
	if r.MFU != nil || r.Coverage.Logged != 2 || r.Coverage.Audited != 0 || !strings.Contains(strings.Join(r.Coverage.NotAudited, " "), "needs --seq-len") {
		t.Errorf("without a length: %+v", r.Coverage)
	}
	r = eightB(t, text, runlog.Fact{Key: runlog.SeqLen, Num: 8192, Source: "flag"})
	if want := 5 * 8192 * 57.9144e9 / (8 * 989e12); r.MFU == nil || math.Abs(r.MFU.Restated/want-1) > 2e-3 {
		t.Errorf("MFU %+v, want %v", r.MFU, want)
	}
	if len(r.Findings) > 0 {
		t.Errorf("%+v", r.Findings[0])
	}
}

// The MFU of a part of a step is not held against the step, whatever is stated of model and batch; a limit it is.
func TestAnMFUOfAPartOfAStepIsHeldAgainstLimitsOnly(t *testing.T) {
	facts := []runlog.Fact{{Key: runlog.SeqLen, Num: 2048, Source: "flag"}, {Key: runlog.TokensPerStep, Num: 2097152, Source: "flag"}}
	const line = "step:1 - perf/mfu/actor:%s - perf/total_num_tokens:2097152 - perf/time_per_step:131.072 - perf/throughput:2000.0\n"
	r := eightB(t, strings.Replace(line, "%s", "0.353", 1), facts...)
	if len(r.Findings) > 0 || r.Coverage.Logged != 4 || r.Coverage.Audited != 0 {
		t.Errorf("%d findings, coverage %+v", len(r.Findings), r.Coverage)
	}
	if r.MFU == nil || !math.IsNaN(r.MFU.Restated) {
		t.Errorf("MFU %+v", r.MFU)
	}
	r = eightB(t, strings.Replace(line, "%s", "1.2", 1), facts...)
	if len(r.Findings) != 1 || r.Findings[0].Rule != "MFU710" {
		t.Errorf("%d findings, %+v", len(r.Findings), r.Findings[0])
	}
}
