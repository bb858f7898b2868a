package runlog

import (
	"slices"
	"strings"
)

// grid parts the header from the rows: it ends at the first rule behind it, at the end of a longtable's heading, or where a row
// of numbers begins.
func (l *latexReader) grid() *grid {
	header := 0
	for header < len(l.rows) && l.rows[header].heading {
		header++
	}
	if header == 0 {
		for i := 1; i < len(l.rows) && header == 0; i++ {
			if l.rows[i].ruled {
				header = i
			}
		}
		first := slices.IndexFunc(l.rows, func(r latexRow) bool { return r.numeric() })
		switch {
		case first == 0:
			return nil
		case header == 0 && first > 0, header > first && first > 0:
			header = first
		}
		// A rule between two rows of names is one within the header.
		for header > 0 && header < len(l.rows) && first > header && !l.rows[header].section() && l.rows[header].words() && !l.rows[header-1].complete() {
			header++
		}
	}
	if header == 0 || header == len(l.rows) {
		return nil
	}
	g := &grid{columns: latexColumns(l.rows[:header])}
	var spoken []gridText
	for _, r := range l.rows[header:] {
		if r.section() {
			c := r.cells[slices.IndexFunc(r.cells, func(c gridCell) bool { return c.text != "" })]
			spoken = []gridText{{c.text, c.start, c.end, "heading"}}
			continue
		}
		row := r.gridRow
		row.spoken = spoken
		g.rows = append(g.rows, row)
	}
	return g
}

// latexColumns joins the rows of a header: what stands above several columns goes before the name of each.
func latexColumns(rows []latexRow) []gridCell {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.cells))
	}
	columns := make([]gridCell, width)
	for i := range columns {
		var parts []string
		for _, r := range rows {
			if i >= len(r.cells) || r.cells[i].text == "" || slices.Contains(parts, r.cells[i].text) {
				continue
			}
			parts = append(parts, r.cells[i].text)
			columns[i].start, columns[i].end = r.cells[i].start, r.cells[i].end
			columns[i].last = r.cells[i].text
		}
		columns[i].text = strings.Join(parts, " ")
	}
	return columns
}

// numeric reports whether half of the cells of a row hold numbers.
func (r latexRow) numeric() bool {
	numbers, filled := 0, 0
	for _, c := range r.cells {
		if c.text == "" {
			continue
		}
		filled++
		if _, err := parseCell(c.text, false); err == nil {
			numbers++
		}
	}
	return numbers > 0 && 2*numbers >= filled
}

// words reports whether no cell of a row is a number.
func (r latexRow) words() bool {
	for _, c := range r.cells {
		if _, err := parseCell(c.text, false); err == nil {
			return false
		}
	}
	return true
}

// complete reports whether every column of a row has a name of its own.
func (r latexRow) complete() bool {
	for i, c := range r.cells {
		if c.text == "" || r.spans[i] != 1 {
			return false
		}
	}
	return true
}

// section reports whether a row is a heading within the table: one text, over several columns or alone in its row.
func (r latexRow) section() bool {
	filled, wide := 0, false
	for i, c := range r.cells {
		if c.text == "" || r.spans[i] == 0 {
			continue
		}
		filled++
		wide = wide || r.spans[i] > 1
	}
	return filled == 1 && len(r.cells) > 2 && (wide || r.words())
}
