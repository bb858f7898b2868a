package runlog

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// tableReader makes a Table of grids.
type tableReader struct {
	src      *Source
	side     *ClaimsSidecar
	table    *Table
	means    []meaning // of the table's columns
	problems *problems
}

// add adds the rows of a grid to the table. A column that the table has already, by its header, goes on. What is said of the grid
// holds for the whole table where it is alone, else for its rows.
func (r *tableReader) add(g *grid, alone bool) {
	at := make([]int, len(g.columns))
	taken := map[int]bool{}
	for i, c := range g.columns {
		at[i] = r.column(c, taken)
		taken[at[i]] = true
	}
	decimal := decimalCommas(g)
	r.settle(g, at, decimal)
	facts, values := r.spokenFacts(g.spoken)
	if alone {
		r.table.Facts, facts = facts, nil
	}
	var above []gridText
	var spoken []Fact
	for _, row := range g.rows {
		if !slices.Equal(row.spoken, above) {
			above = row.spoken
			spoken, _ = r.spokenFacts(above)
		}
		c := r.row(row, at, decimal)
		for _, list := range [][]Fact{spoken, facts} {
			for _, f := range list {
				if !slices.ContainsFunc(c.Facts, func(own Fact) bool { return own.Key == f.Key }) {
					c.Facts = append(c.Facts, f)
				}
				r.dimension(c, f)
			}
		}
		for _, v := range values {
			if !slices.ContainsFunc(c.Values, func(own Observation) bool { return own.Quantity == v.Quantity }) {
				c.Values = append(c.Values, v)
			}
		}
	}
}

// column is the place of a column of a grid in the table.
func (r *tableReader) column(c gridCell, taken map[int]bool) int {
	for i, have := range r.table.Columns {
		if have.Header == c.text && !taken[i] {
			return i
		}
	}
	m, ok := r.side.meaning(c.text)
	if !ok {
		m, ok = meaningOf(c.text)
	}
	if !ok && c.last != "" {
		m, ok = meaningOf(c.last)
	}
	if !ok {
		m = meaning{}
	}
	for i, have := range r.means {
		if taken[i] && have.key == m.key && m.key != "" && have.mapped != "sidecar" {
			r.odd(ProblemDuplicateKey, c, "two columns are taken for "+m.key+"; the second is left out")
			m = meaning{}
			break
		}
	}
	r.means = append(r.means, m)
	column := TableColumn{Header: c.text, Pos: r.position(c, "")}
	r.table.Columns = append(r.table.Columns, column)
	r.describe(len(r.means) - 1)
	return len(r.means) - 1
}

// describe writes what a column was taken for into the table.
func (r *tableReader) describe(i int) {
	m, c := r.means[i], &r.table.Columns[i]
	c.Key, c.Quantity, c.Fact, c.Scale, c.Unit, c.Mapped, c.Others = m.key, m.quantity, m.fact, m.scale, m.unit, m.mapped, m.others
	if c.Scale == 0 {
		c.Scale = 1
	}
}

// settle takes from the numbers of a column what its header leaves open: whether a share is printed in percent, whether
// "GPUs" are counted or named, and what a "Throughput" is one of.
func (r *tableReader) settle(g *grid, at []int, decimal bool) {
	for i, column := range at {
		m := &r.means[column]
		if m.fact == Device && m.mapped != "sidecar" && g.counts(i, decimal) && !slices.ContainsFunc(r.means, func(m meaning) bool { return m.fact == Devices }) {
			m.key, m.fact = "devices", Devices
			r.describe(column)
		}
		if m.key == "" && m.mapped == "" {
			if said, ok := g.unitOf(i, decimal); ok && !slices.ContainsFunc(r.means, func(m meaning) bool { return m.key == said.key }) {
				*m = said
				r.describe(column)
			}
		}
		if !m.share || m.unit == "%" {
			continue
		}
		for _, row := range g.rows {
			if i >= len(row.cells) {
				continue
			}
			if n, err := parseCell(row.cells[i].text, decimal); err == nil && n.value > mostShare {
				m.scale, m.unit = 0.01, "%"
				r.describe(column)
				break
			}
		}
	}
}

// counts reports whether a column holds whole numbers and no names of devices; some of those are numbers.
func (g *grid) counts(column int, decimal bool) bool {
	some := false
	for _, row := range g.rows {
		if column >= len(row.cells) || isAbsent(row.cells[column].text) {
			continue
		}
		text := row.cells[column].text
		n, err := parseCell(text, decimal)
		if _, named := deviceNamed(text); named || err != nil || n.unit != "" || n.letter != 0 || n.value != math.Trunc(n.value) {
			return false
		}
		some = true
	}
	return some
}

// unitOf is what the unit says that stands behind every number of a column: "9,870 tokens/s/GPU" below "Throughput".
func (g *grid) unitOf(column int, decimal bool) (said meaning, ok bool) {
	for _, row := range g.rows {
		if column >= len(row.cells) || isAbsent(row.cells[column].text) {
			continue
		}
		n, err := parseCell(row.cells[column].text, decimal)
		if err != nil || n.unit == "" {
			return said, false
		}
		m, known := aliasOf(n.unit)
		if !known || m.quantity == "" || ok && m.key != said.key {
			return said, false
		}
		m.mapped = "unit"
		said, ok = m, true
	}
	return said, ok
}

// mostShare is the largest number in a column of shares that are fractions: an MFU above 100 % is a mistake that people do make.
const mostShare = 1.5

