package runlog

import (
	"strings"
	"unicode"
)

// grid is a table as it is printed, whatever the format: rows of cells below a header, before anybody asks what they mean.
type grid struct {
	columns []gridCell // the header; the rows of one that has several are joined by spaces
	rows    []gridRow
	spoken  []gridText // what is said of the whole table
}

// gridCell is the text of a cell, markup taken off, and where it stands with its markup.
type gridCell struct {
	text       string
	last       string // of a header of several rows, the text of the last
	start, end int
}

// gridRow is a row with at most as many cells as there are columns; those that it lacks are empty.
type gridRow struct {
	cells      []gridCell
	start, end int
	spoken     []gridText // what is said of it and other rows: a heading above them
}

// gridText is a piece of text that may hold facts.
type gridText struct {
	text       string
	start, end int
	source     string // "caption" or "heading"
}

// longestText is how much of a cell, a caption or a heading is read.
const longestText = 2000

// empty reports whether no cell of a row holds anything.
func (r gridRow) empty() bool {
	for _, c := range r.cells {
		if c.text != "" {
			return false
		}
	}
	return true
}

// visible is a text on one line: control characters and those that turn the direction of writing become blanks, of blanks in a
// row one is left.
func visible(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// trimmedCell is a cell without the blanks around it.
func trimmedCell(data []byte, start, end int) gridCell {
	for start < end && strings.IndexByte(" \t\r\n", data[start]) >= 0 {
		start++
	}
	for end > start && strings.IndexByte(" \t\r\n", data[end-1]) >= 0 {
		end--
	}
	return gridCell{start: start, end: end}
}
