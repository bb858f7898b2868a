package runlog

import (
	"bytes"
	"strings"
)

// csvGrid reads a table in CSV or TSV. The first line that is neither empty nor a comment is the header.
func csvGrid(src *Source, found *problems) (*grid, bool) {
	data := src.Bytes
	at := 0
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		at = len(byteOrderMark)
	}
	d := csvDialect{end: '\n', most: maxColumns}
	if bytes.IndexByte(data, '\n') < 0 && bytes.IndexByte(data, '\r') >= 0 {
		d.end = '\r'
	}
	g := &grid{}
	for at < len(data) {
		line, next := d.line(data, at)
		text := bytes.TrimSpace(line)
		if len(text) == 0 || text[0] == '#' && (g.columns != nil || !claimsComment(line)) {
			at = next
			continue
		}
		if g.columns == nil {
			if len(text) > maxHead {
				return nil, false
			}
			d.delimiter = claimsDelimiter(data, at, d.end)
		}
		row := d.row(data, at, nil)
		if row.broken {
			found.add(ProblemSyntax, "a quote is not closed, or text follows it; the line is left out", int64(at), next-at, noPath)
			at = row.next
			continue
		}
		if at = row.next; row.more {
			found.add(ProblemSyntax, "a row has more than 1000 cells; the others are left out", int64(row.start), row.next-row.start, noPath)
		}
		r := gridRow{start: row.start, end: row.next}
		for _, c := range row.cells {
			cell := trimmedCell(data, c.start, c.end)
			cell.text = visible(strings.ReplaceAll(string(data[cell.start:min(cell.end, cell.start+longestText)]), `""`, `"`))
			r.cells = append(r.cells, cell)
		}
		switch {
		case g.columns == nil:
			g.columns = r.cells
		case !r.empty():
			g.rows = append(g.rows, r)
		}
	}
	return g, len(g.columns) >= 2
}

// claimsComment reports whether a line that begins with # is a header all the same: "# GPUs, MFU".
func claimsComment(line []byte) bool {
	return len(claimsNames(line, claimsDelimiter(line, 0, '\n'))) > 1
}

// claimsDelimiter is the delimiter that makes most columns of a header which a table of claims has.
func claimsDelimiter(data []byte, at int, end byte) byte {
	best, delimiter := -1, byte(',')
	line, _ := csvDialect{end: end}.line(data, at)
	for _, c := range []byte(",\t;|") {
		if n := len(claimsNames(line, c)); n > best {
			best, delimiter = n, c
		}
	}
	return delimiter
}

// claimsNames are the names in a header that mean something in a table of claims.
func claimsNames(line []byte, delimiter byte) []meaning {
	var out []meaning
	for _, c := range (csvDialect{delimiter: delimiter, end: '\n', most: maxColumns}).row(line, 0, nil).cells {
		if m, ok := meaningOf(string(line[c.start:c.end])); ok {
			out = append(out, m)
		}
	}
	return out
}
