package runlog

import "bytes"

// csvDialect is how a table separates cells and rows.
type csvDialect struct {
	delimiter, end byte
	most           int // cells of a row that are of interest, 0 for all
}

// csvCell is where the text of a cell stands, without quotes.
type csvCell struct{ start, end int }

// csvRow is one row of a table, RFC 4180. A quoted cell may hold delimiters and line ends.
type csvRow struct {
	start, next int // next is where the row after it begins
	cells       []csvCell
	more        bool // it has more cells than are of interest
	ended       bool // by a line end
	broken      bool // a quote is not closed, or text follows one that is
}

// maxQuoted bounds a quoted cell: a quote that is never closed is not to swallow the rest of a file.
const maxQuoted = 1 << 20

// line is the line at an offset without its end, and where the next one begins.
func (d csvDialect) line(data []byte, at int) (line []byte, next int) {
	line, next = data[at:], len(data)
	if i := bytes.IndexByte(line, d.end); i >= 0 {
		line, next = line[:i], at+i+1
	}
	return bytes.TrimSuffix(line, []byte("\r")), next
}

// row splits the row at an offset. cells is memory to use.
func (d csvDialect) row(data []byte, at int, cells []csvCell) csvRow {
	line, next := d.line(data, at)
	row := csvRow{start: at, next: next, cells: cells[:0], ended: next > at && data[next-1] == d.end}
	if bytes.IndexByte(line, '"') >= 0 {
		return d.quoted(data, row)
	}
	for {
		i := bytes.IndexByte(line, d.delimiter)
		if i < 0 {
			d.add(&row, csvCell{at, at + len(line)})
			return row
		}
		if d.add(&row, csvCell{at, at + i}); row.more {
			return row
		}
		at += i + 1
		line = line[i+1:]
	}
}

// add adds a cell to a row. An empty one beyond those of interest is what a delimiter at the end of each line leaves.
func (d csvDialect) add(row *csvRow, c csvCell) {
	switch {
	case d.most == 0 || len(row.cells) < d.most:
		row.cells = append(row.cells, c)
	case c.start < c.end:
		row.more = true
	}
}

// quoted splits a row with quotes. A broken one ends with its line.
func (d csvDialect) quoted(data []byte, row csvRow) csvRow {
	lineEnd, ended := row.next, row.ended
	for at := row.start; ; {
		cell := csvCell{at, at}
		if at < len(data) && data[at] == '"' {
			cell.start++
			end := cell.start
			for limit := min(len(data), at+maxQuoted); ; end += 2 {
				i := bytes.IndexByte(data[min(end, limit):limit], '"')
				if i < 0 {
					row.next, row.ended, row.broken = lineEnd, ended, true
					return row
				}
				if end += i; end+1 == len(data) || data[end+1] != '"' {
					break
				}
			}
			cell.end, at = end, end+1
		} else {
			for at < len(data) && data[at] != d.delimiter && data[at] != d.end {
				at++
			}
			cell.end = at
			if (at == len(data) || data[at] == d.end) && at > cell.start && data[at-1] == '\r' {
				cell.end--
			}
		}
		d.add(&row, cell)
		if d.end == '\n' && at+1 < len(data) && data[at] == '\r' && data[at+1] == '\n' {
			at++
		}
		switch {
		case at == len(data) || at+1 == len(data) && data[at] == '\r':
			row.next, row.ended = len(data), false
			return row
		case data[at] == d.end:
			row.next, row.ended = at+1, true
			return row
		case data[at] != d.delimiter:
			row.next, row.ended, row.broken = lineEnd, ended, true
			return row
		}
		at++
	}
}
