package audit_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// auditFile audits a log with every rule; a path outside the repository that is not there skips the test.
func auditFile(t testing.TB, path string, opt audit.Options) *audit.RunReport {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) && strings.HasPrefix(path, "../../") {
		t.Skip("sample not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	log, err := runlog.Read(filepath.Base(path), data)
	if err != nil {
		t.Fatal(err)
	}
	opt.Rules = rules.All()
	return audit.Run(log, opt)[0]
}

const (
	bundled = "../testdata/runs/"
	samples = "../../shared/samples/training-json/"
)

func step(n int64) audit.Options { return audit.Options{Step: &n} }

// finding returns the first finding of a rule.
func finding(t *testing.T, r *audit.RunReport, rule string) *audit.Finding {
	t.Helper()
	for _, f := range r.Findings {
		if f.Rule == rule {
			return f
		}
	}
	t.Fatalf("no %s; found %s", rule, ruleIDs(r))
	return nil
}

func ruleIDs(r *audit.RunReport) string {
	var ids []string
	for _, f := range r.Findings {
		ids = append(ids, f.Rule)
	}
	return strings.Join(ids, " ")
}

// near fails unless got rounds to want at its digits.
func near(t *testing.T, what string, got, want, half float64) {
	t.Helper()
	if !(math.Abs(got-want) <= half) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, half)
	}
}

// modelIs fails unless the model in use has the given key/value heads, FFN width, vocabulary and tying.
func modelIs(t *testing.T, r *audit.RunReport, kv, width, vocab int64, tied bool) {
	t.Helper()
	m := r.Model.Architecture
	if m == nil {
		t.Fatal("no model")
	}
	g := m.First()
	if g.Attention.KVHeads != kv || g.FFN.Width != width || m.Vocab != vocab || m.Tied != tied {
		t.Errorf("model %s, want %d KV heads, FFN %d, V %d, tied %t", audit.Describe(m), kv, width, vocab, tied)
	}
}

func consequence(t *testing.T, f *audit.Finding, q reference.Quantity) audit.Consequence {
	t.Helper()
	for _, c := range f.Consequences {
		if c.Quantity == q {
			return c
		}
	}
	t.Fatalf("%s has no consequence for %s", f.Rule, q)
	return audit.Consequence{}
}

// The founding run: scores × heads alone, over multi-head attention with an FFN of 5461. Every expected figure is FORMULAS by
// hand: 40·2048 ÷ 32766 = 2.500152597204419; 12·2048 ÷ (6·5461) = 0.7500458; declared 8 KV heads, 6144: 10·2048 ÷ 36864 =
// 0.5556; 44.36 % × 10 318 811 136 ÷ 12 182 802 432 = 37.57 %.
func TestTheFoundingRunIsExplainedToTheLastDigit(t *testing.T) {
	r := auditFile(t, bundled+"run_20251121.json", audit.Options{})
	modelIs(t, r, 16, 5461, 151643, false)
	f := finding(t, r, "MFU110")
	if f.Evidence.Wrong != audit.WrongProven || f.Evidence.Cause != audit.CauseUnique || f.Severity != audit.SeverityError {
		t.Errorf("MFU110 is %+v %s", f.Evidence, f.Severity)
	}
	ratio := consequence(t, f, reference.AttentionToFFNRatio)
	if ratio.Logged != 2.500152597204419 {
		t.Errorf("logged ratio %v", ratio.Logged)
	}
	near(t, "corrected ratio", ratio.Corrected, 12*2048/(6*5461.0), 1e-15)
	if text := strings.Join(f.Derivation, "\n"); !strings.Contains(text, "attention_to_ffn_ratio would be 0.555556 with 8 KV heads and FFN 6144") {
		t.Errorf("the declared architecture's ratio is not told:\n%s", text)
	}
	contradiction := finding(t, r, "MFU520")
	for _, want := range []string{"num_key_value_heads 8", "intermediate_size 6144", "16 KV heads, FFN 5461"} {
		if !strings.Contains(contradiction.Message, want) {
			t.Errorf("MFU520 does not say %q: %s", want, contradiction.Message)
		}
	}
	near(t, "logged MFU", r.MFU.Logged, 0.4436, 1e-12)
	near(t, "corrected MFU", r.MFU.Corrected, 0.4436, 1e-12)
	near(t, "restated MFU", r.MFU.Restated, 0.3757, 0.00005)
	if r.MFU.OwnConvention != "palm" {
		t.Errorf("own convention %q, want palm", r.MFU.OwnConvention)
	}
	for _, f := range r.Findings {
		if f.Severity != audit.SeverityNote && (f.Quantity == reference.MFU || f.Quantity == reference.PeakFLOPs) {
			t.Errorf("%s accuses a right %s", f.Rule, f.Quantity)
		}
	}
	if r.Coverage.Audited != r.Coverage.Logged {
		t.Errorf("audited %d of %d", r.Coverage.Audited, r.Coverage.Logged)
	}
}

