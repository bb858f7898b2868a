package runlog

import (
	"bytes"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// jsonLines is the format that any script can write: a JSON object a line, with the step and metrics under names that the field
// uses, flat or nested.
var jsonLinesFormat = Format{
	Name:    jsonLinesName,
	Summary: "a JSON object a line, with a step and metrics such as mfu, tokens_per_sec, step_time",
	Tells:   "whatever it logs under names that the field uses, per step; configuration in its first lines",
	Lacks:   "what its metrics mean where a name leaves it open: whose tokens, which unit; mostly the model and the device",
	Guest:   true,
	Detect:  detectJSONLines,
	Read:    readJSONLines,
}

const jsonLinesName = "json-lines"

// detectJSONLines reports whether a line is an object with a step and a metric, or two lines have metrics.
func detectJSONLines(data []byte) bool {
	claimed, _ := surveyJSONLines(data)
	return claimed
}

// surveyLimit is how many objects say whether a log's records have step numbers.
const surveyLimit = 1000

// surveyJSONLines reads the first objects of a log: is it one of records, and do they have step numbers?
func surveyJSONLines(data []byte) (claimed, numbered bool) {
	c := newChunk(NewSource("", data), false)
	objects := 0
	for at := 0; at < len(data) && objects < surveyLimit && !c.numberedRecord(); {
		end := lineEnd(data, at)
		if bytes.IndexByte(data[at:min(end, at+longestMark)], '{') >= 0 {
			c.line(int64(at), int64(end))
			objects++
		}
		at = end + 1
	}
	return c.numberedRecord() || len(c.steps) >= 2, c.numberedRecord()
}

// numberedRecord reports whether the last thing read was a record or an evaluation with a step number.
func (c *chunk) numberedRecord() bool {
	if n := len(c.steps); n > 0 && c.steps[n-1] != noStep {
		return true
	}
	n := len(c.between)
	return n > 0 && c.between[n-1].step != noStep
}

func trimMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte(byteOrderMark)) }

// lineEnd is the offset of the line feed that ends a line, or of the end of the data.
func lineEnd(data []byte, at int) int {
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(data)
}

func readJSONLines(src *Source) *Log {
	_, numbered := surveyJSONLines(src.Bytes)
	m := newMerger(src, jsonLinesName, locateJSONLine)
	readChunks(m, numbered, chunkSize)
	allow := allowancesOfLines(m.problems)
	log := m.finish()
	for _, run := range log.Runs {
		run.Allow = allow
	}
	return log
}

// line reads one line without its end.
func (c *chunk) line(lo, hi int64) {
	c.uses = c.uses[:0]
	text := c.src.Bytes[lo:hi]
	if lo == 0 && len(trimMark(text)) < len(text) {
		c.problem(ProblemSyntax, "a byte order mark stands before the document; it is skipped", 0, len(byteOrderMark), "")
		lo, text = int64(len(byteOrderMark)), text[len(byteOrderMark):]
	}
	text = bytes.TrimRight(text, " \t\r")
	hi = lo + int64(len(text))
	at := 0
	if at = skipSpace(text, 0); at < len(text) && text[at] != '{' {
		if b := body(text); b < len(text) && text[b] == '{' {
			at = b
		}
	}
	switch {
	case at == len(text):
	case text[at] != '{':
		c.problem(ProblemSyntax, "a line is no JSON object; it is left out", lo, len(text), "")
	default:
		if n, ok := c.parse(lo+int64(at), hi); ok {
			c.object(n)
		}
	}
}

// parse reads the object of a line. One that is damaged is left out as a whole, since its values may be another record's; of one
// at the end of the input, what is complete before the cut is read.
func (c *chunk) parse(lo, hi int64) (node, bool) {
	local := &problems{}
	doc := &document{text: scan(string(c.src.Bytes[lo:hi]), lo, local, knownJSONName), base: lo, problems: local}
	for _, p := range local.list {
		if p.Kind == ProblemSyntax || p.Kind == ProblemTruncated && hi < int64(len(c.src.Bytes)) {
			c.problem(ProblemSyntax, "a line is damaged JSON; it is left out", lo, int(hi-lo), "")
			return node{}, false
		}
	}
	for _, p := range local.list {
		c.problems.add(p.Count, p.Kind, p.Message, p.Pos.Offset, p.Pos.Length, p.Pos.Path)
	}
	return doc.root(), true
}

// locateJSONLine finds a value of a record by reading its lines again: those of one step may follow each other.
func locateJSONLine(r *Run, record int, key string) (Position, bool) {
	column := r.Column(key)
	if record < 0 || record >= len(r.Offsets) {
		return Position{}, false
	}
	const most = 1000 // lines that are looked at
	data := r.Source.Bytes
	end := len(data)
	if record+1 < len(r.Offsets) {
		end = int(r.Offsets[record+1])
	}
	c := newChunk(r.Source, false)
	for at, n := int(r.Offsets[record]), 0; at < end && n < most; n++ {
		stop := lineEnd(data, at)
		c.line(int64(at), int64(stop))
		if len(c.steps) > 0 {
			if s := c.steps[0]; s != noStep && s != r.Steps[record] {
				break
			}
			if p, ok := c.locate(r.Source, key, column, record); ok {
				return p, true
			}
			c = newChunk(r.Source, false)
		}
		at = stop + 1
	}
	return Position{}, false
}

// locate finds a value that the last object holds under a name, the one that a column has read if there is one.
func (c *chunk) locate(src *Source, key string, column *Column, record int) (Position, bool) {
	i := slices.IndexFunc(c.leaves, func(l leaf) bool { return l.name == key && l.value.Type != gjson.Null })
	if i < 0 {
		return Position{}, false
	}
	l := &c.leaves[i]
	if column != nil {
		if v, _, ok := column.At(record); ok {
			again, _, err := parseNumber(strings.TrimSpace(printedText(l.node)))
			if err != nil || again != v {
				return Position{}, false
			}
		}
	}
	return src.Position(l.offset(), len(l.value.Raw), key), true
}
