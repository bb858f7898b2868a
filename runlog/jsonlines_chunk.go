package runlog

import (
	"errors"
	"math"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/reference"
)

// chunk is what a piece of a log holds, read without a look at any other piece: its records, and what stands between them.
// Everything that depends on what came before is left to a merger.
type chunk struct {
	src      *Source
	numbered bool // a record without a step number is none
	list     bool // the records are elements of a list

	from     int64   // offset at which the chunk starts
	lines    int64   // in the chunk
	steps    []int64 // noStep where a record has none
	offsets  []int64
	between  []remark
	problems chunkProblems

	kinds     map[string]nameKind
	cells     []*chunkCell // in the order in which their names appear
	index     map[string]*chunkCell
	evaluated Column // records in which an evaluation's metrics stand as well
	ranks     Column // of the processes that wrote the records, where they say so

	uses   []use // what the last record was read from
	leaves []leaf
	shapes []*shape

	panicked any // what reading it panicked with
}

// reset makes a chunk ready for another piece of the log. What it knows of names and lines stays.
func (c *chunk) reset() {
	const most = 1000
	for _, cell := range c.cells {
		cell.listed, cell.words = false, nil
		clear(cell.number)
		cell.column.reset()
	}
	if len(c.index) > most {
		clear(c.index)
		c.shapes = nil
	}
	c.steps, c.offsets, c.between, c.cells = c.steps[:0], c.offsets[:0], c.between[:0], c.cells[:0]
	c.problems, c.lines = chunkProblems{}, 0
	c.evaluated, c.ranks = Column{}, Column{}
}

// reread reads one record of the chunk again.
func (c *chunk) reread(offset int64) *chunk {
	again := newChunk(c.src, false)
	if c.list {
		again.element(offset, int64(skipContainer(c.src.Bytes, int(offset))))
	} else {
		again.line(offset, int64(lineEnd(c.src.Bytes, int(offset))))
	}
	return again
}

// noStep stands for a step number that is not there.
const noStep = math.MinInt64

// chunkCell is a name with its values in the records of a chunk.
type chunkCell struct {
	*sheetCell
	role   role
	column *Column        // of words: their number in the list
	words  []string       // the words that occur
	number map[string]int // of a word in the list
	listed bool           // among the cells of the chunk
	first  int64          // offset of the first value
}

// remark is something between records: an evaluation, or a declaration of what runs.
type remark struct {
	row         int // of the record before which it stands
	step        int64
	declaration bool
	offset      int64
	length      int
}

// use is what a value of a record was taken for.
type use struct {
	at    int64 // offset of its token
	role  role  // by its name
	used  bool  // it went into the record
	step  bool
	cell  *chunkCell
	value float64
	shown Digits
	word  string
}

func newChunk(src *Source, numbered bool) *chunk {
	return &chunk{src: src, numbered: numbered, kinds: map[string]nameKind{}, index: map[string]*chunkCell{}}
}

// leaf is a value of a record that is no object, with its full name.
type leaf struct {
	name  string
	depth int
	node
}

// leaves calls f for every value of an object, nested or not. A name that is longer than any metric's is left out with all that
// it holds.
func leaves(n node, f func(leaf)) {
	const longest = 256
	var walk func(n node, prefix string, depth int)
	walk = func(n node, prefix string, depth int) { // bounded by maxDepth
		for _, m := range n.members(nil) {
			name := m.key
			if len(prefix)+len(name) >= longest {
				continue
			}
			if prefix != "" {
				name = prefix + "." + name
			}
			child := n.child(m, name)
			if child.isObject() {
				walk(child, name, depth+1)
			} else {
				f(leaf{name, depth, child})
			}
		}
	}
	walk(n, "", 0)
}

// content is what the values of an object speak of.
type content struct {
	step    *leaf
	metrics int // of steps
	static  int // metrics of the run
	evals   int
	facts   int
}

