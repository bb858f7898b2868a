package audit

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Reading is one way to understand what the batch facts mean: how many tokens a step of all ranks has.
type Reading struct {
	Name   string // "accumulation is global", …
	Tokens float64
	Accum  float64 // accumulation steps of one rank, 0 if unknown
	Cost   int
	Text   string // the product, with numbers
	Settle string // which flag settles it
}

// defined is what it costs to break what a format defines, such as nanoGPT's batch_size per rank.
const defined = 2

// readings lists what the batch facts may mean, the format's own meaning first.
func (a *Audit) readings() []Reading {
	f, S := a.Facts, float64(a.World.SeqLen)
	if n := f.Int(runlog.TokensPerStep); n > 0 {
		return []Reading{{Name: "declared", Tokens: float64(n), Text: fmt.Sprintf("tokens per step %d as declared", n), Settle: "--tokens-per-step"}}
	}
	if n := f.Int(runlog.GlobalBatch); n > 0 && S > 0 {
		return []Reading{{
			Name: "global batch", Tokens: float64(n) * S,
			Text: fmt.Sprintf("global batch %d × S %s = %s tokens", n, plain(S), group(float64(n)*S)), Settle: "--global-batch-size",
		}}
	}
	micro, accum, W := float64(a.World.MicroBatch), float64(a.World.GradAccum), float64(a.World.Ranks)
	if micro <= 0 || S <= 0 {
		return nil
	}
	if accum <= 0 {
		accum = 1
	}
	if W <= 0 {
		W = 1
	}
	global := Reading{
		Name: "accumulation is global", Tokens: micro * accum * S, Accum: accum / W,
		Text:   fmt.Sprintf("batch %s × accumulation %s (over all ranks) × S %s = %s tokens", plain(micro), plain(accum), plain(S), group(micro*accum*S)),
		Settle: "--accumulation-scope",
	}
	perRank := Reading{
		Name: "accumulation is per rank", Tokens: micro * accum * S * W, Accum: accum, Cost: 1,
		Text:   fmt.Sprintf("batch %s × accumulation %s (on each rank) × S %s × %s ranks = %s tokens", plain(micro), plain(accum), plain(S), plain(W), group(micro*accum*S*W)),
		Settle: "--accumulation-scope",
	}
	batchGlobal := Reading{
		Name: "batch size is global", Tokens: micro * accum * S / W, Accum: accum / W, Cost: defined,
		Text:   fmt.Sprintf("batch %s (of all ranks) × accumulation %s (over all ranks) × S %s ÷ %s ranks = %s tokens", plain(micro), plain(accum), plain(S), plain(W), group(micro*accum*S/W)),
		Settle: "--global-batch-size",
	}
	switch a.Facts.String(runlog.AccumScope) {
	case "global":
		return []Reading{global}
	case "rank":
		perRank.Cost = 0
		return []Reading{perRank}
	}
	if W == 1 {
		return []Reading{global}
	}
	if accum == 1 {
		// There is nothing to divide among the ranks: without accumulation each rank has its own batch.
		perRank.Cost, perRank.Name = 0, "batch size is per rank"
		batchGlobal.Tokens = micro * S
		batchGlobal.Text = fmt.Sprintf("batch %s (of all ranks) × S %s = %s tokens", plain(micro), plain(S), group(micro*S))
		return []Reading{perRank, batchGlobal}
	}
	return []Reading{global, perRank, batchGlobal}
}

// tokenSolution is one way in which the logged tokens come out.
type tokenSolution struct {
	reading Reading
	edits   []Edit
	cost    int
	factor  float64 // logged ÷ true tokens
}

// TokenDiagnosis is what the logged tokens say about a step.
type TokenDiagnosis struct {
	Observed  reference.Interval // tokens per step as logged, widest reading of the digits
	Exact     reference.Interval // the same, narrowest reading
	Value     float64
	From      string  // the expression it was taken from
	Target    *target // the logged value that a finding points at
	Readings  []Reading
	Solutions []tokenSolution
	Tried     int
	Undecided string // the fact that is not logged and would explain a difference, "" if none
	Timed     bool   // tokens per second × step time
	Varies    bool   // tokens × time is not constant over the steady steps
}