// The founding world costs 3: two declared facts and one edit. "8 KV heads, 6144, one norm a layer" breaks the label's PreNorm
// and its missing GQA, and needs the FFN width, the multi-head projections and the scores edited: 5.
func TestTheFoundingWorldWinsByTwo(t *testing.T) {
	for _, tt := range []struct {
		path string
		cost int
	}{
		{bundled + "run_20251121.json", 3},
		{bundled + "run_20251122.json", 2},
		{samples + "run_20251115_150458.json", 2},
	} {
		t.Run(filepath.Base(tt.path), func(t *testing.T) {
			r := auditFile(t, tt.path, audit.Options{})
			modelIs(t, r, 16, 5461, 151643, false)
			told := false
			for _, rival := range r.Model.Rivals {
				g := rival.Architecture.First()
				if g.FFN.Width == 6144 && g.Attention.KVHeads == 8 && g.Norms == 1 {
					told = true
					if rival.Cost < tt.cost+2 {
						t.Errorf("%s costs %d, want at least %d", rival.Describe, rival.Cost, tt.cost+2)
					}
				}
			}
			if !told {
				t.Error("the rival is not told")
			}
		})
	}
}

// After its authors' fix the same run prints the logits in the wrong unit (2·2048·2048·151643 = 1.272e12, logged 1.27e9), a
// group size of 2 for 16 key/value heads, and, on eight devices, the peak of one.
func TestTheRunAfterTheFix(t *testing.T) {
	r := auditFile(t, bundled+"run_20251122.json", audit.Options{})
	logits := finding(t, r, "MFU132")
	near(t, "logit FLOPs", logits.Expected, 2*2048*2048*151643, 0)
	if logits.Evidence.Cause != audit.CauseUnique {
		t.Errorf("logit unit: %+v", logits.Evidence)
	}
	near(t, "group size", finding(t, r, "MFU510").Expected, 1, 0)
	near(t, "peak", finding(t, r, "MFU314").Expected, 8*2250e12, 0)
	near(t, "MFU is not computed with the peak beside it", r.MFU.Corrected, 0.42, 1e-12)

	one := auditFile(t, bundled+"run_20251122_1gpu.json", audit.Options{})
	finding(t, one, "MFU132")
	finding(t, one, "MFU510")
	if ids := ruleIDs(one); strings.Contains(ids, "MFU31") {
		t.Errorf("2250 is the peak of one B200, but found %s", ids)
	}
}

func TestASparsePeakIsFoundAndCorrected(t *testing.T) {
	r := auditFile(t, bundled+"run_sparse_peak.json", audit.Options{})
	f := finding(t, r, "MFU310")
	near(t, "peak", f.Expected, 8*2250e12, 0)
	near(t, "corrected MFU", r.MFU.Corrected, 2*r.MFU.Logged, 1e-12)
}

