package runlog

import (
	"cmp"
	"math"
	"slices"
)

// merger puts the chunks of a log together in order: it numbers records, drops what other ranks have printed as well, joins the
// lines of one step, and begins a run where steps start again.
type merger struct {
	src      *Source
	format   string
	problems *problems
	log      *Log
	locate   func(r *Run, record int, key string) (Position, bool)

	lines   int64 // in the chunks so far
	sheet   *sheet
	evals   []int64 // steps whose records hold metrics of an evaluation
	rank    float64 // of the process that wrote the run's first record
	ranked  bool
	next    []remark // what has been said since the last record: of this run, or of another if the next record begins one
	unknown map[string]bool
}

func newMerger(src *Source, format string, locate func(r *Run, record int, key string) (Position, bool)) *merger {
	m := &merger{
		src: src, format: format, locate: locate,
		problems: &problems{src: src}, log: &Log{Path: src.File, Format: format}, unknown: map[string]bool{},
	}
	m.sheet = newSheet(src, format, m.problems)
	return m
}

// add appends the records of the next chunk.
func (m *merger) add(c *chunk) {
	if !c.list {
		m.src.mark(c.from, m.lines)
	}
	m.lines += c.lines
	for _, p := range c.problems.list {
		m.problems.addSome(p.count, p.kind, p.message, p.offset, p.length, func() string { return p.path })
	}
	between := c.between
	from := 0
	for row := range c.steps {
		step := c.steps[row]
		plain := step != noStep && len(m.next) == 0 && (len(between) == 0 || between[0].row > row)
		if n := len(m.sheet.run.Steps) + row - from; plain && n > 0 && c.ranks.count == 0 {
			last := int64(0)
			if row > from {
				last = c.steps[row-1]
			} else {
				last = m.sheet.run.Steps[n-1]
			}
			if step > last {
				continue // most records only follow
			}
		}
		m.take(c, from, row)
		for len(between) > 0 && between[0].row <= row {
			m.next = append(m.next, between[0])
			between = between[1:]
		}
		from = m.special(c, row)
	}
	m.take(c, from, len(c.steps))
	m.next = append(m.next, between...)
}

// special decides on a record that does not just follow the last one, and returns the row from which records are still to be
// taken.
func (m *merger) special(c *chunk, row int) int {
	run := m.sheet.run
	n := len(run.Steps)
	if c.steps[row] == noStep {
		m.problems.add(ProblemUnnumbered, "the records have no step numbers; they are counted from 1", c.offsets[row], 0, noPath)
		c.steps[row] = int64(n + 1)
	}
	step := c.steps[row]
	rank, _, ranked := c.ranks.At(row)
	if n == 0 {
		m.rank, m.ranked = rank, ranked
		m.settle()
		return row
	}
	last := run.Steps[n-1]
	before := run.Steps[max(n-2, 0)]
	switch {
	case ranked && m.ranked && (step == last || step == before || step < last && rank != m.rank):
		m.problems.add(ProblemRepeated, "the record of a step is printed by several ranks; the first is used", c.offsets[row], 0, noPath)
		return row + 1
	case step == last && m.joins(c, row):
		return row + 1
	case step <= run.Steps[0] && (step < last || len(m.next) > 0) && len(m.log.Runs) < maxRuns:
		m.complete()
		m.sheet = newSheet(m.src, m.format, m.problems)
		m.rank, m.ranked, m.evals = rank, ranked, nil
	case step <= last:
		m.problems.add(ProblemOrder, "the step number repeats or goes back; the record is kept", c.offsets[row], 0, noPath)
	}
	m.settle()
	return row
}

// joins adds the values of a record to the last one, of the same step, if none of them is there already.
func (m *merger) joins(c *chunk, row int) bool {
	last := len(m.sheet.run.Steps) - 1
	for _, cell := range c.cells {
		if have, ok := m.sheet.cells[cell.name]; ok && cell.column.Has(row) && have.column != nil && have.column.Has(last) {
			return false
		}
	}
	m.cells(c, row, row+1, last)
	return true
}

// take appends records.
func (m *merger) take(c *chunk, from, to int) {
	if from >= to {
		return
	}
	run := m.sheet.run
	at := len(run.Steps)
	if n := at + to - from; n > cap(run.Steps) {
		room := m.room(n, c.offsets[to-1])
		run.Steps, run.Offsets = slices.Grow(run.Steps, room-at), slices.Grow(run.Offsets, room-at)
	}
	run.Steps, run.Offsets = append(run.Steps, c.steps[from:to]...), append(run.Offsets, c.offsets[from:to]...)
	m.cells(c, from, to, at)
}

