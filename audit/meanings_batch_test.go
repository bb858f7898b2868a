package audit_test

import (
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// 8 devices, 60 sequences of 1024 tokens each: 491 520 tokens a step of 4.096 s are 120 000 tokens/s of all devices, or 15 000 of
// one. 960 000 is neither, so something is wrong whosever tokens they are; since the name leaves that open it is not proven which.
func TestALogThatItsBatchContradictsWhateverItsMetricsMeanIsAccused(t *testing.T) {
	for rate, want := range map[string]string{
		"960000": "MFU211 inferred", // × 8 ranks once more: 3 932 160 tokens a step
		"120000": "", "15000": "",
	} {
		text := `{"config": {"num_gpus": 8, "global_batch_size": 480, "seq_len": 1024}}` + "\n"
		for _, step := range []string{"10", "20", "30"} {
			text += `{"step": ` + step + `, "tokens_per_sec": ` + rate + `.0, "step_time_s": 4.096}` + "\n"
		}
		log, err := runlog.Read("run.jsonl", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range audit.Run(log, audit.Options{Rules: rules.All()})[0].Findings {
			if f.Severity != audit.SeverityNote {
				got += f.Rule + " " + string(f.Evidence.Wrong)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", rate, got, want)
		}
	}
}

// No optimizer step takes half a millisecond: 0.5 are seconds, whether or not anything else is logged.
func TestAStepTimeThatNoStepCanTakeIsNoReading(t *testing.T) {
	for value, want := range map[string]float64{"0.5": 0.5, "350.0": 0} { // 350 s and 350 ms are both steps that somebody takes
		text := ""
		for _, step := range []string{"1", "2", "3"} {
			text += `{"step": ` + step + `, "loss": 3.5, "step_time": ` + value + "}\n"
		}
		log, err := runlog.Read("run.jsonl", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r := audit.Run(log, audit.Options{Rules: rules.All()})[0]
		open := len(r.Findings) == 1 && r.Findings[0].Rule == "MFU020"
		if open != (want == 0) || want != 0 && r.Quantities[0].Logged != want {
			t.Errorf("%s: %d findings, %v", value, len(r.Findings), r.Quantities)
		}
	}
}
