package runlog

import (
	"slices"
	"strings"
)

// fillers are words between the phrases of a claim that say nothing.
var fillers = map[string]bool{
	"on": true, "at": true, "with": true, "of": true, "the": true, "a": true, "an": true, "and": true, "for": true, "in": true, "we": true, "get": true, "gets": true,
	"reach": true, "reaches": true, "reached": true, "achieve": true, "achieves": true, "achieved": true, "achieving": true, "train": true, "trains": true, "trained": true, "training": true,
	"run": true, "runs": true, "running": true, "using": true, "per": true, "is": true, "are": true, "that": true, "to": true, "by": true, "our": true, "model": true, "throughput": true,
	"–": true, "—": true, "-": true, "/": true, "+": true, "&": true, "@": true, "or": true, "i.e.": true,
}

// claimFile is the file that positions in a claim from a line of text name.
const claimFile = "claim"

// ParseClaim reads a claim from a line of text: "Llama-3-8B, 8 x H100 SXM, seq 8192, bf16, 9,870 tokens/s/GPU, 57.8% MFU", units and
// words in any order. Words that say nothing that is understood stand in Unread.
func ParseClaim(text string) *Claim { return ClaimTable(text).Claims[0] }

// ClaimTable is a claim from a line of text as a table of one row, with a column for each phrase. A word that is not understood is a
// problem of the table.
func ClaimTable(text string) *Table {
	src := NewSource(claimFile, []byte(text))
	found := &problems{src: src}
	c := &Claim{ID: claimFile, Row: 1, Config: map[string]string{}, Pos: src.Position(0, len(text), "")}
	t := &Table{Path: claimFile, Format: claimFile, Source: src, Claims: []*Claim{c}}
	if len(text) > longestClaim {
		found.add(ProblemSyntax, "the claim is longer than a claim; its end is not read", longestClaim, len(text)-longestClaim, noPath)
		text = text[:longestClaim]
	}
	list, rest := phrases(text)
	for _, p := range list {
		pos := src.Position(int64(p.start), p.end-p.start, p.meaning.key)
		printed := visible(text[p.start:p.end])
		if slices.ContainsFunc(t.Columns, func(have TableColumn) bool { return have.Key == p.meaning.key }) {
			found.add(ProblemDuplicateKey, "says "+p.meaning.key+" twice; the first counts", int64(p.start), p.end-p.start, noPath)
			continue
		}
		column := TableColumn{
			Header: printed, Key: p.meaning.key, Quantity: p.meaning.quantity, Fact: p.meaning.fact, Scale: 1, Unit: p.meaning.unit, Mapped: p.meaning.mapped,
			Others: p.meaning.others, Pos: pos,
		}
		if p.value.Key != "" {
			column.Scale, column.Unit = p.value.Scale, p.value.Unit
			p.value.Pos = pos
			c.Values = append(c.Values, p.value)
		}
		t.Columns = append(t.Columns, column)
		c.Cells = append(c.Cells, Cell{Text: printed, Pos: pos})
		switch {
		case p.model != "":
			c.Model = p.model
		case p.convention != "":
			c.Stated = p.convention
		case p.config != "":
			c.Config[p.meaning.key] = p.config
		}
		for _, f := range p.facts {
			if p.config != "" {
				break
			}
			f.Text, f.Source, f.Pos = printed, "config", pos
			if i := slices.IndexFunc(c.Facts, func(have Fact) bool { return have.Key == f.Key }); i >= 0 {
				if !sameValue(c.Facts[i], f) {
					found.add(ProblemDuplicateKey, "says "+string(f.Key)+" twice; the first counts", int64(p.start), p.end-p.start, noPath)
				}
				continue
			}
			c.Facts = append(c.Facts, f)
		}
	}
	for _, w := range rest {
		if fillers[strings.ToLower(w.text)] || visible(w.text) == "" {
			continue
		}
		cell := Cell{Text: visible(w.text), Pos: src.Position(int64(w.start), w.end-w.start, "")}
		c.Unread = append(c.Unread, cell)
		found.add(ProblemSyntax, quoted(w.text)+" is not understood; it is left out", int64(w.start), w.end-w.start, noPath)
	}
	t.Problems = found.sorted()
	return t
}

// longestClaim is how much of a line of text is read as a claim.
const longestClaim = 2000
