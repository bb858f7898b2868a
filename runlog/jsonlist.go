package runlog

import "github.com/tidwall/gjson"

// jsonListFormat is the format of JSON Lines as elements of one list.
var jsonListFormat = Format{
	Name:    jsonListName,
	Summary: "one JSON list of objects, each with a step and metrics such as mfu, tokens_per_sec, step_time",
	Tells:   "whatever it logs under names that the field uses, per step",
	Lacks:   "what its metrics mean where a name leaves it open: whose tokens, which unit; mostly the model and the device",
	Guest:   true,
	Detect:  detectJSONList,
	Read:    readJSONList,
}

const jsonListName = "json-list"

// detectJSONList reports whether the input is a list of objects of which one has a step and a metric, or two have metrics.
func detectJSONList(data []byte) bool {
	const head = 1 << 20
	at := skipSpace(data, len(data)-len(trimMark(data)))
	if at == len(data) || data[at] != '[' {
		return false
	}
	if at = skipSpace(data, at+1); at == len(data) || data[at] != '{' {
		return false
	}
	claimed, _ := surveyJSONList(NewSource("", data[:min(len(data), head)]))
	return claimed
}

// surveyJSONList reads the first objects of a list: are they records, and do they have step numbers?
func surveyJSONList(src *Source) (claimed, numbered bool) {
	c := newChunk(src, false)
	root := openJSON(&problems{src: src}, 0, int64(len(src.Bytes)), knownJSONName).root()
	root.objects(func(n node) bool {
		c.object(n)
		return !c.numberedRecord()
	})
	return c.numberedRecord() || len(c.steps) >= 2, c.numberedRecord()
}

// objects calls f for every object in a list, until it returns false.
func (n node) objects(f func(n node) bool) {
	if !n.isArray() {
		return
	}
	forEach(n.value, func(_ string, value gjson.Result) bool {
		child := node{doc: n.doc, value: value}
		return !child.isObject() || f(child)
	})
}

func readJSONList(src *Source) *Log {
	_, numbered := surveyJSONList(NewSource("", src.Bytes[:min(len(src.Bytes), 1<<20)]))
	m := newMerger(src, jsonListName, locateInList)
	doc := openJSON(m.problems, 0, int64(len(src.Bytes)), knownJSONName)
	c := newChunk(src, numbered)
	c.list = true
	doc.root().objects(func(n node) bool {
		c.object(n)
		return true
	})
	m.add(c)
	return m.finish()
}

// element reads the object that starts at an offset.
func (c *chunk) element(lo, hi int64) {
	c.object(openJSON(&problems{src: c.src}, lo, hi, knownJSONName).root())
}

// locateInList finds a value of a record by reading its element again, and those that follow it as far as the next record.
func locateInList(r *Run, record int, key string) (Position, bool) {
	if record < 0 || record >= len(r.Offsets) {
		return Position{}, false
	}
	end := int64(len(r.Source.Bytes))
	if record+1 < len(r.Offsets) {
		end = r.Offsets[record+1]
	}
	column := r.Column(key)
	const most = 1000 // elements that are looked at
	for at, n := r.Offsets[record], 0; at < end && n < most; n++ {
		c := newChunk(r.Source, false)
		c.element(at, end)
		if len(c.steps) > 0 && c.steps[0] != noStep && c.steps[0] != r.Steps[record] {
			break
		}
		if p, ok := c.locate(r.Source, key, column, record); ok {
			return p, true
		}
		at = int64(skipContainer(r.Source.Bytes, int(at)))
		for at < end && r.Source.Bytes[at] != '{' {
			at++
		}
	}
	return Position{}, false
}