// examine tells what an object speaks of.
func (c *chunk) examine(all []leaf) content {
	var out content
	best := -1
	for i := range all {
		l := &all[i]
		if l.value.Type == gjson.Null {
			continue
		}
		k := c.kind(l.name)
		if order := k.step + l.depth*2*len(stepNames); k.step >= 0 && (best < 0 || order < best) && !l.isArray() {
			out.step, best = l, order
		}
		switch {
		case k.role == roleMetric && k.static:
			out.static++
		case k.role == roleMetric:
			out.metrics++
		case k.role == roleEvaluation && l.value.Type == gjson.Number:
			out.evals++
		case k.role == roleCount, k.role == roleWord:
			out.facts++
		}
	}
	return out
}

// kind looks a name up, once per chunk as far as there are not too many of them.
func (c *chunk) kind(name string) nameKind {
	const most = 4096
	k, ok := c.kinds[name]
	if !ok {
		if k = kindOf(name); len(c.kinds) < most {
			c.kinds[strings.Clone(name)] = k
		}
	}
	return k
}

// object reads an object: a record, an evaluation, a declaration or nothing of interest.
func (c *chunk) object(n node) {
	c.uses = c.uses[:0]
	c.leaves = c.leaves[:0]
	leaves(n, func(l leaf) { c.leaves = append(c.leaves, l) })
	all := c.leaves
	what := c.examine(all)
	offset := n.offset()
	length := min(len(n.value.Raw), len(c.src.Bytes)-int(offset)) // the scan closes an object that is cut off
	step := int64(noStep)
	if what.step != nil && what.metrics+what.static+what.evals > 0 {
		s, ok := what.step.wholeNumber(c)
		if !ok {
			c.problem(ProblemWrongType, "a record has no usable step number; it is left out", offset, length, "")
			return
		}
		step = s
	}
	switch {
	case what.step == nil && what.facts > 0 && (what.metrics == 0 || c.numbered):
		c.between = append(c.between, remark{row: len(c.steps), step: noStep, declaration: true, offset: offset, length: length})
		if what.metrics > 0 {
			c.unnumbered(offset, length)
		}
	case what.step == nil && what.metrics == 0 && what.static > 0:
		c.between = append(c.between, remark{row: len(c.steps), step: noStep, declaration: true, offset: offset, length: length})
	case what.step == nil && what.metrics > 0 && c.numbered:
		c.unnumbered(offset, length)
	case what.metrics+what.static > 0:
		c.record(step, offset, all, what.step)
	case what.evals > 0 && step != noStep:
		c.between = append(c.between, remark{row: len(c.steps), step: step, offset: offset, length: length})
	}
}

func (c *chunk) unnumbered(offset int64, length int) {
	c.problem(ProblemUnnumbered, "a record has no step number though others have; it is left out", offset, length, "")
}

// wholeNumber reads a step number.
func (l *leaf) wholeNumber(c *chunk) (int64, bool) {
	local := problems{}
	n := l.node
	n.doc = &document{text: l.doc.text, base: l.doc.base, problems: &local}
	i, ok := n.integer()
	for _, p := range local.list {
		c.problem(p.Kind, p.Message, p.Pos.Offset, p.Pos.Length, p.Pos.Path)
	}
	return i, ok && i > noStep
}

// record adds a record with its values.
func (c *chunk) record(step, offset int64, all []leaf, numbered *leaf) {
	row := len(c.steps)
	c.steps, c.offsets = append(c.steps, step), append(c.offsets, offset)
	for i := range all {
		l := &all[i]
		if l.value.Type == gjson.Null {
			continue
		}
		if l == numbered {
			c.uses = append(c.uses, use{at: l.offset(), step: true, used: true, value: float64(step)})
			continue
		}
		c.value(row, l)
	}
}