func TestMultiHeadChargedToGroupedQueryIsOneFinding(t *testing.T) {
	r := auditFile(t, bundled+"run_mha_for_gqa.json", audit.Options{})
	f := finding(t, r, "MFU112")
	if f.Evidence.Wrong != audit.WrongProven || f.Evidence.Cause != audit.CauseUnique {
		t.Errorf("%+v", f.Evidence)
	}
	// Llama-3.2-1B at S 4096: 2·16·(2048·64·(32+2·8) + 32·64·2048 + 3·2048·8192) + 2·2048·128256 = 2 471 493 632 forward, and the
	// core 4·16·2048·4096 = 536 870 912; × 3 = 9 025 093 632.
	near(t, "FLOPs per token", consequence(t, f, reference.FLOPsPerToken).Corrected, 9025093632, 0)
	for _, other := range r.Findings {
		if other != f && other.Severity != audit.SeverityNote {
			t.Errorf("a second finding %s %s", other.Rule, other.Message)
		}
	}
	near(t, "corrected MFU", r.MFU.Corrected, r.MFU.Logged*9025093632/9629073408, 1e-12)
}

// Real logs of the seed project, where they stand beside this one.

func TestOneRanksTokensOnTwoA100(t *testing.T) {
	r := auditFile(t, samples+"run_20251115_150458.json", step(10))
	modelIs(t, r, 16, 5461, 151643, false)
	near(t, "logged MFU", r.MFU.Logged, 0.3676, 0.00005)
	near(t, "corrected MFU", r.MFU.Corrected, 0.7352, 0.00005)
	near(t, "restated MFU", r.MFU.Restated, 0.6227, 0.00005)
	near(t, "restatement", r.MFU.Corrected/r.MFU.Restated, 1.18064, 0.000005)
	if r.MFU.OwnConvention != "palm" {
		t.Errorf("own convention %q", r.MFU.OwnConvention)
	}
	f := finding(t, r, "MFU210")
	near(t, "factor", f.Expected/f.Logged, 2, 1e-12)
	if f.Evidence.Wrong != audit.WrongInferred || f.Evidence.Cause != audit.CauseInferred {
		t.Errorf("MFU210 is %+v, want inferred, inferred", f.Evidence)
	}
	rejected := ""
	for _, rival := range f.Rivals {
		rejected += rival.Rejected
	}
	for _, want := range []string{"needs a second mistake", "147.04 % by the log's own FLOPs", "124.54 % under matmul-full"} {
		if !strings.Contains(rejected, want) {
			t.Errorf("per-rank accumulation is not rejected with %q: %s", want, rejected)
		}
	}
	near(t, "FLOPs per token", finding(t, r, "MFU910").Expected, 10318811136, 1e-3)
	at := finding(t, r, "MFU110")
	if at.Pos.Line != 161 || at.Pos.Column != 38 {
		t.Errorf("MFU110 at %d:%d, want 161:38", at.Pos.Line, at.Pos.Column)
	}
	rivals := ""
	for _, rival := range r.Model.Rivals {
		rivals += rival.Describe + "\n"
	}
	for _, want := range []string{"8 KV heads, FFN 6144, V 151631", "8 KV heads, FFN 6144, V 151643 untied, one norm a layer"} {
		if !strings.Contains(rivals, want) {
			t.Errorf("rival %q is not told:\n%s", want, rivals)
		}
	}
}

