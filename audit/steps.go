package audit

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Steps says which records of a run are steady, why the others are not, and which one stands for the run.
type Steps struct {
	Steady   []int // records, ascending
	Excluded []Excluded
	Warmup   []int // the first two logged records
	Paused   []int // records whose time holds an evaluation or a checkpoint
	Outliers []int // records whose time is far off, with no evaluation or checkpoint logged at them
	Tainted  []int // records of a moving average that still holds a paused or far-off one
	// Asynchronous are early records whose time is that of handing work to the device, not of doing it.
	Asynchronous []int
	Headline     int // record; −1 if there is none
	Over         string
	Median       float64 // of the steady step times, s; 0 if unknown
}

// Outlier thresholds: a time is off if it is beyond both.
const (
	outlierMADs     = 5    // median absolute deviations
	outlierFraction = 0.10 // of the median
)

// findSteps splits the records of a run. Steady steps are those left after sentinels, the first two logged steps, steps with
// evaluation or checkpoints in them, and times beyond both 5 median absolute deviations and 10 % of the median.
func findSteps(run *runlog.Run, metric, time *runlog.Column, peak float64, only *int64) Steps {
	s := Steps{Headline: -1, Asynchronous: asynchronous(run, peak)}
	n := len(run.Steps)
	exclude := func(row int, reason string) {
		s.Excluded = append(s.Excluded, Excluded{Step: run.Steps[row], Reason: reason})
	}
	pause := pauses(run)
	whole := wholeRecords(run, metric, time)
	rest := make([]int, 0, n)
	for row := range n {
		paused, isPaused := pause[row]
		switch {
		case slices.Contains(s.Asynchronous, row):
			exclude(row, "timed before the device was done")
		case row < 2 && n > 4:
			s.Warmup = append(s.Warmup, row)
			if row == 0 || isPaused {
				exclude(row, "warm-up")
			} else {
				exclude(row, "warm-up: second logged step")
			}
		case metric != nil && !metric.Has(row), whole != nil && !whole[row]:
			exclude(row, "no measurement")
		case isPaused:
			s.Paused = append(s.Paused, row)
			exclude(row, paused)
		default:
			rest = append(rest, row)
		}
	}
	s.Median = medianOf(time, rest)
	spread := deviation(time, rest, s.Median)
	s.Steady = make([]int, 0, len(rest))
	far := fmt.Sprintf("step time far from the median, %.4g s", s.Median)
	for _, row := range rest {
		if off(time, row, s.Median, spread) {
			s.Outliers = append(s.Outliers, row)
			exclude(row, far)
			continue
		}
		s.Steady = append(s.Steady, row)
	}
	if metric != nil && (metric.Smoothed || run.Smoothed) {
		s.dropTainted(run, time, spread, exclude)
	}
	slices.SortStableFunc(s.Excluded, func(a, b Excluded) int { return int(a.Step - b.Step) })
	s.Over = "steady"
	if len(s.Steady) > 0 {
		s.Headline = lowerMedian(metric, time, s.Steady)
	} else if n > 0 {
		s.Headline = lastWith(metric, n)
	}
	if only != nil {
		s.Over = "step"
		s.Headline = slices.Index(run.Steps, *only)
	}
	return s
}

// wholeRecords are the records that have the run's metric, step time and rate, where some have all of these that are logged: trackers
// log each at steps of its own. It is nil where none has.
func wholeRecords(run *runlog.Run, metric, time *runlog.Column) []bool {
	rate := first(append(run.ColumnsOf(reference.TokensPerSec), run.ColumnsOf(reference.TokensPerSecPerDevice)...))
	out, whole := make([]bool, len(run.Steps)), 0
	for row := range out {
		out[row] = true
		for _, c := range [...]*runlog.Column{metric, time, rate} {
			out[row] = out[row] && (c == nil || c.Has(row))
		}
		if out[row] {
			whole++
		}
	}
	if whole == 0 {
		return nil
	}
	return out
}

// taint is how many records of a moving average hold more than a tenth of a step: 0.9²² is 0.098.
const taint = 22

// dropTainted leaves out the steps whose moving average still holds one that was paused or far off, where others are left.
func (s *Steps) dropTainted(run *runlog.Run, time *runlog.Column, spread float64, exclude func(row int, reason string)) {
	tainted := map[int]bool{}
	for _, from := range slices.Concat(s.Paused, s.Outliers) {
		if !off(time, from, s.Median, spread) {
			continue
		}
		for row := from + 1; row <= from+taint && row < len(run.Steps); row++ {
			tainted[row] = true
		}
	}
	kept := slices.DeleteFunc(slices.Clone(s.Steady), func(row int) bool { return tainted[row] })
	if len(kept) == 0 {
		return
	}
	for _, row := range s.Steady {
		if tainted[row] {
			s.Tainted = append(s.Tainted, row)
			exclude(row, "its moving average still holds a step that is left out")
		}
	}
	s.Steady = kept
}

// pauses maps records to the reason why their time is no step time: with a log every k steps, an evaluation at iteration e
// falls into the record of iteration e if that is logged.
func pauses(run *runlog.Run) map[int]string {
	out := map[int]string{}
	if len(run.Evals)+len(run.Checkpoints) == 0 {
		return out
	}
	evals, saves := map[int64]bool{}, map[int64]bool{}
	for _, e := range run.Evals {
		evals[e] = true
	}
	for _, c := range run.Checkpoints {
		saves[c] = true
	}
	for row, step := range run.Steps {
		switch {
		case evals[step] && saves[step]:
			out[row] = "evaluation and checkpoint inside the step"
		case evals[step]:
			out[row] = "evaluation inside the step"
		case saves[step]:
			out[row] = "checkpoint inside the step"
		}
	}
	return out
}

// off reports whether a record's time is beyond both thresholds.
func off(time *runlog.Column, row int, median, mad float64) bool {
	if time == nil || !time.Has(row) || median <= 0 {
		return false
	}
	d := math.Abs(canonical(time, row) - median)
	return d > outlierMADs*mad && d > outlierFraction*median
}

func canonical(c *runlog.Column, row int) float64 {
	if c == nil {
		return math.NaN()
	}
	v, ok := c.Canonical(row)
	if !ok {
		return math.NaN()
	}
	return v
}

func lastWith(c *runlog.Column, n int) int {
	for row := n - 1; row >= 0; row-- {
		if c == nil || c.Has(row) {
			return row
		}
	}
	return n - 1
}

// mfuColumn is the run's MFU column with the most digits: the fraction if both are logged.
func mfuColumn(run *runlog.Run) *runlog.Column { return first(run.ColumnsOf(reference.MFU)) }

func first(cs []*runlog.Column) *runlog.Column {
	if len(cs) == 0 {
		return nil
	}
	return cs[0]
}

// instant is the first column of a quantity whose values belong to their own step: a moving average cannot be held against a
// step's time.
func instant(run *runlog.Run, q reference.Quantity) *runlog.Column {
	for _, c := range run.Columns {
		if c.Quantity == q && !c.Smoothed {
			return c
		}
	}
	return nil
}