// row adds a row.
func (r *tableReader) row(row gridRow, at []int, decimal bool) *Claim {
	c := &Claim{
		Row: len(r.table.Claims) + 1, Cells: make([]Cell, len(r.table.Columns)), Config: map[string]string{},
		Pos: r.src.Position(int64(row.start), len(strings.TrimRight(string(r.src.Bytes[row.start:row.end]), " \t\r\n")), ""),
	}
	c.ID = "row " + strconv.Itoa(c.Row)
	for i := range c.Cells {
		c.Cells[i].Pos = c.Pos
	}
	for i, cell := range row.cells {
		if i >= len(at) {
			r.odd(ProblemSyntax, cell, "a row has more cells than the header; they are left out")
			break
		}
		column := at[i]
		c.Cells[column] = Cell{Text: cell.text, Pos: r.position(cell, r.means[column].key)}
		r.cell(c, column, cell, decimal)
	}
	r.table.Claims = append(r.table.Claims, c)
	return c
}

// cell takes from a cell what it says of its row.
func (r *tableReader) cell(c *Claim, column int, cell gridCell, decimal bool) {
	m := r.means[column]
	pos := c.Cells[column].Pos
	switch {
	case m.key == "" || m.absent(cell.text):
	case cell.text == "":
	case m.role == roleID:
		c.ID = cell.text
	case m.role == roleModel:
		c.Model = modelNamed(cell.text)
	case m.role == roleConvention:
		c.Stated = cell.text
	case m.config:
		v, why := configNumber(m.key, cell.text, decimal)
		if why != "" {
			r.odd(ProblemWrongType, cell, "the column "+m.key+" holds "+why+"; it is left out")
			return
		}
		c.Config[m.key] = v
	case m.fact != "":
		facts, why := claimFacts(m.fact, cell.text, decimal)
		if why != "" {
			r.odd(ProblemWrongType, cell, "the column "+r.table.Columns[column].Header+" holds "+why+"; it is left out")
		}
		for _, f := range facts {
			f.Text, f.Source, f.Pos = cell.text, "config", pos
			c.Facts = append(c.Facts, f)
		}
	default:
		o, why := m.observation(cell.text, decimal)
		if why != "" {
			r.odd(ProblemWrongType, cell, "the column "+r.table.Columns[column].Header+" holds "+why+"; it is left out")
			return
		}
		o.Pos = pos
		c.Values = append(c.Values, o)
	}
}

// absent reports whether a cell of the column has no value. "none" and a cross are values of what is on or off.
func (m meaning) absent(text string) bool {
	if !isAbsent(text) || m.role != roleNone {
		return false
	}
	text = unmarked(text)
	_, truth := truthWord(text)
	if m.fact == Recompute || m.fact == Sparsity {
		return !truth && !strings.EqualFold(text, "none")
	}
	return !m.config || !truth
}

// observation is the value of a cell; why says why there is none.
func (m meaning) observation(text string, decimal bool) (o Observation, why string) {
	n, err := parseCell(text, decimal)
	if err != nil {
		return o, cellError(err)
	}
	o = Observation{Quantity: m.quantity, Key: m.key, Logged: n.value, Text: n.text, Scale: m.scale, Unit: m.unit, Digits: n.digits}
	if n.letter != 0 && m.scale != 1 {
		o.Scale, o.Unit = 1, "" // "1.7B" below "Parameters (billion)"
	}
	if n.unit != "" {
		scale, unit, ok := unitScale(m, n.unit)
		if !ok {
			return o, "a number with a unit that is not understood"
		}
		o.Scale, o.Unit = scale, unit
	}
	return o, ""
}

// cellError says in words why a cell has no number.
func cellError(err error) string {
	switch {
	case errors.Is(err, errBound), errors.Is(err, errRange), errors.Is(err, errCommas):
		return err.Error()
	case errors.Is(err, errOutOfRange):
		return "a number outside the range of a float64"
	}
	return "text where a number is due"
}

// odd notes a problem with a cell.
func (r *tableReader) odd(kind ProblemKind, c gridCell, message string) {
	r.problems.add(kind, message, int64(c.start), c.end-c.start, noPath)
}

func (r *tableReader) position(c gridCell, path string) Position {
	return r.src.Position(int64(c.start), c.end-c.start, path)
}

// decimalCommas reports whether a table writes commas for decimal points: one of its numbers has a comma that cannot part
// thousands, and none has a point.
func decimalCommas(g *grid) bool {
	comma := false
	for _, row := range g.rows {
		for _, c := range row.cells {
			text := unmarked(c.text)
			if strings.ContainsRune(text, '.') && text[0] >= '0' && text[0] <= '9' {
				if _, _, err := plainNumber(text, false); err == nil {
					if whole, rest, _ := strings.Cut(text, "."); onlyDigits(whole) && len(leadingInteger(rest)) > 0 && len(leadingInteger(rest)) != 3 {
						return false
					}
				}
			}
			if _, _, err := plainNumber(text, false); errors.Is(err, errCommas) {
				comma = true
			}
		}
	}
	return comma
}

// configText is the value of a config.json in the spelling of JSON; why says why a text is none.
func configText(key, text string) (value, why string) { return configNumber(key, text, false) }

func configNumber(key, text string, decimal bool) (value, why string) {
	if v, ok := truthWord(text); ok {
		return strconv.FormatBool(v), ""
	}
	n, err := parseCell(text, decimal)
	switch {
	case err == nil && n.unit == "" && n.letter == 0 && !n.about:
		return plainCount(n.value), ""
	case err == nil:
		return "", "a rounded number, or one with a unit"
	case key == "model_type":
		return text, ""
	}
	return "", cellError(err)
}
