package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// factor is what one cause multiplies the MFU by when it is corrected.
type factor struct {
	rule   string
	kind   WaterfallKind
	value  float64
	text   string
	cause  Cause
	rivals []string
	order  int // upstream to downstream: FLOPs 1, tokens 2, peak 3, identities 4
	// identity: between logged values of one step, so that the factor of another step may be another.
	identity bool
}

// tellEdits files a finding for every edit of the FLOP accounts, and for accounts that nothing explains.
func (a *Audit) tellEdits() {
	d := a.Diagnosis
	if d == nil || d.Best == nil || a.accidental > ChanceLimit || a.unsolved || a.incredible() {
		return // a model that may fit by chance, or that the parameter total refutes, proves nothing
	}
	told := []Edit{}
	for _, account := range []Account{AccountBreakdown, AccountTotal} {
		targets := a.accountTargets(account)
		if len(targets) == 0 {
			continue
		}
		part := d.Best.parts[account]
		if part == nil {
			a.tellUnexplained(account, targets)
			continue
		}
		common, alternatives := a.split(account, part)
		for _, e := range common {
			if contains(told, []Edit{e}) {
				continue
			}
			told = append(told, e)
			a.tellEdit(account, part, []Edit{e}, a.certainty(e), nil)
		}
		if len(alternatives) > 0 {
			a.tellEdit(account, part, alternatives[0], CauseAmbiguous, alternatives)
			told = append(told, alternatives[0]...)
		}
	}
}

// split divides the edits of an account into those that all cheapest explanations share and the sets in which they differ.
func (a *Audit) split(account Account, part *explanation) (common []Edit, alternatives [][]Edit) {
	best := a.Diagnosis.Best
	for _, e := range part.edits {
		everywhere := true
		for _, s := range a.Diagnosis.Solutions {
			if s.cost == best.cost && !contains(s.edits(), []Edit{e}) {
				everywhere = false
			}
		}
		if everywhere {
			common = append(common, e)
		}
	}
	if len(common) == len(part.edits) {
		return common, nil
	}
	for _, s := range a.Diagnosis.Solutions {
		p := s.parts[account]
		if s.cost != best.cost || p == nil {
			continue
		}
		var rest []Edit
		for _, e := range p.edits {
			if !contains(common, []Edit{e}) {
				rest = append(rest, e)
			}
		}
		if len(rest) > 0 && !slices.ContainsFunc(alternatives, func(x []Edit) bool { return sameEdits(x, rest) }) {
			alternatives = append(alternatives, rest)
		}
	}
	return common, alternatives
}

// certainty is unique if every solution within one of the cheapest contains the edit, inferred if every cheapest one does.
func (a *Audit) certainty(e Edit) Cause {
	if a.unsolved {
		return CauseInferred
	}
	for _, s := range a.Diagnosis.Solutions {
		if !contains(s.edits(), []Edit{e}) {
			return CauseInferred
		}
	}
	return CauseUnique
}

// tellEdit files one finding for a set of edits that stand or fall together, over every account that holds them.
func (a *Audit) tellEdit(account Account, part *explanation, set []Edit, cause Cause, alternatives [][]Edit) {
	w := &a.World
	touched := a.touched(account, part, set)
	if len(touched) == 0 {
		return
	}
	t := touched[0].target
	tried, accidental := a.chance(account, part, set, touched)
	asPlain := asPlain(len(part.edits), a.alone(account, part))
	switch {
	case accidental > ChanceLimit || asPlain != "":
		cause = CauseAmbiguous
	case cause == CauseUnique && !a.overdetermined(part, touched):
		cause = CauseInferred
	}
	f := &Finding{
		Rule: set[0].Rule, Quantity: t.Quantity, Pos: t.position(a.Run), Steps: t.Steps,
		Logged: t.Value, Expected: touched[0].expected, Message: message(set, alternatives),
		Evidence: Evidence{Wrong: a.wrong(t, account), Cause: cause, Hypotheses: tried, Accidental: accidental},
	}
	if a.onlyTold(set) {
		f.Evidence = Evidence{} // nothing is said to be wrong
	}
	f.Printed = a.printed(f)
	f.LoggedAs, f.ExpectedAs, f.Symbols = expressions(t.Quantity, w, part)
	if charged := chargedWhere(t.Quantity, w, part.basis, undo(part, set)); charged != "" && len(part.edits) > 1 {
		f.Message = charged + " " + f.Message
	}
	if t.From != "" {
		f.Derivation = append(f.Derivation, t.From)
	}
	if asPlain != "" {
		f.Derivation = append(f.Derivation, asPlain)
	}
	if part.start.note != "" {
		f.Derivation = append(f.Derivation, "amounts are "+part.start.note)
	}
	if size := a.undeclaredWindow(t, a.starts(&a.World, account)); size > 0 {
		f.Rivals = append(f.Rivals, Rival{Text: fmt.Sprintf("a window of %d keys, which the log does not declare", size), SettledBy: "sliding_window (--model)"})
	}
	for _, alt := range alternatives {
		r := Rival{Text: shortOf(alt), SettledBy: settledBy(alt)}
		for _, e := range alt {
			r.Causes = append(r.Causes, e.Rule)
		}
		f.Rivals = append(f.Rivals, r)
	}
	f.Derivation = append(f.Derivation, a.computedBy(t)...)
	for i, c := range touched {
		f.Derivation = append(f.Derivation, a.underRivals(c.target, c.part)...)
		if i > 0 && !a.consequenceTold(c.target) {
			f.Consequences = append(f.Consequences, Consequence{Quantity: c.target.Quantity, Path: c.target.Key, Logged: c.target.Value, Corrected: c.expected})
		}
	}
	if !a.consequenceTold(t) {
		f.Rivals = append(f.Rivals, a.refuted(t, account, part)...)
	}
	a.add(f)
	a.factorOf(set, cause)
}

