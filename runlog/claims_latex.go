package runlog

import (
	"bytes"
	"slices"
	"strings"
)

// latexTables are the environments that hold the rows of a table, with how many arguments stand before the rows.
var latexTables = map[string]int{
	"tabular": 1, "tabular*": 2, "tabularx": 2, "tabulary": 2, "longtable": 1, "supertabular": 1, "xtabular": 1, "tblr": 1, "longtblr": 1, "talltblr": 1,
	"NiceTabular": 1, "NiceTabular*": 2, "NiceTabularX": 2, "array": 1,
}

// latexFloats are the environments whose caption speaks of the tables in them.
var latexFloats = []string{"table", "table*", "sidewaystable", "sidewaystable*", "wraptable", "threeparttable"}

// latexGrids reads the tables of a LaTeX file, each with its caption.
func latexGrids(src *Source, found *problems) []*grid {
	text := withoutComments(src.Bytes)
	var grids []*grid
	type float struct {
		name  string
		first int // of its tables
		start int
	}
	var open []float
	for at := 0; at < len(text); {
		i := bytes.IndexByte(text[at:], '\\')
		if i < 0 {
			break
		}
		at += i
		name, end := latexEnvironment(text, at, `\begin`)
		_, table := latexTables[name]
		switch {
		case table:
			l := latexReader{src: src, text: text, problems: found}
			g, after := l.table(name, at, end)
			if g != nil {
				grids = append(grids, g)
			}
			at = max(after, end)
			continue
		case slices.Contains(latexFloats, name) && len(open) < maxNesting:
			open = append(open, float{name, len(grids), at})
		}
		if name, end := latexEnvironment(text, at, `\end`); end > 0 && len(open) > 0 && open[len(open)-1].name == name {
			f := open[len(open)-1]
			open = open[:len(open)-1]
			captions := latexCaptions(text, f.start, at)
			for _, g := range grids[f.first:] {
				for _, c := range captions {
					if !slices.Contains(g.spoken, c) {
						g.spoken = append(g.spoken, c)
					}
				}
			}
		}
		at += 2
	}
	return grids
}

// latexCaptions are the captions between two offsets.
func latexCaptions(text []byte, from, to int) []gridText {
	var out []gridText
	for at := from; at < to; {
		i := bytes.Index(text[at:to], []byte(`\caption`))
		if i < 0 {
			break
		}
		start := at + i
		at = start + len(`\caption`)
		if at < to && text[at] == '*' {
			at++
		}
		if at < to && text[at] == '[' {
			_, end := latexGroup(text, at)
			at = max(at+1, end)
		}
		if at < to && text[at] == '{' {
			if inner, end := latexGroup(text, at); end > 0 {
				out = append(out, gridText{visible(latexText(string(text[inner:min(end-1, inner+longestText)]), 0)), inner, end - 1, "caption"})
				at = end
			}
		}
	}
	return out
}

// latexReader reads one table.
type latexReader struct {
	src      *Source
	text     []byte // without comments
	problems *problems
	rows     []latexRow
}

// latexRow is a row with its cells spread over the columns that they span.
type latexRow struct {
	gridRow
	merged  []int // how many rows from here on a cell fills, 0 and 1 for its own
	spans   []int // how many columns, at the first of them; 0 at the others
	ruled   bool  // a rule over the whole width stands before it
	heading bool  // longtable: what stands before \endhead
}

// table reads the environment that begins at an offset, whose name ends at another.
func (l *latexReader) table(name string, at, end int) (g *grid, after int) {
	i := end
	skip := func(open byte) bool {
		for i < len(l.text) && strings.IndexByte(" \t\r\n", l.text[i]) >= 0 {
			i++
		}
		if i < len(l.text) && l.text[i] == open {
			if _, e := latexGroup(l.text, i); e > 0 {
				i = e
				return true
			}
		}
		return false
	}
	for range latexTables[name] {
		skip('[')
		skip('{')
	}
	stop := l.close(name, i)
	l.split(i, stop)
	for n, row := range l.rows { // cells that hold several rows
		for c, count := range row.merged {
			for k := 1; k < count && n+k < len(l.rows); k++ {
				below := &l.rows[n+k]
				if c < len(below.cells) && below.cells[c].text == "" {
					below.cells[c] = row.cells[c]
				}
			}
		}
	}
	g = l.grid()
	if g != nil {
		g.spoken = append(g.spoken, latexCaptions(l.text, i, stop)...) // longtable's own
	}
	return g, stop
}

