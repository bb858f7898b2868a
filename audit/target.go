package audit

import (
	"math"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// target is one logged value that an account's basis must reproduce: a constant column, the headline step of one that varies,
// a summary value, or a constant ratio of two columns.
type target struct {
	Quantity reference.Quantity
	Key      string
	Account  Account
	Value    float64            // canonical
	Exact    reference.Interval // narrowest reading, canonical
	Loose    reference.Interval // widest reading that is no truncation, canonical
	Cut      reference.Interval // the truncated reading; empty if there is none
	Row      int                // record, −1 for a summary value
	Column   *runlog.Column     // nil for a summary value
	Obs      *runlog.Observation
	Steps    StepRange
	Over     *runlog.Column // of a ratio, what the column is divided by
	From     string         // how the value follows from logged ones, "" if it is logged itself
}

// accountOf says which code path computes a quantity; "" for what is derived from several.
func accountOf(q reference.Quantity) Account {
	switch q {
	case reference.Parameters, reference.TrainableParameters, reference.NonEmbeddingParameters:
		return AccountParameters
	case reference.AttentionFLOPsPerLayer, reference.FFNFLOPsPerLayer, reference.AttentionToFFNRatio, reference.LogitFLOPs:
		return AccountBreakdown
	case reference.FLOPsPerToken, reference.WeightFLOPsPerToken, reference.CoreFLOPsPerToken:
		return AccountTotal
	case reference.TokensPerStep, reference.TokensPerSec, reference.TokensPerSecPerDevice:
		return AccountTokens
	case reference.PeakFLOPs, reference.PeakFLOPsPerDevice:
		return AccountPeak
	case reference.StepTime:
		return AccountTime
	}
	return ""
}

// predict is what an account on basis b logs for a quantity in world w; ok is false where the world does not say enough.
func predict(q reference.Quantity, w *World, b reference.Basis) (v float64, ok bool) {
	m, S := w.Model, float64(w.SeqLen)
	if m == nil {
		return 0, false
	}
	switch q {
	case reference.Parameters, reference.TrainableParameters:
		return float64(m.CountParameters().Total), w.VocabKnown
	case reference.NonEmbeddingParameters:
		return float64(m.CountParameters().NonEmbedding()), w.VocabKnown
	case reference.GQAGroupSize:
		at := m.First().Attention
		return float64(at.Heads) / float64(at.KVHeads), at.KVHeads > 0
	}
	if w.SeqLen <= 0 {
		return 0, false
	}
	amount := S
	if b.Per == reference.PerToken {
		amount = 1
	}
	amount *= b.Passes.Factor(1) * b.Scale.Factor()
	switch q {
	case reference.AttentionFLOPsPerLayer:
		f := w.layer(b)
		return amount * (f.Projections + f.Core), true
	case reference.FFNFLOPsPerLayer:
		return amount * w.layer(b).FFN, true
	case reference.AttentionToFFNRatio:
		f := w.layer(b)
		return (f.Projections + f.Core) / f.FFN, f.FFN > 0
	case reference.LogitFLOPs:
		return amount * w.forward(b).Head * math.Pow(1000, float64(b.LogitUnit)), w.VocabKnown
	}
	training := b.Passes.Factor(3)
	needsVocab := b.Lookup || b.Head == reference.HeadOnce || b.Head == reference.HeadIfStored
	if !w.VocabKnown && needsVocab && q != reference.CoreFLOPsPerToken {
		return 0, false
	}
	f := w.forward(b)
	share, coreShare := w.trainedShares(b.Frozen)
	scale := b.Scale.Factor()
	weights, core := training*f.Weights()*share, training*f.Core*coreShare
	switch q {
	case reference.FLOPsPerToken:
		if b.Formula != "" {
			return b.TrainingPerToken(m, w.SeqLen) - training*f.Weights()*(1-share), true
		}
		return scale * (weights + core + b.Passes.Recomputed(f)), true
	case reference.WeightFLOPsPerToken:
		return scale * weights, true
	case reference.CoreFLOPsPerToken:
		return scale * core, true
	}
	return 0, false
}

// trainedShares are what training a share of the weights costs, as a part of training all, for the weights and for the attention
// core: forward and input gradients are due for every weight, weight gradients for the trained ones, and the core has none.
func (w *World) trainedShares(charge reference.FrozenCharge) (weights, core float64) {
	due := 1 - w.Frozen/3
	switch charge {
	case reference.FrozenAsTrained:
		return 1, 1
	case reference.FrozenForwardOnly:
		return 1 - 2*w.Frozen/3, 1
	case reference.FrozenEverything:
		return due, due
	default:
		return due, 1
	}
}

// matches reports whether a predicted value lies within what was printed.
func (t *target) matches(v float64) bool { return t.Loose.Contains(v) || t.Cut.Contains(v) }

// reading says how a predicted value that matches is read: "" if every digit is right, else "as rounded" or "as truncated".
func (t *target) reading(v float64) string {
	switch {
	case t.Exact.Contains(v):
		return ""
	case t.Loose.Contains(v):
		return "as rounded"
	case t.Cut.Contains(v):
		return "as truncated"
	default:
		return ""
	}
}

// intervals converts a logged value's readings to canonical units: narrowest, widest without truncation, truncated.
func intervals(v float64, d runlog.Digits, scale float64, longFloats bool) (exact, loose, cut reference.Interval) {
	cut = reference.Interval{Lo: math.Inf(1), Hi: math.Inf(-1)}
	for i, r := range d.Readings(v, longFloats) {
		x := r.Interval.Scale(scale)
		switch {
		case i == 0:
			exact, loose = x, x
		case r.Reading == runlog.ReadingTruncated:
			cut = x
		default:
			loose = loose.Hull(x)
		}
	}
	return exact, loose, cut
}

// cell is the interval of one record of a column, widest reading, truncation included, canonical.
func cell(c *runlog.Column, row int, longFloats bool) (Span, bool) {
	v, d, ok := c.At(row)
	if !ok {
		return Span{}, false
	}
	return Span{d.Widest(v, longFloats).Scale(c.Scale), v * c.Scale}, true
}

// exactCell is the narrowest reading of one record of a column, canonical.
func exactCell(c *runlog.Column, row int, longFloats bool) (Span, bool) {
	v, d, ok := c.At(row)
	if !ok {
		return Span{}, false
	}
	exact, _, _ := intervals(v, d, c.Scale, longFloats)
	return Span{exact, v * c.Scale}, true
}

// columnTarget makes the target of a column at a record.
func columnTarget(run *runlog.Run, c *runlog.Column, row int) target {
	v, d, _ := c.At(row)
	t := target{Quantity: c.Quantity, Key: c.Key, Account: accountOf(c.Quantity), Value: v * c.Scale, Row: row, Column: c}
	t.Exact, t.Loose, t.Cut = intervals(v, d, c.Scale, run.LongFloats)
	t.Steps = equalSteps(run, c, v)
	return t
}

// equalSteps names the steps at which a column has the value v.
func equalSteps(run *runlog.Run, c *runlog.Column, v float64) StepRange {
	s := StepRange{Of: c.Count()}
	if x, _, ok := c.At(c.FirstRow()); c.Constant() && ok && x == v {
		return StepRange{First: run.Steps[c.FirstRow()], Last: run.Steps[c.LastRow()], Count: c.Count(), Of: c.Count()}
	}
	for row := range run.Steps {
		x, _, ok := c.At(row)
		if !ok || x != v {
			continue
		}
		if s.Count == 0 {
			s.First = run.Steps[row]
		}
		s.Last = run.Steps[row]
		s.Count++
	}
	return s
}

// summaryTarget makes the target of a value that is not per step.
func summaryTarget(run *runlog.Run, o *runlog.Observation) target {
	t := target{Quantity: o.Quantity, Key: o.Key, Account: accountOf(o.Quantity), Value: o.Value(), Row: -1, Obs: o}
	t.Exact, t.Loose, t.Cut = intervals(o.Logged, o.Digits, o.Scale, run.LongFloats)
	return t
}

// position finds the value's token in the input.
func (t *target) position(run *runlog.Run) runlog.Position {
	switch {
	case t.Obs != nil:
		return t.Obs.Pos
	case t.Column != nil && run.Locate != nil:
		if p, ok := run.Locate(run, t.Row, t.Key); ok {
			return p
		}
	}
	return runlog.Position{File: run.Path, Path: t.Key}
}
