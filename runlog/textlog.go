package runlog

import (
	"bytes"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// textFormat is how the text log of one trainer is read: a record is a line, or a line with others around it.
type textFormat struct {
	name       string
	summary    string
	tells      string   // Format.Tells
	lacks      string   // Format.Lacks
	guest      bool     // Format.Guest
	convention string   // Run.Convention
	anchors    []string // one of them stands in every line with values, and in one piece whatever terminals hide
	ranks      bool     // several ranks may print a step: the first to do so counts
	joins      bool     // lines that follow each other with the same step make one record
	columns    []textColumn

	// record finds the step of a line and where its values stand; false for a line that is no record. It appends to the
	// memory it is given. Both the reading of a log and Run.Locate go through it.
	record func(text []byte, out []token) (step int64, values []token, ok bool)
	// ahead and more, if any, find values that stand on lines of their own before and after the record they belong to.
	ahead, more func(text []byte, out []token) []token
	// block, if any, starts the names of values that more finds and that may stand without a line with the step's number above
	// them, as in an excerpt: one block of them is a record then.
	block string
	// start, if any, returns what reads the lines without values; finish, if any, completes a run.
	start  func(t *textRun) func(l line)
	finish func(t *textRun)
}

// textColumn is a metric that a trainer prints, with the name it prints.
type textColumn struct {
	key string
	metric
	smoothed  bool    // Column.Smoothed
	cut       bool    // DigitsCut
	sequences bool    // counts sequences: it takes the sequence length to tell the tokens
	aside     string  // Column.Aside; without a quantity, why the value is listed and no more
	later     bool    // NaN until a first measurement
	fact      FactKey // what the column declares if it never changes; it is listed only if it has a quantity too
	suffix    string  // the unit that must follow the number, "" if any may
}

// find is the column of a printed name.
func find(columns []textColumn, key []byte) (textColumn, bool) {
	for _, c := range columns {
		if c.key == string(key) {
			return c, true
		}
	}
	return textColumn{}, false
}

// value appends the value that stands behind text[at]; it is none in another unit than the column's, or as "1.0/2.0".
func (c textColumn) value(text []byte, at int, out []token) []token {
	k := cursor{text, at}
	t, ok := k.number(c.key)
	if !ok || k.literal("/") {
		return out
	}
	if k.blanks(); !k.literal(c.suffix) {
		return out
	}
	return append(out, t)
}

// keyed appends the values of fields such as "elapsed time per iteration (ms): 5361.6 |" whose name is a column's.
func keyed(columns []textColumn, text []byte, separator string, out []token) []token {
	for from := 0; from < len(text); {
		end := len(text)
		if i := bytes.Index(text[from:], []byte(separator)); i >= 0 {
			end = from + i
		}
		if i := bytes.IndexByte(text[from:end], ':'); i >= 0 {
			if c, ok := find(columns, bytes.TrimSpace(text[from:from+i])); ok {
				out = c.value(text[:end], from+i+1, out)
			}
		}
		from = end + len(separator)
	}
	return out
}

// has reports whether a value of a name was found.
func has(values []token, key string) bool {
	return slices.ContainsFunc(values, func(t token) bool { return t.key == key })
}

// format is the entry in the list of formats.
func (f *textFormat) format() Format {
	return Format{Name: f.name, Summary: f.summary, Tells: f.tells, Lacks: f.lacks, Guest: f.guest, Words: f.words(), Detect: f.detect, Read: f.read}
}

// words are the names that the lines of a log hold.
func (f *textFormat) words() []string {
	words := slices.Clone(f.anchors)
	for _, c := range f.columns {
		words = append(words, c.key)
	}
	return words
}

// detect reports whether a line of the input is a record.
func (f *textFormat) detect(data []byte) bool {
	return f.numbered(data) || f.ahead != nil && f.search(data, func(text []byte, out []token) ([]token, bool) {
		out = f.ahead(text, out)
		return out, len(out) > 0
	}) || f.block != "" && f.search(data, func(text []byte, out []token) ([]token, bool) {
		out = f.alone(text, out)
		return out, len(out) > 0
	})
}

// alone finds the values of a line that may stand without a step's number.
func (f *textFormat) alone(text []byte, out []token) []token {
	out = f.more(text, out)
	if len(out) > 0 && !strings.HasPrefix(out[0].key, f.block) {
		return out[:0]
	}
	return out
}

// numbered reports whether a line of the input is a record with the number of its step.
func (f *textFormat) numbered(data []byte) bool {
	return f.search(data, func(text []byte, out []token) ([]token, bool) {
		_, out, ok := f.record(text, out)
		return out, ok
	})
}

// search reports whether a line satisfies found. It looks at the lines that hold an anchor only.
func (f *textFormat) search(data []byte, found func(text []byte, out []token) ([]token, bool)) bool {
	var e eraser
	var buf []token
	for text := range anchored(data, f.anchors) {
		var ok bool
		if buf, ok = found(e.plain(text), buf[:0]); ok {
			return true
		}
	}
	return false
}

// read reads a log in one pass over its lines.
func (f *textFormat) read(src *Source) *Log {
	t := newTextRun(f, src)
	other := func(line) {}
	if f.start != nil {
		other = f.start(t)
	}
	numbered := f.ahead == nil && f.block == "" || f.numbered(src.Bytes)
	table := &smiTable{}
	var e eraser
	var buf []token
	for l := range lines(src.Bytes, 0) {
		l.text = e.plain(l.text)
		step, values, ok := f.record(l.text, buf[:0])
		if buf = values; ok {
			t.record(l, step, values)
			continue
		}
		if f.ahead != nil {
			if buf = f.ahead(l.text, buf[:0]); len(buf) > 0 && numbered {
				t.hold(l, buf)
				continue
			} else if len(buf) > 0 {
				t.problems.add(ProblemUnnumbered, "the records have no iteration numbers; they are counted from 1", l.offset, len(l.text), noPath)
				t.record(l, int64(len(t.run.Steps)+1), buf)
				continue
			}
		}
		if f.block != "" && !numbered {
			if buf = f.alone(l.text, buf[:0]); len(buf) > 0 {
				t.block(l, buf)
				continue
			}
		} else if f.more != nil && len(t.run.Steps) > 0 {
			if buf = f.more(l.text, buf[:0]); len(buf) > 0 {
				t.values(l, buf)
				continue
			}
		}
		table.line(t, l)
		other(l)
	}
	t.end()
	t.log.Problems = t.problems.sorted()
	return t.log
}

// locate finds the value of a column in a record by reading the record's lines again.
func (f *textFormat) locate(r *Run, record int, key string) (Position, bool) {
	if c := r.Column(key); c == nil || !c.Has(record) {
		return Position{}, false
	}
	column, _ := find(f.columns, []byte(key))
	end := int64(len(r.Source.Bytes))
	if record+1 < len(r.Offsets) {
		end = r.Offsets[record+1]
	}
	var e eraser
	read := false // the line with the step; those after it are other ranks'
	for l := range lines(r.Source.Bytes, r.Offsets[record]) {
		if l.offset >= end {
			break
		}
		text := e.plain(l.text)
		_, values, ok := f.record(text, nil)
		switch {
		case ok && read && !f.joins:
			continue
		case ok:
			read = true
		case f.ahead != nil && l.offset == r.Offsets[record]:
			values = f.ahead(text, nil)
		case f.more != nil:
			values = f.more(text, nil)
		}
		for _, v := range values {
			if _, _, problem := column.read(text[v.start:v.end]); v.key == key && problem == "" {
				return r.Source.Position(l.offset+int64(v.start), v.end-v.start, key), true
			}
		}
		if f.ahead == nil && f.more == nil && !f.joins {
			break
		}
	}
	return Position{}, false
}

// read reads a printed value; problem is what it is instead of a number or a measurement, "" if it is one.
func (c textColumn) read(text []byte) (v float64, d Digits, problem ProblemKind) {
	v, d, err := parsePrinted(string(text))
	switch err {
	case nil:
	case errNaN:
		if c.later {
			return 0, 0, ProblemSentinel
		}
		return 0, 0, ProblemNaN
	case errInfinity:
		return 0, 0, ProblemInfinity
	case errNotMeasured:
		return 0, 0, ProblemSentinel
	case errOutOfRange:
		return 0, 0, ProblemOutOfRange
	default:
		return 0, 0, ProblemWrongType
	}
	if c.cut {
		d |= DigitsCut
	}
	switch c.quantity {
	case reference.MFU, reference.HFU, reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice, reference.HardwareFLOPsPerDevice, reference.PeakFLOPs, reference.PeakFLOPsPerDevice:
		if v <= 0 { // until it knows better a trainer prints −100 % or 0, which is what an infinite peak gives too
			return 0, 0, ProblemSentinel
		}
	}
	return v, d, ""
}

// problemWords say what a value is that was left out.
var problemWords = map[ProblemKind]string{
	ProblemNaN: "is NaN", ProblemInfinity: "is infinite", ProblemSentinel: "stands for not measured",
	ProblemOutOfRange: "is outside the range of a float64", ProblemWrongType: "is not a number",
}
