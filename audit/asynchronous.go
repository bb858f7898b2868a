package audit

import (
	"math"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// A trainer that reads the clock without waiting for the device logs the time of handing work over, until the queue is full. Such
// steps are among the first, and impossibly short.
const (
	earlySteps  = 16   // the records that may come before the queue is full
	tooFast     = 10   // times faster than the median step, with the same work
	fast        = 2    // times faster, where the FLOP/s are beyond the peak as well
	sameWork    = 0.02 // by how much rate × time of two steps of the same work may differ, by rounding of the time
	enoughSteps = 4
)

// asynchronous lists the early records whose time is no step's: impossible on the device, or ten times faster than the median
// for the same work. peak is the dense peak of one device, 0 if unknown.
func asynchronous(run *runlog.Run, peak float64) []int {
	time := first(run.ColumnsOf(reference.StepTime))
	if time == nil || time.Count() < enoughSteps {
		return nil
	}
	rows := make([]int, 0, time.Count())
	for row := range run.Steps {
		if canonical(time, row) > 0 {
			rows = append(rows, row)
		}
	}
	median := medianOf(time, rows)
	var work func(row int) float64
	looked := false // at the work of a step: most runs need not
	var out []int
	for _, row := range rows {
		t := canonical(time, row)
		if row >= earlySteps {
			break
		}
		if t*fast >= median {
			continue
		}
		if !looked {
			work, looked = workOf(run, time, rows), true
		}
		if t*tooFast < median && work != nil && math.Abs(work(row)-1) <= sameWork+printedShare(run, time, row) || beyondPeak(run, row, peak) {
			out = append(out, row)
		}
	}
	if 2*len(out) >= len(rows) {
		return nil // that many are no exception
	}
	return out
}

// printedShare is the share of a printed time that its rounding leaves open: half of 0.001 s is a quarter of 0.002 s.
func printedShare(run *runlog.Run, time *runlog.Column, row int) float64 {
	x, ok := cell(time, row, run.LongFloats)
	if !ok || x.Point <= 0 {
		return 0
	}
	return (x.Hi - x.Lo) / (2 * x.Point)
}

// workOf gives the work of a step, a logged rate × its time, as a share of the median step's; nil if no rate is logged.
func workOf(run *runlog.Run, time *runlog.Column, rows []int) func(row int) float64 {
	for _, q := range []reference.Quantity{reference.TokensPerSec, reference.TokensPerSecPerDevice, reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice} {
		rate := instant(run, q)
		if rate == nil {
			continue
		}
		var all []float64
		for _, row := range rows {
			if v := canonical(rate, row) * canonical(time, row); v > 0 {
				all = append(all, v)
			}
		}
		if len(all) < enoughSteps {
			continue
		}
		middle := nth(all, len(all)/2)
		return func(row int) float64 { return canonical(rate, row) * canonical(time, row) / middle }
	}
	return nil
}

// beyondPeak reports whether a record claims more than the device can do.
func beyondPeak(run *runlog.Run, row int, peak float64) bool {
	if v := canonical(instant(run, reference.MFU), row); v > 1 {
		return true
	}
	return peak > 0 && canonical(instant(run, reference.AchievedFLOPsPerDevice), row) > peak
}
