package audit_test

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func auditedRun(t *testing.T, name string, series bool) *audit.RunReport {
	t.Helper()
	data, err := os.ReadFile("../testdata/runs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	log, err := runlog.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Run(log, audit.Options{Rules: rules.All(), Series: series})[0]
}

// The run's MFU is divided by twice the dense peak at every step: each corrected value is twice the logged one.
func TestTheSeriesOfARunIsCorrectedAsItsHeadlineIs(t *testing.T) {
	r := auditedRun(t, "run_sparse_peak.json", true)
	if r.Series == nil || len(r.Series.Curves) != 3 || r.Series.Records != 11 {
		t.Fatalf("%+v", r.Series)
	}
	mfu, headline := r.Series.Curves[0], false
	for _, p := range mfu.Points {
		if math.Abs(p.Corrected/p.Logged-2) > 1e-12 {
			t.Errorf("step %d: %v corrected to %v", p.Step, p.Logged, p.Corrected)
		}
		if p.Step == r.MFU.Step {
			headline = p.Logged == r.MFU.Logged && p.Corrected == r.MFU.Corrected && p.Excluded == 0
		}
	}
	if mfu.Quantity != reference.MFU || mfu.Cause != "MFU310" || !headline {
		t.Errorf("%s by %s, the headline step agrees: %v", mfu.Quantity, mfu.Cause, headline)
	}
	for _, c := range r.Series.Curves[1:] {
		for _, p := range c.Points {
			if c.Cause != "" || p.Corrected != p.Logged {
				t.Errorf("%s at step %d: %v corrected to %v by %s", c.Quantity, p.Step, p.Logged, p.Corrected, c.Cause)
			}
		}
	}
}

// Attention of a layer and sequence is logged as 343 597 383 680 FLOP, FFN as 137 430 564 864: of 24 layers, for one of 2048 tokens and
// three passes, 343 597 383 680 · 24 · 3 ÷ 2048 = 12 079 595 520 and 137 430 564 864 · 24 · 3 ÷ 2048 = 4 831 543 296.
func TestALoggedBreakdownIsBroughtToTrainingFLOPsPerToken(t *testing.T) {
	b := auditedRun(t, "run_sparse_peak.json", true).Breakdown
	if b == nil || b.Attention != 12079595520 || b.FFN != 4831543296 || b.Total != 12182802432 || !math.IsNaN(b.Head) {
		t.Errorf("%+v", b)
	}
}

// One step of a right run is given an MFU of 61.29 % in place of 47.15 %. That step is wrong and no other: the run's MFU, that of step
// 40, is right as logged, and the curve is corrected at step 30 alone.
func TestAnMFUThatIsWrongAtOneStepCorrectsThatStepOnly(t *testing.T) {
	data, err := os.ReadFile("../testdata/runs/run_clean.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(`"mfu": 0.4714923252416499`, `"mfu": 0.6129`, `"mfu_percent": 47.149232524164994`, `"mfu_percent": 61.29`).Replace(string(data))
	log, err := runlog.Read("run.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r := audit.Run(log, audit.Options{Rules: rules.All(), Series: true})[0]
	if len(r.Findings) == 0 || r.Findings[0].Rule != "MFU410" {
		t.Fatalf("%+v", r.Findings)
	}
	if m := r.MFU; m.Step != 40 || m.Corrected != m.Logged || len(m.Waterfall) != 0 {
		t.Errorf("step %d: %v corrected to %v by %+v", m.Step, m.Logged, m.Corrected, m.Waterfall)
	}
	for _, p := range r.Series.Curves[0].Points {
		want := p.Logged
		if p.Step == 30 {
			want = 0.4714923252416499
		}
		if math.Abs(p.Corrected-want) > 1e-12 {
			t.Errorf("step %d: %v corrected to %v, want %v", p.Step, p.Logged, p.Corrected, want)
		}
	}
}

func TestAReportHoldsNoSeriesUnlessAskedTo(t *testing.T) {
	if r := auditedRun(t, "run_sparse_peak.json", false); r.Series != nil || r.Breakdown != nil {
		t.Errorf("%+v, %+v", r.Series, r.Breakdown)
	}
}