// value adds one value of a record.
func (c *chunk) value(row int, l *leaf) {
	k := c.kind(l.name)
	u := use{at: l.offset(), role: k.role}
	number := l.value.Type == gjson.Number && !l.absent()
	switch k.role {
	case roleEvaluation:
		if u.used = number; number && !c.evaluated.Has(row) {
			c.evaluated.Set(row, 1, 0)
		}
	case roleRank:
		if v, _, err := parseNumber(l.value.Raw); err == nil && number && !c.ranks.Has(row) {
			u.used, u.value = true, v
			c.ranks.Set(row, v, 0)
		}
	case roleUnknown:
		u.cell = c.cell(l.name, k.role, u.at)
	case roleWord:
		u.cell = c.cell(l.name, k.role, u.at)
		if word, ok := u.cell.says(l); ok && !u.cell.column.Has(row) {
			u.used, u.word = true, word
			u.cell.column.Set(row, float64(u.cell.intern(word)), 0)
		}
	case roleMetric, roleCount:
		u.cell = c.cell(l.name, k.role, u.at)
		if u.cell.column.Has(row) {
			break
		}
		if u.value, u.shown, u.used = c.number(u.cell, l); u.used {
			u.cell.column.Set(row, u.value, u.shown)
		}
	}
	c.uses = append(c.uses, u)
}

// cell is the column of a name.
func (c *chunk) cell(name string, r role, offset int64) *chunkCell {
	cell, ok := c.index[name]
	if !ok {
		s := newSheetCell(name)
		cell = &chunkCell{sheetCell: s, role: r, column: NewColumn(s.metric.quantity, s.name, 1, "")}
		c.index[s.name] = cell
	}
	if !cell.listed {
		cell.listed, cell.first = true, offset
		c.cells = append(c.cells, cell)
	}
	return cell
}

// says is what a value says in words; false if that is nothing that is known.
func (cell *chunkCell) says(l *leaf) (string, bool) {
	text := l.value.Raw
	switch l.value.Type {
	case gjson.String:
		text = l.value.Str
	case gjson.True, gjson.False:
	default:
		return "", false
	}
	if _, known := cell.number[text]; known {
		return text, true
	}
	_, ok := cell.fact.words[strings.ToLower(text)]
	return text, ok || cell.fact.name && recognised(cell.fact.key, text)
}

// intern is the number of a word in the cell's list.
func (cell *chunkCell) intern(text string) int {
	n, ok := cell.number[text]
	if !ok {
		n, text = len(cell.words), strings.Clone(text)
		cell.words = append(cell.words, text)
		if cell.number == nil {
			cell.number = map[string]int{}
		}
		cell.number[text] = n
	}
	return n
}

// number reads a number, also one in quotes. What is none, or no measurement, is told.
func (c *chunk) number(cell *chunkCell, l *leaf) (float64, Digits, bool) {
	text, quoted := l.value.Raw, false
	switch l.value.Type {
	case gjson.String:
		text, quoted = strings.TrimSpace(l.value.Str), true
	case gjson.Number:
		if l.absent() {
			return 0, 0, false // the scan has told
		}
	default:
		text = "" // a boolean or a list
	}
	v, d, err := parseNumber(text)
	kind := ProblemKind("")
	switch word := notANumber(text); {
	case err == nil && v <= 0 && cell.metric.quantity != reference.Loss:
		kind = ProblemSentinel
	case err == nil:
	case errors.Is(err, errOutOfRange):
		kind = ProblemOutOfRange
	case word == wordNaN:
		kind = ProblemNaN
	case word == wordInfinity:
		kind = ProblemInfinity
	default:
		kind = ProblemWrongType
	}
	lo, length := l.offset(), len(l.value.Raw)
	if kind != "" {
		c.problem(kind, cell.name+" "+problemWords[kind]+"; the value is left out", lo, length, cell.name)
		return 0, 0, false
	}
	if quoted {
		c.problem(ProblemNumberString, cell.name+" is a number in quotes; it is read as a number", lo, length, cell.name)
	}
	return v, d, true
}
