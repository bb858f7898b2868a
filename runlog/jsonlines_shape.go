package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// shape is a line of a log as a pattern for the lines that follow it, which mostly differ from it in a few numbers. Lines of the
// shape have the same bytes but for those, so that nothing else of them has to be looked at again; what they hold is what the
// careful reading of a line has found in the pattern. Everything else is read carefully.
type shape struct {
	text  []byte // the line with its end
	start int    // of its object
	slots []slot
	parts []part         // what is compared and read, in order
	tail  []byte         // the bytes after the last slot that varies
	notes []chunkProblem // what is odd about every such line; the offsets are in the text
}

// slot is a scalar value of the pattern.
type slot struct {
	use
	at, end int  // in the text
	number  bool // a number, else a string or a word
	fixed   bool // lines in which it is another are read carefully
	varies  bool
	values  []float64
	digits  []Digits
}

// part is a stretch of bytes that lines share, and the slot behind it.
type part struct {
	literal []byte
	slot    *slot
}

const (
	maxShapes = 8   // patterns that are tried
	maxNotes  = 16  // problems of a line that is a pattern
	batch     = 512 // records that are put into columns at a time
)

// read reads the lines from lo to hi, which is the end of a line.
func (c *chunk) read(lo, hi int) {
	data := c.src.Bytes[:hi]
	c.from = int64(lo)
	for at := lo; at < hi; {
		if next := c.follow(data, at); next > at {
			at = next
			continue
		}
		end := lineEnd(data, at)
		rows, between := len(c.steps), len(c.between)
		c.problems.recent = c.problems.recent[:0]
		c.line(int64(at), int64(end))
		if end < hi && len(c.steps) == rows+1 && len(c.between) == between && len(c.problems.recent) <= maxNotes {
			c.learn(at, end+1)
		}
		at = end + 1
		c.lines++
	}
}

// follow reads lines as long as they have a known shape, and returns the offset of the first that has none.
func (c *chunk) follow(data []byte, at int) int {
	for i, s := range c.shapes {
		next := c.along(s, data, at)
		if next > at {
			if i > 0 { // what was seen last is likely to be seen next
				copy(c.shapes[1:i+1], c.shapes[:i])
				c.shapes[0] = s
			}
			return next
		}
	}
	return at
}

// along reads lines as long as they have a shape.
func (c *chunk) along(s *shape, data []byte, at int) int {
	for {
		from, n := at, 0
		for n < batch {
			next := s.match(data, at, n)
			if next == 0 {
				break
			}
			c.offsets = append(c.offsets, int64(at+s.start))
			at = next
			n++
		}
		if n > 0 {
			c.store(s, from, n)
		}
		if n < batch {
			return at
		}
	}
}

// match reads the line at an offset into place n of the slots, and returns the offset after it; 0 if it has another shape or
// needs care.
func (s *shape) match(data []byte, at, n int) int {
	for i := range s.parts {
		p := &s.parts[i]
		end := at + len(p.literal)
		if end >= len(data) || !bytes.Equal(data[at:end], p.literal) {
			return 0
		}
		if at = p.slot.read(data, end, n); at == 0 {
			return 0
		}
	}
	end := at + len(s.tail)
	if end > len(data) || !bytes.Equal(data[at:end], s.tail) {
		return 0
	}
	return end
}

// read reads a value that varies, and returns the offset after it; 0 if it needs care.
func (v *slot) read(data []byte, at, n int) int {
	switch {
	case v.step || v.role == roleRank:
		return v.readCount(data, at, n)
	case !v.number:
		return skipPlainString(data, at)
	case v.role != roleMetric && v.role != roleCount:
		return skipPlainNumber(data, at)
	}
	x, d, end := scanDecimal(data, at)
	if end == 0 || !endsNumber(data, end) || x <= 0 && v.cell.metric.quantity != reference.Loss {
		return 0
	}
	v.values[n], v.digits[n] = x, d
	return end
}

// readCount reads the number of a step or a rank, which fits into a float64 here.
func (v *slot) readCount(data []byte, at, n int) int {
	step, end := scanDigits(data, at, 0)
	if end == at || end-at > 15 || data[at] == '0' && end-at > 1 || !endsNumber(data, end) {
		return 0
	}
	v.values[n] = float64(step)
	return end
}

