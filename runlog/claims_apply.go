package runlog

import (
	"slices"
	"strconv"
)

// finish gives all rows as many cells as there are columns, and adds what the sidecar says.
func (r *tableReader) finish() {
	seen := map[string]bool{}
	for _, c := range r.table.Claims {
		for len(c.Cells) < len(r.table.Columns) {
			c.Cells = append(c.Cells, Cell{Pos: c.Pos})
		}
		if seen[c.ID] {
			r.problems.add(ProblemDuplicateKey, "two rows have one id; a sidecar's rows take both", c.Pos.Offset, c.Pos.Length, noPath)
		}
		seen[c.ID] = true
	}
	if r.side != nil {
		r.table.Facts = append(r.table.Facts, r.side.All.Facts...)
		for _, c := range r.table.Claims {
			r.beside(c)
		}
	}
	sortFacts(r.table.Facts)
	for _, c := range r.table.Claims {
		sortFacts(c.Facts)
		for _, f := range r.table.Facts {
			r.dimension(c, f)
		}
	}
}

// beside adds to a row what the sidecar says of it: what is said of the row itself goes before its cells, what is said of its
// model or of all rows behind them.
func (r *tableReader) beside(c *Claim) {
	own, said := r.side.Rows[c.ID]
	if !said {
		own = r.side.Rows[strconv.Itoa(c.Row)]
	}
	c.Facts = append(c.Facts, own.Facts...)
	for key, v := range own.Config {
		c.Config[key] = v
	}
	for _, v := range own.Values {
		c.Values = slices.DeleteFunc(c.Values, func(o Observation) bool { return o.Key == v.Key })
		c.Values = append(c.Values, v)
	}
	if own.Model != "" {
		c.Model = own.Model
	}
	if own.Convention != "" {
		c.Stated = own.Convention
	}
	model, said := r.side.Models[c.ID]
	for i := 0; i < len(c.Cells) && !said; i++ {
		if role := r.means[i].role; role == roleModel || role == roleID {
			model, said = r.side.Models[c.Cells[i].Text]
		}
	}
	for _, more := range []ClaimsSaid{model, r.side.All} {
		if c.Model == "" || said && more.Model != "" && own.Model == "" {
			c.Model = more.Model
		}
		said = false
		for key, v := range more.Config {
			if _, has := c.Config[key]; !has {
				c.Config[key] = v
			}
		}
		for _, v := range more.Values {
			if !slices.ContainsFunc(c.Values, func(o Observation) bool { return o.Key == v.Key }) {
				c.Values = append(c.Values, v)
			}
		}
		if c.Stated == "" {
			c.Stated = more.Convention
		}
	}
	c.Facts = append(c.Facts, model.Facts...)
	if c.Stated == "" {
		c.Stated = r.side.Convention
	}
}

// dimension takes a fact of the whole table that is a key of a config.json into a row that has none.
func (r *tableReader) dimension(c *Claim, f Fact) {
	m, ok := claimDimension(f.Key)
	if _, has := c.Config[m]; ok && !has {
		c.Config[m] = plainCount(f.Num)
	}
}

// claimDimension is the key of a config.json that a fact is, if it is one.
func claimDimension(key FactKey) (string, bool) {
	switch key {
	case Layers, HiddenSize, Heads, KVHeads, HeadDim, IntermediateSize, VocabSize, Experts, Window:
		return string(key), true
	}
	return "", false
}