func TestTwoCausesInOneNumber(t *testing.T) {
	r := auditFile(t, samples+"run_20251112_122613.json", step(10))
	modelIs(t, r, 8, 7168, 128000, false)
	scores := finding(t, r, "MFU110")
	// Two causes in one number: the ratio follows from it and from an FFN that is right, so one value speaks for two edits.
	if scores.Evidence.Cause != audit.CauseInferred || scores.Logged != 343597383680 {
		t.Errorf("MFU110: %+v logged %v", scores.Evidence, scores.Logged)
	}
	near(t, "ratio", consequence(t, scores, reference.AttentionToFFNRatio).Corrected, 10/21.0, 1e-15)
	projections := finding(t, r, "MFU112")
	if projections.Evidence.Cause != audit.CauseAmbiguous || !strings.Contains(projections.Message, "8·S·H² is charged where 6·S·H² is due") {
		t.Errorf("MFU112: %+v %s", projections.Evidence, projections.Message)
	}
	var causes []string
	refuted := false
	for _, rival := range append(scores.Rivals, projections.Rivals...) {
		causes = append(causes, rival.Causes...)
		refuted = refuted || strings.Contains(rival.Text, "4 × the forward") && strings.Contains(rival.Rejected, "ffn_flops_per_layer")
	}
	if got := strings.Join(causes, " "); !strings.Contains(got, "MFU112") || !strings.Contains(got, "MFU115") {
		t.Errorf("aliases %s, want MFU112 and MFU115", got)
	}
	if !refuted {
		t.Error("4 × the forward is not refuted by the FFN")
	}
	restated := finding(t, r, "MFU910")
	near(t, "FLOPs per token", restated.Logged, 14848585728, 0)
	near(t, "FLOPs per token restated", restated.Expected, 13274972160, 1e-3)
	near(t, "logged MFU", r.MFU.Logged, 0.2480, 0.00005)
	near(t, "restated MFU", r.MFU.Restated, 0.4441, 0.00005)
	near(t, "rounded peak's factor", factorOf(t, r, "MFU315"), 155/154.8, 1e-12)
	rival := r.Model.Rivals[0]
	if rival.Architecture.Vocab != 256000 || !rival.Architecture.Tied || len(rival.Breaks) != 1 {
		t.Errorf("first rival %s breaks %v, want V 256000 tied, one fact more", rival.Describe, rival.Breaks)
	}
	near(t, "the rival's MFU", rival.MFU, 0.4967, 0.00005)
	inside := finding(t, r, "MFU230")
	if len(inside.Steps.List) != 2 || inside.Steps.List[0] != 1000 || inside.Steps.List[1] != 2000 {
		t.Errorf("steps with evaluation inside: %v, want 1000 and 2000", inside.Steps.List)
	}
	averages := ""
	for _, f := range r.Findings {
		if f.Rule == "MFU612" {
			averages += f.Pos.Path + ": " + f.Message + "\n"
		}
	}
	if !strings.Contains(averages, "summary.avg_time_ms: The average holds the evaluation or checkpoint of iteration 1000 and 2000 and the warm-up step") ||
		!strings.Contains(averages, "summary.avg_mfu: The average holds the evaluation or checkpoint of iteration 1000 and 2000.\n") {
		t.Errorf("averages:\n%s", averages)
	}
}

func factorOf(t *testing.T, r *audit.RunReport, rule string) float64 {
	t.Helper()
	for _, row := range r.MFU.Waterfall {
		if row.Rule == rule {
			return row.Factor
		}
	}
	t.Fatalf("%s is not in the waterfall", rule)
	return 0
}

// The early logger prints a scalar MFU alone: nanoGPT's formula with V 50304 over an A100's 312 TFLOP/s gives it to the last
// digit: 6·(123 689 472 − 0) … see karpathy/nanoGPT estimate_mfu.
func TestAScalarMFUIsReproduced(t *testing.T) {
	r := auditFile(t, samples+"run_20251031_173650.json", audit.Options{})
	modelIs(t, r, 12, 3072, 50304, true)
	if r.MFU.OwnConvention != "nanogpt" || !strings.Contains(r.PeakNote, "312 TFLOP/s") {
		t.Errorf("own convention %q, peak %q", r.MFU.OwnConvention, r.PeakNote)
	}
	if r.Coverage.Audited != r.Coverage.Logged {
		t.Errorf("not audited: %v", r.Coverage.NotAudited)
	}
}

func BenchmarkAudit(b *testing.B) {
	data, err := os.ReadFile(bundled + "run_20251121.json")
	if err != nil {
		b.Fatal(err)
	}
	log, err := runlog.Read("run.json", data)
	if err != nil {
		b.Fatal(err)
	}
	opt := audit.Options{Rules: rules.All()}
	for b.Loop() {
		audit.Run(log, opt)
	}
}
