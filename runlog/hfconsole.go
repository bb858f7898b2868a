package runlog

import (
	"bytes"
	"strings"
)

// hfConsole is the console of Hugging Face's Trainer: a Python dictionary per logged step, without the number of the step
// (huggingface/transformers, src/transformers/trainer_callback.py ProgressCallback and PrinterCallback), which other trainers on
// top of it and callbacks such as Liger's add to, and the facts that trainer.py prints when it starts.
var hfConsole = Format{
	Name:    hfConsoleName,
	Summary: "a console with lines such as {'loss': 1.2565, 'learning_rate': 0.0001, 'epoch': 1.33}",
	Tells:   "what callbacks add to a step, such as tokens/s; at the end samples and steps per second; at the start the batch and the accumulation",
	Lacks:   "step numbers and times, MFU, the model, the devices and how many, and how long the samples are",
	Detect:  detectHFConsole,
	Read:    readHFConsole,
}

const hfConsoleName = "hf-console"

// field is a member of a printed dictionary: where its key and its value stand, without quotes.
type field struct{ key, keyEnd, start, end int }

// pythonDict reads the dictionary that starts at text[at], a line's: its fields, in the memory of out, and where it ends; closed is
// false if the line ends first. Nested values are fields that hold no number.
func pythonDict(text []byte, at int, out []field) (fields []field, end int, closed bool) {
	for i := at + 1; ; {
		for i < len(text) && (text[i] == ' ' || text[i] == ',') {
			i++
		}
		if i == len(text) {
			return out, i, false
		}
		if text[i] == '}' {
			return out, i + 1, true
		}
		if text[i] != '\'' && text[i] != '"' {
			return nil, i, true // no dictionary with names for keys
		}
		stop := pythonString(text, i)
		f := field{key: i + 1, keyEnd: stop - 1}
		for i = stop; i < len(text) && text[i] == ' '; i++ {
		}
		if i == len(text) {
			return out, i, false
		}
		if text[i] != ':' {
			return nil, i, true
		}
		for i++; i < len(text) && text[i] == ' '; i++ {
		}
		f.start = i
		for depth := 0; i < len(text); i++ {
			switch text[i] {
			case '\'', '"':
				i = pythonString(text, i) - 1
				continue
			case '(', '[', '{':
				depth++
				continue
			case ')', ']':
				depth--
				continue
			case '}':
				if depth--; depth >= 0 {
					continue
				}
			case ',':
				if depth > 0 {
					continue
				}
			default:
				continue
			}
			break
		}
		if i >= len(text) {
			return out, len(text), false
		}
		f.end = f.start + len(bytes.TrimRight(text[f.start:i], " "))
		if n := f.end - f.start; n >= 2 && text[f.start] == '\'' && text[f.end-1] == '\'' {
			f.start, f.end = f.start+1, f.end-1 // newer versions print numbers as strings
		}
		out = append(out, f)
	}
}

// pythonString is where the string that starts at text[at] ends; the length of the text if it does not.
func pythonString(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case text[at]:
			return i + 1
		case '\\':
			i++
		}
	}
	return len(text)
}

// hfLine finds the Trainer's dictionary in a line, behind whatever launchers and progress bars put before it.
func hfLine(text []byte, out []field) (kind int, fields []field, at, end int, closed bool) {
	for at = 0; ; at++ {
		i := bytes.Index(text[at:], []byte("{'"))
		if i < 0 {
			return 0, nil, 0, 0, true
		}
		at += i
		fields, end, closed = pythonDict(text, at, out[:0])
		kind = hfKind(func(key string) bool {
			for _, f := range fields {
				if string(text[f.key:f.keyEnd]) == key {
					return true
				}
			}
			return false
		})
		if kind != 0 {
			return kind, fields, at, end, closed
		}
		if out = fields[:0]; end > at && closed {
			at = end - 1
		} else if !closed {
			return 0, nil, 0, 0, true
		}
	}
}

func detectHFConsole(data []byte) bool {
	var e eraser
	var buf []field
	for text := range anchored(data, []string{"'loss'", "'" + hfRuntime + "'"}) {
		if kind, _, _, _, closed := hfLine(e.plain(text), buf); closed && (kind == hfStep || kind == hfFinal) {
			return true
		}
	}
	return false
}

// hfStarting are the facts that the Trainer prints before the first step (trainer.py).
var hfStarting = []struct {
	words string
	fact  FactKey
}{
	{"Instantaneous batch size per device =", MicroBatch},
	{"Total train batch size (w. parallel, distributed & accumulation) =", GlobalBatch},
	{"Gradient Accumulation steps =", GradAccum},
}

// hfConsoleRun reads a console of the Trainer.
type hfConsoleRun struct {
	*sheet
	recent [2][]byte // the last dictionaries, as printed
}

