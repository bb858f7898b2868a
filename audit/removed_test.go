package audit_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// without is every rule, of which one has lost its deviations.
func without(id string) []audit.Rule {
	all := rules.All()
	for i := range all {
		if all[i].ID == id {
			all[i].Deviations = nil
		}
	}
	return all
}

// unique lists the findings that name a cause as the only one.
func unique(report *audit.RunReport) []*audit.Finding {
	return slices.DeleteFunc(slices.Clone(report.Findings), func(f *audit.Finding) bool {
		return f.Evidence.Cause != audit.CauseUnique || f.Severity == audit.SeverityNote || !causal(f.Rule)
	})
}

// accusedInstead lists what is named as the only cause once a rule's deviations are taken out, and was not named with them.
func accusedInstead(t *testing.T, id string, log *runlog.Log, opt audit.Options) []*audit.Finding {
	t.Helper()
	opt.Rules = rules.All()
	whole := audit.Run(log, opt)
	opt.Rules = without(id)
	var out []*audit.Finding
	for i, report := range audit.Run(log, opt) {
		for _, f := range unique(report) {
			if f.Rule != id && !slices.ContainsFunc(unique(whole[i]), func(g *audit.Finding) bool { return g.Rule == f.Rule }) {
				out = append(out, f)
			}
		}
	}
	return out
}

// TestAMistakeOutsideTheCatalogueIsNotBlamedOnAnother takes each rule's deviations out in turn and audits the logs that hold its mistake: its
// fixtures' and drawn ones. No other cause may be called the only one, unless the two are the same formula on that model.
func TestAMistakeOutsideTheCatalogueIsNotBlamedOnAnother(t *testing.T) {
	cases := 0
	for _, rule := range rules.All() {
		if rule.Deviations == nil {
			continue
		}
		for _, c := range rules.Cases(rule.ID) {
			if !c.Bad() {
				continue
			}
			log, err := runlog.Read(c.File, c.Log)
			if err != nil {
				t.Fatal(err)
			}
			opt, err := c.Options()
			if err != nil {
				t.Fatal(err)
			}
			cases++
			for _, f := range accusedInstead(t, rule.ID, log, opt) {
				if slices.Contains(fixtureAliases(), [2]string{rule.ID, f.Rule}) {
					continue
				}
				t.Errorf("%s %s: without the rule %s is called the only cause: %s", rule.ID, c.Name, f.Rule, f.Message)
			}
		}
	}
	drawn := eachDrawn(t, func(d drawnMistake) {
		log, err := runlog.Read("removed.json", d.data)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range accusedInstead(t, d.edit.Rule, log, d.options()) {
			if !d.aliasOf(f.Rule) {
				t.Errorf("%s: without the rule %s is called the only cause: %s", d.what, f.Rule, f.Message)
			}
		}
	})
	t.Logf("%d fixtures and %d drawn runs", cases, drawn)
	if cases < 40 || drawn < fewer(200) {
		t.Errorf("only %d fixtures and %d drawn runs", cases, drawn)
	}
}

// fixtureAliases are pairs that are the same number in a fixture: without the first, the second is what the log says.
func fixtureAliases() [][2]string {
	return [][2]string{
		{"MFU118", "MFU140"}, // the core left out of a definition with the look-up, the look-up charged under one without the core
		{"MFU130", "MFU150"}, // the head left out of causal-half, half a core charged under a definition with neither
		{"MFU142", "MFU161"}, // two thirds of the full core, four thirds of the half
		{"MFU211", "MFU212"}, // as many data-parallel ranks as tensor-parallel ones
		{"MFU310", "MFU312"}, // the 2:4-sparse bf16 figure is the dense fp8 one
		{"MFU312", "MFU314"}, // the tf32 figure is half the bf16 one: two devices at tf32 are one at bf16
	}
}

// drawnMistake is a run with one edit of the catalogue, of a model that stands beside the log.
type drawnMistake struct {
	what  string
	run   drawnRun
	edit  audit.Edit
	world audit.World
	data  []byte
}

func (d *drawnMistake) options() audit.Options {
	return audit.Options{Rules: rules.All(), Model: d.run.model, ModelSource: "sidecar", ModelName: "config.json"}
}

// eachDrawn draws runs with each edit of a FLOP formula, at models that it applies to.
func eachDrawn(t *testing.T, visit func(drawnMistake)) (drawn int) {
	t.Helper()
	r := rand.New(rand.NewPCG(13, 14))
	names, list := models(t)
	full, _ := reference.ConventionByName(reference.MatmulFull)
	for _, rule := range rules.All() {
		if rule.Deviations == nil {
			continue
		}
		for range fewer(16) {
			i := r.IntN(len(list))
			d := drawnMistake{run: drawRight(r, list[i], full)}
			d.run.given = true
			_, width, _ := declared(list[i])
			d.world = audit.World{Model: list[i], VocabKnown: true, SeqLen: d.run.seqLen, DeclaredWidth: []int64{width}}
			edits := rule.Deviations(&d.world)
			if len(edits) == 0 {
				continue
			}
			d.edit = edits[r.IntN(len(edits))]
			d.edit.Rule = rule.ID
			if slices.Contains(d.edit.Accounts, audit.AccountBreakdown) {
				d.edit.Set(&d.run.breakdown)
			}
			if slices.Contains(d.edit.Accounts, audit.AccountTotal) {
				d.edit.Set(&d.run.total)
			}
			if d.run.breakdown == (reference.Basis{}) && d.run.total == (reference.Basis{}) || d.run.breakdown.LogitUnit != 0 || defined(d.run) {
				continue
			}
			data, err := d.run.log(r, shortest, 0)
			if err != nil {
				continue
			}
			drawn++
			d.data, d.what = data, rule.ID+" ("+d.edit.Short+") in "+names[i]
			visit(d)
		}
	}
	return drawn
}

// aliasOf reports whether one edit of another rule, on a definition, gives the same FLOPs: the two are then one formula on this model at
// this sequence length, which docs/aliases.md lists by the condition under which they are.
func (d *drawnMistake) aliasOf(id string) bool {
	for _, rule := range rules.All() {
		if rule.ID != id || rule.Deviations == nil {
			continue
		}
		for _, e := range rule.Deviations(&d.world) {
			for _, c := range reference.Conventions() {
				b := c.Basis
				if e.Set(&b); equal(b.TrainingPerToken(d.run.model, d.run.seqLen), d.run.total.TrainingPerToken(d.run.model, d.run.seqLen)) {
					return true
				}
			}
		}
	}
	return false
}

func equal(x, y float64) bool { return math.Abs(x-y) <= 1e-13*math.Abs(x) }
