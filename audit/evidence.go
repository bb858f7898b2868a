package audit

import (
	"fmt"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// wrong is proven if no definition gives the logged value on any model that fits the parameters and keeps as many facts as the
// one in use.
func (a *Audit) wrong(t *target, account Account) Wrong {
	if a.unsolved {
		return WrongInferred // what ran may be no model of the domain
	}
	starts := a.starts(&a.World, account)
	for _, list := range [][]World{a.worlds, a.nearMisses} {
		for i := range list {
			if len(list[i].Breaks) > len(a.World.Breaks) {
				continue
			}
			for _, s := range starts {
				if v, ok := predict(t.Quantity, &list[i], s.basis); ok && t.matches(v) {
					return WrongInferred
				}
			}
		}
	}
	if a.undeclaredWindow(t, starts) > 0 {
		return WrongInferred
	}
	return WrongProven
}

// computedBy names the frameworks whose own formula, bugs included, gives a logged value.
func (a *Audit) computedBy(t *target) []string {
	if t.Quantity != reference.FLOPsPerToken || a.World.Model == nil || !a.World.VocabKnown {
		return nil
	}
	var out []string
	for _, c := range reference.Conventions() {
		if c.SuspectFor(a.World.Model, a.World.SeqLen) && t.matches(c.TrainingPerToken(a.World.Model, a.World.SeqLen)) {
			out = append(out, fmt.Sprintf("%s computes this value: %s (%s)", c.Name, c.Formula, c.Citation))
		}
	}
	return out
}

// undeclaredWindow is an attention window, which the log does not declare, under which a value would be right; 0 if there is
// none.
func (a *Audit) undeclaredWindow(t *target, starts []start) int64 {
	if a.World.Model == nil || len(a.Facts.Of(runlog.Window)) > 0 || len(a.World.Model.Groups) != 1 {
		return 0
	}
	w := a.World
	m := *a.World.Model
	for _, size := range []int64{128, 256, 512, 1024, 2047, 2048, 4096, 8192, 16384, 32768} {
		if size >= w.SeqLen {
			break
		}
		g := a.World.Model.First()
		g.Attention.Window = size
		m.Groups = []reference.LayerGroup{g}
		w.Model = &m
		for _, s := range starts {
			if v, ok := predict(t.Quantity, &w, s.basis); ok && t.matches(v) {
				return size
			}
		}
	}
	return 0
}

// underRivals says what the value should be under the models that rival the one in use.
func (a *Audit) underRivals(t *target, part *explanation) []string {
	var out []string
	own, _ := predict(t.Quantity, &a.World, part.start.basis)
	for _, r := range a.report.Model.Rivals {
		w := a.World
		m := r.Architecture
		w.Model = &m
		v, ok := predict(t.Quantity, &w, part.start.basis)
		if line := fmt.Sprintf("%s would be %s with %s", lastKey(t.Key), number(v), dims(&m)); ok && v != own && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// dims names the dimensions of a layer that a breakdown depends on.
func dims(m *reference.Architecture) string {
	g := m.First()
	return fmt.Sprintf("%d KV heads and FFN %d", g.Attention.KVHeads, g.FFN.Width)
}

// refuted lists single mistakes that give this value's digits too but not those of another value of the same account.
func (a *Audit) refuted(t *target, account Account, part *explanation) []Rival {
	const most = 2
	w := &a.World
	starts := a.starts(w, account)
	var out []Rival
	seen := map[string]bool{}
	for _, s := range starts {
		if s.whole {
			continue
		}
		for _, e := range editsOf(a.edits(w), account) {
			b := s.basis
			e.Set(&b)
			v, ok := predict(t.Quantity, w, b)
			if !ok || !t.matches(v) || contains(part.edits, []Edit{e}) || len(out) == most || seen[e.Rule] {
				continue
			}
			for _, other := range a.accountTargets(account) {
				u, okU := predict(other.Quantity, w, b)
				if other == t || !okU || other.matches(u) {
					continue
				}
				seen[e.Rule] = true
				out = append(out, Rival{
					Causes: []string{e.Rule}, Text: e.Short,
					Rejected: fmt.Sprintf("%s would be %s, logged %s", lastKey(other.Key), number(u), number(other.Value)),
				})
				break
			}
		}
	}
	return out
}

// consequenceTold reports whether a value was told as a consequence, or found wrong, before.
func (a *Audit) consequenceTold(t *target) bool {
	for _, f := range a.report.Findings {
		if lastKey(f.Pos.Path) == lastKey(t.Key) {
			return true
		}
		for _, c := range f.Consequences {
			if c.Path == t.Key {
				return true
			}
		}
	}
	return false
}

// tellUnexplained files a finding for the first value of an account that no definition gives and no catalogued mistake either.
func (a *Audit) tellUnexplained(account Account, targets []*target) {
	w := &a.World
	starts := breakdownStarts()
	own := starts[0].basis
	if account == AccountTotal {
		starts = a.starts(w, AccountTotal)
		own = a.Own
	}
	for _, t := range targets {
		known := false
		for _, s := range starts {
			v, ok := predict(t.Quantity, w, s.basis)
			known = known || !ok || t.matches(v)
		}
		if known {
			continue
		}
		expected, ok := predict(t.Quantity, w, own)
		if !ok || !a.settled() {
			continue
		}
		f := &Finding{
			Rule: UnexplainedRule, Quantity: t.Quantity, Pos: t.position(a.Run), Steps: t.Steps, Logged: t.Value, Expected: expected,
			Message: fmt.Sprintf("No definition and no catalogued mistake gives this value: unexplained, logged ÷ expected = %s.", number(t.Value/expected)),
			Evidence: Evidence{
				Wrong: a.wrong(t, account), Cause: CauseNone,
				Hypotheses: a.hypotheses(t, fewestTried),
			},
		}
		f.Printed = a.printed(f)
		f.Derivation = a.computedBy(t)
		f.ExpectedAs, f.Symbols = expression(t.Quantity, w, own)
		a.add(f)
		if t.Quantity == reference.FLOPsPerToken {
			a.factors = append(a.factors, factor{rule: UnexplainedRule, kind: Correction, value: expected / t.Value, text: "FLOPs per token that no definition gives", cause: CauseNone, order: 1})
		}
		return
	}
}

// UnexplainedRule is the rule under which a wrong value without a known cause is filed.
const UnexplainedRule = "MFU920"
