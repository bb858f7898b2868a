package runlog

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/mfu-audit/mfu-audit/reference"
)

// plainCount is a count in the spelling of JSON.
func plainCount(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// spokenFacts are the facts that captions and headings state. Where one text names two values of a key, it compares something,
// and the key is left out.
func (r *tableReader) spokenFacts(texts []gridText) (facts []Fact, values []Observation) {
	for i := len(texts) - 1; i >= 0; i-- { // the nearest last, and it counts
		t := texts[i]
		found, _ := phrases(t.text)
		var own []Fact
		unclear := map[FactKey]bool{}
		for _, p := range found {
			if p.meaning.quantity == reference.PeakFLOPsPerDevice {
				v := p.value
				v.Pos = r.src.Position(int64(t.start), t.end-t.start, "")
				values = append(values, v)
				continue
			}
			for _, f := range p.facts {
				f.Text, f.Source = t.text[p.start:p.end], t.source
				f.Pos = r.within(t, f.Text)
				if j := slices.IndexFunc(own, func(o Fact) bool { return o.Key == f.Key }); j >= 0 {
					if !sameValue(own[j], f) {
						unclear[f.Key] = true
					}
					continue
				}
				own = append(own, f)
			}
		}
		for _, f := range own {
			if unclear[f.Key] {
				r.problems.add(ProblemWrongType, "a "+t.source+" names several values of "+string(f.Key)+"; none is taken for that of the rows", int64(t.start), t.end-t.start, noPath)
				continue
			}
			if !slices.ContainsFunc(facts, func(o Fact) bool { return o.Key == f.Key }) {
				facts = append(facts, f)
			}
		}
	}
	sortFacts(facts)
	return facts, values
}

// within is where a piece of a text stands, the whole text where markup hides it.
func (r *tableReader) within(t gridText, piece string) Position {
	start, length := t.start, t.end-t.start
	if raw := r.src.Bytes[t.start:t.end]; bytes.Count(raw, []byte(piece)) == 1 {
		start, length = start+bytes.Index(raw, []byte(piece)), len(piece)
	}
	return r.src.Position(int64(start), length, "")
}
