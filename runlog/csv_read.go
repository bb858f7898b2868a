package runlog

import (
	"bytes"
	"path"
	"strconv"
	"unicode"
)

// longestNumber is how long a printed number may be: the longest float64 in full has 327 characters.
const longestNumber = 400

// csvReader reads the rows of a table into runs: one, or one for each run of a chart that W&B exported.
type csvReader struct {
	src      *Source
	dialect  csvDialect
	problems *problems
	log      *Log
	runs     []*sheet
	tables   []csvTable // a header that stands in the middle again begins another
	body     int        // where the first row stands
	header   *csvRow    // one that was read and holds from the next row on
	commas   commas
}

func readCSV(src *Source) *Log {
	r := &csvReader{src: src, problems: &problems{src: src}, log: &Log{Path: src.File, Format: csvName}}
	dialect, header, ok := openCSV(src.Bytes)
	if !ok {
		return r.log
	}
	r.dialect, r.body = dialect, header.next
	r.begin(header)
	var cells []csvCell
	for at := header.next; at < len(src.Bytes); {
		row := r.dialect.row(src.Bytes, at, cells)
		r.row(row)
		at, cells = row.next, row.cells
	}
	r.end()
	r.log.Problems = r.problems.sorted()
	return r.log
}

// row reads one row.
func (r *csvReader) row(row csvRow) {
	data := r.src.Bytes
	text := bytes.TrimSpace(data[row.start:row.next])
	if len(text) == 0 || text[0] == '#' {
		return
	}
	if bytes.Equal(text, r.table().header) || !row.broken && !hasNumber(data, row) && knownNames(data, r.whole(row)) > 0 {
		r.header = &csvRow{start: row.start}
		return
	}
	if r.header != nil {
		row = r.change(row)
	}
	t := r.table()
	short := len(row.cells) < len(t.columns)
	odd := func(kind ProblemKind, message string) {
		r.problems.add(kind, message, int64(row.start), row.next-row.start, noPath)
	}
	switch {
	case !row.ended && (short || row.broken):
		odd(ProblemTruncated, "the input ends inside a row, which is left out")
		return
	case row.broken:
		odd(ProblemSyntax, "a quote is not closed, or text follows it; the line is left out")
		return
	case short && len(row.cells) == 1:
		odd(ProblemSyntax, "a line is no row of the table; it is left out")
		return
	case row.more:
		odd(ProblemSyntax, "a row has more cells than the header; it is left out")
		return
	case short:
		odd(ProblemSyntax, "a row has fewer cells than the header; those that it has are read")
	case !row.ended:
		r.unfinished(t, &row)
	}
	step, numbered := int64(0), t.step < 0
	if t.step >= 0 && t.step < len(row.cells) {
		step, numbered = r.step(row.cells[t.step])
	}
	for run := range t.metrics {
		r.record(t, row, run, step, numbered)
	}
	r.bounds(t, row)
}

// whole is a row with all its cells, however many the header has.
func (r *csvReader) whole(row csvRow) csvRow {
	return csvDialect{delimiter: r.dialect.delimiter, end: r.dialect.end}.row(r.src.Bytes, row.start, nil)
}

// table is the header at hand.
func (r *csvReader) table() *csvTable { return &r.tables[len(r.tables)-1] }

// change takes the header that stands in the middle of a table, and splits the first row behind it anew. If the steps begin
// again there, so does the run.
func (r *csvReader) change(row csvRow) csvRow {
	header := r.whole(*r.header)
	row = r.whole(row)
	if i := stepColumn(r.namesOf(header)); i >= 0 && i < len(row.cells) {
		step, numbered := r.step(row.cells[i])
		for _, s := range r.runs {
			if n := len(s.run.Steps); numbered && n > 0 && step <= s.run.Steps[n-1] && len(r.log.Runs) < maxRuns {
				r.end()
				break
			}
		}
	}
	r.begin(header)
	r.header = nil
	return r.dialect.row(r.src.Bytes, row.start, nil)
}

// unfinished leaves the last cell of a row out whose line does not end: its number may be cut.
func (r *csvReader) unfinished(t *csvTable, row *csvRow) {
	i := len(row.cells) - 1
	last, column := row.cells[i], t.columns[i]
	if r.src.Bytes[last.start-1] == '"' || column.cell == nil && i != t.step || r.absent(last) || len(r.runs[column.run].run.Steps) == 0 {
		return
	}
	row.cells = row.cells[:i]
	r.problems.add(ProblemUnfinished, "the last line does not end; its last value may be cut and is left out", int64(last.start), last.end-last.start, noPath)
}

// step reads the number of a step: 10, 10.0, 1,000.
func (r *csvReader) step(c csvCell) (int64, bool) {
	if c.end-c.start > longestNumber {
		return 0, false
	}
	text := r.number(r.src.Bytes[c.start:c.end])
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	v, _, err := parseNumber(text)
	return int64(v), err == nil && v == float64(int64(v)) && v < 1<<53 && v > -1<<53
}

