package runlog

import (
	"errors"
	"math"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// sheet collects records of named numbers into a run. The readers of formats that do not define their metrics write to it: JSON
// Lines, CSV, trackers' files.
type sheet struct {
	src      *Source
	problems *problems
	run      *Run
	cells    map[string]*sheetCell
	order    []*sheetCell
}

// sheetCell is a named column of a sheet: a metric, a fact that records repeat, or a name that no one knows.
type sheetCell struct {
	name   string
	metric named
	column *Column // of a metric, or of a fact that is a count; nil where the name is not known
	fact   factRule
	raw    string // of a fact: what was read last
}

// known reports whether the values of a cell are worth reading.
func (c *sheetCell) known() bool { return c.column != nil || c.fact.key != "" || c.fact.words != nil }

// maxNames bounds how many names of a run are kept; trackers log thousands of histograms.
const maxNames = 10_000

func newSheet(src *Source, format string, found *problems) *sheet {
	return &sheet{
		src: src, problems: found, run: &Run{Path: src.File, Format: format, Source: src},
		cells: map[string]*sheetCell{},
	}
}

// cell is the column of a name as the log spells it. The name is looked up once; at is where it stands first.
func (s *sheet) cell(name string, at func() Position) *sheetCell {
	if c, ok := s.cells[name]; ok {
		return c
	}
	if len(s.cells) == maxNames {
		return &sheetCell{}
	}
	c := newSheetCell(name)
	s.cells[c.name] = c
	if !c.known() && len(s.run.Unknown) < maxUnknown && isIdentifier(c.name) && soundsLikeEfficiency(name) {
		s.run.Unknown = append(s.run.Unknown, UnknownMetric{Key: c.name, Nearest: nearestName(c.name), Pos: at()})
	}
	s.order = append(s.order, c)
	return c
}

// newSheetCell is an empty cell for a name.
func newSheetCell(name string) *sheetCell {
	c := &sheetCell{name: strings.Clone(name)}
	if n, ok := metricNamed(name); ok {
		c.metric = n
		c.column = NewColumn(n.quantity, c.name, n.scale, n.unit)
		c.column.Smoothed, c.column.Meanings = n.smoothed, n.others
	} else if rule, ok := factKeys[lastPart(name)]; ok {
		if c.fact = rule; rule.words == nil && !rule.name {
			c.column = NewColumn("", c.name, 1, "")
		}
	}
	return c
}

// lastPart is a name without what it stands behind.
func lastPart(name string) string { return name[strings.LastIndexAny(name, "./")+1:] }

// record begins the next record.
func (s *sheet) record(step, offset int64) {
	if n := len(s.run.Steps); n > 0 && step <= s.run.Steps[n-1] {
		s.problems.add(ProblemOrder, "the step number repeats or goes back; the record is kept", offset, 0, noPath)
	}
	s.run.Steps, s.run.Offsets = append(s.run.Steps, step), append(s.run.Offsets, offset)
}

// number adds a number of the current record as it is printed, at an offset of the source.
func (s *sheet) number(c *sheetCell, text string, offset int64) {
	if !c.known() {
		return
	}
	v, d, kind := readNumber(text)
	s.add(c, v, d, kind, offset, len(text))
}

// readNumber is a number as it is printed; kind is what it is instead, "" if it is one.
func readNumber(text string) (v float64, d Digits, kind ProblemKind) {
	v, d, err := parseNumber(text)
	switch {
	case err == nil:
	case errors.Is(err, errOutOfRange):
		kind = ProblemOutOfRange
	case notANumber(text) == wordNaN:
		kind = ProblemNaN
	case notANumber(text) == wordInfinity:
		kind = ProblemInfinity
	default:
		kind = ProblemWrongType
	}
	return v, d, kind
}

// add adds a value of the current record unless it is a problem or no measurement.
func (s *sheet) add(c *sheetCell, v float64, d Digits, kind ProblemKind, offset int64, length int) {
	if c.column == nil {
		return
	}
	switch {
	case kind != "":
	case math.IsNaN(v):
		kind = ProblemNaN
	case math.IsInf(v, 0):
		kind = ProblemInfinity
	case v <= 0 && c.column.Quantity != reference.Loss:
		kind = ProblemSentinel // until it knows better a trainer logs −100, −1 or 0
	}
	if kind != "" {
		s.problems.add(kind, c.name+" "+problemWords[kind]+"; the value is left out", offset, length, func() string { return c.name })
		return
	}
	if row := len(s.run.Steps) - 1; row >= 0 && !c.column.Has(row) {
		c.column.Set(row, v, d)
	}
}

// word adds what a record says in words under a name, if it is a fact: a device, a precision, a boolean.
func (s *sheet) word(c *sheetCell, text string, pos func() Position) {
	if c.fact.words == nil && !c.fact.name || c.raw == text {
		return
	}
	c.raw = strings.Clone(text)
	facts := c.fact.words[strings.ToLower(text)]
	if c.fact.name {
		if !recognised(c.fact.key, text) {
			return
		}
		facts = []Fact{{Key: c.fact.key, Str: c.raw}}
	}
	for _, f := range facts {
		if f.Text, f.Source = c.raw, "step"; len(s.run.Facts) < maxDeclared {
			f.Pos = pos()
			s.run.Facts = append(s.run.Facts, f)
		}
	}
}

// recognised reports whether a name is one of a device or a precision: no other is repeated.
func recognised(key FactKey, text string) bool {
	if key == Device {
		_, ok := reference.ResolveDevice(text)
		return ok
	}
	_, ok := reference.ParsePrecision(text)
	return ok
}

// finish completes the run. locate finds a value of it again.
func (s *sheet) finish(locate func(r *Run, record int, key string) (Position, bool)) *Run {
	r := s.run
	r.Locate = locate
	for _, c := range s.order {
		switch {
		case c.column == nil || c.column.Count() == 0:
		case c.column.Quantity == "":
			s.declare(c)
		case c.metric.sum && increasing(c.column, len(r.Steps)):
			s.problems.add(ProblemWrongType, c.name+" only grows: it is read as a running total, not as a value of each step, and left out", r.Offsets[0], 0, func() string { return c.name })
		default:
			r.Columns = append(r.Columns, c.column)
		}
	}
	s.settleShares()
	s.settleSequences()
	r.LongFloats = longFloats(r)
	sortFacts(r.Facts)
	return r
}

// declare makes a fact of a count that every record repeats. One that changes, as a batch size that is ramped up, is none, and
// voids what the configuration says.
func (s *sheet) declare(c *sheetCell) {
	r, row := s.run, c.column.FirstRow()
	v, d, _ := c.column.At(row)
	if !c.column.Constant() {
		for i := range r.Facts {
			if f := &r.Facts[i]; f.Key == c.fact.key && f.Void == "" {
				f.Void = "changes from step to step"
			}
		}
		return
	}
	if p, ok := r.Locate(r, row, c.name); ok && d.Integer() && len(r.Facts) < maxDeclared {
		r.Facts = append(r.Facts, Fact{Key: c.fact.key, Num: v, Text: s.src.Text(p), Source: "step", Pos: p})
	}
}

// increasing reports whether a column of more than three values grows from each to the next, as running totals do.
func increasing(c *Column, rows int) bool {
	last, n := math.Inf(-1), 0
	for row := range rows {
		v, _, ok := c.At(row)
		if !ok {
			continue
		}
		if v <= last {
			return false
		}
		last = v
		n++
	}
	return n > 3
}

// settleShares settles the unit of utilizations by their largest value: above 1.5 they are percentages. Below, a fraction is
// likelier, but it may be a run below 1.5 %.
func (s *sheet) settleShares() {
	for _, c := range s.run.Columns {
		if c.Quantity != reference.MFU && c.Quantity != reference.HFU || c.Scale != 1 {
			continue
		}
		percent := false
		for row := range s.run.Steps {
			if v, _, ok := c.At(row); ok && v > fractionLimit {
				percent = true
				break
			}
		}
		if percent {
			c.Scale, c.Unit = mfuPercent.scale, mfuPercent.unit
		} else {
			c.Meanings = append(c.Meanings, Meaning{c.Quantity, mfuPercent.scale, mfuPercent.unit, "a percentage"})
		}
	}
}

// settleSequences turns rates of sequences into those of tokens where the run has one sequence length, and sets them aside where
// it has none.
func (s *sheet) settleSequences() {
	r := s.run
	lengths := r.FactsOf(SeqLen)
	known := len(lengths) > 0
	for _, f := range lengths {
		known = known && f.Num == lengths[0].Num
	}
	kept := r.Columns[:0]
	for _, c := range r.Columns {
		switch n := s.cells[c.Key].metric; {
		case !n.sequences:
			kept = append(kept, c)
		case known:
			c.Scale = n.scale * lengths[0].Num
			kept = append(kept, c)
		case len(lengths) == 0:
			r.Sequences = append(r.Sequences, c)
		default:
			if p, ok := r.Locate(r, c.FirstRow(), c.Key); ok {
				r.Unknown = append(r.Unknown, UnknownMetric{Key: c.Key, Why: "the log states several sequence lengths", Pos: p})
			}
		}
	}
	r.Columns = kept
}
