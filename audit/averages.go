package audit

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Holds is a kind of step that an average should not hold.
type Holds uint8

// The kinds of steps that an average should not hold.
const (
	HoldsWarmUp Holds = 1 << iota
	HoldsSentinel
	HoldsPause
)

// Average is a logged mean over steps, and which steps reproduce it.
type Average struct {
	Observation *runlog.Observation
	Column      *runlog.Column
	Reproduced  bool  // some set of steps gives it
	Holds       Holds // of the kinds that matter
	WarmUp      bool  // the first record is in it, whether that matters or not
	Pauses      []int // records with evaluation or checkpoint in it
	Sentinels   int   // records counted with their sentinel
	Rows        []int // records that it runs over, where they reproduce it
	Outliers    []int // of these, records that are far slower than the median with nothing logged that explains it
	Steady      float64
	SteadySteps int
}

// sentinelValue is what the trainers that average their sentinels log for "not measured", in percent (nanoGPT).
const sentinelValue = -100

// Averages analyses every logged mean for which the steps are logged too.
func (a *Audit) Averages() []Average {
	var out []Average
	for i := range a.Run.Summary {
		o := &a.Run.Summary[i]
		if !IsAverage(o.Key) {
			continue
		}
		c := first(a.Run.ColumnsOf(o.Quantity))
		if c == nil || len(a.Steps.Steady) == 0 {
			continue
		}
		out = append(out, a.average(o, c))
	}
	return out
}

// average finds the steps that a mean runs over: all, or all but the warm-up, the pauses or both, with or without sentinels.
func (a *Audit) average(o *runlog.Observation, c *runlog.Column) Average {
	av := Average{Observation: o, Column: c}
	_, want, _ := intervals(o.Logged, o.Digits, o.Scale, a.Run.LongFloats)
	var all []int
	for row := range a.Run.Steps {
		if c.Has(row) {
			all = append(all, row)
		}
	}
	missing := 0
	if o.Quantity == reference.MFU {
		missing = len(a.Run.Steps) - len(all)
	}
	pauses := a.SlowPauses()
	without := func(rows []int, drop ...int) []int {
		dropped := map[int]bool{}
		for _, r := range drop {
			dropped[r] = true
		}
		return slices.DeleteFunc(slices.Clone(rows), func(r int) bool { return dropped[r] })
	}
	av.Steady, av.SteadySteps = mean(c, a.Steps.Steady), len(a.Steps.Steady)
	for _, s := range []struct {
		rows      []int
		sentinels int
	}{
		{a.Steps.Steady, 0},
		{without(all, append(slices.Clone(pauses), 0)...), 0},
		{without(all, pauses...), 0},
		{without(all, 0), 0},
		{all, 0},
		{all, missing},
	} {
		n := float64(len(s.rows) + s.sentinels)
		sum := mean(c, s.rows)*float64(len(s.rows)) + float64(s.sentinels)*sentinelValue*percentScale
		if n == 0 || !slack(want, len(all)).Contains(sum/n) {
			continue
		}
		av.Reproduced, av.Sentinels, av.Rows = true, s.sentinels, s.rows
		av.WarmUp = slices.Contains(s.rows, 0)
		for _, p := range pauses {
			if slices.Contains(s.rows, p) {
				av.Pauses = append(av.Pauses, p)
			}
		}
		for _, row := range a.Steps.Outliers {
			if slices.Contains(s.rows, row) && a.slow(row) {
				av.Outliers = append(av.Outliers, row)
			}
		}
		break
	}
	if av.WarmUp && a.slow(0) {
		av.Holds |= HoldsWarmUp
	}
	if av.Sentinels > 0 {
		av.Holds |= HoldsSentinel
	}
	if len(av.Pauses) > 0 {
		av.Holds |= HoldsPause
	}
	return av
}

// percentScale is the canonical value of one percent.
const percentScale = 0.01

// slack widens a mean's interval by the rounding of a sum of n values.
func slack(x reference.Interval, n int) reference.Interval {
	return reference.Ulps(x.Lo, 8+n).Hull(reference.Ulps(x.Hi, 8+n))
}

func mean(c *runlog.Column, rows []int) float64 {
	sum, n := 0.0, 0
	for _, row := range rows {
		if v, ok := c.Canonical(row); ok {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// SlowPauses lists the records that hold an evaluation or a checkpoint and whose time is off the steady steps' because of it.
func (a *Audit) SlowPauses() []int {
	var out []int
	for _, row := range a.Steps.Paused {
		if a.slow(row) {
			out = append(out, row)
		}
	}
	if w := a.Steps.Warmup; len(w) > 1 && slices.Contains(a.Run.Evals, a.Run.Steps[w[1]]) && a.slow(w[1]) {
		out = append([]int{w[1]}, out...)
	}
	return out
}

// slow reports whether a record takes longer than the steady steps by both thresholds.
func (a *Audit) slow(row int) bool {
	time := first(a.Run.ColumnsOf(reference.StepTime))
	if a.spread == nil {
		spread := deviation(time, a.Steps.Steady, a.Steps.Median)
		a.spread = &spread
	}
	return off(time, row, a.Steps.Median, *a.spread) && canonical(time, row) > a.Steps.Median
}

// OverTime is the mean of an average's records weighted with their times: of a rate, that is all of it ÷ all of the time. NaN where
// the times are not logged, or the average runs over values that stand for "not measured".
func (a *Audit) OverTime(av *Average) float64 {
	time := first(a.Run.ColumnsOf(reference.StepTime))
	if time == nil || !av.Reproduced || av.Sentinels > 0 {
		return math.NaN()
	}
	sum, seconds := 0.0, 0.0
	for _, row := range av.Rows {
		t, v := canonical(time, row), canonical(av.Column, row)
		sum, seconds = sum+t*v, seconds+t
	}
	return sum / seconds
}

// AveragesUnknown says why no average can be analysed; "" if one can.
func AveragesUnknown(a *Audit) string {
	if len(a.Averages()) == 0 {
		return "no average over logged steps is logged"
	}
	return ""
}
