package audit

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// slips tries what happens when a table is typed: a unit off by 1000, a fraction for a percentage, two columns swapped, a rate of
// one device for that of all, a count off by an integer. Each leaves the other cells as they are.
func (r *ClaimReport) slips() []claimCandidate {
	row := r.row
	var out []claimCandidate
	tried := 0
	try := func(cells map[string]claimCell, rule, text string) {
		tried++
		u := row.try(cells)
		if !u.reproduced(row.stated) || len(u.own)+len(u.other) == 0 {
			return
		}
		c := claimCandidate{rule: rule, text: text}
		if len(u.fits) > 0 {
			f := u.fits[0]
			c.constants = f.constants
			if f.needsFLOPs {
				c.convention = f.flops.convention.Name
				if names := u.names(row.stated); slices.Contains(names, r.Nearest) {
					c.convention = r.Nearest
				}
			}
			if f.flops.layout != nil && f.padded {
				c.text += " (" + describeTaken(f.flops.layout) + ")"
			}
		}
		out = append(out, c)
	}
	symbols := slices.Sorted(maps.Keys(row.cells))
	if i := slices.Index(symbols, cBatch); i > 0 { // the count that is typed wrong most easily comes first
		symbols = append([]string{cBatch}, slices.Delete(symbols, i, i+1)...)
	}
	with := func(symbol string, factor float64) map[string]claimCell {
		cells := maps.Clone(row.cells)
		c := cells[symbol]
		c.value *= factor
		for i := range c.reading {
			c.reading[i] = c.reading[i].Scale(factor)
		}
		cells[symbol] = c
		return cells
	}
	for _, s := range symbols {
		c := row.cells[s]
		switch s {
		case cBatch, cDevices, cSeqLen:
			for k := 2.; k <= 16; k++ {
				for _, factor := range []float64{k, 1 / k} {
					if v := c.value * factor; v == math.Trunc(v) && v >= 1 {
						how := fmt.Sprintf("%.0f times too small", k)
						if factor < 1 {
							how = fmt.Sprintf("%.0f times too large", k)
						}
						try(with(s, factor), "", fmt.Sprintf("%s is %s: %s would have to be %s", c.key, how, c.text, plain(v)))
					}
				}
			}
		case cMFU, cHFU:
			for _, factor := range []float64{100, 0.01} {
				try(with(s, factor), "MFU411", fmt.Sprintf("%s is off by 100: a fraction and a percentage are mixed", c.key))
			}
		default:
			for _, factor := range []float64{1000, 0.001} {
				try(with(s, factor), "", fmt.Sprintf("%s is off by 1000: its unit is another", c.key))
			}
		}
	}
	for i, s := range symbols {
		for _, u := range symbols[i+1:] {
			x, y := row.cells[s], row.cells[u]
			if x.value == y.value {
				continue
			}
			cells := maps.Clone(row.cells)
			x.key, y.key = y.key, x.key
			cells[s], cells[u] = y, x
			try(cells, "", fmt.Sprintf("%s and %s are swapped", y.key, x.key))
		}
	}
	for _, pair := range [][2]string{{cRate, cEach}, {cEach, cRate}, {cFLOPs, cAll}, {cAll, cFLOPs}} {
		c, ok := row.cells[pair[0]]
		if _, both := row.cells[pair[1]]; !ok || both || row.world.Devices <= 1 {
			continue
		}
		cells := maps.Clone(row.cells)
		delete(cells, pair[0])
		cells[pair[1]] = c
		scope := "of one device"
		if pair[1] == cRate || pair[1] == cAll {
			scope = "of all devices"
		}
		try(cells, "", fmt.Sprintf("%s is that %s", c.key, scope))
	}
	t := row.try(row.cells)
	r.Hypotheses = tried * max(1, min(len(t.flops), 10))
	r.Accidental = float64(r.Hypotheses) * r.width(t) / math.Log(1e6)
	if len(t.other) == 0 || len(t.broken) > 0 { // no definition has a part in it
		r.Hypotheses, r.Accidental = tried, float64(tried)*r.width(t)/math.Log(1e6)
	}
	return out
}