// room is for how many records there should be room once there are n as far as an offset: for those that the log will have if it
// goes on like that, but not for many more than there are.
func (m *merger) room(n int, offset int64) int {
	all := float64(n) * float64(len(m.src.Bytes)) / float64(offset+1)
	return max(n, int(min(1.02*all+64, 4*float64(n))))
}

// cells adds the values of records of a chunk to those of the run from record at on.
func (m *merger) cells(c *chunk, from, to, at int) {
	end := int64(math.MaxInt64) // of the records
	if to < len(c.offsets) {
		end = c.offsets[to]
	}
	for _, cell := range c.cells {
		switch cell.role {
		case roleUnknown:
			if !m.unknown[cell.name] && cell.first < end {
				m.unknown[cell.name] = true
				m.sheet.cell(cell.name, func() Position { return m.src.Position(cell.first, 0, cell.name) })
			}
		case roleWord:
			m.words(c, cell, from, to)
		default:
			if cell.column.any(from, to) {
				column := m.sheet.cell(cell.name, nil).column
				if len(column.values) > 1 && cap(column.values) < at+to-from {
					column.reserve(cap(m.sheet.run.Steps))
				}
				column.take(cell.column, from, to, at)
			}
		}
	}
	if c.evaluated.Count() > 0 {
		for row := from; row < to; row++ {
			if c.evaluated.Has(row) {
				m.evals = append(m.evals, c.steps[row])
			}
		}
	}
}

// words adds what records say in words.
func (m *merger) words(c *chunk, cell *chunkCell, from, to int) {
	last := -1
	for row := from; row < to; row++ {
		v, _, ok := cell.column.At(row)
		if !ok || int(v) == last {
			continue
		}
		last = int(v)
		m.sheet.word(m.sheet.cell(cell.name, nil), cell.words[last], func() Position {
			p, _ := c.reread(c.offsets[row]).locate(m.src, cell.name, nil, row)
			return p
		})
		if cell.column.Constant() {
			return
		}
	}
}

// settle gives what has been said since the last record to the run at hand.
func (m *merger) settle() {
	r := m.sheet.run
	for _, d := range m.next {
		if !d.declaration {
			r.Evals = append(r.Evals, d.step)
			continue
		}
		facts := declaredBy(m.src, jsonSettingsWithin(m.src, d.offset, d.offset+int64(d.length)), "config")
		for _, f := range facts {
			same := func(x Fact) bool { return identity(x) == identity(f) }
			if len(r.Facts) < maxDeclared && !slices.ContainsFunc(r.Facts, same) {
				r.Facts = append(r.Facts, f)
			}
		}
		m.summary(d)
	}
	m.next = m.next[:0]
}

// summary reads the metrics of the run that a declaration holds.
func (m *merger) summary(d remark) {
	r := m.sheet.run
	c := newChunk(m.src, false)
	doc := openJSON(&problems{src: m.src}, d.offset, d.offset+int64(d.length), knownJSONName)
	leaves(doc.root(), func(l leaf) {
		if k := c.kind(l.name); k.role != roleMetric || !k.static || l.absent() || len(r.Summary) == maxDeclared {
			return
		}
		cell := c.cell(l.name, roleMetric, 0)
		v, digits, ok := c.number(cell, &l)
		known := slices.ContainsFunc(r.Summary, func(o Observation) bool { return o.Key == cell.name && o.Logged == v })
		if !ok || known {
			return
		}
		n := cell.metric
		p := m.src.Position(l.offset(), len(l.value.Raw), cell.name)
		r.Summary = append(r.Summary, Observation{
			Quantity: n.quantity, Key: cell.name, Logged: v, Text: m.src.Text(p), Scale: n.scale, Unit: n.unit, Digits: digits, Pos: p,
		})
	})
	for _, p := range c.problems.list {
		m.problems.addSome(p.count, p.kind, p.message, p.offset, p.length, func() string { return p.path })
	}
}

// complete ends the run at hand.
func (m *merger) complete() {
	r := m.sheet.run
	// A trainer that repeats its last evaluation in every record does not evaluate at every step.
	if 2*len(m.evals) <= len(r.Steps) {
		r.Evals = append(r.Evals, m.evals...)
	}
	place := map[*sheetCell]int64{}
	r.Locate = m.locate
	for _, c := range m.sheet.order {
		if c.column != nil && c.column.Count() > 0 {
			row := c.column.FirstRow()
			p, _ := m.locate(r, row, c.name)
			place[c] = max(p.Offset, r.Offsets[row])
		}
	}
	slices.SortStableFunc(m.sheet.order, func(a, b *sheetCell) int { return cmp.Compare(place[a], place[b]) })
	m.log.Runs = append(m.log.Runs, m.sheet.finish(m.locate))
}

// finish completes the log.
func (m *merger) finish() *Log {
	m.settle()
	m.complete()
	m.log.Problems = m.problems.sorted()
	return m.log
}
