package audit

import (
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// relation is something that holds between the columns of a right log, and between them and the declared facts. logged ones are
// identities between logged values alone: a log that breaks one is not right. Those with facts only speak for a meaning.
type relation struct {
	text   string
	logged bool
	// sides are the two sides at a record; NaN where one is not known.
	sides func(v *readValues) (left, right float64)
}

// readValues are the values of a record under one combination of meanings.
type readValues struct {
	a     *Audit
	row   int
	slack float64 // what the printed digits of the values read so far leave open, relative
}

// of is a record's value of a quantity; NaN if it has none.
func (v *readValues) of(q reference.Quantity) float64 {
	c := instant(v.a.Run, q)
	if c == nil || c.Aside != "" {
		return math.NaN()
	}
	x, ok := cell(c, v.row, v.a.Run.LongFloats)
	if !ok || !(x.Point > 0) {
		return math.NaN()
	}
	v.slack += (x.Hi - x.Lo) / x.Point
	return x.Point
}

// devices is their number; NaN if unknown.
func (v *readValues) devices() float64 {
	if v.a.World.Devices > 0 {
		return float64(v.a.World.Devices)
	}
	return math.NaN()
}

// relations lists what is tried.
func relations() []relation {
	const (
		mfu, time              = reference.MFU, reference.StepTime
		rate, rateEach         = reference.TokensPerSec, reference.TokensPerSecPerDevice
		achieved, achievedEach = reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice
		peak, peakEach         = reference.PeakFLOPs, reference.PeakFLOPsPerDevice
		flops, tokens          = reference.FLOPsPerToken, reference.TokensPerStep
	)
	return []relation{
		{"tokens/s × step time = tokens of a step", true, func(v *readValues) (float64, float64) { return v.of(rate) * v.of(time), v.of(tokens) }},
		{"tokens/s of a device × devices × step time = tokens of a step", true, func(v *readValues) (float64, float64) {
			return v.of(rateEach) * v.devices() * v.of(time), v.of(tokens)
		}},
		{"tokens/s = tokens/s of a device × devices", true, func(v *readValues) (float64, float64) { return v.of(rate), v.of(rateEach) * v.devices() }},
		{"achieved FLOP/s = FLOPs per token × tokens/s", true, func(v *readValues) (float64, float64) { return v.of(achieved), v.of(flops) * v.of(rate) }},
		{"achieved FLOP/s of a device = FLOPs per token × tokens/s of a device", true, func(v *readValues) (float64, float64) {
			return v.of(achievedEach), v.of(flops) * v.of(rateEach)
		}},
		{"achieved FLOP/s of a device × devices = FLOPs per token × tokens/s", true, func(v *readValues) (float64, float64) {
			return v.of(achievedEach) * v.devices(), v.of(flops) * v.of(rate)
		}},
		{"achieved FLOP/s = FLOPs per token × tokens/s of a device × devices", true, func(v *readValues) (float64, float64) {
			return v.of(achieved), v.of(flops) * v.of(rateEach) * v.devices()
		}},
		{"MFU = achieved ÷ peak", true, func(v *readValues) (float64, float64) { return v.of(mfu), v.of(achieved) / v.of(peak) }},
		{"MFU = achieved ÷ peak, of a device", true, func(v *readValues) (float64, float64) { return v.of(mfu), v.of(achievedEach) / v.of(peakEach) }},
		{"MFU = achieved of a device × devices ÷ peak", true, func(v *readValues) (float64, float64) {
			return v.of(mfu), v.of(achievedEach) * v.devices() / v.of(peak)
		}},
		{"MFU = achieved ÷ devices ÷ peak of a device", true, func(v *readValues) (float64, float64) {
			return v.of(mfu), v.of(achieved) / v.devices() / v.of(peakEach)
		}},
		{"MFU = FLOPs per token × tokens/s ÷ peak", true, func(v *readValues) (float64, float64) { return v.of(mfu), v.of(flops) * v.of(rate) / v.of(peak) }},
		{"MFU = FLOPs per token × tokens/s ÷ peak, of a device", true, func(v *readValues) (float64, float64) {
			return v.of(mfu), v.of(flops) * v.of(rateEach) / v.of(peakEach)
		}},

		{"tokens/s × step time = the batch", false, func(v *readValues) (float64, float64) { return v.batch(v.of(rate) * v.of(time)) }},
		{"tokens/s of a device × devices × step time = the batch", false, func(v *readValues) (float64, float64) {
			return v.batch(v.of(rateEach) * v.devices() * v.of(time))
		}},
		{"the tokens of a step are the batch", false, func(v *readValues) (float64, float64) { return v.batch(v.of(tokens)) }},
		{"the peak is the device's", false, func(v *readValues) (float64, float64) { return v.of(peak) / v.devices(), v.a.report.Hardware.Peak }},
		{"the peak of a device is the device's", false, func(v *readValues) (float64, float64) { return v.of(peakEach), v.a.report.Hardware.Peak }},
		{"MFU = achieved of a device ÷ the device's peak", false, func(v *readValues) (float64, float64) {
			return v.of(mfu), v.of(achievedEach) / v.a.report.Hardware.Peak
		}},
		{"MFU = achieved ÷ devices ÷ the device's peak", false, func(v *readValues) (float64, float64) {
			return v.of(mfu), v.of(achieved) / v.devices() / v.a.report.Hardware.Peak
		}},
		{"MFU = the model's FLOPs per token × tokens/s of a device ÷ the device's peak", false, func(v *readValues) (float64, float64) {
			return v.model(v.of(mfu) * v.a.report.Hardware.Peak / v.of(rateEach))
		}},
		{"MFU = the model's FLOPs per token × tokens/s ÷ devices ÷ the device's peak", false, func(v *readValues) (float64, float64) {
			return v.model(v.of(mfu) * v.a.report.Hardware.Peak * v.devices() / v.of(rate))
		}},
		{"MFU = the model's FLOPs per token × the batch ÷ step time ÷ devices ÷ the device's peak", false, func(v *readValues) (float64, float64) {
			if len(v.a.meanings.batches) == 0 {
				return math.NaN(), math.NaN()
			}
			return v.model(v.of(mfu) * v.a.report.Hardware.Peak * v.devices() * v.of(time) / v.a.meanings.batches[0])
		}},
		{"achieved ÷ tokens/s = the model's FLOPs per token", false, func(v *readValues) (float64, float64) { return v.model(v.of(achieved) / v.of(rate)) }},
		{"achieved ÷ tokens/s of a device = the model's FLOPs per token", false, func(v *readValues) (float64, float64) {
			return v.model(v.of(achievedEach) / v.of(rateEach))
		}},
		{"achieved of a device × devices ÷ tokens/s = the model's FLOPs per token", false, func(v *readValues) (float64, float64) {
			return v.model(v.of(achievedEach) * v.devices() / v.of(rate))
		}},
		{"achieved ÷ devices ÷ tokens/s of a device = the model's FLOPs per token", false, func(v *readValues) (float64, float64) {
			return v.model(v.of(achieved) / v.devices() / v.of(rateEach))
		}},
	}
}

// batch gives tokens and the nearest of what the batch facts may mean.
func (v *readValues) batch(x float64) (left, right float64) {
	return x, nearest(x, v.a.meanings.batches)
}

// model gives FLOPs per token and the nearest of the named model's under any definition.
func (v *readValues) model(x float64) (left, right float64) {
	return x, nearest(x, v.a.meanings.models)
}

// nearest is the value with the least quotient to x; NaN if there is none.
func nearest(x float64, values []float64) float64 {
	best := math.NaN()
	for _, v := range values {
		if !(math.Abs(math.Log(x/best)) <= math.Abs(math.Log(x/v))) {
			best = v
		}
	}
	return best
}

// batchTokens are the tokens of a step that the batch facts may mean; none where they leave a part out.
func (a *Audit) batchTokens() []float64 {
	if a.batchUnsaid() != "" {
		return nil
	}
	var out []float64
	for _, r := range a.readings() {
		out = append(out, r.Tokens)
	}
	return out
}

// modelFLOPs are the FLOPs per token that the user states, or those of the named model under every definition.
func (a *Audit) modelFLOPs() []float64 {
	if a.Options.FLOPsPerToken > 0 {
		return []float64{a.Options.FLOPsPerToken}
	}
	m, S := a.Options.Model, a.World.SeqLen
	if m == nil || S <= 0 {
		return nil
	}
	var out []float64
	for _, c := range reference.Conventions() {
		if !c.Suspect {
			out = append(out, c.TrainingPerToken(m, S))
		}
	}
	return out
}

// weigh counts the relations that hold and those that are broken under the meanings at hand.
func (a *Audit) weigh(c *combination, rows []int) {
	for _, r := range relations() {
		tried, agreed := 0, 0
		for _, row := range rows {
			v := readValues{a: a, row: row}
			left, right := r.sides(&v)
			if !(left > 0) || !(right > 0) {
				continue
			}
			tried++
			if math.Abs(math.Log(left/right)) <= math.Log(sameThing)+v.slack {
				agreed++
			}
		}
		switch {
		case tried > 0 && float64(agreed) >= agreeing*float64(tried):
			c.holds = append(c.holds, r.text)
		case tried > 0 && r.logged:
			c.broken++
		case tried > 0 && strings.HasSuffix(r.text, "the batch"): // of FLOPs there may be a definition that is not tried
			c.against++
		}
	}
	c.holds = append(c.holds, a.twins(rows)...)
	c.broken += a.beyondLimits(rows)
}

// twins names the quantities of which two columns agree, one of them ambiguous.
func (a *Audit) twins(rows []int) []string {
	var out []string
	for i, c := range a.Run.Columns {
		for _, d := range a.Run.Columns[i+1:] {
			if c.Quantity != d.Quantity || c.Smoothed || d.Smoothed || len(c.Meanings)+len(d.Meanings) == 0 {
				continue
			}
			if all(rows, func(row int) bool {
				return math.Abs(math.Log(canonical(c, row)/canonical(d, row))) <= math.Log(sameThing)
			}) {
				out = append(out, lastKey(c.Key)+" = "+lastKey(d.Key))
			}
		}
	}
	return out
}

// mostPerDevice is more than any accelerator of the table computes per second at any precision.
const mostPerDevice = 1e17

// beyondLimits counts the columns that would exceed what a device can do in every row: such a reading is none.
func (a *Audit) beyondLimits(rows []int) int {
	limit := mostPerDevice
	if d := a.World.Device; d != nil {
		limit = 0
		for _, p := range d.Peaks {
			limit = math.Max(limit, math.Max(p.Dense, p.Sparse))
		}
		if limit == 0 {
			limit = mostPerDevice
		}
	}
	n := 0
	exceeds := func(q reference.Quantity, most float64) {
		for _, c := range a.Run.ColumnsOf(q) {
			if len(c.Meanings) == 0 || math.IsInf(most, 0) || math.IsNaN(most) {
				continue
			}
			if all(rows, func(row int) bool { return canonical(c, row) > most }) {
				n++
			}
		}
	}
	exceeds(reference.MFU, 2) // up to 2 it may be a mistake as well as a percentage
	exceeds(reference.AchievedFLOPsPerDevice, limit)
	if a.World.Devices > 0 {
		exceeds(reference.AchievedFLOPs, limit*float64(a.World.Devices))
	}
	for _, c := range a.Run.ColumnsOf(reference.StepTime) {
		if len(c.Meanings) > 0 && all(rows, func(row int) bool { return canonical(c, row) < shortestStep }) {
			n++
		}
	}
	return n
}

// shortestStep is what no optimizer step that is worth logging takes less than, s: launching its kernels takes longer.
const shortestStep = 1e-3

// all reports whether a test holds for every row that has a value, and for one at least.
func all(rows []int, test func(row int) bool) bool {
	return len(rows) > 0 && !slices.ContainsFunc(rows, func(row int) bool { return !test(row) })
}

// doubts reports whether a column is read as is usual, without anything that proves it.
func (a *Audit) doubts(c *runlog.Column) bool { return c != nil && a.meanings.doubted[c.Key] }
