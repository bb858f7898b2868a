package audit

import (
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/reference"
)

// loggedMFU is the MFU at the headline step, or the summary's; NaN if none is logged.
func (a *Audit) loggedMFU() float64 {
	if c := mfuColumn(a.Run); c != nil {
		if v := canonical(c, a.Steps.Headline); !math.IsNaN(v) {
			return v
		}
	}
	for _, o := range a.Run.Summary {
		if o.Quantity == reference.MFU && !IsAverage(o.Key) {
			return o.Value()
		}
	}
	return math.NaN()
}

// restatement is matmul-full ÷ the log's own definition, per token; 1 if either is unknown.
func (a *Audit) restatement() float64 {
	own, ok1 := predict(reference.FLOPsPerToken, &a.World, a.Own)
	full, ok2 := predict(reference.FLOPsPerToken, &a.World, reference.Basis{})
	if !ok1 || !ok2 || own <= 0 {
		return 1
	}
	return full / own
}

// tellTokens files what is wrong with the logged tokens.
func (a *Audit) tellTokens() {
	d := a.Tokens
	if d == nil || d.Target == nil {
		return
	}
	if g, ok := a.cumulative(); ok {
		a.tellCumulative(g)
		return
	}
	if len(d.Readings) == 0 {
		return
	}
	var rejected []Rival
	d.Solutions, rejected = a.physical(d)
	if !d.Wrong() {
		return
	}
	t := d.Target
	f := &Finding{
		Quantity: t.Quantity, Pos: t.position(a.Run), Steps: t.Steps, Logged: t.Value,
		Evidence: Evidence{Wrong: WrongProven, Hypotheses: d.Tried, Accidental: accidentalMatches(d.Tried, d.Observed)},
	}
	f.Printed = a.printed(f)
	for _, s := range d.Solutions {
		if len(s.edits) == 0 {
			f.Evidence.Wrong = WrongInferred
		}
	}
	f.LoggedAs = fmt.Sprintf("%s = %s tokens a step", d.From, number(d.Value))
	if len(d.Solutions) == 0 && a.tellDeclaredBatch(f, rejected) {
		return
	}
	if len(d.Solutions) == 0 {
		a.tellStrayTokens(f, rejected)
		return
	}
	best := d.Solutions[0]
	k := 1 / best.factor
	f.Rule, f.Message, f.Expected = best.edits[0].Rule, sentences(best.edits), t.Value*k
	if t.Quantity != reference.TokensPerStep {
		f.ExpectedAs = best.reading.Text + " a step"
	} else {
		f.ExpectedAs = best.reading.Text
	}
	f.Evidence.Cause = CauseUnique
	for _, s := range d.Solutions[1:] {
		switch {
		case sameEdits(s.edits, best.edits) && s.reading.Name == best.reading.Name:
			continue
		case s.cost == best.cost:
			f.Evidence.Cause = CauseAmbiguous
		case s.cost <= best.cost+1 && f.Evidence.Cause == CauseUnique && !contains(s.edits, best.edits):
			f.Evidence.Cause = CauseInferred
		}
		if s.cost > best.cost+1 {
			continue
		}
		r := Rival{Text: s.reading.Name, SettledBy: s.reading.Settle}
		if len(s.edits) > 0 {
			r.Text += ", and " + shortOf(s.edits)
			for _, e := range s.edits {
				r.Causes = append(r.Causes, e.Rule)
			}
			if by := settledBy(s.edits); by != "" {
				r.SettledBy = by
			}
		} else {
			r.Text += ": " + s.reading.Text + ", as logged"
		}
		f.Rivals = append(f.Rivals, r)
	}
	if f.Evidence.Accidental > ChanceLimit {
		f.Evidence.Cause = CauseAmbiguous
	}
	if text := asPlain(len(best.edits), best.factor); text != "" {
		f.Evidence.Cause = CauseAmbiguous
		f.Derivation = append(f.Derivation, text)
	}
	f.Rivals = append(append(f.Rivals, a.strayReadings(d)...), rejected...)
	var names []string
	for _, r := range f.Rivals {
		if r.Rejected == "" {
			names = append(names, r.Text)
		}
	}
	a.factors = append(a.factors, factor{
		rule: f.Rule, kind: Correction, value: k, text: shortOf(best.edits), cause: f.Evidence.Cause, rivals: names, order: 2,
	})
	a.add(f)
}

