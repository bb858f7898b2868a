package audit

import (
	"math"
	"slices"
	"sort"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// An MFU without logged parts is FLOPs per token × tokens of a step ÷ step time ÷ peak, each as some account counts it. The
// search lists what each of the three may be, joins them over sorted logarithms by two pointers, and keeps the cheapest.

// option is one value that one of the three factors may have.
type option struct {
	value float64
	cost  int
	edits []Edit
	text  string // how it is counted, for the derivation
	name  string // convention, for FLOPs
	basis reference.Basis
	truth float64 // the value with its edits undone
	world *World
}

// joint is one way in which the MFU comes out.
type joint struct {
	flops, tokens, peak *option
	cost                int
}

func (j joint) edits() []Edit { return slices.Concat(j.flops.edits, j.tokens.edits, j.peak.edits) }

// imply explains an MFU that cannot be held against parts logged beside it.
func (a *Audit) imply() {
	c := mfuColumn(a.Run)
	if c == nil || c.Aside != "" || len(a.worlds) == 0 && a.Options.FLOPsPerToken == 0 && len(a.Run.ColumnsOf(reference.FLOPsPerToken)) == 0 {
		return
	}
	if a.Implied != nil {
		return // the quotients of what is logged say more
	}
	for row := range a.Run.Steps {
		if _, ok := a.MFUFromParts(row); ok && c.Has(row) && a.linked(row, c) {
			a.usesPeak = true
			return
		}
	}
	seen, ok := a.observeMFU(c)
	if !ok {
		return
	}
	observed, row := seen.Interval, seen.row
	flops, tokens, peaks := a.flopsOptions(), seen.tokens, a.peakOptions(seen.devices)
	if len(flops) == 0 || len(tokens) == 0 || len(peaks) == 0 {
		return
	}
	solutions := join(flops, tokens, peaks, observed)
	tried := len(flops) * len(tokens) * len(peaks)
	accidental := accidentalMatches(tried, observed)
	if len(solutions) == 0 {
		a.tellUnreproduced(c, row, tried)
		return
	}
	best := solutions[0]
	if len(best.edits()) == 0 && accidental > 1 && best.peak.text == unknownDevice {
		return // some device fits any value
	}
	a.adopt(best, solutions)
	a.MFUExplained, a.timed, a.usesPeak = true, seen.timed, best.peak.text == loggedPeak
	if len(best.edits()) == 0 {
		return
	}
	a.tellImplied(c, row, solutions, tried, accidental)
}

// linked reports whether the logged parts give the logged MFU, or differ from it so that a check rule tells.
func (a *Audit) linked(row int, c *runlog.Column) bool {
	want, _ := a.MFUFromParts(row)
	got, _ := cell(c, row, a.Run.LongFloats)
	return got.Overlaps(want.Interval) || a.Logs(reference.AchievedFLOPs) || a.Logs(reference.TokensPerSec) || a.Logs(reference.TokensPerSecPerDevice)
}

// mfuSeen is what the logged MFU says of FLOPs per token × tokens ÷ peak.
type mfuSeen struct {
	reference.Interval
	row     int
	tokens  []option // what is to be multiplied by the FLOPs per token
	devices int64    // whose peak it is divided by
	timed   bool     // with the step time, not a logged rate
}

// observeMFU is MFU × step time, which is FLOPs per token × tokens of a step ÷ peak, or MFU ÷ tokens per second where the time or
// the batch is not logged. It is constant over the steps: the intersection over the steady ones, or what the steps of a moving
// average leave.
func (a *Audit) observeMFU(c *runlog.Column) (s mfuSeen, ok bool) {
	s.row, s.devices, s.tokens = a.Steps.Headline, a.World.Devices, a.tokenOptions()
	time := first(a.Run.ColumnsOf(reference.StepTime))
	other := func(m, x Span) Span { return m.Mul(x) }
	s.timed = time != nil && len(s.tokens) > 0
	if !s.timed {
		if time = instant(a.Run, reference.TokensPerSec); time == nil {
			time, s.devices = instant(a.Run, reference.TokensPerSecPerDevice), 1
		}
		s.tokens = []option{{value: 1, truth: 1, text: "tokens per second as logged"}}
		other = func(m, x Span) Span { return m.Div(x) }
	}
	if time == nil {
		return s, false
	}
	if a.smoothed(c) {
		s.Interval, s.row, ok = a.unsmooth(c, time, other)
		return s, ok
	}
	at := func(row int) (Span, bool) {
		m, ok1 := cell(c, row, a.Run.LongFloats)
		t, ok2 := cell(time, row, a.Run.LongFloats)
		if !ok1 || !ok2 || t.Lo <= 0 {
			return m, false
		}
		return other(m, t), true
	}
	rows := a.Steps.Steady
	if len(rows) == 0 && a.Steps.Headline >= 0 {
		rows = []int{a.Steps.Headline}
	}
	x, _, ok := product(rows, at)
	s.Interval = x.Interval
	return s, ok && x.Lo > 0
}

// A moving average of nanoGPT keeps this share of its last value (karpathy/nanoGPT 3adf61e1 train.py).
const averageKeeps = 0.9

// unsmooth is what a moving average of the MFU says of the steps' own: its first value if the log shows it start, which is the
// step's own, else what the recurrence m ← 0.9·m + 0.1·(constant ÷ step time) leaves over the steps.
func (a *Audit) unsmooth(c, time *runlog.Column, other func(m, x Span) Span) (x reference.Interval, row int, ok bool) {
	row = c.FirstRow()
	begin, okM := cell(c, row, a.Run.LongFloats)
	t, okT := cell(time, row, a.Run.LongFloats)
	if row > 0 {
		return other(begin, t).Interval, row, okM && okT
	}
	if !okM || !a.Run.Smoothed {
		return x, row, false
	}
	x = reference.Interval{Lo: 0, Hi: math.Inf(1)}
	var weight Span // of the constant in the value at hand
	keeps := 1.0
	for row++; row < len(a.Run.Steps); row++ {
		m, ok1 := cell(c, row, a.Run.LongFloats)
		t, ok2 := cell(time, row, a.Run.LongFloats)
		if !ok1 || !ok2 || t.Lo <= 0 {
			break
		}
		each := other(Exactly(1), t) // 1 × time or 1 ÷ rate: its inverse is what the constant is multiplied by
		keeps *= averageKeeps
		weight = Span{weight.Interval.Scale(averageKeeps), weight.Point * averageKeeps}
		share := Exactly(1 - averageKeeps).Div(each)
		weight = Span{reference.Interval{Lo: weight.Lo + share.Lo, Hi: weight.Hi + share.Hi}, weight.Point + share.Point}
		left := reference.Interval{Lo: m.Lo - keeps*begin.Hi, Hi: m.Hi - keeps*begin.Lo}
		if left.Lo <= 0 {
			continue
		}
		x = x.Intersect(widen(left.Div(weight.Interval)))
		ok = true
	}
	return x, a.Steps.Headline, ok && !x.Empty() && x.Lo > 0
}

func (a *Audit) smoothed(c *runlog.Column) bool {
	return c.Smoothed || a.Run.Smoothed && c.Key == "mfu"
}

// flopsOptions lists the FLOPs per token that may be in the MFU: as logged, or every convention on every model that fits, with
// at most two edits.
func (a *Audit) flopsOptions() []option {
	if c := first(a.Run.ColumnsOf(reference.FLOPsPerToken)); c != nil {
		v := canonical(c, max(a.Steps.Headline, c.FirstRow()))
		return []option{{value: v, truth: v, text: "FLOPs per token as logged", name: a.OwnName, basis: a.Own}}
	}
	if v := a.Options.FLOPsPerToken; v > 0 {
		return []option{{value: v, truth: v, text: "--flops-per-token", name: a.OwnName, basis: a.Own}}
	}
	worlds := a.worlds
	if a.settled() {
		worlds = []World{a.World}
	}
	var out []option
	for i := range worlds {
		w := &worlds[i]
		if i >= mostWorlds || !w.VocabKnown || len(w.Breaks) > len(worlds[0].Breaks)+1 {
			break
		}
		edits := editsOf(a.edits(w), AccountTotal)
		for _, s := range a.starts(w, AccountTotal) {
			truth, ok := predict(reference.FLOPsPerToken, w, s.basis)
			if !ok {
				continue
			}
			for size := 0; size <= 2 && (size == 0 || len(worlds) < 20 && !s.whole); size++ {
				combine(edits, size, func(set []Edit) {
					b := s.basis
					for _, e := range set {
						e.Set(&b)
					}
					if b.Scale != reference.ScaleOne {
						return // a plain factor of an MFU alone is as well the peak's or the tokens', and likelier
					}
					if v, ok := predict(reference.FLOPsPerToken, w, b); ok && (size == 0 || v != truth) {
						out = append(out, option{
							value: v, truth: truth, cost: len(w.Breaks) + s.cost + size, edits: slices.Clone(set),
							name: s.name, basis: s.basis, text: s.name, world: w,
						})
					}
				})
			}
		}
	}
	return out // not deduplicated: equal values of different models are rivals
}

// tokenOptions lists the tokens of a step that may be in the MFU.
func (a *Audit) tokenOptions() []option {
	if a.Tokens != nil && len(a.Tokens.Solutions) > 0 { // the number that the printed digits stand for
		s := a.Tokens.Solutions[0]
		v := s.reading.Tokens * s.factor
		return []option{{value: v, truth: v, text: "tokens as logged"}}
	}
	if a.Tokens != nil {
		return []option{{value: a.Tokens.Value, truth: a.Tokens.Value, text: "tokens as logged"}}
	}
	var out []option
	edits := editsOf(a.edits(&a.World), AccountTokens)
	for _, r := range a.readings() {
		for size := 0; size <= 2; size++ {
			combine(edits, size, func(set []Edit) {
				var b reference.Basis
				for _, e := range set {
					e.Set(&b)
				}
				if k, ok := tokenFactor(&a.World, r, b); ok {
					out = append(out, option{value: r.Tokens * k, truth: r.Tokens, cost: r.Cost + size, edits: slices.Clone(set), text: r.Text})
				}
			})
		}
	}
	return dedupe(out)
}

// unknownDevice marks a peak taken from the table because the log names no device.
const unknownDevice = "the device is not logged"

// loggedPeak marks the peak that stands beside the MFU.
const loggedPeak = "peak as logged"

// peakOptions lists the peaks that may be in the MFU: as logged, the run's own, and its edits; every dense peak of the table
// where no device is logged.
func (a *Audit) peakOptions(devices int64) []option {
	var out []option
	w := a.World
	w.Devices = devices
	if x, ok := a.LoggedPeak(max(a.Steps.Headline, 0)); ok {
		share := float64(devices) / float64(max(a.World.Devices, 1))
		out = append(out, option{value: x.Point * share, truth: x.Point * share, text: loggedPeak})
	}
	if v, row, ok := PeakOf(&w, reference.Basis{}); ok {
		out = append(out, option{value: v, truth: v, text: peakText(&w, reference.Basis{})})
		if row.Dense > 0 && !w.Sparse {
			for _, figure := range row.Spellings()[1:] { // the same peak, as others print it
				u := v * figure / row.Dense
				out = append(out, option{value: u, truth: u, text: number(figure/1e12) + " TFLOP/s, another spelling of " + peakText(&w, reference.Basis{})})
			}
		}
		common := slices.DeleteFunc(editsOf(a.edits(&w), AccountPeak), func(e Edit) bool { return e.Rare })
		for size := 1; size <= 2; size++ {
			combine(common, size, func(set []Edit) {
				var b reference.Basis
				for _, e := range set {
					e.Set(&b)
				}
				if u, _, ok := PeakOf(&w, b); ok && u != v && (size == 1 || preference(set) == 0) {
					out = append(out, option{value: u, truth: v, cost: size, edits: slices.Clone(set), text: peakText(&w, b)})
				}
			})
		}
		return dedupe(out)
	}
	if w.Device != nil || len(out) > 0 {
		return out
	}
	n, precision := float64(max(w.Devices, 1)), w.Precision
	if precision == "" {
		precision = reference.BF16
	}
	for _, d := range reference.Accelerators() {
		if p, ok := d.Peak(precision); ok {
			out = append(out, option{value: p.Dense * n, truth: p.Dense * n, text: unknownDevice, name: d.Name})
		}
	}
	return dedupe(out)
}

// dedupe keeps the cheapest option of each value.
func dedupe(options []option) []option {
	sort.SliceStable(options, func(i, j int) bool {
		if options[i].value != options[j].value {
			return options[i].value < options[j].value
		}
		return options[i].cost < options[j].cost
	})
	out := options[:0]
	for _, o := range options {
		if n := len(out); n > 0 && out[n-1].value == o.value && out[n-1].cost <= o.cost {
			continue
		}
		out = append(out, o)
	}
	return out
}

// join finds the triples whose FLOPs × tokens ÷ peak lies in the observed interval: FLOPs and the other two's quotients, both
// sorted, are walked from opposite ends. Only those within one of the cheapest are kept, cheapest first.
func join(flops, tokens, peaks []option, observed reference.Interval) []joint {
	type rate struct {
		value        float64
		tokens, peak *option
	}
	var rates []rate
	for i := range tokens {
		for j := range peaks {
			rates = append(rates, rate{tokens[i].value / peaks[j].value, &tokens[i], &peaks[j]})
		}
	}
	sort.SliceStable(flops, func(i, j int) bool { return flops[i].value < flops[j].value })
	sort.SliceStable(rates, func(i, j int) bool { return rates[i].value < rates[j].value })
	window := widen(observed)
	var out []joint
	lo := len(rates)
	for i := range flops { // ascending: the matching rates move down
		f := &flops[i]
		for lo > 0 && rates[lo-1].value*f.value >= window.Lo {
			lo--
		}
		for k := lo; k < len(rates) && rates[k].value*f.value <= window.Hi; k++ {
			r := rates[k]
			out = append(out, joint{f, r.tokens, r.peak, f.cost + r.tokens.cost + r.peak.cost})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].cost < out[j].cost })
	return slices.DeleteFunc(out, func(j joint) bool { return j.cost > out[0].cost+1 })
}
