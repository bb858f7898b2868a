package audit

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Series is what a chart of a run needs: its MFU, its rate of tokens and its step time over the steps, each thinned to at most
// SeriesPoints records.
type Series struct {
	Records     int // of the run, before thinning
	First, Last int64
	Curves      []Curve         // MFU, tokens per second, step time: those that are logged or follow from what is logged
	Reasons     []ExcludedCount // why steps are not steady, in order of first appearance
}

// ExcludedCount is how many steps were left out for one reason.
type ExcludedCount struct {
	Reason string
	Steps  int
}

// Curve is one metric over the steps.
type Curve struct {
	Quantity   reference.Quantity
	Key        string // as logged, "" if the metric is recomputed from others
	Convention string // of a recomputed MFU, else ""
	Values     int    // records with a value, before thinning
	Cause      string // the rule that says that the logged values are wrong, "" if they are right or nothing says so
	Affected   StepRange
	Points     []Point // steps in file order
}

// Point is one record of a curve, in the canonical unit.
type Point struct {
	Step      int64
	Logged    float64 // NaN if recomputed
	Corrected float64 // the logged value where it is right; NaN where what is right is not known
	Excluded  int     // 0 for a steady step; otherwise one more than the index of its reason
}

// SeriesPoints is the most points that a curve keeps.
const SeriesPoints = 2000

// thin picks at most most of n records so that no outlier is lost: of each of equal stretches, and of each class in it, the records
// with the least and the greatest value; and the first and the last record with a value. There are two classes.
func thin(n, most int, value func(i int) (v float64, class int, ok bool)) []int {
	const classes = 2
	if n <= 0 || most < 2*classes+2 {
		return nil
	}
	all := make([]int, 0, min(n, most))
	first, last, count := -1, -1, 0
	for i := range n {
		if _, _, ok := value(i); !ok {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		if count++; count <= most {
			all = append(all, i)
		}
	}
	if count <= most {
		return all
	}
	all = append(all[:0], first, last)
	stretches := (most - 2) / (2 * classes)
	for s := range stretches {
		lo, hi := n/stretches*s+min(s, n%stretches), n/stretches*(s+1)+min(s+1, n%stretches)
		least, greatest := [classes]int{-1, -1}, [classes]int{-1, -1}
		var low, high [classes]float64
		for i := lo; i < hi; i++ {
			v, class, ok := value(i)
			if !ok {
				continue
			}
			if least[class] < 0 || v < low[class] {
				least[class], low[class] = i, v
			}
			if greatest[class] < 0 || v > high[class] {
				greatest[class], high[class] = i, v
			}
		}
		for class := range classes {
			if least[class] >= 0 {
				all = append(all, least[class], greatest[class])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// series picks what charts show.
func (a *Audit) series() *Series {
	n := len(a.Run.Steps)
	if n == 0 {
		return nil
	}
	s := &Series{Records: n, First: a.Run.Steps[0], Last: a.Run.Steps[0]}
	for _, step := range a.Run.Steps {
		s.First, s.Last = min(s.First, step), max(s.Last, step)
	}
	steady := make([]bool, n)
	for _, row := range a.Steps.Steady {
		steady[row] = true
	}
	reasonOf := s.countReasons(a.Steps.Excluded)
	w := seriesWriter{a: a, s: s, steady: steady, reasonOf: reasonOf}
	if c := mfuColumn(a.Run); c != nil {
		w.curve(c, a.correctMFU(c))
	} else {
		w.recomputed()
	}
	rate := first(append(a.Run.ColumnsOf(reference.TokensPerSec), a.Run.ColumnsOf(reference.TokensPerSecPerDevice)...))
	for _, c := range []*runlog.Column{rate, first(a.Run.ColumnsOf(reference.StepTime))} {
		if c != nil {
			w.curve(c, a.correctColumn(c))
		}
	}
	if len(s.Curves) == 0 {
		return nil
	}
	return s
}

// countReasons groups the left-out steps and says of each step which reason it has, counted from one.
func (s *Series) countReasons(list []Excluded) map[int64]int {
	at, of := map[string]int{}, make(map[int64]int, len(list))
	for _, e := range list {
		i, seen := at[e.Reason]
		if !seen {
			i = len(s.Reasons)
			at[e.Reason] = i
			s.Reasons = append(s.Reasons, ExcludedCount{Reason: e.Reason})
		}
		s.Reasons[i].Steps++
		of[e.Step] = i + 1
	}
	return of
}

type seriesWriter struct {
	a        *Audit
	s        *Series
	steady   []bool
	reasonOf map[int64]int
}

func (w *seriesWriter) class(row int) int {
	if w.steady[row] {
		return 0
	}
	return 1
}

// curve adds a logged metric with what is right in its place.
func (w *seriesWriter) curve(c *runlog.Column, correct correction) {
	rows := thin(len(w.a.Run.Steps), SeriesPoints, func(row int) (float64, int, bool) {
		v, ok := c.Canonical(row)
		return v, w.class(row), ok && IsNumber(v)
	})
	if len(rows) == 0 {
		return
	}
	curve := Curve{Quantity: c.Quantity, Key: c.Key, Values: c.Count(), Cause: correct.cause, Affected: correct.steps}
	for _, row := range rows {
		v, _ := c.Canonical(row)
		curve.Points = append(curve.Points, w.point(row, v, correct.value(row, v)))
	}
	w.s.Curves = append(w.s.Curves, curve)
}

func (w *seriesWriter) point(row int, logged, corrected float64) Point {
	p := Point{Step: w.a.Run.Steps[row], Logged: logged, Corrected: corrected}
	if !w.steady[row] {
		p.Excluded = w.reasonOf[p.Step]
	}
	return p
}

// recomputed adds the MFU of a log that has none: that of the headline step × its time ÷ each step's.
func (w *seriesWriter) recomputed() {
	a, m := w.a, w.a.report.MFU
	time := first(a.Run.ColumnsOf(reference.StepTime))
	if m == nil || time == nil || !IsNumber(m.Restated) || m.Restated <= 0 {
		return
	}
	headline, ok := time.Canonical(a.Steps.Headline)
	if !ok || headline <= 0 {
		return
	}
	mfu := func(row int) (float64, bool) {
		t, ok := time.Canonical(row)
		return m.Restated * headline / t, ok && t > 0
	}
	rows := thin(len(a.Run.Steps), SeriesPoints, func(row int) (float64, int, bool) {
		v, ok := mfu(row)
		return v, w.class(row), ok
	})
	curve := Curve{Quantity: reference.MFU, Convention: m.Convention, Values: time.Count()}
	for _, row := range rows {
		v, _ := mfu(row)
		curve.Points = append(curve.Points, w.point(row, math.NaN(), v))
	}
	w.s.Curves = append(w.s.Curves, curve)
}
