package audit

import (
	"math"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Steady is what a comparison of runs needs of one: its steady steps, corrected.
type Steady struct {
	TokensPerStep float64 // corrected; 0 if unknown
	// One value for each steady step that has the metric, in order: seconds, tokens per second and device, fractions.
	StepTime, Rate, MFU, Restated []float64
	// Loss at every step that has it, with the tokens seen until then; the steps themselves where TokensPerStep is unknown.
	Loss, LossAt []float64
}

// steady collects the steps of the run once everything is corrected.
func (a *Audit) steady() *Steady {
	s := &Steady{TokensPerStep: a.trueTokens()}
	time := first(a.Run.ColumnsOf(reference.StepTime))
	s.StepTime = steadyValues(time, a.Steps.Steady, 1)
	s.Rate = a.loggedRates()
	if devices := float64(a.World.Devices); len(s.StepTime) > 0 && s.TokensPerStep > 0 && devices > 0 {
		const contested = 0.1
		implied := s.TokensPerStep / middle(s.StepTime) / devices
		switch {
		case len(s.Rate) == 0:
			for _, t := range s.StepTime {
				s.Rate = append(s.Rate, s.TokensPerStep/t/devices)
			}
		case math.Abs(middle(s.Rate)/implied-1) > contested:
			s.TokensPerStep = 0 // the log contradicts itself, and nothing says what is right
		}
	}
	m := a.report.MFU
	if m == nil {
		return s.withLoss(a)
	}
	column := mfuColumn(a.Run)
	if correction := m.Corrected / m.Logged; correction > 0 && !math.IsInf(correction, 0) {
		s.MFU = steadyValues(column, a.Steps.Steady, correction)
	}
	if m.Restated > 0 {
		switch {
		case m.Corrected > 0:
			for _, v := range s.MFU {
				s.Restated = append(s.Restated, v*m.Restated/m.Corrected)
			}
		default: // it was computed from the rate
			if c := canonical(time, a.Steps.Headline); c > 0 {
				for _, t := range s.StepTime {
					s.Restated = append(s.Restated, m.Restated*c/t)
				}
			}
		}
	}
	return s.withLoss(a)
}

// trueTokens is the tokens of a step, all ranks; 0 if unknown.
func (a *Audit) trueTokens() float64 {
	if v := a.Tokens.True(); v > 0 {
		return v
	}
	if n := a.Facts.Int(runlog.TokensPerStep); n > 0 {
		return float64(n)
	}
	if batch, S := a.Facts.Int(runlog.GlobalBatch), a.World.SeqLen; batch > 0 && S > 0 {
		return float64(batch * S)
	}
	return 0
}

// loggedRates is tokens per second and device as logged, corrected as the report has it.
func (a *Audit) loggedRates() []float64 {
	for _, q := range a.report.Quantities {
		devices := 1.0
		if q.Quantity == reference.TokensPerSec {
			devices = float64(a.World.Devices)
		}
		if q.Quantity != reference.TokensPerSec && q.Quantity != reference.TokensPerSecPerDevice || devices == 0 {
			continue
		}
		k := 1.0
		if q.Status == StatusWrong || q.Status == StatusInherited {
			k = q.Expected / q.Logged
		}
		for _, c := range a.Run.ColumnsOf(q.Quantity) {
			if v := steadyValues(c, a.Steps.Steady, k/devices); k > 0 && len(v) > 0 {
				return v
			}
		}
	}
	return nil
}

func (s *Steady) withLoss(a *Audit) *Steady {
	loss := first(a.Run.ColumnsOf(reference.Loss))
	unit := s.TokensPerStep
	if unit == 0 {
		unit = 1
	}
	for row, step := range a.Run.Steps {
		if v := canonical(loss, row); !math.IsNaN(v) && !math.IsInf(v, 0) {
			s.Loss, s.LossAt = append(s.Loss, v), append(s.LossAt, float64(step)*unit)
		}
	}
	return s
}

// steadyValues are a column's positive values at some records, scaled.
func steadyValues(c *runlog.Column, rows []int, scale float64) []float64 {
	var out []float64
	for _, row := range rows {
		if v := canonical(c, row) * scale; v > 0 && !math.IsInf(v, 0) {
			out = append(out, v)
		}
	}
	return out
}
