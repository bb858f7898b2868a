package audit

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// CorrectedMFU is the headline MFU with every correction found so far, under the log's own definition; NaN if none is logged.
func (a *Audit) CorrectedMFU() float64 {
	v := a.loggedMFU()
	for _, f := range a.factors {
		if f.kind == Correction {
			v *= f.value
		}
	}
	return v
}

// Smallest is the least of the definitions' FLOPs per token ÷ the log's own: what a limit is tested under.
func (a *Audit) Smallest() float64 { return a.smallest() }

// BrokenFacts lists the declared facts that the model contradicts, each quantity and value once.
func (a *Audit) BrokenFacts() []runlog.Fact {
	var out []runlog.Fact
	var names []string
	for _, x := range a.Facts.all {
		name := factName(x)
		if x.Void == "" && slices.Contains(a.World.Breaks, name) && !slices.Contains(names, name) {
			names = append(names, name)
			out = append(out, x)
		}
	}
	return out
}

// Broken reports whether the model contradicts a fact.
func (a *Audit) Broken(x runlog.Fact) bool { return slices.Contains(a.World.Breaks, factName(x)) }

// FactName is how a fact is cited: its key and value.
func FactName(x runlog.Fact) string { return factName(x) }

// Unsolved reports whether no architecture of the domain has the logged parameter total.
func (a *Audit) Unsolved() bool { return a.unsolved }

// Declared reports whether facts declare every dimension that FLOPs depend on.
func (a *Audit) Declared() bool { return a.declaredWhole() }

// Incredible reports whether the model rests on undeclared dimensions and does not explain the logged FLOPs.
func (a *Audit) Incredible() bool { return a.incredible() }

// ParametersTotal is the logged parameter total; 0 if none is logged.
func (a *Audit) ParametersTotal() int64 { return a.parameters }

// ModelsTried counts the architectures with the logged total that were weighed against each other.
func (a *Audit) ModelsTried() int { return len(a.worlds) + len(a.nearMisses) }

// ModelChance is how many architectures were expected to fit the total by chance.
func (a *Audit) ModelChance() float64 { return a.accidental }

// NoFactKept reports whether every architecture with the total contradicts at least one declared fact.
func (a *Audit) NoFactKept() bool {
	keeps := func(w World) bool { return len(w.Breaks) == 0 }
	return !slices.ContainsFunc(a.worlds, keeps) && !slices.ContainsFunc(a.nearMisses, keeps)
}

// Canonical is the value of a record of a column in its canonical unit; NaN if it has none.
func Canonical(c *runlog.Column, row int) float64 { return canonical(c, row) }

// SameNumber reports whether two logged values of one quantity may be the same number, each within what was printed.
func (a *Audit) SameNumber(x, y *runlog.Observation) bool {
	_, p, _ := intervals(x.Logged, x.Digits, x.Scale, a.Run.LongFloats)
	_, q, _ := intervals(y.Logged, y.Digits, y.Scale, a.Run.LongFloats)
	return p.Overlaps(q)
}

// MayBe reports whether a logged value may stand for v, within what was printed.
func (a *Audit) MayBe(o *runlog.Observation, v float64) bool {
	_, x, cut := intervals(o.Logged, o.Digits, o.Scale, a.Run.LongFloats)
	return x.Contains(v) || !cut.Empty() && cut.Contains(v)
}

// Values lists one observation per metric key of a quantity: the summary's, and of each column its headline record.
func (a *Audit) Values(q reference.Quantity) []runlog.Observation {
	var out []runlog.Observation
	for _, o := range a.Run.Summary {
		if o.Quantity == q && !IsAverage(o.Key) {
			out = append(out, o)
		}
	}
	for _, c := range a.Run.ColumnsOf(q) {
		row := a.Steps.Headline
		if !c.Has(row) {
			row = c.FirstRow()
		}
		v, d, ok := c.At(row)
		if !ok {
			continue
		}
		t := columnTarget(a.Run, c, row)
		out = append(out, runlog.Observation{Quantity: q, Key: c.Key, Logged: v, Digits: d, Scale: c.Scale, Unit: c.Unit, Pos: t.position(a.Run)})
	}
	return out
}

// PartsOfParameters writes the parameter total of the model, of a named one as published, as a sum that can be checked by hand.
func (a *Audit) PartsOfParameters() string {
	switch {
	case a.Options.Model != nil:
		return parameterSum(a.Options.Model)
	case a.World.Model == nil:
		return ""
	default:
		return parameterSum(a.World.Model)
	}
}

// IsNumber reports whether v is neither NaN nor infinite.
func IsNumber(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// TotalEdited reports whether the logged FLOPs per token come out with a mistake only.
func (a *Audit) TotalEdited() bool {
	if a.Diagnosis == nil || a.Diagnosis.Best == nil {
		return false
	}
	part := a.Diagnosis.Best.parts[AccountTotal]
	return part != nil && len(part.edits) > 0
}

// BestWorld is the world of the cheapest explanation; nil if there is none.
func (a *Audit) BestWorld() *World {
	if a.Diagnosis == nil || a.Diagnosis.Best == nil {
		return nil
	}
	return a.Diagnosis.Best.world
}

// BatchReadings lists what the batch facts may mean, the format's own meaning first; none where a fact is missing.
func (a *Audit) BatchReadings() []Reading {
	if a.batchUnsaid() != "" {
		return nil
	}
	return a.readings()
}
