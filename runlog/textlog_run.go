package runlog

import (
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// textRun reads the runs of one text log.
type textRun struct {
	format   *textFormat
	src      *Source
	problems *problems
	log      *Log
	run      *Run // the run that records go to
	columns  map[string]*Column
	facts    map[factIdentity]bool

	// next is what has been declared since the last record: of this run, or of another if the next record starts one.
	next      Run
	nextFacts map[factIdentity]bool
	held      []heldValue
	note      string // what a format's start leaves for its finish
	surplus   bool   // a second block without a step's number has begun
}

// heldValue is a value that was printed before the record it belongs to.
type heldValue struct {
	token
	line   int64
	text   string
	column textColumn
}

// maxDeclared bounds how many facts, and how many summary values, of a run are kept; maxRuns how many runs of a log.
const (
	maxDeclared = 1000
	maxRuns     = 1000
)

func newTextRun(f *textFormat, src *Source) *textRun {
	t := &textRun{
		format: f, src: src, problems: &problems{src: src}, log: &Log{Path: src.File, Format: f.name},
		nextFacts: map[factIdentity]bool{},
	}
	t.begin()
	return t
}

func (t *textRun) begin() {
	t.run = &Run{Path: t.src.File, Format: t.format.name, Source: t.src, Convention: t.format.convention}
	t.columns, t.facts = map[string]*Column{}, map[factIdentity]bool{}
}

// record adds a record, unless another rank has printed it already. A step that goes back to the first of the run, or repeats it
// behind new declarations, starts a run of its own: logs are appended to.
func (t *textRun) record(l line, step int64, values []token) {
	if n := len(t.run.Steps); n > 0 {
		last := t.run.Steps[n-1]
		before := t.run.Steps[max(n-2, 0)]
		declared := len(t.next.Facts)+len(t.next.Summary)+len(t.next.Evals) > 0
		switch {
		case t.format.joins && step == last:
			t.values(l, values)
			return
		case t.format.ranks && (step == last || step == before):
			t.held = t.held[:0]
			t.problems.add(ProblemRepeated, "the record of a step is printed by several ranks; the first is used", l.offset, len(l.text), noPath)
			return
		case step <= t.run.Steps[0] && (step < last || declared) && len(t.log.Runs) < maxRuns:
			t.finish()
			t.begin()
		case step <= last:
			t.problems.add(ProblemOrder, "the iteration number repeats or goes back; the record is kept", l.offset, len(l.text), noPath)
		}
	}
	t.settle()
	offset := l.offset
	if t.pairs(l, values) {
		offset = t.held[0].line
	} else {
		t.unpaired()
	}
	t.run.Steps, t.run.Offsets = append(t.run.Steps, step), append(t.run.Offsets, offset)
	for _, h := range t.held {
		t.set(h.column, h.text, h.line, h.token)
	}
	t.held = t.held[:0]
	t.values(l, values)
}

func noPath() string { return "" }

// block adds the values of a line without a step's number to the only record. A name that comes again is another block's: it
// and what follows are left out, since nothing tells which values belong together.
func (t *textRun) block(l line, values []token) {
	const kind = ProblemUnnumbered
	if len(t.run.Steps) == 0 {
		t.problems.add(kind, "the record has no iteration number; it is counted as 1", l.offset, len(l.text), noPath)
		t.record(l, 1, values)
		return
	}
	c, ok := t.columns[values[0].key]
	if t.surplus = t.surplus || ok && c.Has(0); t.surplus {
		t.problems.add(kind, "a further record has no iteration number; it is left out", l.offset, len(l.text), noPath)
		return
	}
	t.values(l, values)
}

// values adds the values of a line to the last record. What a record holds twice counts once.
func (t *textRun) values(l line, values []token) {
	for _, v := range values {
		if c, ok := find(t.format.columns, []byte(v.key)); ok {
			t.set(c, string(l.text[v.start:v.end]), l.offset, v)
		}
	}
}

func (t *textRun) set(c textColumn, text string, offset int64, at token) {
	v, d, problem := c.read([]byte(text))
	if problem != "" {
		t.problems.add(problem, c.key+" "+problemWords[problem]+"; the value is left out", offset+int64(at.start), at.end-at.start, func() string { return c.key })
		return
	}
	column := t.columns[c.key]
	row := len(t.run.Steps) - 1
	switch {
	case column == nil:
		column = NewColumn(c.quantity, c.key, c.scale, c.unit)
		column.Smoothed, column.Aside = c.smoothed, c.aside
		t.columns[c.key] = column
		t.run.Columns = append(t.run.Columns, column)
	case column.Has(row):
		return
	}
	column.Set(row, v, d)
}

// unpaired drops the held values.
func (t *textRun) unpaired() {
	if len(t.held) > 0 {
		h := t.held[0]
		t.problems.add(ProblemUnnumbered, h.key+" fits no record beside it; the line is left out", h.line+int64(h.start), h.end-h.start, func() string { return h.key })
	}
	t.held = t.held[:0]
}

// hold keeps the values of a line for the record that follows.
func (t *textRun) hold(l line, values []token) {
	t.unpaired()
	for _, v := range values {
		if c, ok := find(t.format.columns, []byte(v.key)); ok {
			t.held = append(t.held, heldValue{v, l.offset, string(l.text[v.start:v.end]), c})
		}
	}
}

// pairs reports whether the held values speak of the record that follows: processes write at their own pace, so the step
// times must agree.
func (t *textRun) pairs(l line, values []token) bool {
	for _, h := range t.held {
		for _, v := range values {
			c, ok := find(t.format.columns, []byte(v.key))
			if !ok || c.quantity != reference.StepTime || h.column.quantity != reference.StepTime {
				continue
			}
			x, dx, bad := h.column.read([]byte(h.text))
			y, dy, worse := c.read(l.text[v.start:v.end])
			return bad == "" && worse == "" && rounded(x, dx, h.column.scale).Overlaps(rounded(y, dy, c.scale))
		}
	}
	return false
}

// rounded is what a printed value stands for, canonical.
func rounded(v float64, d Digits, scale float64) reference.Interval {
	return d.Readings(v, false)[0].Interval.Scale(scale)
}

// settle gives what has been declared since the last record to the run at hand.
func (t *textRun) settle() {
	if len(t.next.Facts)+len(t.next.Summary)+len(t.next.Evals)+len(t.next.Checkpoints) == 0 {
		return
	}
	for _, f := range t.next.Facts {
		if id := identity(f); !t.facts[id] && len(t.run.Facts) < maxDeclared {
			t.facts[id] = true
			t.run.Facts = append(t.run.Facts, f)
		}
	}
	for _, o := range t.next.Summary {
		same := func(x Observation) bool { return x.Key == o.Key && x.Logged == o.Logged }
		if !slices.ContainsFunc(t.run.Summary, same) && len(t.run.Summary) < maxDeclared {
			t.run.Summary = append(t.run.Summary, o)
		}
	}
	t.run.Evals = append(t.run.Evals, t.next.Evals...)
	t.run.Checkpoints = append(t.run.Checkpoints, t.next.Checkpoints...)
	t.next = Run{}
	clear(t.nextFacts)
}

func identity(f Fact) factIdentity { return factIdentity{f.Key, f.Num, f.Str, f.Source, f.Void} }

// end completes the last run.
func (t *textRun) end() {
	t.unpaired()
	t.settle()
	t.finish()
}

func (t *textRun) finish() {
	r := t.run
	t.settleColumns()
	if t.format.finish != nil {
		t.format.finish(t)
	}
	sortFacts(r.Facts)
	r.Locate = t.format.locate
	t.log.Runs = append(t.log.Runs, r)
}

// settleColumns declares the facts that columns hold, turns those that count sequences into tokens, if the run has one
// sequence length, and sets those aside that are only listed.
func (t *textRun) settleColumns() {
	r := t.run
	for _, c := range r.Columns {
		if column, _ := find(t.format.columns, []byte(c.Key)); column.fact != "" {
			t.constant(column.fact, c)
		}
	}
	lengths := r.FactsOf(SeqLen)
	known := len(lengths) > 0 && !slices.ContainsFunc(lengths, func(f Fact) bool { return f.Num != lengths[0].Num })
	r.Columns = slices.DeleteFunc(r.Columns, func(c *Column) bool {
		column, _ := find(t.format.columns, []byte(c.Key))
		switch {
		case column.sequences && known:
			c.Scale = column.scale * lengths[0].Num
		case column.sequences && len(lengths) == 0:
			r.Sequences = append(r.Sequences, c)
			return true
		case column.sequences:
			t.list(c, "the log states several sequence lengths")
			return true
		case c.Quantity == "" && column.aside != "":
			t.list(c, column.aside)
		}
		return c.Quantity == ""
	})
}

// list notes a column that is held against nothing.
func (t *textRun) list(c *Column, why string) {
	if p, ok := t.format.locate(t.run, c.FirstRow(), c.Key); ok {
		t.run.Unknown = append(t.run.Unknown, UnknownMetric{Key: c.Key, Why: why, Pos: p})
	}
}

// constant declares the value of a column that never changes. One that does voids what the configuration says.
func (t *textRun) constant(key FactKey, c *Column) {
	r, row := t.run, c.FirstRow()
	if v, _, ok := c.At(row); ok && c.Constant() && v > 0 {
		if p, ok := t.format.locate(r, row, c.Key); ok {
			r.Facts = append(r.Facts, Fact{Key: key, Num: v, Text: t.src.Text(p), Source: "step", Pos: p})
		}
		return
	}
	for i := range r.Facts {
		if f := &r.Facts[i]; f.Key == key && f.Void == "" {
			f.Void = "changes from step to step"
		}
	}
}
