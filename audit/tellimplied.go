package audit

import (
	"fmt"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// adopt takes over what the cheapest explanation says of the model, if all equally cheap ones agree.
func (a *Audit) adopt(best joint, solutions []joint) {
	if best.flops.world == nil {
		return
	}
	for _, s := range solutions {
		if s.cost == best.cost && !sameFLOPs(s.flops.world, best.flops.world) {
			return
		}
	}
	settled := a.World.Model != nil && a.settled()
	a.World.Model, a.World.VocabKnown = best.flops.world.Model, true
	a.Own, a.OwnName = best.flops.basis, best.flops.name
	for _, s := range solutions {
		if s.cost == best.cost && s.flops.name != a.OwnName && s.flops.value != best.flops.value {
			a.OwnName = "" // several definitions lie within the printed digits
		}
	}
	if settled {
		return
	}
	m := &a.report.Model
	m.Architecture, m.Undecided, m.Rivals = best.flops.world.Model, nil, nil
	m.Parameters = best.flops.world.Model.CountParameters().Total
	m.Evidence = []string{fmt.Sprintf("the MFU comes out to the last digit with %s (%s), %s", Describe(best.flops.world.Model), best.flops.name, best.peak.describe())}
	a.report.PeakNote = best.peak.describe()
}

// describe names the peak of an option.
func (o *option) describe() string {
	if o.text == unknownDevice {
		return fmt.Sprintf("%s TFLOP/s, the peak of %s; %s", number(o.value/1e12), o.name, unknownDevice)
	}
	return o.text
}

// tellImplied files the mistakes that an MFU without logged parts needs to come out.
func (a *Audit) tellImplied(c *runlog.Column, row int, solutions []joint, tried int, accidental float64) {
	best := solutions[0]
	t := columnTarget(a.Run, c, row)
	cause := CauseUnique
	for _, s := range solutions[1:] {
		switch {
		case sameEdits(s.edits(), best.edits()):
		case s.cost == best.cost:
			cause = CauseAmbiguous
		case cause == CauseUnique && !contains(s.edits(), best.edits()):
			cause = CauseInferred
		}
	}
	if accidental > ChanceLimit {
		cause = CauseAmbiguous
	}
	source, known := a.formatPeak(best)
	if known && cause == CauseAmbiguous && !slices.ContainsFunc(solutions[1:], func(s joint) bool { return s.cost == best.cost && !sameEdits(s.edits(), best.edits()) }) {
		cause = CauseInferred // chance matches aside: the trainer's own source divides by this
	}
	k := best.flops.truth / best.flops.value * best.tokens.truth / best.tokens.value * best.peak.value / best.peak.truth
	asPlain := asPlain(len(best.edits()), k)
	if asPlain != "" {
		cause = CauseAmbiguous
	}
	f := &Finding{
		Rule: best.edits()[0].Rule, Quantity: t.Quantity, Pos: t.position(a.Run), Steps: allSteps(a.Run, c), Logged: t.Value, Expected: t.Value * k,
		Message:  sentences(best.edits()),
		LoggedAs: fmt.Sprintf("%s FLOPs per token × %s tokens ÷ step time ÷ %s TFLOP/s", number(best.flops.value), number(best.tokens.value), number(best.peak.value/1e12)),
		Evidence: Evidence{Wrong: WrongInferred, Cause: cause, Hypotheses: tried, Accidental: accidental},
	}
	f.Derivation = []string{best.flops.text, best.tokens.text, best.peak.describe()}
	if asPlain != "" {
		f.Derivation = append(f.Derivation, asPlain)
	}
	if known {
		f.Derivation = append(f.Derivation, source)
	}
	f.Derivation = append(f.Derivation, seenIn(best.peak.edits)...)
	f.Printed = a.printed(f)
	for _, s := range solutions[1:] {
		if len(f.Rivals) < 4 && !sameEdits(s.edits(), best.edits()) {
			r := Rival{Text: shortOf(s.edits()), SettledBy: settledBy(s.edits())}
			if r.Text == "" {
				r.Text = s.flops.text + ", " + s.tokens.text + ", " + s.peak.describe()
			}
			f.Rivals = append(f.Rivals, r)
		}
	}
	a.add(f)
	a.factors = append(a.factors, factor{rule: f.Rule, kind: Correction, value: k, text: shortOf(best.edits()), cause: cause, order: 4})
}

// formatPeak reports whether an explanation's only mistake is the peak that the format's own source divides by on every device, and
// names that source.
func (a *Audit) formatPeak(best joint) (source string, known bool) {
	c, ok := reference.ConventionByName(a.Run.Convention)
	if !ok || len(c.Denominator) != 1 || c.Denominator[0].Device != reference.OtherDevice || len(best.flops.edits)+len(best.tokens.edits) > 0 {
		return "", false
	}
	figure := c.Denominator[0].FLOPs
	if best.peak.value != figure*float64(max(a.World.Devices, 1)) {
		return "", false
	}
	return fmt.Sprintf("%s divides by %s TFLOP/s whatever the device (%s)", c.Name, number(figure/1e12), c.Citation), true
}

// tellUnreproduced files an MFU that no definition and no catalogued mistake gives, where model, batch and device are known.
func (a *Audit) tellUnreproduced(c *runlog.Column, row, tried int) {
	peak, _, okP := PeakOf(&a.World, reference.Basis{})
	flops, okF := predict(reference.FLOPsPerToken, &a.World, a.Own)
	readings := a.readings()
	time := first(a.Run.ColumnsOf(reference.StepTime))
	if !okP || !okF || len(readings) == 0 || time == nil || !a.settled() {
		return
	}
	t := columnTarget(a.Run, c, row)
	want := flops * readings[0].Tokens / canonical(time, row) / peak
	f := &Finding{
		Rule: UnexplainedRule, Quantity: t.Quantity, Pos: t.position(a.Run), Steps: allSteps(a.Run, c), Logged: t.Value, Expected: want,
		Message:  fmt.Sprintf("The MFU is not reproduced under any definition or catalogued mistake: unexplained, logged ÷ expected = %s.", number(t.Value/want)),
		Evidence: Evidence{Wrong: WrongInferred, Cause: CauseNone, Hypotheses: tried},
	}
	f.ExpectedAs = fmt.Sprintf("%s FLOPs per token × %s ÷ %s s ÷ %s", number(flops), readings[0].Text, number(canonical(time, row)), peakText(&a.World, reference.Basis{}))
	f.Printed = a.printed(f)
	a.add(f)
	a.factors = append(a.factors, factor{rule: UnexplainedRule, kind: Correction, value: want / t.Value, text: "MFU that nothing reproduces", cause: CauseNone, order: 4})
}
