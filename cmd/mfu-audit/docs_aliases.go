package main

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
)

// aliasesPage is the generated table of mistakes that are one formula, from the root of a checkout.
const aliasesPage = "docs/aliases.md"

// aliasesText is docs/aliases.md: every pair of edits of two rules that give the same FLOPs on a preset at a usual sequence length.
func aliasesText() (string, error) {
	found := map[[3]string]*aliasRow{}
	for _, p := range reference.Presets() {
		config, err := p.Config()
		if err != nil {
			return "", err
		}
		m, err := config.Architecture()
		if err != nil {
			return "", err
		}
		for _, seqLen := range []int64{1024, 2048, 4096, 8192} {
			addAliases(found, p.Name, &audit.World{Model: m, VocabKnown: true, SeqLen: seqLen})
		}
	}
	var b strings.Builder
	b.WriteString(`# Mistakes that are the same number

<!-- Written by "mfu-audit dev docs" from the rules and the presets. -->

Two mistakes that give the same FLOPs on a model cannot be told apart from its log: a finding lists both and names neither as the only one.
Each is one edit of ` + "`matmul-full`" + `, compared on every preset at 1024, 2048, 4096 and 8192 tokens, where both apply. The fourth column is the condition that
told in these runs where the two coincide, else a run in which they do: the parts of FLOPs are multiples of few amounts, so that equal numbers are common. a and g are query
and key/value heads, d the head dimension, H the hidden size, i the FFN width, S the sequence length.

| mistake | other mistake | in | where | runs compared | the same in |
|---|---|---|---|---|---|
`)
	for _, key := range slices.SortedFunc(maps.Keys(found), func(x, y [3]string) int { return slices.Compare(x[:], y[:]) }) {
		if row := found[key]; row.same > 0 {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %d |\n", key[0], key[1], key[2], row.condition(), row.of, row.same)
		}
	}
	return b.String(), nil
}

// aliasRow counts where a pair of edits applies and where it coincides, and which conditions held.
type aliasRow struct {
	of, same     int
	where, apart map[string]int // how often a condition held where they coincide, and where they do not
	example      string
}

// condition is the condition that separates best where the two coincide from where they do not, if it is right in nearly all runs.
func (r *aliasRow) condition() string {
	if r.same == r.of {
		return "always"
	}
	best, errors := "", r.same/5+1
	for _, name := range slices.Sorted(maps.Keys(r.where)) {
		if wrong := r.same - r.where[name] + r.apart[name]; wrong < errors {
			best, errors = name, wrong
		}
	}
	switch {
	case best == "":
		return "as in " + r.example
	case errors > 0:
		return fmt.Sprintf("mostly %s, as in %s", best, r.example)
	default:
		return best
	}
}

// structure lists the conditions that hold of a world.
func structure(w *audit.World) []string {
	g := w.Model.First()
	a, kv, d, H, S, i := g.Attention.Heads, g.Attention.KVHeads, g.Attention.HeadDim, w.Model.Hidden, w.SeqLen, g.FFN.Width
	var out []string
	for name, holds := range map[string]bool{
		"g = a/2": 2*kv == a, "g = a/4": 4*kv == a, "g = a": kv == a, "S = a·d": S == a*d, "S = a·d/2": 2*S == a*d, "S = 2·a·d": S == 2*a*d,
		"S = H": S == H, "2·S = H": 2*S == H, "S = 2·H": S == 2*H, "a·d = H": a*d == H, "a·d = 2·H": a*d == 2*H, "i = 4·H": i == 4*H, "i = 8·H/3": i == 8*H/3, "a = 2": a == 2, "a = 4": a == 4, "a = 8": a == 8,
		"the experts are as wide as a dense FFN": g.FFN.Experts.Width == i && i > 0, "one expert of two is used": g.FFN.Experts.Count > 0 && 2*g.FFN.Experts.Active == g.FFN.Experts.Count,
		"one expert is used": g.FFN.Experts.Active == 1, "two experts are used": g.FFN.Experts.Active == 2, "the FFN is gated": g.FFN.Gated, "the head is tied": w.Model.Tied,
	} {
		if holds {
			out = append(out, name)
		}
	}
	return out
}

var wholeNumbers = regexp.MustCompile(`\d[\d ]*`)

// addAliases compares all pairs of edits on one world.
func addAliases(found map[[3]string]*aliasRow, model string, w *audit.World) {
	type tried struct {
		rule, name   string
		layer, total float64
		edit         audit.Edit
	}
	layer := func(b reference.Basis) float64 {
		f := b.Layer(w.Model, w.SeqLen)
		return b.Passes.Factor(1) * b.Scale.Factor() * (f.Projections + f.Core)
	}
	rightLayer, rightTotal := layer(reference.Basis{}), reference.Basis{}.TrainingPerToken(w.Model, w.SeqLen)
	var edits []tried
	for _, r := range rules.All() {
		if r.Deviations == nil {
			continue
		}
		for _, e := range r.Deviations(w) {
			var b reference.Basis
			e.Set(&b)
			edits = append(edits, tried{r.ID, fmt.Sprintf("%s %s", r.ID, wholeNumbers.ReplaceAllString(e.Short, "n ")), layer(b), b.TrainingPerToken(w.Model, w.SeqLen), e})
		}
	}
	conditions := structure(w)
	for i, x := range edits {
		for _, y := range edits[i+1:] {
			if x.rule == y.rule {
				continue
			}
			for _, in := range []struct {
				account        audit.Account
				name           string
				u, v, unedited float64
			}{{audit.AccountBreakdown, "attention of a layer", x.layer, y.layer, rightLayer}, {audit.AccountTotal, "FLOPs per token", x.total, y.total, rightTotal}} {
				if !slices.Contains(x.edit.Accounts, in.account) || !slices.Contains(y.edit.Accounts, in.account) || in.u == in.unedited || in.v == in.unedited {
					continue
				}
				key := [3]string{strings.TrimSpace(x.name), strings.TrimSpace(y.name), in.name}
				row := found[key]
				if row == nil {
					row = &aliasRow{where: map[string]int{}, apart: map[string]int{}}
					found[key] = row
				}
				row.of++
				counts := row.apart
				if math.Abs(in.u-in.v) <= 1e-13*in.u {
					row.same++
					counts = row.where
					if row.example == "" {
						row.example = fmt.Sprintf("%s at %d", model, w.SeqLen)
					}
				}
				for _, c := range conditions {
					counts[c]++
				}
			}
		}
	}
}