// tellStrayTokens files tokens that no catalogued mistake gives.
func (a *Audit) tellStrayTokens(f *Finding, rejected []Rival) {
	d := a.Tokens
	r := d.Readings[0]
	f.Rule, f.Evidence.Cause = UnexplainedRule, CauseNone
	if len(d.Readings) > 1 {
		f.Evidence.Wrong = WrongInferred
	}
	f.Expected, f.ExpectedAs = d.Target.Value*r.Tokens/d.Value, r.Text
	f.Message = fmt.Sprintf("The logged tokens of a step fit no reading of the batch facts and no catalogued mistake: unexplained, logged ÷ expected = %s.", number(d.Value/r.Tokens))
	f.Rivals = append(a.strayReadings(d), rejected...)
	a.add(f)
}

// strayReadings says why the readings without a solution are not believed.
func (a *Audit) strayReadings(d *TokenDiagnosis) []Rival {
	var out []Rival
next:
	for _, r := range d.Readings {
		for _, s := range d.Solutions {
			if s.reading.Name == r.Name {
				continue next
			}
		}
		k := r.Tokens / d.Value
		why := fmt.Sprintf("%s, %s × what is logged: needs a second mistake", r.Text, number(k))
		if text := a.impossible(k); text != "" {
			why += "; " + text
		}
		out = append(out, Rival{Text: r.Name, SettledBy: r.Settle, Rejected: why})
	}
	return out
}

// impossible says what MFU a token factor would mean if that is beyond the dense peak; "" otherwise.
func (a *Audit) impossible(k float64) string {
	mfu := a.loggedMFU()
	if math.IsNaN(mfu) || mfu*k <= 1 {
		return ""
	}
	text := fmt.Sprintf("would mean %s by the log's own FLOPs", percent(mfu*k))
	if r := a.restatement(); r != 1 && a.settled() {
		text += fmt.Sprintf(", %s under matmul-full", percent(mfu*k*r))
	}
	return text
}

// physical drops solutions that would mean more than the dense peak under the smallest definition, and says so.
func (a *Audit) physical(d *TokenDiagnosis) (kept []tokenSolution, rejected []Rival) {
	mfu := a.loggedMFU()
	for _, s := range d.Solutions {
		k := s.reading.Tokens / d.Value
		if !math.IsNaN(mfu) && mfu <= 1 && mfu*k*a.smallest() > 1 {
			r := Rival{Text: s.reading.Name, Rejected: a.impossible(k)}
			if len(s.edits) > 0 {
				r.Text += ", and " + shortOf(s.edits)
			}
			rejected = append(rejected, r)
			continue
		}
		kept = append(kept, s)
	}
	return kept, rejected
}

// smallest is the least of the definitions' FLOPs per token ÷ the log's own; 1 if unknown.
func (a *Audit) smallest() float64 {
	own, ok := predict(reference.FLOPsPerToken, &a.World, a.Own)
	if !ok || own <= 0 {
		return 1
	}
	least := 1.0
	for _, c := range reference.Conventions() {
		// kaplan and 6n leave out matmuls that do run, a printed formula may be for another shape: no bound on what the
		// devices did.
		if c.Kind != reference.Definition || c.Basis.Core == reference.CoreOmitted || c.Evaluate != nil {
			continue
		}
		if v, ok := predict(reference.FLOPsPerToken, &a.World, c.Basis); ok {
			least = math.Min(least, v/own)
		}
	}
	return least
}

// tellPeaks files what is wrong with the logged peaks.
func (a *Audit) tellPeaks() {
	told := false
	var wrong *Finding
	for _, d := range a.Peaks {
		k := d.Logged / d.Expected
		switch {
		case d.OK && !d.Rounded:
			continue
		case d.OK:
			if !told {
				a.tellRounded(d, k)
			}
		case !told:
			wrong = a.tellPeak(d, k)
		case wrong != nil: // the same peak in another unit, or in another place
			wrong.Consequences = append(wrong.Consequences, Consequence{
				Quantity: d.Target.Quantity, Path: d.Target.Key, Logged: d.Logged, Corrected: d.Expected,
			})
		}
		told = true
	}
}

