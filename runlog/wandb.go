package runlog

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/reference"
)

// wandbRun is the record of a run that Weights & Biases keeps in its folder, run-<id>.wandb: protobuf records (wandb/wandb,
// wandb/proto/wandb_internal.proto: Record, HistoryRecord, ConfigRecord, RunRecord, SummaryRecord, RunExitRecord) in LevelDB's log.
var wandbRun = Format{
	Name:    wandbName,
	Summary: "a .wandb file, the record of a W&B run",
	Tells:   "every metric that was logged, by its name, and the configuration, often model and batch; the device is in wandb-metadata.json beside it",
	Lacks:   "what the metrics mean where their names do not say, and how many devices the run used",
	Binary:  true,
	Detect:  func(data []byte) bool { return bytes.HasPrefix(data, []byte(wandbHead)) },
	Read:    readWandb,
}

const wandbName = "wandb"

// The fields of the messages that are read.
const (
	recordHistory, recordSummary, recordConfig, recordRun, recordExit = 2, 3, 5, 17, 18
	runConfig                                                         = 4
	historyItem, historyStep                                          = 1, 2
	itemUpdate, itemKey, itemNestedKey, itemValue                     = 1, 1, 2, 16
)

// wandbReader reads one .wandb file.
type wandbReader struct {
	*sheet
	block    *blockReader
	settings []setting
	summary  map[string]Observation
	name     []byte
}

func readWandb(src *Source) *Log {
	log := &Log{Path: src.File, Format: wandbName}
	found := &problems{src: src}
	t := &wandbReader{
		sheet:   newSheet(src, wandbName, found),
		block:   &blockReader{data: src.Bytes, pos: len(wandbHead), found: found},
		summary: map[string]Observation{},
	}
	for t.block.next() {
		t.read(&t.block.record)
	}
	t.run.Facts = append(t.run.Facts, configFacts(src, t.settings)...)
	t.summarise()
	log.Runs = []*Run{t.finish(locateWandb)}
	log.Problems = found.sorted()
	return log
}

// read reads one record.
func (t *wandbReader) read(r *blockRecord) {
	m := message{data: r.data, end: len(r.data)}
	for f, ok := m.next(); ok; f, ok = m.next() {
		switch f.number {
		case recordHistory:
			t.history(r, f)
		case recordConfig:
			t.config(r, f)
		case recordRun:
			inner := m.inner(f)
			for g, ok := inner.next(); ok; g, ok = inner.next() {
				if g.number == runConfig {
					t.config(r, g)
				}
			}
		case recordSummary:
			t.items(r, f, itemUpdate, t.summaryItem(r))
		case recordExit:
			t.run.Ended = true
		}
	}
	if m.broken {
		offset, _ := r.place(0, 0)
		t.problems.add(ProblemSyntax, "a record that is no protobuf message; what cannot be read of it is left out", offset, len(r.data), noPath)
	}
}

// items calls f with the name and the value's place of each item of a message. A key of several parts is joined by dots.
func (t *wandbReader) items(r *blockRecord, in wireField, number int, f func(name []byte, lo, hi int)) {
	m := (&message{data: r.data}).inner(in)
	for item, ok := m.next(); ok; item, ok = m.next() {
		if item.number != number || item.wire != wireBytes {
			continue
		}
		t.name = t.name[:0]
		lo, hi := 0, 0
		inner := m.inner(item)
		for g, ok := inner.next(); ok; g, ok = inner.next() {
			if g.wire != wireBytes {
				continue
			}
			switch g.number {
			case itemKey, itemNestedKey:
				if len(t.name) > 0 && g.end > g.body {
					t.name = append(t.name, '.')
				}
				t.name = append(t.name, inner.text(g)...)
			case itemValue:
				lo, hi = g.body, g.end
			}
		}
		if len(t.name) > 0 && hi > lo {
			f(t.name, lo, hi)
		}
	}
}