// endsNumber reports whether a number may end where it does: before a byte that goes on it is another word.
func endsNumber(data []byte, at int) bool {
	if at >= len(data) {
		return false
	}
	switch data[at] {
	case ',', '}', ']', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// skipPlainString is the offset after a string without escapes and without bytes that end it early.
func skipPlainString(data []byte, at int) int {
	if at >= len(data) || data[at] != '"' {
		return 0
	}
	for i := at + 1; i < len(data); i++ {
		switch data[i] {
		case '"':
			return i + 1
		case '\\', '\n', '\r', 0:
			return 0
		}
	}
	return 0
}

// skipPlainNumber is the offset after a number of JSON.
func skipPlainNumber(data []byte, at int) int {
	if at < len(data) && data[at] == '-' {
		at++
	}
	_, end := scanDigits(data, at, 0)
	if end == at || data[at] == '0' && end-at > 1 {
		return 0
	}
	if end < len(data) && data[end] == '.' {
		fraction := end + 1
		if _, end = scanDigits(data, fraction, 0); end == fraction {
			return 0
		}
	}
	if end < len(data) && data[end]|0x20 == 'e' {
		if _, end = scanExponent(data, end+1); end == 0 {
			return 0
		}
	}
	if !endsNumber(data, end) {
		return 0
	}
	return end
}

// store adds the values that n lines from an offset on have put into a shape's slots.
func (c *chunk) store(s *shape, from, n int) {
	c.lines += int64(n)
	for _, p := range s.notes {
		c.problems.add(n*p.count, p.kind, p.message, int64(from)+p.offset, p.length, p.path)
	}
	c.problems.recent = c.problems.recent[:0]
	row := len(c.steps)
	stepped := false
	for i := range s.slots {
		v := &s.slots[i]
		if v.step {
			stepped = true
			for k := range n {
				if v.varies {
					c.steps = append(c.steps, int64(v.values[k]))
				} else {
					c.steps = append(c.steps, int64(v.value))
				}
			}
			continue
		}
		var column *Column
		switch {
		case v.role == roleUnknown:
			c.cell(v.cell.name, v.role, int64(from+v.at))
		case !v.used:
		case v.role == roleMetric, v.role == roleCount:
			column = c.cell(v.cell.name, v.role, int64(from+v.at)).column
		case v.role == roleWord:
			cell := c.cell(v.cell.name, v.role, int64(from+v.at))
			cell.column.fill(row, n, float64(cell.intern(v.word)), 0)
		case v.role == roleEvaluation && !c.evaluated.Has(row):
			c.evaluated.fill(row, n, 1, 0)
		case v.role == roleRank:
			column = &c.ranks
		}
		switch {
		case column == nil:
		case v.varies:
			column.extend(row, v.values[:n], v.digits[:n])
		default:
			column.fill(row, n, v.value, v.shown)
		}
	}
	if !stepped {
		for range n {
			c.steps = append(c.steps, noStep)
		}
	}
}

// learn makes a pattern of the line from lo to hi, of which the last record was read.
func (c *chunk) learn(lo, hi int) {
	s := &shape{text: bytes.Clone(c.src.Bytes[lo:hi])}
	s.start = int(c.offsets[len(c.offsets)-1]) - lo
	for _, p := range c.problems.recent {
		p.offset -= int64(lo)
		s.notes = append(s.notes, p)
	}
	uses := c.uses
	for at := s.start; at < len(s.text); {
		end := at + 1
		b := s.text[at]
		switch {
		case b == '"':
			end, _ = skipString(s.text, at)
			if next := skipSpace(s.text, end); next < len(s.text) && s.text[next] == ':' {
				at = end // a key
				continue
			}
		case b == '-' || isWord(b):
			for end < len(s.text) && !endsNumber(s.text, end) {
				end++
			}
		default:
			at = end
			continue
		}
		v := slot{at: at, end: end, number: b == '-' || isDigit(b), fixed: b != '"' && b != '-' && !isDigit(b)}
		for len(uses) > 0 && uses[0].at < int64(lo+at) {
			uses = uses[1:]
		}
		if len(uses) > 0 && uses[0].at == int64(lo+at) {
			v.use = uses[0]
			v.fixed = v.fixed || !v.number && v.role != roleOther || !v.used && v.role != roleOther && v.role != roleUnknown
		}
		for _, p := range s.notes {
			v.fixed = v.fixed || p.offset < int64(end) && int64(at) < p.offset+int64(p.length)
		}
		s.slots = append(s.slots, v)
		at = end
	}
	for i, old := range c.shapes {
		if s.replaces(old) {
			c.shapes = append(c.shapes[:i], c.shapes[i+1:]...)
			break
		}
	}
	if len(c.shapes) == maxShapes {
		c.shapes = c.shapes[:maxShapes-1]
	}
	c.shapes = append([]*shape{s}, c.shapes...)
	s.compile()
}

// replaces reports whether a pattern differs from an older one only in values that may vary, and notes which do.
func (s *shape) replaces(old *shape) bool {
	if len(s.slots) != len(old.slots) || s.start != old.start {
		return false
	}
	at, before := 0, 0
	for i := range s.slots {
		v, w := &s.slots[i], &old.slots[i]
		same := bytes.Equal(s.text[v.at:v.end], old.text[w.at:w.end])
		if !bytes.Equal(s.text[at:v.at], old.text[before:w.at]) || v.number != w.number || v.fixed != w.fixed || v.role != w.role || v.used != w.used || v.step != w.step || v.fixed && !same {
			return false
		}
		at, before = v.end, w.end
	}
	if !bytes.Equal(s.text[at:], old.text[before:]) {
		return false
	}
	for i := range s.slots {
		v, w := &s.slots[i], &old.slots[i]
		v.varies = w.varies || !bytes.Equal(s.text[v.at:v.end], old.text[w.at:w.end])
		v.values, v.digits = w.values, w.digits
	}
	return true
}

// compile puts together what is to be compared and read.
func (s *shape) compile() {
	at := 0
	for i := range s.slots {
		v := &s.slots[i]
		if !v.varies {
			continue
		}
		if v.values == nil {
			v.values, v.digits = make([]float64, batch), make([]Digits, batch)
		}
		s.parts = append(s.parts, part{s.text[at:v.at], v})
		at = v.end
	}
	s.tail = s.text[at:]
}
