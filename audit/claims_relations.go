package audit

import (
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// claimFactor is a cell in a product, to a power of 1 or −1.
type claimFactor struct {
	symbol string
	power  int
}

// claimRelation says that a cell is the product of others, perhaps with the model's FLOPs per token and the device's peak. All
// that tables of throughput print are such products, so a cell that would repair a row is found by division.
type claimRelation struct {
	claim string
	parts []claimFactor
	flops claimFLOPsKind
	peak  int // power of the peak: 1, −1, or 0 where it has no part
}

// claimFLOPsKind is the FLOPs per token that a relation multiplies by.
type claimFLOPsKind int

const (
	noFLOPs       claimFLOPsKind = iota
	modelFLOPs                   // what MFU counts
	columnFLOPs                  // what a column of FLOP/s counts: model FLOPs, or those of recomputation as well
	hardwareFLOPs                // what HFU counts
)

// own reports whether a relation is between cells of the row alone.
func (r claimRelation) own() bool { return r.flops == noFLOPs && r.peak == 0 }

// text is the relation as a reader checks it, with the columns' keys.
func (r claimRelation) text(cells map[string]claimCell) string {
	var over, under []string
	switch r.flops {
	case modelFLOPs:
		over = append(over, "FLOPs per token")
	case columnFLOPs:
		over = append(over, "FLOPs per token")
	case hardwareFLOPs:
		over = append(over, "FLOPs per token with recomputation")
	}
	for _, p := range r.parts {
		if p.power > 0 {
			over = append(over, cells[p.symbol].key)
		} else {
			under = append(under, cells[p.symbol].key)
		}
	}
	switch {
	case r.peak > 0:
		over = append(over, "peak")
	case r.peak < 0:
		under = append(under, "peak")
	}
	text := cells[r.claim].key + " = " + strings.Join(over, " × ")
	for _, u := range under {
		text += " ÷ " + u
	}
	return text
}

// derive is the right side of a relation at a reading of the digits.
func (r claimRelation) derive(cells map[string]claimCell, level int, k claimConstants) reference.Interval {
	x := reference.Exactly(1)
	for _, p := range r.parts {
		c := cells[p.symbol].reading[level]
		if p.power > 0 {
			x = x.Mul(c)
		} else {
			x = x.Div(c)
		}
	}
	switch r.flops {
	case modelFLOPs:
		x = x.Mul(k.model)
	case columnFLOPs:
		x = x.Mul(k.column)
	case hardwareFLOPs:
		x = x.Mul(k.hardware)
	}
	switch {
	case r.peak > 0:
		x = x.Scale(k.peak)
	case r.peak < 0:
		x = x.Scale(1 / k.peak)
	}
	return widen(x)
}

// claimConstants are what relations take from outside the row.
type claimConstants struct {
	model, column, hardware reference.Interval // FLOPs per token
	peak                    float64            // FLOP/s per device
}

// holds is the narrowest reading of the digits under which a relation holds, −1 if there is none.
func (r claimRelation) holds(cells map[string]claimCell, k claimConstants) int {
	for level := levelRounded; level < claimLevels; level++ {
		x := r.derive(cells, level, k)
		if !math.IsNaN(x.Lo) && !math.IsNaN(x.Hi) && cells[r.claim].reading[level].Overlaps(x) {
			return level
		}
	}
	return -1
}

// point is the right side with every cell as printed.
func (r claimRelation) point(cells map[string]claimCell, k claimConstants) float64 {
	exact := map[string]claimCell{}
	for _, p := range r.parts {
		exact[p.symbol] = countCell("", cells[p.symbol].value)
	}
	return r.derive(exact, levelRounded, k).Mid()
}

// symbols lists the cells of a relation, the claim first.
func (r claimRelation) symbols() []string {
	out := []string{r.claim}
	for _, p := range r.parts {
		out = append(out, p.symbol)
	}
	return out
}

// The cells by name.
const (
	cDevices = string(runlog.Devices)
	cSeqLen  = string(runlog.SeqLen)
	cBatch   = string(runlog.GlobalBatch)
	cTime    = string(reference.StepTime)
	cTokens  = string(reference.TokensPerStep)
	cRate    = string(reference.TokensPerSec)
	cEach    = string(reference.TokensPerSecPerDevice)
	cSamples = string(reference.SequencesPerSec)
	cMFU     = string(reference.MFU)
	cHFU     = string(reference.HFU)
	cFLOPs   = string(reference.AchievedFLOPsPerDevice)
	cHWFLOPs = string(reference.HardwareFLOPsPerDevice)
	cAll     = string(reference.AchievedFLOPs)
	cParams  = string(reference.Parameters)
	cToken   = string(reference.FLOPsPerToken)
	cPeak    = string(reference.PeakFLOPsPerDevice)
	cPeakAll = string(reference.PeakFLOPs)
)

// over and under are factors.
func times(symbols ...string) []claimFactor {
	var out []claimFactor
	for _, s := range symbols {
		out = append(out, claimFactor{s, 1})
	}
	return out
}

func (r claimRelation) over(symbols ...string) claimRelation {
	for _, s := range symbols {
		r.parts = append(slices.Clip(r.parts), claimFactor{s, -1})
	}
	return r
}

// claimRelations lists the relations that are tried, most of them not in any one row.
func claimRelations(has func(string) bool) []claimRelation {
	is := func(claim string, parts ...string) claimRelation {
		return claimRelation{claim: claim, parts: times(parts...)}
	}
	batch := []string{cBatch, cSeqLen}
	if has(cTokens) {
		batch = []string{cTokens}
	}
	list := []claimRelation{
		is(cRate, cEach, cDevices),
		is(cRate, batch...).over(cTime),
		is(cEach, batch...).over(cTime, cDevices),
		is(cSamples, cRate).over(cSeqLen),
		is(cSamples, cBatch).over(cTime),
		is(cTokens, cBatch, cSeqLen),
		is(cAll, cFLOPs, cDevices),
		is(cPeakAll, cPeak, cDevices),
		is(cMFU, cFLOPs).over(cPeak),
		is(cMFU, cAll).over(cPeakAll),
	}
	if !has(cRate) {
		list = append(list, is(cSamples, cEach, cDevices).over(cSeqLen))
	}
	// Sources of tokens per second and device.
	rates := [][]claimFactor{
		times(cEach),
		{{cRate, 1}, {cDevices, -1}},
		append(times(batch...), claimFactor{cTime, -1}, claimFactor{cDevices, -1}),
	}
	if !has(cEach) && !has(cRate) {
		rates = append(rates, []claimFactor{{cSamples, 1}, {cSeqLen, 1}, {cDevices, -1}})
	}
	for _, rate := range rates {
		list = append(list,
			claimRelation{claim: cFLOPs, parts: append(times(cToken), rate...)},
			claimRelation{claim: cFLOPs, parts: rate, flops: columnFLOPs},
			claimRelation{claim: cHWFLOPs, parts: rate, flops: hardwareFLOPs},
			claimRelation{claim: cMFU, parts: rate, flops: modelFLOPs, peak: -1},
			claimRelation{claim: cMFU, parts: append(times(cToken), rate...), peak: -1},
			claimRelation{claim: cHFU, parts: rate, flops: hardwareFLOPs, peak: -1},
		)
		if !has(cFLOPs) {
			list = append(list, claimRelation{claim: cAll, parts: append(slices.Clone(rate), claimFactor{cDevices, 1}), flops: columnFLOPs})
		}
	}
	list = append(list, claimRelation{claim: cToken, flops: modelFLOPs}, claimRelation{claim: cPeak, peak: 1})
	if !has(cPeak) {
		switch {
		case has(cMFU):
			list = append(list, claimRelation{claim: cMFU, parts: times(cFLOPs), peak: -1})
		default:
			list = append(list, claimRelation{claim: cHFU, parts: times(cFLOPs), peak: -1})
		}
		if !has(cFLOPs) {
			list = append(list, claimRelation{claim: cMFU, parts: times(cAll), peak: -1}.over(cDevices))
		}
		list = append(list, claimRelation{claim: cHFU, parts: times(cHWFLOPs), peak: -1})
	}
	return list
}

// present keeps the relations all of whose cells a row has.
func present(list []claimRelation, cells map[string]claimCell) []claimRelation {
	var out []claimRelation
	for _, r := range list {
		if !slices.ContainsFunc(r.symbols(), func(s string) bool { _, ok := cells[s]; return !ok }) {
			out = append(out, r)
		}
	}
	return out
}