// onlyTold reports whether all edits of a set are of rules that note a choice and accuse nobody.
func (a *Audit) onlyTold(set []Edit) bool {
	return !slices.ContainsFunc(set, func(e Edit) bool {
		return slices.ContainsFunc(a.Options.Rules, func(r Rule) bool { return r.ID == e.Rule && r.Severity != SeverityNote })
	})
}

// affected is a logged value that an edit changes, with what it should be.
type affected struct {
	target   *target
	part     *explanation
	expected float64
}

// touched lists the values that a set of edits changes: those of the account at hand first, then those of any other account
// that holds the same edits.
func (a *Audit) touched(account Account, part *explanation, set []Edit) []affected {
	var out []affected
	collect := func(account Account, part *explanation) {
		without := undo(part, set)
		for _, t := range a.accountTargets(account) {
			v, okV := predict(t.Quantity, &a.World, part.basis)
			u, okU := predict(t.Quantity, &a.World, without)
			if !okV || !okU || v == u {
				continue
			}
			expected, _ := predict(t.Quantity, &a.World, part.start.basis)
			out = append(out, affected{t, part, expected})
		}
	}
	collect(account, part)
	for _, other := range []Account{AccountBreakdown, AccountTotal} {
		if p := a.Diagnosis.Best.parts[other]; other != account && p != nil && contains(p.edits, set) {
			collect(other, p)
		}
	}
	return out
}

// undo is the basis of an explanation without a set of its edits.
func undo(part *explanation, set []Edit) reference.Basis {
	b := part.start.basis
	for _, e := range part.edits {
		if !contains(set, []Edit{e}) {
			e.Set(&b)
		}
	}
	return b
}

// factorOf records what undoing a set of edits does to the MFU, if FLOPs per token hold them.
func (a *Audit) factorOf(set []Edit, cause Cause) {
	part := a.Diagnosis.Best.parts[AccountTotal]
	if part == nil || !contains(part.edits, set) || a.onlyTold(set) {
		return
	}
	before, okB := predict(reference.FLOPsPerToken, &a.World, part.basis)
	after, okA := predict(reference.FLOPsPerToken, &a.World, undo(part, set))
	if okA && okB && before > 0 && after != before {
		a.factors = append(a.factors, factor{rule: set[0].Rule, kind: Correction, value: after / before, text: shortOf(set), cause: cause, order: 1})
	}
}

// expressions writes the logged and the expected value of a quantity, with all symbols that occur.
func expressions(q reference.Quantity, w *World, part *explanation) (logged, expected, symbols string) {
	logged, symbols = expression(q, w, part.basis)
	expected, more := expression(q, w, part.start.basis)
	if len(more) > len(symbols) {
		symbols = more
	}
	return logged, expected, symbols
}

// chargedWhere names the terms that a set of edits changes: "8·S·H² is charged where 6·S·H² is due."
func chargedWhere(q reference.Quantity, w *World, with, without reference.Basis) string {
	if q == reference.AttentionToFFNRatio {
		return ""
	}
	x, _ := expression(q, w, with)
	y, _ := expression(q, w, without)
	p, r := strings.Split(x, " + "), strings.Split(y, " + ")
	if len(p) != len(r) {
		return ""
	}
	var charged, due []string
	for i := range p {
		if p[i] != r[i] {
			charged, due = append(charged, p[i]), append(due, r[i])
		}
	}
	if len(charged) == 0 {
		return ""
	}
	return fmt.Sprintf("%s is charged where %s is due.", strings.Join(charged, " + "), strings.Join(due, " + "))
}

func message(set []Edit, alternatives [][]Edit) string {
	if len(alternatives) <= 1 {
		return sentences(set)
	}
	text := "These explanations give the same digits: "
	for i, alt := range alternatives {
		if i > 0 {
			text += "; or "
		}
		text += shortOf(alt)
	}
	return text + "."
}

func sentences(set []Edit) string {
	text := ""
	for i, e := range set {
		if i > 0 {
			text += " "
		}
		text += e.Text
	}
	return text
}

func shortOf(set []Edit) string {
	var parts []string
	for _, e := range set {
		parts = append(parts, e.Short)
	}
	return rejoin(parts)
}

// seenIn lists the public code that is known to make a mistake of a set.
func seenIn(set []Edit) []string {
	var out []string
	for _, e := range set {
		out = append(out, e.Seen...)
	}
	return out
}

func settledBy(set []Edit) string {
	for _, e := range set {
		if e.SettledBy != "" {
			return e.SettledBy
		}
	}
	return ""
}

// printed is a finding's value as it stands in the log, if it is a number, a boolean or the word of a recognised fact: other
// text from inside a log is not repeated.
func (a *Audit) printed(f *Finding) string {
	if a.Run.Source == nil || f.Pos.Length == 0 {
		return ""
	}
	text := a.Run.Source.Text(f.Pos)
	switch bare := strings.Trim(text, `"`); bare {
	case "true", "false", "null", "NaN", "Infinity", "-Infinity":
		return text
	default:
		if _, err := strconv.ParseFloat(strings.ReplaceAll(bare, ",", ""), 64); err == nil { // 820,214
			return text
		}
	}
	for _, x := range a.Facts.all {
		if x.Pos == f.Pos && printable(x) != unrecognised {
			return text
		}
	}
	return ""
}
