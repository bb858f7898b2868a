package audit

import (
	"fmt"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Some trainers print hardware FLOP/s: what the devices computed, the recomputed forward pass among it. That is no mistake but
// another quantity; it is recognised by the formula that gives it, and restated as model FLOP/s.

// HardwareRate is a logged figure of hardware FLOP/s and what it is.
type HardwareRate struct {
	Column  *runlog.Column
	Row     int                 // the record that the report shows
	Logged  float64             // FLOP/s per device
	Counts  reference.Recompute // what the formula recomputes; "" if none gives the figure
	Formula string              // what gives it: "megatron-2021: 96·L·H²·(…)"
	Same    float64             // FLOP/s by the same formula without recomputation; 0 if unknown
	Model   float64             // FLOP/s of the model under matmul-full; 0 if the model is not settled
	Lacks   string              // why nothing could be tried, "" if it was
	Tried   int
}

// hardwareCount is one way to count hardware FLOPs per token.
type hardwareCount struct {
	formula  string
	counts   reference.Recompute
	value    reference.Interval
	lessOver float64 // the same without recomputation ÷ with it
}

// hardwareRates recognises the figures of hardware FLOP/s.
func (a *Audit) hardwareRates() []HardwareRate {
	var out []HardwareRate
	for _, c := range a.Run.ColumnsOf(reference.HardwareFLOPsPerDevice) {
		row := a.Steps.Headline
		if !c.Has(row) {
			row = c.FirstRow()
		}
		h := HardwareRate{Column: c, Row: row, Logged: canonical(c, row)}
		a.recognise(&h)
		out = append(out, h)
	}
	return out
}

func (a *Audit) recognise(h *HardwareRate) {
	counts := a.hardwareCounts()
	if h.Tried = len(counts); h.Tried == 0 {
		h.Lacks = a.flopsUnknown()
		if h.Lacks == "" {
			h.Lacks = "the vocabulary is not known (--model)"
		}
		return
	}
	rows := a.Steps.Steady
	if !slices.Contains(rows, h.Row) {
		rows = append(slices.Clone(rows), h.Row)
	}
	perToken, _, ok := product(rows, func(row int) (Span, bool) {
		x, ok1 := cell(h.Column, row, a.Run.LongFloats)
		rate, ok2 := a.ratePerDevice(row)
		if !ok1 || !ok2 || rate.Lo <= 0 {
			return Span{}, false
		}
		return x.Div(rate), true
	})
	rate, okRate := a.ratePerDevice(h.Row)
	if !ok || !okRate {
		h.Lacks = a.rateUnknown()
		if h.Lacks == "" {
			h.Lacks = "needs the number of devices (--devices)"
		}
		return
	}
	for _, c := range counts {
		if !c.value.Overlaps(perToken.Interval) {
			continue
		}
		h.Formula, h.Counts, h.Same = c.formula, c.counts, h.Logged*c.lessOver
		break
	}
	if v, ok := predict(reference.FLOPsPerToken, &a.World, reference.Basis{}); ok && a.settled() {
		h.Model = v * rate.Point
	}
}

// ratePerDevice is tokens per second and device at a record: as logged, or from the rate of all devices, or from the batch and the
// step time.
func (a *Audit) ratePerDevice(row int) (Span, bool) {
	if x, ok := a.Cell(reference.TokensPerSecPerDevice, row); ok {
		return x, true
	}
	if a.World.Devices <= 0 {
		return Span{}, false
	}
	each := 1 / float64(a.World.Devices)
	if x, ok := a.Cell(reference.TokensPerSec, row); ok {
		return x.Scale(each), true
	}
	time, ok := a.Cell(reference.StepTime, row)
	readings := a.readings()
	if !ok || len(readings) == 0 || time.Lo <= 0 {
		return Span{}, false
	}
	return Exactly(readings[0].Tokens).Div(time).Scale(each), true
}

// hardwareCounts are the counts of hardware FLOPs per token that trainers use, those of the declared recomputation first.
func (a *Audit) hardwareCounts() []hardwareCount {
	var out []hardwareCount
	add := func(formula string, counts reference.Recompute, with, without float64) {
		if with > 0 {
			out = append(out, hardwareCount{formula, counts, widen(reference.Exactly(with)), without / with})
		}
	}
	if w := &a.World; w.Model != nil && w.VocabKnown && w.SeqLen > 0 && a.accidental <= ChanceLimit {
		named := func(name string) float64 {
			c, _ := reference.ConventionByName(name)
			return c.TrainingPerToken(w.Model, w.SeqLen)
		}
		formula := func(name string) string {
			c, _ := reference.ConventionByName(name)
			return name + ": " + c.Formula
		}
		// The formulas of a GPT need its layers, width and vocabulary alone.
		if len(a.Facts.Of(runlog.VocabSize)) > 0 || a.settled() {
			add(formula("megatron-2021"), reference.RecomputeFull, named("megatron-2021"), named("megatron-2022"))
			add(formula("megatron-2022"), reference.NoRecompute, named("megatron-2022"), named("megatron-2022"))
			add(formula("gpt-neox"), reference.NoRecompute, named("gpt-neox"), named("gpt-neox"))
		}
		if a.settled() {
			for _, core := range []struct {
				name  string
				basis reference.Basis
			}{{reference.MatmulFull, reference.Basis{}}, {"causal-half", reference.Basis{Core: reference.CoreHalf}}} {
				with := func(p reference.Passes) float64 {
					b := core.basis
					b.Passes = p
					v, _ := predict(reference.FLOPsPerToken, w, b)
					return v
				}
				model := with(reference.PassesDefault)
				add("4 × the forward pass of "+core.name, reference.RecomputeFull, with(reference.FourTimes), model)
				add(core.name+" and the layers' forward pass once more", reference.RecomputeFull, with(reference.FullRecompute), model)
				add(core.name+" and the attention core's forward pass once more", reference.RecomputeSelective, with(reference.SelectiveRecompute), model)
				add(formula(core.name), reference.NoRecompute, model, model)
			}
		}
	}
	if total := a.Values(reference.Parameters); len(total) > 0 {
		_, n, _ := intervals(total[0].Logged, total[0].Digits, total[0].Scale, a.Run.LongFloats)
		out = append(out,
			hardwareCount{"8·N, N all parameters", reference.RecomputeFull, widen(n.Scale(8)), 6.0 / 8},
			hardwareCount{"6·N, N all parameters", reference.NoRecompute, widen(n.Scale(6)), 1})
	}
	declared := reference.Recompute(a.Facts.String(runlog.Recompute))
	slices.SortStableFunc(out, func(x, y hardwareCount) int {
		rank := func(c hardwareCount) int {
			if declared == "" || c.counts == declared {
				return 0
			}
			return 1
		}
		return rank(x) - rank(y)
	})
	return out
}

// auditedHardware is audited for hardware FLOP/s.
func (a *Audit) auditedHardware(t *target) (Status, string) {
	for _, h := range a.Hardware {
		if h.Column != t.Column {
			continue
		}
		switch {
		case h.Lacks != "":
			return StatusNotAudited, h.Lacks
		case h.Formula == "":
			return StatusNotAudited, fmt.Sprintf("not reproduced under the %d counts of hardware FLOPs tried", h.Tried)
		case h.Counts == reference.NoRecompute:
			return StatusOK, "nothing recomputed: " + h.Formula
		default:
			return StatusOK, "counts recomputation: " + h.Formula
		}
	}
	return StatusNotAudited, "no rule"
}

// auditedHFU is audited for HFU: its ratio to the MFU must be that of a recompute mode, and the MFU itself be audited.
func (a *Audit) auditedHFU(t *target) (Status, string) {
	m := instant(a.Run, reference.MFU)
	if m == nil || t.Column == nil {
		return StatusNotAudited, "needs the MFU of the same steps beside it"
	}
	mfu, ok := cell(m, t.Row, a.Run.LongFloats)
	hfu, okH := cell(t.Column, t.Row, a.Run.LongFloats)
	if !ok || !okH || mfu.Lo <= 0 {
		return StatusNotAudited, "needs the MFU of the same steps beside it"
	}
	mt := columnTarget(a.Run, m, t.Row)
	if status, reason := a.byRule(&mt); status != StatusOK {
		return status, "the MFU beside it is not audited: " + reason
	}
	ratio := hfu.Div(mfu)
	for _, r := range a.HFURatios() {
		if ratio.Contains(r.Value) {
			return StatusOK, fmt.Sprintf("%s × MFU: %s", number(r.Value), r.Text)
		}
	}
	return StatusNotAudited, fmt.Sprintf("HFU ÷ MFU is %s, which no recompute mode that was tried gives", number(ratio.Point))
}

// Ratio is a value that HFU ÷ MFU may have.
type Ratio struct {
	Value float64
	Text  string
	Mode  reference.Recompute
}

// HFURatios are what HFU ÷ MFU is under the recompute modes: of the model, where it is settled, and 4/3.
func (a *Audit) HFURatios() []Ratio {
	out := []Ratio{{1, "nothing is recomputed", reference.NoRecompute}, {4.0 / 3, "one more forward pass for three", reference.RecomputeFull}}
	own, ok := predict(reference.FLOPsPerToken, &a.World, a.Own)
	if !ok || own <= 0 || !a.settled() || a.Own.Formula != "" {
		return out
	}
	for _, r := range []Ratio{
		{0, "the layers' forward pass once more", reference.RecomputeFull},
		{0, "the attention core's forward pass once more", reference.RecomputeSelective},
	} {
		b := a.Own
		b.Passes = reference.FullRecompute
		if r.Mode == reference.RecomputeSelective {
			b.Passes = reference.SelectiveRecompute
		}
		if v, ok := predict(reference.FLOPsPerToken, &a.World, b); ok {
			r.Value = v / own
			out = append(out, r)
		}
	}
	return out
}
