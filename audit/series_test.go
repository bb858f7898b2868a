package audit

import (
	"math"
	"slices"
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func TestThinningAMillionStepsLosesNoOutlier(t *testing.T) {
	const n = 1_000_000
	spikes := map[int]float64{7: 9, 123_456: -3, 500_000: 40, 999_998: 0.5} // far above or below the others
	excluded := map[int]bool{7: true, 321_000: true}                        // one of them is no extreme of its stretch
	rows := thin(n, SeriesPoints, func(i int) (float64, int, bool) {
		v, spiked := spikes[i]
		if !spiked {
			v = 1 + float64(i%10)/100
		}
		class := 0
		if excluded[i] {
			class = 1
		}
		return v, class, i != 0 // the first record has no value
	})
	if len(rows) > SeriesPoints || len(rows) < SeriesPoints/3 {
		t.Errorf("%d of at most %d points", len(rows), SeriesPoints)
	}
	for i := range spikes {
		if !slices.Contains(rows, i) {
			t.Errorf("the outlier at %d is lost", i)
		}
	}
	if !slices.Contains(rows, 321_000) {
		t.Error("a step that was left out is lost, since a steady one beside it is larger")
	}
	if rows[0] != 1 || rows[len(rows)-1] != n-1 || !slices.IsSorted(rows) {
		t.Errorf("from %d to %d", rows[0], rows[len(rows)-1])
	}
}

func TestThinningKeepsEveryPointOfAShortSeries(t *testing.T) {
	rows := thin(10, 10, func(i int) (float64, int, bool) { return 1, 0, i != 4 })
	if !slices.Equal(rows, []int{0, 1, 2, 3, 5, 6, 7, 8, 9}) {
		t.Error(rows)
	}
	if rows := thin(0, 10, nil); rows != nil {
		t.Error(rows)
	}
}

// seriesRun is a run of six steps of 2 s, 500 tokens per second.
func seriesRun() *runlog.Run {
	run := &runlog.Run{Steps: []int64{1, 2, 3, 4, 5, 6}}
	time := runlog.NewColumn(reference.StepTime, "dt", 1e-3, "ms")
	rate := runlog.NewColumn(reference.TokensPerSec, "tok", 1, "")
	for row := range run.Steps {
		time.Set(row, 2000, 4)
		rate.Set(row, 500, 3)
	}
	run.Columns = []*runlog.Column{time, rate}
	return run
}

func seriesAudit(run *runlog.Run) *Audit {
	return &Audit{Run: run, report: &RunReport{}, Steps: Steps{
		Steady: []int{2, 3, 4, 5}, Headline: 2,
		Excluded: []Excluded{{1, "warm-up"}, {2, "warm-up"}},
	}}
}

func TestACurveIsCorrectedAtTheStepsThatAFindingIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		steps StepRange
		want  []float64 // tokens per second at steps 1 to 6; 500 as logged, 1000 corrected
	}{
		"all":     {StepRange{First: 1, Last: 6, Count: 6, Of: 6}, []float64{1000, 1000, 1000, 1000, 1000, 1000}},
		"listed":  {StepRange{First: 2, Last: 4, Count: 2, Of: 6, List: []int64{2, 4}}, []float64{500, 1000, 500, 1000, 500, 500}},
		"between": {StepRange{First: 3, Last: 5, Count: 2, Of: 6}, []float64{500, 500, math.NaN(), math.NaN(), math.NaN(), 500}},
	} {
		a := seriesAudit(seriesRun())
		a.report.Findings = []*Finding{{Rule: "MFU210", Steps: c.steps}}
		a.report.Quantities = []QuantityReport{{Quantity: reference.TokensPerSec, Key: "tok", Status: StatusWrong, Cause: "MFU210", Logged: 500, Expected: 1000}}
		s := a.series()
		if len(s.Curves) != 2 || s.Curves[0].Cause != "MFU210" {
			t.Fatalf("%s: %d curves", name, len(s.Curves))
		}
		for i, p := range s.Curves[0].Points {
			if p.Logged != 500 || p.Corrected != c.want[i] && !(math.IsNaN(p.Corrected) && math.IsNaN(c.want[i])) {
				t.Errorf("%s: step %d: logged %v, corrected %v, want %v", name, p.Step, p.Logged, p.Corrected, c.want[i])
			}
		}
		if time := s.Curves[1]; time.Points[3].Logged != 2 || time.Points[3].Corrected != 2 || time.Cause != "" {
			t.Errorf("%s: a right step time: %+v", name, time.Points[3])
		}
	}
}

func TestStepsThatAreLeftOutAreMarkedWithTheirReason(t *testing.T) {
	s := seriesAudit(seriesRun()).series()
	if len(s.Reasons) != 1 || s.Reasons[0] != (ExcludedCount{"warm-up", 2}) || s.First != 1 || s.Last != 6 {
		t.Errorf("%+v", s)
	}
	for _, c := range s.Curves {
		for _, p := range c.Points {
			if want := map[bool]int{true: 1, false: 0}[p.Step <= 2]; p.Excluded != want {
				t.Errorf("%s, step %d: %d, want %d", c.Key, p.Step, p.Excluded, want)
			}
		}
	}
}

// Without a logged MFU, that of the headline step (a time of 2 s, 30 %) gives the others: a step of 3 s has 20 %.
func TestAnMFUThatIsNotLoggedIsRecomputedFromStepTimes(t *testing.T) {
	run := seriesRun()
	time := runlog.NewColumn(reference.StepTime, "dt", 1, "s")
	for row := range run.Steps {
		time.Set(row, map[bool]float64{true: 3, false: 2}[row == 4], 4)
	}
	run.Columns = []*runlog.Column{time}
	a := seriesAudit(run)
	a.report.MFU = &MFUReport{Logged: math.NaN(), Corrected: math.NaN(), Restated: 0.3, Convention: reference.MatmulFull}
	c := a.series().Curves[0]
	if c.Quantity != reference.MFU || c.Key != "" || c.Convention != reference.MatmulFull {
		t.Fatalf("%+v", c)
	}
	if p := c.Points[4]; math.Abs(p.Corrected-0.2) > 1e-15 || !math.IsNaN(p.Logged) {
		t.Errorf("%+v", p)
	}
}
