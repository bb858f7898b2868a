package runlog

import (
	"bytes"
	"strings"
)

// commas is what a comma inside a number of a table stands for.
type commas int

const (
	commasUnknown   commas = iota // not looked at yet
	commasNowhere                 // it cannot be told: such a number is left out
	commasThousands               // 820,214
	commasDecimal                 // 0,354, as locales write it that separate cells by semicolons
)

// number is a cell's number in Go's spelling; it is the cell as it is where that cannot be told.
func (r *csvReader) number(cell []byte) string {
	text := string(bytes.TrimSpace(cell))
	if strings.IndexByte(text, ',') < 0 {
		return text
	}
	if r.commas == commasUnknown {
		r.commas = r.settleCommas()
	}
	switch groups, _ := thousands(text); {
	case r.commas == commasThousands && groups > 0:
		return strings.ReplaceAll(text, ",", "")
	case r.commas == commasDecimal:
		return strings.Replace(text, ",", ".", 1)
	}
	return text
}

// settleCommas looks at all numbers of the table: one comma with other than three digits behind it is a decimal comma; two
// commas, or a comma before a point, are thousands. "12,345" alone may be either between semicolons, where locales with decimal
// commas put them, and is thousands elsewhere.
func (r *csvReader) settleCommas() commas {
	var decimal, sure, point bool
	var cells []csvCell
	for at := r.body; at < len(r.src.Bytes); {
		row := r.dialect.row(r.src.Bytes, at, cells)
		for _, c := range row.cells {
			text := string(bytes.TrimSpace(r.src.Bytes[c.start:min(c.end, c.start+longestNumber)]))
			if text == "" || strings.Trim(text, "0123456789,.+-eE") != "" {
				continue
			}
			groups, fraction := thousands(text)
			switch n := strings.Count(text, ","); {
			case n == 0:
				point = point || strings.IndexByte(text, '.') >= 0
			case groups > 1 || groups == 1 && fraction:
				sure = true
			case groups == 0 && n == 1 && strings.IndexByte(text, '.') < 0:
				decimal = true
			}
		}
		at, cells = row.next, row.cells
	}
	switch {
	case r.dialect.delimiter == ';' && decimal && !sure && !point:
		return commasDecimal
	case !decimal && (r.dialect.delimiter != ';' || sure || point):
		return commasThousands
	}
	return commasNowhere
}

// thousands counts the groups of three digits behind commas of a number such as 1,234,567.8; 0 if it is no such number.
func thousands(text string) (groups int, fraction bool) {
	whole, rest, fraction := strings.Cut(strings.TrimLeft(text, "+-"), ".")
	parts := strings.Split(whole, ",")
	if len(parts[0]) > 3 || !onlyDigits(parts[0]) || parts[0][0] == '0' || fraction && !onlyDigits(rest) {
		return 0, fraction
	}
	for _, p := range parts[1:] {
		if len(p) != 3 || !onlyDigits(p) {
			return 0, fraction
		}
	}
	return len(parts) - 1, fraction
}
