package audit

import (
	"math"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Span is a value that follows from logged ones: the range that their digits allow, and the point that they give as printed.
type Span struct {
	reference.Interval
	Point float64
}

// Exactly is the span of a value that is known.
func Exactly(v float64) Span { return Span{reference.Exactly(v), v} }

// AtMost is everything up to a limit.
func AtMost(limit float64) Span {
	return Span{reference.Interval{Lo: math.Inf(-1), Hi: limit}, limit}
}

// Scale multiplies a span by k > 0.
func (s Span) Scale(k float64) Span { return Span{s.Interval.Scale(k), s.Point * k} }

// Mul is the product of two spans, widened by what the order of products in float64 may change.
func (s Span) Mul(t Span) Span { return Span{widen(s.Interval.Mul(t.Interval)), s.Point * t.Point} }

// Div is the quotient of two spans; t is positive.
func (s Span) Div(t Span) Span { return Span{widen(s.Interval.Div(t.Interval)), s.Point / t.Point} }

// Comparison is a column held against what other logged values give, step by step.
type Comparison struct {
	Column   *runlog.Column
	Rows     int                // records compared
	Bad      []int              // records that disagree
	Row      int                // the record to show: the headline if it disagrees, else the first that does
	Logged   float64            // canonical, at Row
	Expected float64            // canonical, at Row
	Ratio    reference.Interval // logged ÷ expected, what all bad records agree on; empty if they do not
}

// Compare holds every record of a column against an expected interval; records without one are passed over.
func (a *Audit) Compare(c *runlog.Column, expect func(row int) (Span, bool)) Comparison {
	out := Comparison{Column: c, Row: -1, Ratio: reference.Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}}
	for row := range a.Run.Steps {
		logged, ok := cell(c, row, a.Run.LongFloats)
		if !ok {
			continue
		}
		want, ok := expect(row)
		if !ok {
			continue
		}
		out.Rows++
		if logged.Overlaps(want.Interval) {
			continue
		}
		out.Bad = append(out.Bad, row)
		if want.Lo > 0 {
			out.Ratio = out.Ratio.Intersect(logged.Interval.Div(want.Interval))
		}
		if out.Row < 0 || row == a.Steps.Headline {
			out.Row = row
			out.Logged, _ = c.Canonical(row)
			out.Expected = want.Point
		}
	}
	return out
}

// Cell is the interval of one record of the first column of a quantity, canonical.
func (a *Audit) Cell(q reference.Quantity, row int) (Span, bool) {
	c := instant(a.Run, q)
	if c == nil {
		return Span{}, false
	}
	return cell(c, row, a.Run.LongFloats)
}

// Global is the interval of a rate of all devices at a record: as logged, or the per-device one × devices.
func (a *Audit) Global(all, each reference.Quantity, row int) (Span, bool) {
	if x, ok := a.Cell(all, row); ok {
		return x, true
	}
	x, ok := a.Cell(each, row)
	if !ok || a.World.Devices <= 0 {
		return x, false
	}
	return x.Scale(float64(a.World.Devices)), true
}

// widen adds the slack of a product in float64: trainers multiply in another order.
func widen(x reference.Interval) reference.Interval {
	const ulps = 8
	if 0 <= x.Lo && x.Lo <= x.Hi { // then the ends of the hull below
		return reference.Interval{Lo: reference.Ulps(x.Lo, ulps).Lo, Hi: reference.Ulps(x.Hi, ulps).Hi}
	}
	return reference.Ulps(x.Lo, ulps).Hull(reference.Ulps(x.Hi, ulps))
}

// AchievedFromParts is FLOPs per token × tokens per second, all devices.
func (a *Audit) AchievedFromParts(row int) (Span, bool) {
	f, ok1 := a.Cell(reference.FLOPsPerToken, row)
	t, ok2 := a.Global(reference.TokensPerSec, reference.TokensPerSecPerDevice, row)
	return f.Mul(t), ok1 && ok2
}

