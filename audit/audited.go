package audit

import (
	"fmt"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// audited says whether a metric without a finding was really compared with something, and what is missing if it was not.
func (a *Audit) audited(t *target) (Status, string) {
	switch t.Account {
	case AccountBreakdown, AccountTotal:
		return a.auditedFLOPs(t)
	case AccountPeak:
		if reason := PeakUnknown(a); reason != "" {
			return StatusNotAudited, reason
		}
		return StatusOK, ""
	case AccountTokens:
		return a.auditedTokens(t)
	case AccountTime:
		return a.auditedTime(t)
	case AccountParameters:
		if t.Quantity == reference.NonEmbeddingParameters {
			return a.byRule(t)
		}
		if reason := ModelUnknown(a); reason != "" {
			return StatusNotAudited, reason
		}
		if a.unsolved && t.Quantity == reference.Parameters {
			return a.byRule(t)
		}
		if v, ok := predict(t.Quantity, &a.World, reference.Basis{}); ok && a.Options.Model == nil && !t.matches(v) {
			return StatusNotAudited, "rounded, and the model is not settled (--model)"
		}
		return StatusOK, ""
	}
	return a.byRule(t)
}

// auditedFLOPs is audited for FLOPs per token and for the breakdown.
func (a *Audit) auditedFLOPs(t *target) (Status, string) {
	if reason := a.flopsUnknown(); reason != "" {
		return StatusNotAudited, reason
	}
	if part := a.Diagnosis.Best.parts[t.Account]; part != nil {
		var how []string
		if t.Account == AccountTotal && part.start.name != reference.MatmulFull {
			how = append(how, "right under "+part.start.name)
		}
		if part.start.note != "" {
			how = append(how, part.start.note)
		}
		if v, ok := predict(t.Quantity, &a.World, part.basis); ok && t.reading(v) != "" {
			how = append(how, t.reading(v))
		}
		return StatusOK, strings.Join(how, ", ")
	}
	if v, ok := predict(t.Quantity, &a.World, a.Own); ok && t.matches(v) {
		return StatusOK, ""
	}
	return StatusNotAudited, "the model is not settled"
}

// flopsUnknown says what FLOPs lack; "" if the model and the sequence length give them.
func (a *Audit) flopsUnknown() string {
	switch parts := a.flopsLack(); {
	case len(parts) > 0:
		return "needs " + rejoin(parts)
	case a.accidental > ChanceLimit:
		return "the model is not settled: several fit by chance (--model)"
	case a.unsolved:
		return "no model of the searched domain has the parameter total (--model)"
	case a.Diagnosis == nil || a.Diagnosis.Best == nil:
		return "the model is not settled (--model)"
	default:
		return ""
	}
}

// flopsLack lists the facts that FLOPs lack.
func (a *Audit) flopsLack() []string {
	var parts []string
	if reason := ModelUnknown(a); reason != "" {
		parts = append(parts, strings.TrimPrefix(reason, "needs "))
	}
	if a.World.SeqLen <= 0 {
		parts = append(parts, "the sequence length (--seq-len)")
	}
	return parts
}

// impliedBy reports whether a column's quotient with another was explained as FLOPs per token, and how.
func (a *Audit) impliedBy(c *runlog.Column) (how string, ok bool) {
	if a.flopsUnknown() != "" || c == nil || c.Smoothed {
		return "", false
	}
	for _, t := range a.accountTargets(AccountTotal) {
		if t.From == "" {
			continue
		}
		part := a.Diagnosis.Best.parts[AccountTotal]
		involved := t.Column == c || t.Over == c
		if involved && part != nil && len(part.edits) == 0 {
			return fmt.Sprintf("%s: right under %s", t.From, part.start.name), true
		}
	}
	return "", false
}

// achievedByBatch reports whether achieved FLOP/s are the model's FLOPs per token × the tokens of a step ÷ its time under a
// definition, and which.
func (a *Audit) achievedByBatch(t *target) (how string, ok bool) {
	readings := a.readings()
	time, okT := a.Cell(reference.StepTime, t.Row)
	if a.flopsUnknown() != "" || len(readings) == 0 || !okT || time.Lo <= 0 || t.Column == nil || t.Column.Smoothed {
		return "", false
	}
	logged, okL := cell(t.Column, t.Row, a.Run.LongFloats)
	if t.Quantity == reference.AchievedFLOPsPerDevice {
		logged = logged.Scale(float64(a.World.Devices))
	}
	tokens := readings[0].Tokens
	if v := a.Tokens.True(); v > 0 {
		tokens = v
	}
	if !okL || logged.Hi <= 0 {
		return "", false
	}
	for _, s := range a.starts(&a.World, AccountTotal) {
		v, ok := predict(reference.FLOPsPerToken, &a.World, s.basis)
		if ok && Exactly(v*tokens).Div(time).Overlaps(logged.Interval) {
			return fmt.Sprintf("FLOPs per token × %s tokens ÷ step time: right under %s", group(tokens), s.name), true
		}
	}
	return "", false
}

// auditedTokens is audited for tokens a step and their rates.
func (a *Audit) auditedTokens(t *target) (Status, string) {
	not := func(reason string) (Status, string) { return StatusNotAudited, reason }
	if IsAverage(t.Key) {
		return a.byRule(t)
	}
	if how, ok := a.impliedBy(t.Column); ok {
		return StatusOK, how
	}
	perDevice := t.Quantity == reference.TokensPerSecPerDevice
	switch {
	case t.Column != nil && t.Column.Smoothed:
		return not("a moving average: no step's own value to compare")
	case t.Quantity != reference.TokensPerStep && len(a.Run.ColumnsOf(reference.StepTime)) == 0:
		return not("no step time is logged to hold it against" + a.orWithAchieved(t) + a.orComputed())
	}
	if reason := BatchUnknown(a); reason != "" {
		if perDevice && a.World.Devices == 0 {
			reason += "; and the number of devices (--devices)"
		}
		return not(reason)
	}
	switch {
	case perDevice && a.World.Devices == 0:
		return not("needs the number of devices (--devices)" + a.devicesThatFit(t))
	case a.Tokens == nil:
		return not("it is the log's only word on the tokens of a step")
	case a.Tokens.Undecided != "":
		return not("needs " + a.Tokens.Undecided)
	case !a.sameTokens(t):
		return not("differs from " + a.Tokens.From + ": which of them is right is not settled")
	}
	return StatusOK, ""
}

// orWithAchieved says what else a rate could be held against.
func (a *Audit) orWithAchieved(t *target) string {
	if _, ok := a.impliedFLOPs(); !ok || a.flopsUnknown() == "" {
		return ""
	}
	return "; with the achieved FLOP/s it gives FLOPs per token, for which the audit " + a.flopsUnknown()
}

// orComputed says with which facts an MFU could be computed from a rate where none is logged; "" if it is, or they are known.
func (a *Audit) orComputed() string {
	if a.Logs(reference.MFU) || a.Logs(reference.AchievedFLOPs) || a.Logs(reference.AchievedFLOPsPerDevice) {
		return ""
	}
	var lacks []string
	for _, flag := range a.needs() {
		if flag != "--tokens-per-step" {
			lacks = append(lacks, flag)
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return computedWith + strings.Join(lacks, ", ")
}

// computedWith goes before the flags with which an MFU is computed, though nothing logged is audited by it.
const computedWith = "; an MFU is computed from it with "

// devicesThatFit says how many devices would make a rate per device fit the batch and the step time; "" if no whole number does.
func (a *Audit) devicesThatFit(t *target) string {
	time := first(a.Run.ColumnsOf(reference.StepTime))
	readings := a.readings()
	if time == nil || t.Column == nil || len(readings) != 1 {
		return ""
	}
	rate, ok1 := cell(t.Column, t.Row, a.Run.LongFloats)
	seconds, ok2 := cell(time, t.Row, a.Run.LongFloats)
	if !ok1 || !ok2 || rate.Lo <= 0 || seconds.Lo <= 0 {
		return ""
	}
	n := Exactly(readings[0].Tokens).Div(rate.Mul(seconds))
	if whole := float64(int64(n.Point + 0.5)); n.Contains(whole) && n.Hi-n.Lo < 1 {
		return fmt.Sprintf("; %s would fit", plain(whole))
	}
	return ""
}

// sameTokens reports whether a logged rate or amount stands for the tokens of a step that were diagnosed.
func (a *Audit) sameTokens(t *target) bool {
	if t.Column == nil || t.Column == a.Tokens.Target.Column {
		return true
	}
	x, ok := cell(t.Column, t.Row, a.Run.LongFloats)
	if !ok {
		return true
	}
	if t.Quantity != reference.TokensPerStep {
		time, ok := cell(first(a.Run.ColumnsOf(reference.StepTime)), t.Row, a.Run.LongFloats)
		if !ok {
			return true
		}
		x = x.Mul(time)
	}
	if t.Quantity == reference.TokensPerSecPerDevice {
		x = x.Scale(float64(a.World.Devices))
	}
	return x.Overlaps(widen(a.Tokens.Observed))
}

// auditedTime is audited for step times.
func (a *Audit) auditedTime(t *target) (Status, string) {
	if IsAverage(t.Key) {
		return a.byRule(t)
	}
	if a.MFUExplained && a.timed {
		return StatusOK, ""
	}
	if a.Tokens != nil && a.Tokens.Timed {
		if reason := BatchUnknown(a); reason != "" {
			return StatusNotAudited, reason
		}
		if a.Tokens.Undecided != "" {
			return StatusNotAudited, "needs " + a.Tokens.Undecided
		}
		return StatusOK, ""
	}
	if a.Logs(reference.MFU) {
		return StatusNotAudited, a.mfuLacks()
	}
	for _, q := range []reference.Quantity{reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice} {
		for _, c := range a.Run.ColumnsOf(q) {
			other := columnTarget(a.Run, c, t.Row)
			if how, ok := a.achievedByBatch(&other); ok && t.Row >= 0 {
				return StatusOK, "with " + lastKey(c.Key) + ": " + how
			}
		}
	}
	for _, h := range a.Hardware {
		if h.Formula != "" && !a.Logs(reference.TokensPerSecPerDevice) && !a.Logs(reference.TokensPerSec) {
			return StatusOK, ""
		}
	}
	switch {
	case len(a.Hardware) > 0 && a.Hardware[0].Lacks != "":
		return StatusNotAudited, a.Hardware[0].Lacks
	case a.Logs(reference.AchievedFLOPs) || a.Logs(reference.AchievedFLOPsPerDevice):
		return StatusNotAudited, a.achievedLacks()
	case a.Logs(reference.TokensPerSecPerDevice) && a.World.Devices == 0 && BatchUnknown(a) == "":
		return StatusNotAudited, "needs the number of devices (--devices)"
	case a.Logs(reference.TokensPerSecPerDevice) || instant(a.Run, reference.TokensPerSec) != nil:
		if reason := BatchUnknown(a); reason != "" {
			return StatusNotAudited, reason
		}
	}
	return StatusNotAudited, "neither tokens per second nor achieved FLOP/s nor an MFU is logged to hold it against"
}

// byRule is for metrics that only check rules look at: audited if a rule that needs the quantity ran and could compare.
func (a *Audit) byRule(t *target) (Status, string) {
	switch t.Quantity {
	case reference.MFU:
		if t.Column != nil && t.Column.Aside != "" {
			return StatusNotAudited, t.Column.Aside
		}
		if !IsAverage(t.Key) && !a.comparable(t) {
			if a.Implied == nil || !a.Implied.OK {
				return StatusNotAudited, a.mfuLacks()
			}
			return StatusOK, fmt.Sprintf("%s ÷ %s TFLOP/s, the dense %s peak", lastKey(a.Implied.Achieved.Key), number(a.Implied.Figure/1e12), a.World.Precision)
		}
	case reference.SequencesPerSec, reference.StepsPerSec:
		return a.sequenceRates()
	case reference.TotalTrainingFLOPs:
		return a.totalFLOPs(t)
	case reference.HardwareFLOPsPerDevice:
		return a.auditedHardware(t)
	case reference.HFU:
		if !IsAverage(t.Key) {
			return a.auditedHFU(t)
		}
	case reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice:
		if how, ok := a.impliedBy(t.Column); ok {
			return StatusOK, how
		}
		if _, ok := a.AchievedFromParts(t.Row); !ok {
			if how, ok := a.achievedByBatch(t); ok {
				return StatusOK, how
			}
			return StatusNotAudited, a.achievedLacks()
		}
	}
	for _, r := range a.Options.Rules {
		for _, q := range r.Needs {
			if q == t.Quantity && r.Check != nil && a.skipReason(r) == "" {
				return StatusOK, ""
			}
		}
	}
	return StatusNotAudited, "no rule"
}

// comparable reports whether an MFU can be held against its parts.
func (a *Audit) comparable(t *target) bool {
	if a.MFUExplained {
		return true
	}
	_, ok := a.MFUFromParts(t.Row)
	return ok
}