// close is where the \end of an environment stands, the end of the text if it has none.
func (l *latexReader) close(name string, from int) int {
	depth := 0
	for at := from; at < len(l.text); at++ {
		if l.text[at] != '\\' {
			continue
		}
		if n, end := latexEnvironment(l.text, at, `\begin`); end > 0 && n == name {
			depth++
		}
		if n, end := latexEnvironment(l.text, at, `\end`); end > 0 && n == name {
			if depth == 0 {
				return at
			}
			depth--
		}
		at++
	}
	l.problems.add(ProblemTruncated, "the input ends inside a table; the rows before are read", int64(from), 0, noPath)
	return len(l.text)
}

// maxColumns bounds what a merged cell may claim to span.
const maxColumns = 1000

// split cuts the body of the environment into rows and cells.
func (l *latexReader) split(from, to int) {
	row := latexRow{}
	row.start = from
	cell := from
	ruled := false
	flush := func(end int, last bool) {
		if !l.cell(&row, cell, end) && len(row.cells) == 0 && last {
			row = latexRow{}
			row.start = end
			return
		}
		if last {
			body := trimmedCell(l.text, row.start, end)
			row.start, row.end = body.start, body.end
			row.ruled = ruled
			ruled = false
			if !row.empty() {
				l.rows = append(l.rows, row)
			}
			row = latexRow{}
		}
	}
	depth := 0
	for at := from; at < to; at++ {
		switch c := l.text[at]; {
		case c == '{':
			depth++
		case c == '}':
			depth = max(0, depth-1)
		case depth > 0 && c == '\\':
			at++
		case depth > 0:
		case c == '&':
			flush(at, false)
			cell = at + 1
		case c == '\\':
			command, end := latexCommand(l.text[:to], at)
			switch command {
			case `\\`, `\tabularnewline`, `\cr`:
				flush(at, true)
				for end < to && (l.text[end] == '*' || l.text[end] == '[') {
					if l.text[end] == '*' {
						end++
						continue
					}
					_, e := latexGroup(l.text[:to], end)
					if e == 0 {
						break
					}
					end = e
				}
				cell, row.start = end, end
			case `\hline`, `\midrule`, `\toprule`, `\bottomrule`, `\Xhline`, `\specialrule`, `\hhline`, `\thickhline`:
				ruled = ruled || len(l.rows) > 0
				end = latexArguments(l.text[:to], end)
				cell, row.start = end, end
			case `\cmidrule`, `\cline`, `\addlinespace`, `\noalign`, `\rowcolor`, `\arrayrulecolor`, `\morecmidrules`, `\rowfont`, `\rowcolors`, `\rule`:
				end = latexArguments(l.text[:to], end)
				if len(row.cells) == 0 && len(bytes.TrimSpace(l.text[cell:at])) == 0 {
					cell, row.start = end, end
				}
			case `\endhead`, `\endfirsthead`:
				for i := range l.rows {
					l.rows[i].heading = true
				}
				if command == `\endhead` && len(l.rows) > 0 { // said once more on later pages
					l.rows = l.repeated()
				}
				cell, row.start = end, end
			case `\endfoot`, `\endlastfoot`:
				l.rows = slices.DeleteFunc(l.rows, func(r latexRow) bool { return !r.heading })
				cell, row.start = end, end
			}
			at = end - 1
		}
	}
	if len(row.cells) > 0 { // what stands behind the last row alone is none: a command that is not known, or half of one
		flush(to, true)
	}
}

// repeated is the header of a longtable, which may stand there twice, once.
func (l *latexReader) repeated() []latexRow {
	n := len(l.rows) / 2
	for i := range n {
		same := func(a, b gridCell) bool { return a.text == b.text }
		if !slices.EqualFunc(l.rows[i].cells, l.rows[n+i].cells, same) {
			return l.rows
		}
	}
	if n > 0 && 2*n == len(l.rows) {
		return l.rows[:n]
	}
	return l.rows
}

// cell adds the cell between two offsets to a row, at every column that it spans; it reports whether it holds anything.
func (l *latexReader) cell(row *latexRow, from, to int) bool {
	c := trimmedCell(l.src.Bytes, from, to)
	for c.start < c.end && l.text[c.start] == ' ' { // a comment
		c.start++
	}
	c = trimmedCell(l.text, c.start, c.end)
	span, rows := 1, 1
	text := string(l.text[c.start:min(c.end, c.start+longestText)])
	for range 2 { // a merged column may hold a merged row, and the other way round
		if n, inner, ok := latexMerged(text, `\multicolumn`, 3); ok {
			span, text = min(n, maxColumns), inner
		}
		if n, inner, ok := latexMerged(text, `\multirow`, 3); ok {
			rows, text = min(n, maxColumns), inner
		}
	}
	c.text = visible(latexText(text, 0))
	for i := range max(1, span) {
		if len(row.cells) >= maxColumns {
			break
		}
		row.cells = append(row.cells, c)
		row.merged = append(row.merged, rows)
		row.spans = append(row.spans, map[bool]int{true: max(1, span)}[i == 0])
	}
	return c.text != ""
}