// RoundedPeakRule is the rule under which a rounded peak is noted.
const RoundedPeakRule = "MFU315"

func (a *Audit) tellRounded(d *PeakDiagnosis, k float64) {
	f := a.peakFinding(d, RoundedPeakRule)
	f.Evidence = Evidence{}
	f.Message = fmt.Sprintf("The peak is another spelling of the table's %s: rounded, or as others publish it.", peakText(&a.World, reference.Basis{}))
	a.add(f)
	if !a.usesPeak {
		return
	}
	a.factors = append(a.factors, factor{rule: RoundedPeakRule, kind: Correction, value: k, text: fmt.Sprintf("the peak is rounded: %s for %s TFLOP/s", number(d.Logged/float64(a.count(d))/1e12), number(d.Expected/float64(a.count(d))/1e12)), cause: CauseUnique, order: 3})
}

// count is how many devices a logged peak is for.
func (a *Audit) count(d *PeakDiagnosis) int64 {
	if d.PerDevice || a.World.Devices <= 0 {
		return 1
	}
	return a.World.Devices
}

func (a *Audit) peakFinding(d *PeakDiagnosis, rule string) *Finding {
	t := d.Target
	f := &Finding{
		Rule: rule, Quantity: t.Quantity, Pos: t.position(a.Run), Steps: t.Steps, Logged: t.Value, Expected: d.Expected,
		ExpectedAs: peakText(&a.World, reference.Basis{}),
		Evidence:   Evidence{Wrong: WrongProven, Hypotheses: d.Tried},
	}
	f.Printed = a.printed(f)
	if _, p, ok := PeakOf(&a.World, reference.Basis{}); ok && a.World.Device != nil {
		f.Derivation = append(f.Derivation, fmt.Sprintf("%s, %s: %s (%s)", a.World.Device.Name, p.Precision, p.Source, p.Confidence))
	}
	return f
}

func (a *Audit) tellPeak(d *PeakDiagnosis, k float64) *Finding {
	f := a.peakFinding(d, UnexplainedRule)
	if !d.Firm {
		f.Evidence.Wrong = WrongInferred
		f.Derivation = append(f.Derivation, "the table's figure is not confirmed by a data sheet")
	}
	text := "a peak that is in no table"
	switch {
	case len(d.Solutions) == 0:
		f.Evidence.Cause = CauseNone
		f.Message = fmt.Sprintf("The peak is neither the device's nor any other's in the table: unexplained, logged ÷ expected = %s.", number(k))
	default:
		best := d.Solutions[0]
		f.Rule, f.Message, text = best[0].Rule, sentences(best), shortOf(best)
		f.Evidence.Cause = CauseUnique
		b := reference.Basis{}
		for _, e := range best {
			e.Set(&b)
		}
		f.LoggedAs = peakText(&a.World, b)
		own := preference(best)
		for _, alt := range d.Solutions[1:] {
			if preference(alt) > own {
				// Another part with the same figure is no rival while the run's own device explains it.
				continue
			}
			if len(f.Rivals) < 4 {
				f.Rivals = append(f.Rivals, Rival{Causes: []string{alt[0].Rule}, Text: shortOf(alt), SettledBy: settledBy(alt)})
			}
			if alt[0].Rule != best[0].Rule {
				f.Evidence.Cause = CauseAmbiguous
			}
		}
		if f.Evidence.Accidental = accidentalMatches(d.Tried, d.Target.Loose); f.Evidence.Accidental > ChanceLimit {
			f.Evidence.Cause = CauseAmbiguous // some peak of the table has these few digits
		}
		if text := asPlain(len(best), k); text != "" {
			f.Evidence.Cause = CauseAmbiguous
			f.Derivation = append(f.Derivation, text)
		}
	}
	if len(d.Solutions) > 0 {
		f.Derivation = append(f.Derivation, seenIn(d.Solutions[0])...)
	}
	if !a.usesPeak && a.MFUExplained {
		f.Derivation = append(f.Derivation, "the MFU logged beside it was not computed with this peak")
	}
	a.add(f)
	if a.usesPeak {
		a.factors = append(a.factors, factor{rule: f.Rule, kind: Correction, value: k, text: text, cause: f.Evidence.Cause, order: 3})
	}
	return f
}