// LoggedAchieved is the achieved FLOP/s of all devices: as logged, else from its parts.
func (a *Audit) LoggedAchieved(row int) (Span, bool) {
	if x, ok := a.Global(reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice, row); ok {
		return x, true
	}
	return a.AchievedFromParts(row)
}

// LoggedPeak is the peak of all devices as logged.
func (a *Audit) LoggedPeak(row int) (Span, bool) {
	if x, ok := a.Global(reference.PeakFLOPs, reference.PeakFLOPsPerDevice, row); ok {
		return x, true
	}
	for i := range a.targets {
		switch t := &a.targets[i]; {
		case t.Quantity == reference.PeakFLOPs:
			return Span{t.Loose, t.Value}, true
		case t.Quantity == reference.PeakFLOPsPerDevice && a.World.Devices > 0:
			return Span{t.Loose, t.Value}.Scale(float64(a.World.Devices)), true
		}
	}
	return Span{}, false
}

// MFUFromParts is achieved ÷ peak, both as logged.
func (a *Audit) MFUFromParts(row int) (Span, bool) {
	achieved, ok1 := a.LoggedAchieved(row)
	peak, ok2 := a.LoggedPeak(row)
	if !ok1 || !ok2 || peak.Lo <= 0 {
		return Span{}, false
	}
	return achieved.Div(peak), true
}

// Finding starts a finding at a column's record.
func (a *Audit) Finding(c *runlog.Column, row int) Finding {
	t := columnTarget(a.Run, c, row)
	return Finding{Quantity: c.Quantity, Pos: t.position(a.Run), Steps: t.Steps, Logged: t.Value, Expected: math.NaN()}
}

// SummaryFinding starts a finding at a value that is not per step.
func (a *Audit) SummaryFinding(o *runlog.Observation) Finding {
	return Finding{Quantity: o.Quantity, Pos: o.Pos, Logged: o.Value(), Expected: math.NaN()}
}

// FactFinding starts a finding at a declared fact.
func (a *Audit) FactFinding(x runlog.Fact, q reference.Quantity) Finding {
	return Finding{Quantity: q, Pos: x.Pos, Logged: x.Num, Expected: math.NaN()}
}

// FindingOfComparison starts a finding at what a comparison shows, over the steps that disagree.
func (a *Audit) FindingOfComparison(c Comparison) Finding {
	f := a.Finding(c.Column, c.Row)
	f.Expected = c.Expected
	f.Steps = StepRange{Count: len(c.Bad), Of: c.Column.Count()}
	for i, row := range c.Bad {
		if i == 0 {
			f.Steps.First = a.Run.Steps[row]
		}
		f.Steps.Last = a.Run.Steps[row]
		if len(c.Bad) <= 6 {
			f.Steps.List = append(f.Steps.List, a.Run.Steps[row])
		}
	}
	return f
}

// Settled reports whether the model is known well enough to correct and restate with.
func (a *Audit) Settled() bool { return a.settled() }

// Predict is what an account on a basis logs for a quantity in the audit's world.
func (a *Audit) Predict(q reference.Quantity, b reference.Basis) (float64, bool) {
	return predict(q, &a.World, b)
}

// Number, Percent and Group format values as reports print them: six significant digits, a percentage with two decimals, a
// whole number in groups of three digits.
func Number(v float64) string { return number(v) }

// Percent formats a fraction as a percentage with two decimals.
func Percent(v float64) string { return percent(v) }

// Group formats a whole number in groups of three digits.
func Group(v float64) string { return group(v) }

// List joins words as prose.
func List(words []string) string { return rejoin(words) }

// Report is the report so far: what diagnosis and earlier rules found.
func (a *Audit) Report() *RunReport { return a.report }

// Found reports whether a finding of a rule is filed.
func (a *Audit) Found(rule string) bool {
	for _, f := range a.report.Findings {
		if f.Rule == rule {
			return true
		}
	}
	return false
}
