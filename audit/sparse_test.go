package audit

import (
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// A tracker's run has a loss at every step, a rate at every second and a time at every third of these: its headline is a step
// that has both.
func TestTheHeadlineOfASparseRunHasItsValues(t *testing.T) {
	run := &runlog.Run{Steps: make([]int64, 25)}
	loss := runlog.NewColumn(reference.Loss, "loss", 1, "nats")
	rate := runlog.NewColumn(reference.TokensPerSec, "tokens_per_sec", 1, "tokens/s")
	time := runlog.NewColumn(reference.StepTime, "time", 1, "s")
	for row := range run.Steps {
		run.Steps[row] = int64(row)
		loss.Set(row, 5, 1)
		if row%2 == 0 {
			rate.Set(row, 1000, 4)
		}
		if row%6 == 0 {
			time.Set(row, 2, 1)
		}
	}
	run.Columns = []*runlog.Column{loss, rate, time}
	s := findSteps(run, nil, time, 0, nil)
	if len(s.Steady) != 4 || s.Steady[0] != 6 || s.Steady[3] != 24 || s.Headline%6 != 0 { // 0 is warm-up
		t.Errorf("%+v", s)
	}
	// Where no step has both, the rate's own steps do.
	run.Columns = []*runlog.Column{loss, rate}
	if s := findSteps(run, rate, nil, 0, nil); s.Headline%2 != 0 || len(s.Steady) != 12 {
		t.Errorf("%+v", s)
	}
}
