package audit

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// accidentalMatches is the expected number of chance matches among the values that were tried: Σ ln(hi/lo) ÷ ln 10⁶.
func accidentalMatches(tried int, x reference.Interval) float64 {
	return float64(tried) * x.LogWidth() / math.Log(1e6)
}

// fewestTried is the number of edits up to which values are counted as tried, however few explain a value.
const fewestTried = 2

// hypotheses counts the distinct values that definitions with up to so many edits predict for a target.
func (a *Audit) hypotheses(t *target, most int) int {
	w := a.World
	if w.memo == nil || w.memo.model != w.Model || w.memo.seqLen != w.SeqLen {
		w.memo = newMemo(&w)
	}
	starts := a.starts(&w, t.Account)
	edits := editsOf(a.edits(&w), t.Account)
	seen := map[float64]bool{}
	var b reference.Basis
	for size := 0; size <= max(most, fewestTried); size++ {
		for i, s := range starts {
			if size > 0 && (s.whole || repeats(starts, i)) {
				continue
			}
			combine(edits, size, func(set []Edit) {
				b = s.basis
				for _, e := range set {
					e.Set(&b)
				}
				if v, ok := predict(t.Quantity, &w, b); ok {
					seen[v] = true
				}
			})
		}
	}
	return len(seen)
}

// chance is how many values were tried and how many of them are expected to match by chance, where a set of edits is to explain the
// values that it touches. The one that speaks most for the edits counts, of those that no definition gives. Where there is none, edits
// cancel in what they touch, and any other value of the account, one of few digits too, may be what they were tried for.
func (a *Audit) chance(account Account, part *explanation, set []Edit, touched []affected) (tried int, accidental float64) {
	accidental = math.Inf(1)
	circular := false
	for _, c := range touched {
		if a.given(c.target) {
			continue
		}
		if putIn(set, c.target.Quantity) {
			circular = true
			continue
		}
		n := a.hypotheses(c.target, len(c.part.edits))
		if x := accidentalMatches(n, c.target.Loose); x < accidental {
			tried, accidental = n, x
		}
	}
	if tried > 0 {
		return tried, accidental
	}
	if circular {
		return 1, 1
	}
	accidental = 0
	for _, t := range a.accountTargets(account) {
		n := a.hypotheses(t, len(part.edits))
		if x := accidentalMatches(n, t.Loose); x >= accidental {
			tried, accidental = n, x
		}
	}
	return tried, accidental
}

// putIn reports whether the number of an edit was taken from a quantity, or from one of the two that it is the ratio of.
func putIn(set []Edit, q reference.Quantity) bool {
	return slices.ContainsFunc(set, func(e Edit) bool {
		return e.TakenFrom != "" && (e.TakenFrom == q || q == reference.AttentionToFFNRatio)
	})
}

// largestPlain bounds both parts of a plain fraction.
const largestPlain = 16

// plainFraction writes k as p/q with p and q of at most 16, if it is one.
func plainFraction(k float64) (text string, ok bool) {
	for q := 1.0; q <= largestPlain; q++ {
		p := math.Round(k * q)
		if p >= 1 && p <= largestPlain && math.Abs(k*q/p-1) < 1e-9 {
			return plain(p) + "/" + plain(q), true
		}
	}
	return "", false
}

// asPlain says that several mistakes which together do no more than multiply one value by a plain fraction are no likelier than one
// mistake that the catalogue lacks; "" for one mistake, or any other factor.
func asPlain(edits int, k float64) string {
	if text, ok := plainFraction(k); ok && edits > 1 {
		return "together they multiply by " + text + ", which one mistake that is not in the catalogue may do as well"
	}
	return ""
}

// overdetermined reports whether edits rest on at least as many values as there are edits. Of several edits that only one value shows,
// others might give the same number: the parts of FLOPs are multiples of few amounts, and a mistake outside the catalogue is as well a sum
// of them.
func (a *Audit) overdetermined(part *explanation, touched []affected) bool {
	if len(part.edits)+part.start.cost < 2 {
		return true
	}
	values := map[Account]int{} // what one layer costs is in the total as well: the same number twice
	for _, c := range touched {
		if c.target.Quantity != reference.AttentionToFFNRatio && !a.given(c.target) { // the ratio follows from the others
			values[c.target.Account]++
		}
	}
	return max(values[AccountBreakdown], values[AccountTotal]) >= len(part.edits)+part.start.cost
}

// alone is what an explanation multiplies the only wrong value of an account by; 0 if several are wrong.
func (a *Audit) alone(account Account, part *explanation) float64 {
	k := 0.0
	for _, t := range a.accountTargets(account) {
		if a.given(t) {
			continue
		}
		v, ok1 := predict(t.Quantity, &a.World, part.basis)
		u, ok2 := predict(t.Quantity, &a.World, part.start.basis)
		if k != 0 || !ok1 || !ok2 || u <= 0 {
			return 0
		}
		k = v / u
	}
	return k
}

// given reports whether a definition without edits gives a value.
func (a *Audit) given(t *target) bool {
	for _, s := range a.starts(&a.World, t.Account) {
		if v, ok := predict(t.Quantity, &a.World, s.basis); ok && t.matches(v) {
			return true
		}
	}
	return false
}
