package audit_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// drawnSet is a run with one or two edits.
type drawnSet struct {
	what  string
	run   drawnRun
	edits []audit.Edit
	world audit.World
	data  []byte
}

// drawSet applies one or two random edits of FLOP formulas to a random model; false where they change nothing or a definition gives
// the same digits.
func drawSet(r *rand.Rand, names []string, list []*reference.Architecture) (d drawnSet, ok bool) {
	full, _ := reference.ConventionByName(reference.MatmulFull)
	i := r.IntN(len(list))
	d.run = drawRight(r, list[i], full)
	d.run.given = true
	_, width, _ := declared(list[i])
	d.world = audit.World{Model: list[i], VocabKnown: true, SeqLen: d.run.seqLen, DeclaredWidth: []int64{width}}
	d.what = names[i]
	var all []audit.Edit
	for _, rule := range rules.All() {
		if rule.Deviations == nil || rule.Severity == audit.SeverityNote {
			continue
		}
		for _, e := range rule.Deviations(&d.world) {
			if e.Rule = rule.ID; slices.Contains(e.Accounts, audit.AccountTotal) {
				all = append(all, e)
			}
		}
	}
	for range 1 + r.IntN(2) {
		e := all[r.IntN(len(all))]
		if slices.ContainsFunc(d.edits, func(o audit.Edit) bool { return o.Axis == e.Axis }) {
			return d, false
		}
		d.edits = append(d.edits, e)
		d.what += ", " + e.Rule + " (" + e.Short + ")"
		before := d.total()
		e.Set(&d.run.total)
		if slices.Contains(e.Accounts, audit.AccountBreakdown) {
			e.Set(&d.run.breakdown)
		}
		if d.total() == before {
			return d, false // nothing to find
		}
	}
	if d.run.breakdown.LogitUnit != 0 {
		return d, false
	}
	for _, c := range reference.Conventions() {
		if !c.SuspectFor(d.run.model, d.run.seqLen) && equal(c.TrainingPerToken(d.run.model, d.run.seqLen), d.total()) {
			return d, false
		}
	}
	var err error
	d.data, err = d.run.log(r, shortest, 0)
	return d, err == nil
}

func (d *drawnSet) total() float64 { return d.run.total.TrainingPerToken(d.run.model, d.run.seqLen) }

// rivalled reports whether another set of edits of the same or lower cost, or a convention with fewer, gives the same FLOPs per token.
func (d *drawnSet) rivalled() bool {
	var all []audit.Edit
	for _, rule := range rules.All() {
		if rule.Deviations != nil {
			for _, e := range rule.Deviations(&d.world) {
				if slices.Contains(e.Accounts, audit.AccountTotal) {
					all = append(all, e)
				}
			}
		}
	}
	same := func(e audit.Edit) bool {
		return slices.ContainsFunc(d.edits, func(o audit.Edit) bool { return o.Axis == e.Axis && o.Short == e.Short })
	}
	hit := func(b reference.Basis) bool { return equal(b.TrainingPerToken(d.run.model, d.run.seqLen), d.total()) }
	for _, c := range reference.Conventions() {
		for i, x := range all {
			b := c.Basis
			if x.Set(&b); hit(b) && (len(d.edits) > 1 || !same(x)) {
				return true
			}
			for _, y := range all[i+1:] {
				if len(d.edits) < 2 || x.Axis == y.Axis || same(x) && same(y) {
					continue
				}
				b2 := b
				if y.Set(&b2); hit(b2) {
					return true
				}
			}
		}
	}
	return false
}

// found reports whether every edit of the set is named, or stands among what is listed as equal.
func (d *drawnSet) found(report *audit.RunReport) bool {
	for _, e := range d.edits {
		if ruleIn(report, e.Rule) == "" {
			return false
		}
	}
	return true
}

// TestOneOrTwoMistakesAreFoundOrListed draws runs with one or two edits. Where no other set of equal or lower cost reproduces the FLOPs,
// 99 of 100 must be found or listed; where the missed are few, the search for such another set is made for them only.
func TestOneOrTwoMistakesAreFoundOrListed(t *testing.T) {
	n := 2000
	if testing.Short() || raceEnabled {
		n = 150
	}
	names, list := models(t)
	jobs := make(chan drawnSet)
	go func() {
		defer close(jobs)
		r := rand.New(rand.NewPCG(17, 18))
		for made := 0; made < n; {
			if d, ok := drawSet(r, names, list); ok {
				made++
				jobs <- d
			}
		}
	}()
	var mu sync.Mutex
	var group sync.WaitGroup
	found, rivalled, missed := 0, 0, 0
	for range 4 {
		group.Go(func() {
			for d := range jobs {
				log, err := runlog.Read("found.json", d.data)
				if err != nil {
					t.Error(err)
					continue
				}
				report := audit.Run(log, audit.Options{Rules: rules.All(), Model: d.run.model, ModelSource: "sidecar", ModelName: "config.json"})[0]
				is := d.found(report)
				other := !is && d.rivalled()
				mu.Lock()
				switch {
				case is:
					found++
				case other:
					rivalled++
				default:
					missed++
					t.Logf("%s at %d: found %s", d.what, d.run.seqLen, ruleIDs(report))
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	t.Logf("%d found or listed, %d missed, %d not found where another set of equal or lower cost gives the same", found, missed, rivalled)
	if missed*100 > found+missed {
		t.Errorf("of %d runs that no other set explains, %d are missed", found+missed, missed)
	}
	if rivalled*5 > n {
		t.Errorf("%d of %d runs are excused by another set", rivalled, n)
	}
}
