package audit

import (
	"fmt"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Where MFU and achieved FLOP/s are logged and the peak is not, achieved ÷ MFU is the peak that the MFU was computed with. It is
// one number for the whole run, so its range is what every step leaves of it.

// ImpliedPeak is the peak of one device that logged pairs of MFU and achieved FLOP/s give.
type ImpliedPeak struct {
	reference.Interval                // FLOP/s of one device
	Point              float64        // at the record that the report shows
	MFU, Achieved      *runlog.Column // the pair
	Row                int            // the record that the report shows
	Figure             float64        // of the table, FLOP/s of one device; 0 if none lies in the range
	OK                 bool           // it is the run's own dense peak
	Known              []string       // where the device is not known: whose peak it is
	solutions          [][]Edit       // else what makes it another
	expected           float64        // the run's own dense peak
	firm               bool           // the rows of the table may carry an error
	tried              int            // distinct peaks that were compared
	peak               reference.Peak // the run's own row
}

// implyPeak finds the peak behind the MFU where it is not logged; nil where there is no pair, or its quotient is not the same in
// every step.
func (a *Audit) implyPeak() *ImpliedPeak {
	m := instant(a.Run, reference.MFU)
	if m == nil || m.Aside != "" || a.smoothed(m) || a.Logs(reference.PeakFLOPs) || a.Logs(reference.PeakFLOPsPerDevice) {
		return nil
	}
	achieved, devices := instant(a.Run, reference.AchievedFLOPsPerDevice), 1.0
	if achieved == nil {
		achieved, devices = instant(a.Run, reference.AchievedFLOPs), float64(a.World.Devices)
	}
	if achieved == nil || devices < 1 {
		return nil
	}
	var rows []int
	for row := range a.Run.Steps {
		if row != a.Steps.Headline && !slices.Contains(a.Steps.Asynchronous, row) {
			rows = append(rows, row)
		}
	}
	rows = append(rows, a.Steps.Headline) // the last one's point stands for all
	x, varies, ok := product(rows, func(row int) (Span, bool) {
		f, ok1 := cell(achieved, row, a.Run.LongFloats)
		v, ok2 := cell(m, row, a.Run.LongFloats)
		if !ok1 || !ok2 || v.Lo <= 0 {
			return Span{}, false
		}
		return f.Div(v).Scale(1 / devices), true
	})
	if !ok || varies || !m.Has(a.Steps.Headline) {
		return nil
	}
	d := &ImpliedPeak{Interval: x.Interval, Point: x.Point, MFU: m, Achieved: achieved, Row: a.Steps.Headline}
	a.lookUp(d)
	return d
}

// lookUp finds the figures of the table in the range: the run's own first, then what a mistake makes of it, or any where the
// device is not known.
func (a *Audit) lookUp(d *ImpliedPeak) {
	w := a.World
	w.Devices = 1
	own, row, ok := PeakOf(&w, reference.Basis{})
	if !ok {
		d.Known = knownPeaks(d.Interval)
		return
	}
	d.expected, d.firm, d.peak = own, row.Confidence.Firm(), row
	if d.Figure, d.OK = figureIn(d.Interval, own, row, w.Sparse); d.OK {
		return
	}
	for _, other := range a.otherDevices {
		alternative := w
		alternative.Device = other
		v, row, ok := PeakOf(&alternative, reference.Basis{})
		if figure, in := figureIn(d.Interval, v, row, w.Sparse); ok && in { // the printed name is that of several parts
			a.World.Device, a.report.Hardware.Device, a.report.Hardware.Peak = other, other, v
			d.Figure, d.OK, d.expected = figure, true, v
			return
		}
	}
	predicted := map[float64]bool{}
	edits := editsOf(a.edits(&w), AccountPeak)
	for size := 1; size <= 2 && len(d.solutions) == 0; size++ {
		combine(edits, size, func(set []Edit) {
			var b reference.Basis
			for _, e := range set {
				e.Set(&b)
			}
			v, p, ok := PeakOf(&w, b)
			if !ok || size > 1 && preference(set) > 0 {
				return
			}
			predicted[v] = true
			if figure, in := figureIn(d.Interval, v, p, b.PeakSparse); in {
				d.solutions = append(d.solutions, slices.Clone(set))
				if d.Figure == 0 {
					d.Figure = figure
				}
				d.firm = d.firm && p.Confidence.Firm()
			}
		})
	}
	d.tried = len(predicted)
	if facts := a.Facts.Of(runlog.Precision); len(facts) > 0 && facts[0].Source == "format" {
		// What a format's runs use unless they say otherwise does not refute the peak of another precision.
		d.solutions = slices.DeleteFunc(d.solutions, func(set []Edit) bool {
			return slices.ContainsFunc(set, func(e Edit) bool { return e.Axis == "peak precision" })
		})
	}
	slices.SortStableFunc(d.solutions, func(x, y []Edit) int { return preference(x) - preference(y) })
}

// figureIn is a peak's figure in a range, in whichever spelling it is published.
func figureIn(x reference.Interval, v float64, p reference.Peak, sparse bool) (float64, bool) {
	figures := []float64{v}
	if !sparse && v == p.Dense {
		figures = append(figures, p.Spellings()...)
	}
	for _, f := range figures {
		if x.Contains(f) {
			return f, true
		}
	}
	return 0, false
}

// knownPeaks names the devices and precisions whose dense figure lies in a range, at most three.
func knownPeaks(x reference.Interval) []string {
	const most = 3
	var out []string
	for _, d := range reference.Accelerators() {
		for _, p := range []reference.Precision{reference.BF16, reference.FP16, reference.FP8} {
			row, ok := d.Peak(p)
			if !ok {
				continue
			}
			if _, in := figureIn(x, row.Dense, row, false); !in {
				continue
			}
			if len(out) == most {
				return append(out, "others")
			}
			out = append(out, fmt.Sprintf("%s %s", d.Name, p))
			break
		}
	}
	return out
}

// tellImpliedPeak files an MFU that was computed with another peak than the run's.
func (a *Audit) tellImpliedPeak() {
	d := a.Implied
	if d == nil || d.OK || len(d.solutions) == 0 {
		return
	}
	accidental := accidentalMatches(d.tried, d.Interval)
	if accidental > ChanceLimit {
		return // some peak of the table fits any range as wide
	}
	best := d.solutions[0]
	w := a.World
	w.Devices = 1
	var b reference.Basis
	for _, e := range best {
		e.Set(&b)
	}
	t := columnTarget(a.Run, d.MFU, d.Row)
	k := d.Figure / d.expected
	achieved := canonical(d.Achieved, d.Row)
	if d.Achieved.Quantity == reference.AchievedFLOPs {
		achieved /= float64(a.World.Devices)
	}
	f := &Finding{
		Rule: best[0].Rule, Quantity: t.Quantity, Pos: t.position(a.Run), Steps: allSteps(a.Run, d.MFU), Logged: t.Value, Expected: t.Value * k,
		Message:  sentences(best),
		LoggedAs: fmt.Sprintf("%s TFLOP/s ÷ %s", number(achieved/1e12), peakText(&w, b)), ExpectedAs: fmt.Sprintf("%s TFLOP/s ÷ %s", number(achieved/1e12), peakText(&w, reference.Basis{})),
		Evidence: Evidence{Wrong: WrongProven, Cause: CauseUnique, Hypotheses: d.tried, Accidental: accidental},
	}
	if !d.firm {
		f.Evidence.Wrong = WrongInferred
	}
	f.Derivation = []string{fmt.Sprintf("%s ÷ %s is from %s to %s TFLOP/s in every step: the peak that the MFU was computed with", lastKey(d.Achieved.Key), lastKey(d.MFU.Key), number(d.Lo/1e12), number(d.Hi/1e12))}
	f.Derivation = append(f.Derivation, seenIn(best)...)
	own := preference(best)
	for _, alt := range d.solutions[1:] {
		if preference(alt) > own {
			continue
		}
		if alt[0].Rule != best[0].Rule {
			f.Evidence.Cause = CauseAmbiguous
		}
		if len(f.Rivals) < 4 {
			f.Rivals = append(f.Rivals, Rival{Causes: []string{alt[0].Rule}, Text: shortOf(alt), SettledBy: settledBy(alt)})
		}
	}
	f.Printed = a.printed(f)
	a.add(f)
	a.factors = append(a.factors, factor{rule: f.Rule, kind: Correction, value: k, text: shortOf(best), cause: f.Evidence.Cause, order: 3})
}
