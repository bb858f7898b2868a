package audit

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// correction says what is right in place of a column's logged values.
type correction struct {
	cause string
	steps StepRange
	value func(row int, logged float64) float64 // NaN where it is not known
}

// unchanged is the correction of values that are right.
func unchanged() correction {
	return correction{value: func(_ int, logged float64) float64 { return logged }}
}

// correctMFU multiplies an MFU by the corrections of the waterfall. Those that are identities between values of one record are
// recomputed from the record's own parts, since they need not be the same factor at every step.
func (a *Audit) correctMFU(c *runlog.Column) correction {
	out := unchanged()
	if m := a.report.MFU; m == nil || !IsNumber(m.Corrected) {
		return out
	}
	type scaled struct {
		by float64
		at func(row int) (affected, known bool)
	}
	var factors []scaled
	fromParts := a.identity != ""
	if fromParts {
		out.cause, out.steps = a.identity, a.stepsOf(a.identity)
	}
	for _, f := range a.factors {
		if f.kind != Correction {
			continue
		}
		if out.cause == "" {
			out.cause, out.steps = f.rule, a.stepsOf(f.rule)
		}
		if f.identity {
			continue // its steps are computed from their parts
		}
		factors = append(factors, scaled{f.value, a.affects(a.stepsOf(f.rule))})
	}
	_, refined := a.refined(a.loggedMFU())
	out.value = func(row int, v float64) float64 {
		if fromParts || refined {
			x, ok := a.MFUFromParts(row)
			if !ok {
				return math.NaN()
			}
			if printed, ok := cell(c, row, a.Run.LongFloats); refined || !ok || !printed.Overlaps(x.Interval) {
				v = x.Point
			}
		}
		for _, f := range factors {
			switch affected, known := f.at(row); {
			case !known:
				return math.NaN()
			case affected:
				v *= f.by
			}
		}
		return v
	}
	return out
}

// correctColumn multiplies a metric by expected ÷ logged where a finding says that it is wrong.
func (a *Audit) correctColumn(c *runlog.Column) correction {
	out := unchanged()
	i := slices.IndexFunc(a.report.Quantities, func(q QuantityReport) bool { return q.Quantity == c.Quantity && q.Key == c.Key })
	if i < 0 {
		return out
	}
	q := a.report.Quantities[i]
	if q.Status != StatusWrong && q.Status != StatusInherited {
		return out
	}
	out.cause, out.steps = q.Cause, a.stepsOf(q.Cause)
	at := a.affects(out.steps)
	k := q.Expected / q.Logged
	if !IsNumber(k) || k <= 0 {
		k = math.NaN()
	}
	out.value = func(row int, v float64) float64 {
		switch affected, known := at(row); {
		case !known:
			return math.NaN()
		case affected:
			return v * k
		}
		return v
	}
	return out
}

// stepsOf is the steps that a rule's finding is about; the zero value if it says nothing of steps.
func (a *Audit) stepsOf(rule string) StepRange {
	for _, f := range a.report.Findings {
		if f.Rule == rule {
			return f.Steps
		}
	}
	return StepRange{}
}

// affects says which records a range of steps means. Of some steps between two, which are not listed, it is not known.
func (a *Audit) affects(s StepRange) func(row int) (affected, known bool) {
	return func(row int) (bool, bool) {
		step := a.Run.Steps[row]
		switch {
		case s.Count == 0 || s.Count >= s.Of:
			return true, true
		case len(s.List) > 0:
			return slices.Contains(s.List, step), true
		case step < s.First || step > s.Last:
			return false, true
		}
		return false, false
	}
}

// Breakdown is where the log says that its FLOPs go, brought to training FLOPs per token of the whole model (3 × forward). What
// is not logged is NaN.
type Breakdown struct {
	Attention float64 // projections and core
	FFN       float64
	Head      float64
	Total     float64 // the logged FLOPs per token
	Recompute reference.Recompute
}

// breakdown reads the logged FLOPs of a layer as the audit understood them: for a sequence or for a token, of one pass or of three.
// Layers that are not alike have no one value that stands for all.
func (a *Audit) breakdown() *Breakdown {
	nan := math.NaN()
	out := &Breakdown{Attention: nan, FFN: nan, Head: nan, Total: nan, Recompute: reference.Recompute(a.Facts.String(runlog.Recompute))}
	m := a.World.Model
	if m == nil || !a.settled() || a.Diagnosis == nil || a.Diagnosis.Best == nil {
		return out
	}
	for _, t := range a.accountTargets(AccountTotal) {
		if t.Quantity == reference.FLOPsPerToken && t.From == "" {
			out.Total = t.Value
			break
		}
	}
	part := a.Diagnosis.Best.parts[AccountBreakdown]
	if part == nil || !uniform(m) || a.World.SeqLen <= 0 {
		return out
	}
	amount := float64(a.World.SeqLen)
	if part.start.basis.Per == reference.PerToken {
		amount = 1
	}
	amount *= part.start.basis.Passes.Factor(1) * part.start.basis.Scale.Factor()
	for _, t := range a.accountTargets(AccountBreakdown) {
		v := 3 * t.Value / amount
		switch t.Quantity {
		case reference.AttentionFLOPsPerLayer:
			out.Attention = v * float64(m.Layers())
		case reference.FFNFLOPsPerLayer:
			out.FFN = v * float64(m.Layers())
		case reference.LogitFLOPs:
			out.Head = v
		}
	}
	return out
}
