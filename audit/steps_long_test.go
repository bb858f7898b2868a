package audit

import (
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Of a million steps thousands may be left out: they are told with one reason, not with a text each.
func TestALongRunsLeftOutStepsShareTheirReasons(t *testing.T) {
	const steps, every = 20_000, 10
	run := &runlog.Run{}
	time := runlog.NewColumn(reference.StepTime, "dt", 1, "s")
	for row := range steps {
		run.Steps = append(run.Steps, int64(row))
		v := 1 + float64(row%7)/1000
		if row%every == 5 {
			v = 3 + float64(row)/1e3
		}
		time.Set(row, v, 4)
	}
	s := findSteps(run, nil, time, 0, nil)
	reasons := map[string]int{}
	for _, e := range s.Excluded {
		reasons[e.Reason]++
	}
	const slow = steps / every
	if len(s.Excluded) != slow+2 || len(s.Outliers) != slow || len(s.Steady) != steps-slow-2 {
		t.Errorf("%d left out, %d of them far off, %d steady", len(s.Excluded), len(s.Outliers), len(s.Steady))
	}
	if got := reasons["step time far from the median, 1.003 s"]; got != slow || len(reasons) != 3 {
		t.Errorf("%d reasons, one of them for %d steps", len(reasons), got)
	}
}