// history reads the metrics of one step.
func (t *wandbReader) history(r *blockRecord, in wireField) {
	step, known, evaluation := int64(len(t.run.Steps)), false, false
	if n := len(t.run.Steps); n > 0 {
		step = t.run.Steps[n-1] + 1
	}
	m := (&message{data: r.data}).inner(in)
	for f, ok := m.next(); ok; f, ok = m.next() {
		if f.number == historyStep {
			inner := m.inner(f)
			if g, ok := inner.next(); ok && g.number == 1 {
				step = int64(g.value)
			}
		}
	}
	t.items(r, in, historyItem, func(name []byte, lo, hi int) {
		switch {
		case string(name) == "_step":
			if n, err := strconv.ParseInt(string(r.data[lo:hi]), 10, 64); err == nil {
				step = n
			}
		case name[0] == '_':
		default:
			wandbValues(name, r.data[lo:hi], func(name []byte, vlo, vhi int) {
				known = t.column(r, name, lo+vlo, lo+vhi).known() || known
				evaluation = evaluation || !known && isEvaluation(string(name)) // it matters only where nothing is known
			})
		}
	})
	switch {
	case known:
	case evaluation:
		if n := len(t.run.Evals); n == 0 || t.run.Evals[n-1] != step {
			t.run.Evals = append(t.run.Evals, step)
		}
		return
	default:
		return
	}
	t.record(step, r.offset)
	t.items(r, in, historyItem, func(name []byte, lo, hi int) {
		if name[0] == '_' {
			return
		}
		wandbValues(name, r.data[lo:hi], func(name []byte, vlo, vhi int) {
			c := t.column(r, name, lo+vlo, lo+vhi)
			if c.known() && !(step == 0 && c.metric.quantity == reference.Loss) { // W&B counts calls: its step 0 may come after many
				offset, _ := r.place(lo+vlo, lo+vhi)
				t.cellValue(c, string(r.data[lo+vlo:lo+vhi]), offset)
			}
		})
	})
}

// column is the column of a name.
func (t *wandbReader) column(r *blockRecord, name []byte, lo, hi int) *sheetCell {
	if c, ok := t.cells[string(name)]; ok {
		return c
	}
	return t.cell(string(name), func() Position { return t.position(r, lo, hi, string(name)) })
}

func (t *wandbReader) position(r *blockRecord, lo, hi int, path string) Position {
	offset, length := r.place(lo, hi)
	return t.src.Position(offset, length, path)
}

// cellValue adds a value as JSON spells it: a number, NaN, or a word in quotes.
func (s *sheet) cellValue(c *sheetCell, text string, offset int64) {
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' {
		text = text[1 : n-1]
		offset++
	}
	if c.fact.words != nil || c.fact.name {
		s.word(c, text, func() Position { return s.src.Position(offset, len(text), c.name) })
		return
	}
	s.number(c, text, offset)
}

// wandbValues calls f with the numbers and words in a JSON value: itself, or those of an object, whose names are joined by dots.
// Lists, media and histograms (objects with a _type) are none.
func wandbValues(name, value []byte, f func(name []byte, lo, hi int)) {
	switch value[0] {
	case '[':
	case '{':
		wandbObject(name, value, 0, 0, f)
	default:
		f(name, 0, len(value))
	}
}

// wandbDepth bounds how deep metrics are nested.
const wandbDepth = 4

func wandbObject(name, object []byte, base, depth int, f func(name []byte, lo, hi int)) {
	parsed, typed := gjson.ParseBytes(object), depth == wandbDepth
	if !typed && bytes.Contains(object, []byte(`"_type"`)) {
		parsed.ForEach(func(key, _ gjson.Result) bool {
			typed = key.Str == "_type"
			return !typed
		})
	}
	if typed {
		return
	}
	parsed.ForEach(func(key, value gjson.Result) bool {
		inner := append(append(name[:len(name):len(name)], '.'), key.Str...)
		lo := base + value.Index
		switch hi := lo + len(value.Raw); {
		case value.Index == 0 || hi > base+len(object):
		case value.IsObject():
			wandbObject(inner, object[lo-base:hi-base], lo, depth+1, f)
		case value.IsArray():
		default:
			f(inner, lo, hi)
		}
		return true
	})
}