// record adds what a row says of one run. A row that repeats the step of the one before and has none of its values belongs
// to it: Lightning logs several times in a step.
func (r *csvReader) record(t *csvTable, row csvRow, run int, step int64, numbered bool) {
	s := r.runs[run]
	last := len(s.run.Steps) - 1
	values, apart := false, t.step < 0 || last < 0 || s.run.Steps[last] != step
	for _, i := range t.metrics[run] {
		if i < len(row.cells) && !r.absent(row.cells[i]) {
			values = true
			column := t.columns[i].cell.column
			apart = apart || column != nil && column.Has(last)
		}
	}
	switch {
	case !numbered && values:
		r.problems.add(ProblemUnnumbered, "a row has no step number; it is left out", int64(row.start), row.next-row.start, noPath)
		return
	case !values:
		if numbered && t.step >= 0 && r.evaluates(t, row, run) {
			s.evaluated(step)
		}
		return
	case t.step < 0:
		step = int64(last + 2)
		r.problems.add(ProblemUnnumbered, "the rows have no step numbers; they are counted from 1", int64(row.start), row.next-row.start, noPath)
	}
	if apart {
		s.record(step, int64(row.start))
	}
	for _, i := range t.metrics[run] {
		if i < len(row.cells) && !r.absent(row.cells[i]) {
			r.value(s, t.columns[i].cell, row.cells[i])
		}
	}
}

// evaluated notes an evaluation at a step, once.
func (s *sheet) evaluated(step int64) {
	if n := len(s.run.Evals); n == 0 || s.run.Evals[n-1] != step {
		s.run.Evals = append(s.run.Evals, step)
	}
}

// evaluates reports whether a row has a value of evaluation.
func (r *csvReader) evaluates(t *csvTable, row csvRow, run int) bool {
	for _, i := range t.evals[run] {
		if i < len(row.cells) && !r.absent(row.cells[i]) {
			return true
		}
	}
	return false
}

// absent reports whether a cell holds no value.
func (r *csvReader) absent(c csvCell) bool {
	if c.start == c.end {
		return true
	}
	if first := r.src.Bytes[c.start]; isDigit(first) || c.end-c.start > longestNumber {
		return false
	}
	switch string(bytes.TrimSpace(r.src.Bytes[c.start:c.end])) {
	case "", "-", "N/A", "n/a", "NA", "None", "null":
		return true
	}
	return false
}

// value adds the value of a cell to the last record.
func (r *csvReader) value(s *sheet, cell *sheetCell, at csvCell) {
	text, offset := "", int64(at.start)
	if at.end-at.start <= longestNumber {
		text = r.number(r.src.Bytes[at.start:at.end])
	}
	s.number(cell, text, offset)
	if cell.column == nil {
		s.word(cell, text, func() Position { return r.src.Position(offset, at.end-at.start, cell.name) })
	}
}

// bounds marks the columns of a chart whose points stand for several steps: the least and the largest value behind them differ.
func (r *csvReader) bounds(t *csvTable, row csvRow) {
	for _, b := range t.bounds {
		cell := t.columns[b.of].cell
		if cell == nil || cell.column == nil || cell.column.Smoothed || b.column >= len(row.cells) || b.of >= len(row.cells) {
			continue
		}
		x, y := row.cells[b.column], row.cells[b.of]
		if !r.absent(x) && !r.absent(y) && !bytes.Equal(r.src.Bytes[x.start:x.end], r.src.Bytes[y.start:y.end]) {
			cell.column.Smoothed = true
		}
	}
}

// end completes the runs at hand.
func (r *csvReader) end() {
	var facts []Fact
	if path.Base(r.src.File) == "metrics.csv" { // Lightning writes both
		if c, ok := r.src.Companion("hparams.yaml"); ok {
			facts = sidecarFacts(c, "sidecar")
		}
	}
	for _, s := range r.runs {
		s.run.Facts = append(s.run.Facts, facts...)
		r.log.Runs = append(r.log.Runs, s.finish(r.locator(s)))
	}
	r.runs = nil
}

// locator finds the value of a column in a record of a run again by splitting the record's rows.
func (r *csvReader) locator(s *sheet) func(*Run, int, string) (Position, bool) {
	return func(run *Run, record int, key string) (Position, bool) {
		cell := s.cells[key]
		if cell == nil || cell.column == nil || record < 0 || record >= len(run.Offsets) {
			return Position{}, false
		}
		end := int64(len(r.src.Bytes))
		if record+1 < len(run.Offsets) {
			end = run.Offsets[record+1]
		}
		table := 0
		for at := run.Offsets[record]; at < end; {
			for table+1 < len(r.tables) && int64(r.tables[table+1].from) <= at {
				table++
			}
			t := &r.tables[table]
			d := r.dialect
			d.most = len(t.columns)
			row := d.row(r.src.Bytes, int(at), nil)
			at = int64(row.next)
			if step := t.step; step >= 0 && len(row.cells) > step {
				if n, ok := r.step(row.cells[step]); !ok || n != run.Steps[record] {
					continue // a row between the record's own, of evaluation only, or of no use
				}
			}
			for i, c := range t.columns {
				if c.cell != cell || i >= len(row.cells) || r.absent(row.cells[i]) || row.broken || row.more {
					continue
				}
				at := row.cells[i]
				v, _, err := parseNumber(r.number(r.src.Bytes[at.start:at.end]))
				if w, _, ok := cell.column.At(record); err != nil || !ok || v != w {
					continue
				}
				text := r.src.Bytes[at.start:at.end]
				blank := len(text) - len(bytes.TrimLeftFunc(text, unicode.IsSpace))
				return r.src.Position(int64(at.start+blank), len(bytes.TrimSpace(text)), key), true
			}
		}
		return Position{}, false
	}
}
