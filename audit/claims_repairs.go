package audit

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// repairs lists the cells that, each alone, would make the row come out under the conventions beside it, or under the nearest.
func (r *ClaimReport) repairs(t *claimTrial, supported []string) []ClaimRepair {
	names := supported
	if r.row.stated != "" {
		names = []string{r.row.stated}
	} else if len(names) == 0 {
		names = []string{r.Nearest}
	}
	relations := slices.Concat(t.own, t.other)
	var out []ClaimRepair
	flops := slices.DeleteFunc(slices.Clone(t.flops), func(f claimFLOPs) bool {
		return !slices.Contains(names, f.convention.Name) || f.layout != nil && f.layout.padded
	})
	if len(flops) == 0 {
		flops = []claimFLOPs{{}}
	}
	peaks := r.row.peaks
	if len(peaks) == 0 {
		peaks = []float64{0}
	}
	for _, s := range slices.Sorted(maps.Keys(t.cells)) {
		if s == cSeqLen && slices.ContainsFunc(t.other, func(x claimRelation) bool { return x.flops != noFLOPs }) {
			continue // FLOPs per token depend on it
		}
	next:
		for _, f := range flops {
			for _, column := range r.row.passes(true) {
				k := claimConstants{model: f.model, peak: peaks[0]}
				if f.convention.Name != "" {
					k.column, k.hardware = r.row.spent(f, column, r.SeqLen), r.row.spent(f, r.row.passes(false)[0], r.SeqLen)
				}
				if x, ok := needed(t.cells, relations, s, k); ok {
					c := t.cells[s]
					out = append(out, ClaimRepair{Key: c.key, Printed: c.text, Value: x, Text: fmt.Sprintf("%s would have to be %s, printed is %s", c.key, r.printable(s, x.Mid()), c.text)})
					break next
				}
			}
		}
	}
	return out
}

// needed is what a cell would have to be for every relation to hold; ok is false where nothing would do, or where it does as it is.
func needed(cells map[string]claimCell, relations []claimRelation, symbol string, k claimConstants) (reference.Interval, bool) {
	x := reference.Interval{Lo: 0, Hi: math.Inf(1)}
	wrong := false
	for _, r := range relations {
		has := slices.Contains(r.symbols(), symbol)
		holds := r.holds(cells, k) >= 0
		if !has {
			if !holds {
				return x, false
			}
			continue
		}
		wrong = wrong || !holds
		one := maps.Clone(cells)
		one[symbol] = countCell(cells[symbol].key, 1)
		rest, claim := r.derive(one, levelZeros, k), cells[r.claim].reading[levelZeros]
		switch i := slices.IndexFunc(r.parts, func(p claimFactor) bool { return p.symbol == symbol }); {
		case i < 0:
			x = x.Intersect(rest)
		case r.parts[i].power > 0:
			x = x.Intersect(claim.Div(rest))
		default:
			x = x.Intersect(rest.Div(claim))
		}
	}
	return x, wrong && !x.Empty() && x.Hi < math.Inf(1) && x.Hi > 0
}

// printable is a cell's value as its column prints it.
func (r *ClaimReport) printable(symbol string, v float64) string {
	for _, o := range r.Claim.Values {
		if string(o.Quantity) == symbol && o.Scale > 0 {
			return strings.TrimSpace(number(v/o.Scale) + " " + o.Unit)
		}
	}
	return number(v)
}