// True is the tokens per step of the cheapest explanation; 0 if unknown.
func (d *TokenDiagnosis) True() float64 {
	if d == nil || len(d.Solutions) == 0 {
		return 0
	}
	return d.Solutions[0].reading.Tokens
}

// Wrong reports whether the logged tokens need a mistake to come out.
func (d *TokenDiagnosis) Wrong() bool {
	return d != nil && len(d.Readings) > 0 && d.Target != nil && d.Undecided == "" && (len(d.Solutions) == 0 || len(d.Solutions[0].edits) > 0)
}

// tokenFactor is what a basis multiplies the tokens of a step by.
func tokenFactor(w *World, r Reading, b reference.Basis) (float64, bool) {
	k := 1.0
	if b.Ranks != reference.AllRanks {
		if w.Ranks <= 1 {
			return 0, false
		}
		if b.Ranks == reference.OneRank {
			k /= float64(w.Ranks)
		} else {
			k *= float64(w.Ranks)
		}
	}
	if b.Accumulation != reference.AccumulationOnce {
		if r.Accum <= 1 {
			return 0, false
		}
		if b.Accumulation == reference.AccumulationOmitted {
			k /= r.Accum
		} else {
			k *= r.Accum
		}
	}
	if b.TokensTimes > 1 {
		k *= float64(b.TokensTimes)
	}
	if b.TokensOver > 1 {
		k /= float64(b.TokensOver)
	}
	return k, true
}

// diagnoseTokens compares the logged tokens of a step with what the batch facts give.
func (a *Audit) diagnoseTokens() *TokenDiagnosis {
	d := a.observeTokens()
	if d == nil {
		return nil
	}
	d.Readings = a.readings()
	edits := editsOf(a.edits(&a.World), AccountTokens)
	// The narrow reading of the digits first: 20000.0 may be rounded to a digit, but hardly is.
	d.solve(&a.World, edits, d.Exact)
	if len(d.Solutions) == 0 || len(d.Solutions[0].edits) > 0 {
		narrow := d.Solutions
		d.Solutions = nil
		d.solve(&a.World, edits, d.Observed)
		if len(narrow) > 0 && (len(d.Solutions) == 0 || len(d.Solutions[0].edits) > 0) {
			d.Solutions = narrow
		}
	}
	if wrong := len(d.Solutions) == 0 || len(d.Solutions[0].edits) > 0; wrong {
		d.Undecided = a.batchUnsaid()
	}
	return d
}

// batchUnsaid names a fact of the batch that the log leaves out, so that tokens which fit no reading are no mistake yet.
func (a *Audit) batchUnsaid() string {
	switch {
	case a.Facts.Int(runlog.TokensPerStep) > 0 || a.Facts.Int(runlog.GlobalBatch) > 0:
		return ""
	case a.World.Ranks == 0:
		return "the number of data-parallel ranks (--devices)"
	case a.World.GradAccum == 0:
		return "the gradient accumulation (--grad-accum)"
	default:
		return ""
	}
}

// solve lists the readings and edits whose tokens lie in an interval, cheapest first.
func (d *TokenDiagnosis) solve(w *World, edits []Edit, observed reference.Interval) {
	predicted := map[float64]bool{}
	for _, r := range d.Readings {
		for size := 0; size <= maxEdits; size++ {
			combine(edits, size, func(set []Edit) {
				var b reference.Basis
				for _, e := range set {
					e.Set(&b)
				}
				k, ok := tokenFactor(w, r, b)
				if !ok {
					return
				}
				predicted[r.Tokens*k] = true
				if !observed.Contains(r.Tokens * k) {
					return
				}
				for _, s := range d.Solutions {
					if s.reading.Name == r.Name && contains(set, s.edits) {
						return
					}
				}
				d.Solutions = append(d.Solutions, tokenSolution{reading: r, edits: slices.Clone(set), cost: r.Cost + size, factor: k})
			})
		}
	}
	d.Tried = len(predicted)
	sort.SliceStable(d.Solutions, func(i, j int) bool {
		x, y := d.Solutions[i], d.Solutions[j]
		if x.cost != y.cost {
			return x.cost < y.cost
		}
		return len(x.edits) < len(y.edits) // another meaning of the facts before a mistake
	})
}

