package audit_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// TestADrawnMistakeIsNamedOrListed applies every catalogued mistake of a FLOP formula to every fourth dense preset, in each
// account that can hold it. Its rule must be the finding's, or stand among the finding's rivals; only digits that a definition gives as
// well may pass in silence.
func TestADrawnMistakeIsNamedOrListed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	full, _ := reference.ConventionByName(reference.MatmulFull)
	drawn, named, listed, silent := 0, 0, 0, 0
	for i, p := range reference.Presets() {
		config, err := p.Config()
		if err != nil {
			t.Fatal(err)
		}
		m, err := config.Architecture()
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Groups) > 1 || m.First().FFN.Width == 0 {
			continue
		}
		for j, rule := range rules.All() {
			if rule.Deviations == nil || (i+j)%sparser(4) != 0 {
				continue // each mistake with every fourth model
			}
			d := drawRight(r, m, full)
			world := audit.World{Model: m, VocabKnown: true, SeqLen: d.seqLen}
			edits := rule.Deviations(&world)
			if len(edits) == 0 {
				continue
			}
			e := edits[r.IntN(len(edits))]
			if slices.Contains(e.Accounts, audit.AccountBreakdown) {
				e.Set(&d.breakdown)
			}
			if slices.Contains(e.Accounts, audit.AccountTotal) {
				e.Set(&d.total)
			}
			if d.breakdown == (reference.Basis{}) && d.total == (reference.Basis{}) || d.breakdown.LogitUnit != 0 {
				continue // an edit of tokens or of the peak, or of a unit that the drawn log does not print
			}
			if defined(d) {
				continue // the digits are those of a convention as well
			}
			data, err := d.log(r, shortest, 0)
			if err != nil {
				continue
			}
			log, err := runlog.Read("mistake.json", data)
			if err != nil {
				t.Fatal(err)
			}
			report := audit.Run(log, audit.Options{Rules: rules.All()})[0]
			drawn++
			switch found := ruleIn(report, rule.ID); found {
			case "named":
				named++
			case "listed":
				listed++
			default:
				silent++
				t.Logf("%s, %s (%s): found %s", p.Name, rule.ID, e.Short, ruleIDs(report))
			}
		}
	}
	t.Logf("%d drawn: %d named, %d listed, %d neither", drawn, named, listed, silent)
	if drawn < 100 || silent*100 > drawn*4 {
		t.Errorf("of %d mistakes %d are neither named nor listed", drawn, silent)
	}
}

// TestADrawnMistakeInAGivenModelIsNamedOrListed is the same for mixtures, hybrids and models with unlike layers that stand beside the
// log, in FLOPs per token.
func TestADrawnMistakeInAGivenModelIsNamedOrListed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	full, _ := reference.ConventionByName(reference.MatmulFull)
	drawn, named, listed, silent := 0, 0, 0, 0
	for i, p := range reference.Presets() {
		config, err := p.Config()
		if err != nil {
			t.Fatal(err)
		}
		m, err := config.Architecture()
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Groups) == 1 && m.First().Mixer == nil && m.First().FFN.Width > 0 {
			continue
		}
		for j, rule := range rules.All() {
			if rule.Deviations == nil || (i+j)%3 != 0 {
				continue
			}
			d := drawRight(r, m, full)
			d.given = true
			_, width, _ := declared(m)
			world := audit.World{Model: m, VocabKnown: true, SeqLen: d.seqLen, DeclaredWidth: []int64{width}}
			edits := rule.Deviations(&world)
			if len(edits) == 0 {
				continue
			}
			e := edits[r.IntN(len(edits))]
			if !slices.Contains(e.Accounts, audit.AccountTotal) {
				continue
			}
			e.Set(&d.total)
			if d.total == (reference.Basis{}) || slices.ContainsFunc(reference.Conventions(), func(c reference.Convention) bool {
				return !c.SuspectFor(m, d.seqLen) && c.TrainingPerToken(m, d.seqLen) == d.total.TrainingPerToken(m, d.seqLen)
			}) {
				continue // the digits are those of a convention as well
			}
			data, err := d.log(r, shortest, 0)
			if err != nil {
				continue
			}
			log, err := runlog.Read("mistake.json", data)
			if err != nil {
				t.Fatal(err)
			}
			report := audit.Run(log, audit.Options{Rules: rules.All(), Model: m, ModelSource: "sidecar", ModelName: "config.json"})[0]
			drawn++
			switch found := ruleIn(report, rule.ID); found {
			case "named":
				named++
			case "listed":
				listed++
			default:
				silent++
				t.Logf("%s at %d, %s (%s): found %s", p.Name, d.seqLen, rule.ID, e.Short, ruleIDs(report))
			}
		}
	}
	t.Logf("%d drawn: %d named, %d listed, %d neither", drawn, named, listed, silent)
	if drawn < 100 || silent*100 > drawn*2 {
		t.Errorf("of %d mistakes %d are neither named nor listed", drawn, silent)
	}
}

// defined reports whether a convention gives the run's FLOPs per token and, with the same core, its breakdown.
func defined(d drawnRun) bool {
	for _, c := range reference.Conventions() {
		right := drawnRun{model: d.model, seqLen: d.seqLen, breakdown: reference.Basis{Core: c.Basis.Core}, total: c.Basis}
		if right.same(d) {
			return true
		}
	}
	return false
}

// same reports whether two runs log the same FLOPs.
func (d drawnRun) same(e drawnRun) bool {
	sum := func(r drawnRun) (total, layer float64) {
		f := r.breakdown.Layer(r.model, r.seqLen)
		return r.total.TrainingPerToken(r.model, r.seqLen), r.breakdown.Passes.Factor(1) * (f.Projections + f.Core)
	}
	t1, l1 := sum(d)
	t2, l2 := sum(e)
	return t1 == t2 && l1 == l2
}

// ruleIn says where a report holds a rule: as a finding, among a finding's rivals, or nowhere.
func ruleIn(report *audit.RunReport, id string) string {
	found := ""
	for _, f := range report.Findings {
		if f.Rule == id {
			return "named"
		}
		for _, rival := range f.Rivals {
			if slices.Contains(rival.Causes, id) {
				found = "listed"
			}
		}
	}
	return found
}