func readHFConsole(src *Source) *Log {
	log := &Log{Path: src.File, Format: hfConsoleName}
	found := &problems{src: src}
	t := &hfConsoleRun{sheet: newSheet(src, hfConsoleName, found)}
	var e eraser
	var buf []field
	for l := range lines(src.Bytes, 0) {
		l.text = e.plain(l.text)
		kind, fields, at, end, closed := hfLine(l.text, buf)
		if buf = fields[:0]; kind == 0 {
			t.starting(l)
			continue
		}
		if !closed {
			if l.offset+int64(len(l.text)) == int64(len(src.Bytes)) {
				found.add(ProblemTruncated, "the input ends inside a record; everything complete before is read", l.offset+int64(at), len(l.text)-at, noPath)
			} else {
				found.add(ProblemSyntax, "a record that its line does not close; it is left out", l.offset+int64(at), len(l.text)-at, noPath)
			}
			continue
		}
		t.dictionary(kind, l, at, end, fields)
	}
	log.Runs = []*Run{t.finish(locateHFConsole)}
	log.Problems = found.sorted()
	return log
}

// dictionary reads one printed dictionary.
func (t *hfConsoleRun) dictionary(kind int, l line, at, end int, fields []field) {
	text := l.text[at:end]
	if bytes.Equal(text, t.recent[0]) || bytes.Equal(text, t.recent[1]) {
		t.problems.add(ProblemRepeated, "the record of a step is printed by several ranks; the first is used", l.offset+int64(at), len(text), noPath)
		return
	}
	t.recent[1], t.recent[0] = t.recent[0], append(t.recent[1][:0], text...)
	steps := int64(len(t.run.Steps))
	switch kind {
	case hfEvaluation:
		if n := len(t.run.Evals); steps > 0 && (n == 0 || t.run.Evals[n-1] != steps) {
			t.run.Evals = append(t.run.Evals, steps)
		}
	case hfFinal:
		t.run.Ended = true
		for _, f := range fields {
			t.final(l, f)
		}
	default:
		t.problems.add(ProblemUnnumbered, "the records have no iteration numbers; they are counted from 1", l.offset+int64(at), len(text), noPath)
		t.record(steps+1, l.offset)
		for _, f := range fields {
			c, ok := t.cells[string(l.text[f.key:f.keyEnd])]
			if !ok {
				if c = t.cell(string(l.text[f.key:f.keyEnd]), t.place(l, f)); len(c.fact.words)+len(c.fact.key) > 0 {
					c.column, c.fact = nil, factRule{} // what is beside a loss is no configuration
				}
			}
			if c.known() {
				t.number(c, string(l.text[f.start:f.end]), l.offset+int64(f.start))
			}
		}
	}
}

// place is where a field's value stands.
func (t *hfConsoleRun) place(l line, f field) func() Position {
	return func() Position {
		return t.src.Position(l.offset+int64(f.start), f.end-f.start, string(l.text[f.key:f.keyEnd]))
	}
}

// final reads a value of the whole run.
func (t *hfConsoleRun) final(l line, f field) {
	key := string(l.text[f.key:f.keyEnd])
	known, ok := wholeNamed(key)
	text := string(l.text[f.start:f.end])
	v, d, err := parseNumber(text)
	if !ok || err != nil || v <= 0 || len(t.run.Summary) >= maxDeclared {
		return
	}
	for i, o := range t.run.Summary {
		if o.Key == key { // of a run that was resumed, the last
			t.run.Summary = append(t.run.Summary[:i], t.run.Summary[i+1:]...)
			break
		}
	}
	t.run.Summary = append(t.run.Summary, Observation{
		Quantity: known.quantity, Key: key, Logged: v, Text: text, Scale: known.scale, Unit: known.unit, Digits: d, Pos: t.place(l, f)(),
	})
}

// starting reads a fact that is printed before the first step.
func (t *hfConsoleRun) starting(l line) {
	for _, s := range hfStarting {
		i := bytes.Index(l.text, []byte(s.words))
		if i < 0 || len(t.run.Facts) >= maxDeclared {
			continue
		}
		c := cursor{l.text, i + len(s.words)}
		n, ok := c.number(strings.TrimSuffix(s.words, " ="))
		if !ok {
			return
		}
		text := string(l.text[n.start:n.end])
		v, d, err := parsePrinted(text)
		if err != nil || !d.Integer() || v <= 0 {
			return
		}
		pos := t.src.Position(l.offset+int64(n.start), n.end-n.start, n.key)
		for _, f := range t.run.Facts {
			if f.Key == s.fact && f.Num == v {
				return // another rank's, or a run's that was resumed
			}
		}
		t.run.Facts = append(t.run.Facts, Fact{Key: s.fact, Num: v, Text: text, Source: "startup_info", Pos: pos})
		if s.fact == GradAccum {
			t.run.Facts = append(t.run.Facts, accumulatesPerRank(pos))
		}
		return
	}
}

// locateHFConsole finds a value of a record again.
func locateHFConsole(r *Run, record int, key string) (Position, bool) {
	c := r.Column(key)
	if record < 0 || record >= len(r.Offsets) {
		return Position{}, false
	}
	want, listed := 0.0, c != nil
	if listed {
		want, _, _ = c.At(record)
	}
	var e eraser
	for l := range lines(r.Source.Bytes, r.Offsets[record]) {
		text := e.plain(l.text)
		_, fields, _, _, _ := hfLine(text, nil)
		for _, f := range fields {
			if string(text[f.key:f.keyEnd]) != key {
				continue
			}
			if v, _, err := parseNumber(string(text[f.start:f.end])); err == nil && (v == want || !listed) { // not another under the same key
				return r.Source.Position(l.offset+int64(f.start), f.end-f.start, key), true
			}
		}
		break
	}
	return Position{}, false
}