// observeTokens finds the logged tokens of a step: as logged, or tokens per second × step time, whose interval is the
// intersection over the steady steps.
func (a *Audit) observeTokens() *TokenDiagnosis {
	for i := range a.targets {
		t := &a.targets[i]
		if t.Quantity == reference.TokensPerStep && !a.declares(t) {
			return &TokenDiagnosis{Observed: t.Loose, Exact: t.Exact, Value: t.Value, From: t.Key, Target: t}
		}
	}
	time := first(a.Run.ColumnsOf(reference.StepTime))
	for _, rate := range []struct {
		q     reference.Quantity
		scale float64
	}{{reference.TokensPerSec, 1}, {reference.TokensPerSecPerDevice, float64(a.World.Devices)}} {
		c := instant(a.Run, rate.q)
		if c == nil || time == nil || rate.scale <= 0 {
			continue
		}
		rows := a.Steps.Steady
		if a.Steps.Headline >= 0 && !slices.Contains(rows, a.Steps.Headline) {
			rows = append(slices.Clone(rows), a.Steps.Headline)
		}
		wide, varies, ok := product(rows, func(row int) (Span, bool) {
			r, ok1 := cell(c, row, a.Run.LongFloats)
			t, ok2 := cell(time, row, a.Run.LongFloats)
			return r.Mul(t).Scale(rate.scale), ok1 && ok2
		})
		if !ok {
			continue
		}
		narrow, _, _ := product(rows, func(row int) (Span, bool) {
			r, ok1 := exactCell(c, row, a.Run.LongFloats)
			t, ok2 := exactCell(time, row, a.Run.LongFloats)
			return r.Mul(t).Scale(rate.scale), ok1 && ok2
		})
		t := columnTarget(a.Run, c, a.Steps.Headline)
		t.Steps = allSteps(a.Run, c)
		value := wide.Point
		if whole := math.Round(value); wide.Contains(whole) {
			value = whole
		}
		return &TokenDiagnosis{
			Observed: wide.Interval, Exact: narrow.Interval, Value: value, Target: &t, Timed: true, Varies: varies,
			From: fmt.Sprintf("%s tokens/s × %s s", number(canonical(c, a.Steps.Headline)*rate.scale), number(canonical(time, a.Steps.Headline))),
		}
	}
	return nil
}

// declares reports whether the batch is known from this very column: it cannot be held against itself.
func (a *Audit) declares(t *target) bool {
	for _, key := range []runlog.FactKey{runlog.TokensPerStep, runlog.GlobalBatch} {
		if facts := a.Facts.Of(key); len(facts) > 0 {
			return facts[0].Source == "step" && lastKey(facts[0].Pos.Path) == lastKey(t.Key)
		}
	}
	return false
}

// product intersects a span over rows. Rows that cannot agree leave the last one's alone, and varies is true.
func product(rows []int, f func(int) (Span, bool)) (x Span, varies, ok bool) {
	x = Span{Interval: reference.Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}}
	var last Span
	for _, row := range rows {
		y, has := f(row)
		if !has {
			continue
		}
		ok, last = true, y
		x = Span{x.Intersect(y.Interval), y.Point}
	}
	if ok && x.Empty() {
		return last, true, true
	}
	return x, false, ok
}

// allSteps names every step at which a column has a value.
func allSteps(run *runlog.Run, c *runlog.Column) StepRange {
	s := StepRange{Count: c.Count(), Of: c.Count()}
	seen := false
	for row, step := range run.Steps {
		if !c.Has(row) {
			continue
		}
		if !seen {
			s.First, seen = step, true
		}
		s.Last = step
	}
	return s
}