// maxSettings bounds how many settings of a run are kept.
const maxSettings = 10_000

// config reads settings; of one that is there twice, the last counts.
func (t *wandbReader) config(r *blockRecord, in wireField) {
	t.items(r, in, itemUpdate, func(name []byte, lo, hi int) {
		wandbValues(name, r.data[lo:hi], func(inner []byte, vlo, vhi int) {
			key := strings.Clone(string(inner))
			if len(t.settings) == maxSettings || strings.HasPrefix(key, "_wandb") {
				return
			}
			s := setting{path: strings.Split(key, "."), text: string(r.data[lo+vlo : lo+vhi])}
			s.offset, s.length = r.place(lo+vlo, lo+vhi)
			if n := len(s.text); n >= 2 && s.text[0] == '"' && s.text[n-1] == '"' {
				s.text, s.quoted, s.offset, s.length = s.text[1:n-1], true, s.offset+1, max(0, s.length-2)
			}
			t.settings = append(t.settings, s)
		})
	})
}

// summaryItem keeps what is a metric of the run as a whole.
func (t *wandbReader) summaryItem(r *blockRecord) func(name []byte, lo, hi int) {
	return func(name []byte, lo, hi int) {
		if name[0] == '_' {
			return
		}
		wandbValues(name, r.data[lo:hi], func(name []byte, vlo, vhi int) {
			known, ok := wholeNamed(string(name))
			text := string(r.data[lo+vlo : lo+vhi])
			v, d, err := parseNumber(text)
			if _, here := t.summary[string(name)]; !ok || err != nil || v <= 0 || !here && len(t.summary) == maxDeclared {
				return
			}
			key := string(name)
			t.summary[key] = Observation{
				Quantity: known.quantity, Key: key, Logged: v, Text: text, Scale: known.scale, Unit: known.unit, Digits: d,
				Pos: t.position(r, lo+vlo, lo+vhi, key),
			}
		})
	}
}

// summarise adds the values of the summary that no step has: the others are the last step's.
func (t *wandbReader) summarise() {
	for key, o := range t.summary {
		if c, ok := t.cells[key]; ok && c.column != nil && c.column.Count() > 0 || o.Quantity == reference.Loss {
			continue
		}
		if o.Quantity == reference.MFU && o.Scale == 1 && o.Logged > fractionLimit {
			o.Scale, o.Unit = mfuPercent.scale, mfuPercent.unit
		}
		t.run.Summary = append(t.run.Summary, o)
	}
	sortByPlace(t.run.Summary)
}

// locateWandb finds a value of a record again by reading the record.
func locateWandb(r *Run, record int, key string) (Position, bool) {
	if record < 0 || record >= len(r.Offsets) {
		return Position{}, false
	}
	t := &wandbReader{block: &blockReader{data: r.Source.Bytes, pos: int(r.Offsets[record]), found: &problems{src: r.Source}}}
	if !t.block.next() {
		return Position{}, false
	}
	b := &t.block.record
	var p Position
	found := false
	m := message{data: b.data, end: len(b.data)}
	for f, ok := m.next(); ok; f, ok = m.next() {
		if f.number != recordHistory {
			continue
		}
		t.items(b, f, historyItem, func(name []byte, lo, hi int) {
			wandbValues(name, b.data[lo:hi], func(name []byte, vlo, vhi int) {
				if string(name) == key && !found {
					offset, length := b.place(lo+vlo, lo+vhi)
					p, found = r.Source.Position(offset, length, key), true
				}
			})
		})
	}
	return p, found
}
