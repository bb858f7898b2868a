package audit

import (
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// maxEdits bounds the edits of one account.
const maxEdits = 3

// mostTries bounds the search where nothing explains a value: beyond it, the worlds that are left are tried with one edit at most.
// A bundled run takes a tenth of it.
const mostTries = 100_000

// unexplainedCost is what an account costs that no basis with at most maxEdits edits reproduces.
const unexplainedCost = maxEdits + 1

// start is a basis from which an account may begin at the cost of its kind: the quantity's own definition, or a convention.
type start struct {
	name  string
	cost  int
	basis reference.Basis
	note  string // how the amounts are meant, "" if as defined
	whole bool   // a formula with its quirks, of which no axis is set otherwise
}

// explanation is one way in which an account's values come out.
type explanation struct {
	start start
	also  []string // starts that coincide with it on this world
	edits []Edit
	cost  int
	basis reference.Basis
}

// explained is all explanations of an account in a world that cost at most one more than its cheapest.
type explained struct {
	account Account
	targets []*target
	list    []explanation // empty: unexplained
	tries   int           // bases that were held against the targets
}

// breakdownStarts are the definitions of a per-layer breakdown: per sequence or per token, forward or training, with any
// definition of the core.
func breakdownStarts() []start {
	var out []start
	for _, per := range []reference.Per{reference.PerSequence, reference.PerToken} {
		for _, passes := range []reference.Passes{reference.PassesDefault, reference.ForwardBackward} {
			for _, core := range []struct {
				name string
				c    reference.CoreCount
			}{{reference.MatmulFull, reference.CoreFull}, {"causal-half", reference.CoreHalf}, {"matmul-causal", reference.CoreExact}} {
				var note []string
				if per == reference.PerToken {
					note = append(note, "per token")
				}
				if passes == reference.ForwardBackward {
					note = append(note, "forward and backward")
				}
				out = append(out, start{
					name: core.name, note: strings.Join(note, ", "),
					basis: reference.Basis{Core: core.c, Per: per, Passes: passes},
				})
			}
		}
	}
	return out
}

// totalStarts are the conventions, the stated one alone if one is stated. Where the format defines one, another costs an edit.
// Those that are to be told rather than accepted are left out unless stated.
func totalStarts(w *World, stated, format string) []start {
	var out []start
	for _, c := range reference.Conventions() {
		if stated != "" && !strings.EqualFold(stated, c.Name) {
			continue
		}
		if stated == "" && c.SuspectFor(w.Model, w.SeqLen) {
			continue
		}
		s := start{name: c.Name, basis: c.Basis, whole: c.Evaluate != nil}
		if w.Model == nil || w.SeqLen <= 0 || c.OnBasis(w.Model, w.SeqLen) {
			s.basis.Formula = ""
		}
		if (c.Kind == reference.Implementation || s.basis.Formula != "") && stated == "" && c.Name != format {
			s.cost = 1
		}
		if format != "" && stated == "" && c.Name != format {
			s.cost++
		}
		out = append(out, s)
	}
	return out
}

// starts are the definitions that an account may follow.
func (a *Audit) starts(w *World, account Account) []start {
	if account == AccountTotal {
		return totalStarts(w, a.Options.Convention, a.Run.Convention)
	}
	return breakdownStarts()
}

// explain finds the bases of an account that reproduce every target in a world, cheapest first, no more than one above the
// cheapest, with supersets of a solution and edits without effect left out.
func explain(w *World, account Account, targets []*target, starts []start, edits []Edit, limit, depth int) *explained {
	x := &explained{account: account, targets: targets}
	if len(targets) == 0 {
		return x
	}
	seen := map[reference.Basis]bool{}
	best := math.MaxInt
	var b reference.Basis // one for all sets: a million are tried
	for size := 0; size <= depth; size++ {
		for si, s := range starts {
			cost := s.cost + size
			if cost > limit || best < math.MaxInt && cost > best+1 || s.whole && size > 0 || size > 0 && repeats(starts, si) {
				continue
			}
			combine(edits, size, func(set []Edit) {
				b = s.basis
				for _, e := range set {
					e.Set(&b)
				}
				x.tries++
				if !x.reproduces(w, b) {
					return
				}
				if seen[b] && size > 0 {
					return
				}
				seen[b] = true
				if x.coincides(w, b, set, s) || x.superset(set, s) || !effective(w, targets, s.basis, set) {
					return
				}
				x.list = append(x.list, explanation{start: starts[si], edits: slices.Clone(set), cost: cost, basis: b})
				best = min(best, cost)
			})
		}
	}
	sort.SliceStable(x.list, func(i, j int) bool { return x.list[i].cost < x.list[j].cost })
	if len(x.list) > 0 {
		x.list = slices.DeleteFunc(x.list, func(e explanation) bool { return e.cost > x.list[0].cost+1 })
	}
	return x
}

// repeats reports whether an earlier start, no dearer, has the same basis: edits of it give nothing new.
func repeats(starts []start, i int) bool {
	return slices.ContainsFunc(starts[:i], func(s start) bool {
		return !s.whole && s.basis == starts[i].basis && s.cost <= starts[i].cost
	})
}

// reproduces reports whether every target comes out on basis b.
func (x *explained) reproduces(w *World, b reference.Basis) bool {
	for _, t := range x.targets {
		if v, ok := predict(t.Quantity, w, b); !ok || !t.matches(v) {
			return false
		}
	}
	return true
}

// coincides merges a definition that gives the same values as one already found with the same edits.
func (x *explained) coincides(w *World, b reference.Basis, set []Edit, s start) bool {
	for i := range x.list {
		e := &x.list[i]
		if !sameEdits(e.edits, set) || !samePredictions(w, x.targets, e.basis, b) {
			continue
		}
		if e.start.name != s.name && !slices.Contains(e.also, s.name) {
			e.also = append(e.also, s.name)
		}
		return true
	}
	return false
}

// superset reports whether a solution with the same start, or a cheaper start, needs only a part of the edits.
func (x *explained) superset(set []Edit, s start) bool {
	for _, e := range x.list {
		if e.start.cost <= s.cost && len(e.edits) < len(set) && contains(set, e.edits) {
			return true
		}
	}
	return false
}

// effective reports whether each edit of a set changes a target: one that does not is no part of an explanation.
func effective(w *World, targets []*target, base reference.Basis, set []Edit) bool {
	full := base
	for _, e := range set {
		e.Set(&full)
	}
	for i := range set {
		b := base
		for j, e := range set {
			if j != i {
				e.Set(&b)
			}
		}
		if samePredictions(w, targets, b, full) {
			return false
		}
	}
	return true
}

func samePredictions(w *World, targets []*target, a, b reference.Basis) bool {
	for _, t := range targets {
		v, okV := predict(t.Quantity, w, a)
		u, okU := predict(t.Quantity, w, b)
		if okV != okU || v != u {
			return false
		}
	}
	return true
}

// combine calls visit with every set of size edits whose axes differ. The slice is reused.
func combine(edits []Edit, size int, visit func([]Edit)) {
	set := make([]Edit, 0, size)
	var walk func(from int)
	walk = func(from int) {
		if len(set) == size {
			visit(set)
			return
		}
	next:
		for i := from; i < len(edits); i++ {
			for _, e := range set {
				if e.Axis == edits[i].Axis {
					continue next
				}
			}
			set = append(set, edits[i])
			walk(i + 1)
			set = set[:len(set)-1]
		}
	}
	walk(0)
}

// key tells edits apart: the same edit in two accounts is one.
func (e Edit) key() string { return e.Rule + "\x00" + e.Axis + "\x00" + e.Short }

func sameEdits(a, b []Edit) bool { return len(a) == len(b) && contains(a, b) }

// contains reports whether every edit of part is in set.
func contains(set, part []Edit) bool {
	for _, p := range part {
		if !slices.ContainsFunc(set, func(e Edit) bool { return e.key() == p.key() }) {
			return false
		}
	}
	return true
}

// solution is one explanation of the whole run's FLOPs: a world and an explanation for each account.
type solution struct {
	world *World
	parts map[Account]*explanation // nil for an account that is unexplained or has no targets
	cost  int
}

// edits lists the solution's edits, each once.
func (s *solution) edits() []Edit {
	var out []Edit
	for _, account := range []Account{AccountBreakdown, AccountTotal} {
		if p := s.parts[account]; p != nil {
			for _, e := range p.edits {
				if !contains(out, []Edit{e}) {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

// Diagnosis is what the search over worlds and FLOP accounts found.
type Diagnosis struct {
	Best      *solution
	Solutions []solution // within one of the best, cheapest first
	Explained map[Account]*explained
	Costs     map[*World]int // cheapest cost of each world
}

// diagnose finds the cheapest worlds and bases for the FLOP accounts.
func (a *Audit) diagnose(worlds []World, accounts map[Account][]*target) *Diagnosis {
	d := &Diagnosis{Costs: map[*World]int{}}
	best := math.MaxInt
	perWorld := map[*World]map[Account]*explained{}
	tries := 0
	for i := range worlds {
		w := &worlds[i]
		if best < math.MaxInt && len(w.Breaks) > best+1 {
			break // worlds come by breaks
		}
		w.memo = newMemo(w)
		edits := a.edits(w)
		found := map[Account]*explained{}
		for _, account := range []Account{AccountBreakdown, AccountTotal} {
			starts := a.starts(w, account)
			limit := math.MaxInt
			if best < math.MaxInt {
				limit = best + 2 - len(w.Breaks)
			}
			depth := maxEdits
			if tries > mostTries {
				depth = 1
			}
			found[account] = explain(w, account, accounts[account], starts, editsOf(edits, account), limit, depth)
			tries += found[account].tries
		}
		perWorld[w] = found
		for _, s := range solutions(w, found) {
			d.Solutions = append(d.Solutions, s)
			if c, ok := d.Costs[w]; !ok || s.cost < c {
				d.Costs[w] = s.cost
			}
			best = min(best, s.cost)
		}
	}
	sort.SliceStable(d.Solutions, func(i, j int) bool { return d.Solutions[i].cost < d.Solutions[j].cost })
	d.Solutions = slices.DeleteFunc(d.Solutions, func(s solution) bool { return s.cost > best+1 })
	if len(d.Solutions) > 0 {
		d.Best = &d.Solutions[0]
		d.Explained = perWorld[d.Best.world]
	}
	return d
}

// solutions joins the accounts' explanations in one world.
func solutions(w *World, found map[Account]*explained) []solution {
	options := func(account Account) []*explanation {
		x := found[account]
		if len(x.list) == 0 {
			return []*explanation{nil}
		}
		out := make([]*explanation, len(x.list))
		for i := range x.list {
			out[i] = &x.list[i]
		}
		return out
	}
	var out []solution
	for _, b := range options(AccountBreakdown) {
		for _, t := range options(AccountTotal) {
			s := solution{world: w, parts: map[Account]*explanation{AccountBreakdown: b, AccountTotal: t}}
			s.cost = len(w.Breaks) + len(s.edits())
			for account, p := range s.parts {
				switch {
				case p != nil:
					s.cost += p.start.cost
				case len(found[account].targets) > 0:
					s.cost += unexplainedCost
				}
			}
			out = append(out, s)
		}
	}
	return out
}

// edits collects the deviations of all rules for a world.
func (a *Audit) edits(w *World) []Edit {
	var out []Edit
	for _, r := range a.Options.Rules {
		if r.Deviations == nil {
			continue
		}
		for _, e := range r.Deviations(w) {
			e.Rule = r.ID
			out = append(out, e)
		}
	}
	return out
}

func editsOf(edits []Edit, account Account) []Edit {
	var out []Edit
	for _, e := range edits {
		if e.in(account) {
			out = append(out, e)
		}
	}
	return out
}
