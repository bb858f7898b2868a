package runlog

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/reference"
)

// trainingJSON is the format of trainers in nanoGPT's line that rewrite one JSON object as they go: config, startup_info,
// training_iterations and a summary.
var trainingJSON = Format{
	Name:    trainingJSONName,
	Summary: "one JSON object with run_name, config and training_iterations",
	Tells:   "step time, tokens/s, MFU, achieved FLOP/s, FLOPs per token and per layer, the peak; the parameter total, the model's dimensions, the batch, the device and how many, precision",
	Lacks:   "whose tokens were counted; older runs lack the dimensions, and the parallel degrees",
	Words:   []string{recordsKey, "run_name", "startup_info", "mfu_percent", "time_ms"},
	Detect:  detectTrainingJSON,
	Read:    readTrainingJSON,
}

const (
	trainingJSONName = "training-json"
	recordsKey       = "training_iterations"
)

// iterationKeys name a record's step, most specific first.
var iterationKeys = []string{"iter", "iteration", "step"}

func detectTrainingJSON(data []byte) bool {
	named, configured, records := false, false, false
	topLevelKeys(data, func(key string, value byte) bool {
		switch key {
		case "run_name":
			named = true
		case "config":
			configured = value == '{'
		case recordsKey:
			records = value == '['
		}
		return !records && !(named && configured)
	})
	return records || named && configured
}

// trainingRun reads one training-json document.
type trainingRun struct {
	run      *Run
	problems *problems
	doc      *document

	facts   map[factIdentity]bool
	raw     map[string]string // by step key: the value last seen
	labels  map[string]bool
	columns map[string]*Column // by key path
	inner   map[string]*Column // the same by key inside the mfu object
	unknown map[string]bool
	skipped []int // elements of the list that are no records

	scalar  *Column // an mfu that is a number
	objects bool    // an mfu is an object
}

func readTrainingJSON(src *Source) *Log {
	log := &Log{Path: src.File, Format: trainingJSONName}
	t := &trainingRun{
		run:      &Run{Path: src.File, Format: trainingJSONName, Source: src},
		problems: &problems{src: src},
		facts:    map[factIdentity]bool{}, raw: map[string]string{}, labels: map[string]bool{},
		columns: map[string]*Column{}, inner: map[string]*Column{}, unknown: map[string]bool{},
	}
	t.doc = openJSON(t.problems, 0, int64(len(src.Bytes)), knownTrainingKey)
	t.read(t.doc.root())
	log.Runs, log.Problems = []*Run{t.run}, t.problems.sorted()
	return log
}

// read takes the sections in order of trust, whatever their order in the file.
func (t *trainingRun) read(root node) {
	sections := map[string]node{}
	for _, m := range root.members(nil) {
		if knownTrainingKey(m.key) {
			sections[m.key] = root.child(m, strings.Clone(m.key))
		}
	}
	if name, ok := sections["run_name"]; ok {
		if s, ok := name.str(); ok {
			t.run.Name = strings.Clone(s)
		}
	}
	t.run.Allow = allowances(root)
	t.declare(sections["config"], "config")
	startup := sections["startup_info"]
	t.declare(startup, "startup_info")
	for _, m := range startup.members(nil) {
		switch m.key {
		case "config", "model", "hardware", "optimizer":
			t.declare(startup.child(m, "startup_info."+m.key), "startup_info")
		}
	}
	t.declare(sections["metadata"], "metadata")
	t.records(sections[recordsKey])
	t.finishScalar()
	t.run.Evals = t.iterations(sections["eval_steps"])
	t.run.Checkpoints = t.iterations(sections["checkpoints"])
	t.run.Ended = present(sections["end_time"]) || present(sections["summary"])
	t.summary(root, "")
	t.summary(sections["summary"], "summary.")
	t.summary(sections["metadata"], "metadata.")
	t.summary(startup, "startup_info.")
	for _, m := range startup.members(nil) {
		switch m.key {
		case "model", "hardware":
			t.summary(startup.child(m, "startup_info."+m.key), "startup_info."+m.key+".")
		}
	}
	slices.SortStableFunc(t.run.Summary, func(a, b Observation) int { return cmp.Compare(a.Pos.Offset, b.Pos.Offset) })
	t.run.LongFloats = longFloats(t.run)
	t.run.Locate = t.locator()
	if defaults := nanoGPTDefaults(t.run.Facts); defaults != nil {
		t.run.Facts = append(t.run.Facts, defaults...)
		t.run.Convention = "nanogpt"
	}
	sortFacts(t.run.Facts)
}

func present(n node) bool { return n.doc != nil && n.value.Type != gjson.Null }

// iterations reads the iteration numbers of a list of objects.
func (t *trainingRun) iterations(list node) []int64 {
	if !t.isList(list) {
		return nil
	}
	var out []int64
	var buf []member
	list.each(func(i int, value gjson.Result) {
		item := node{t.doc, value, place{list: list.at.key, index: i}}
		buf = item.members(buf[:0])
		if iter, ok := iterationOf(item, buf); ok {
			out = append(out, iter)
		}
	})
	return out
}

func (t *trainingRun) isList(n node) bool {
	if n.doc == nil || n.isArray() {
		return n.doc != nil
	}
	n.wrongType("a list")
	return false
}

// iterationOf is the step that an object speaks of.
func iterationOf(n node, members []member) (int64, bool) {
	for _, key := range iterationKeys {
		for _, m := range members {
			if m.key == key {
				return n.child(m, key).integer()
			}
		}
	}
	return 0, false
}

// summary reads the metrics of a section that speaks of the whole run; avg_ is a mean over its steps.
func (t *trainingRun) summary(section node, prefix string) {
	if section.doc == nil {
		return
	}
	for _, m := range section.members(nil) {
		key := strings.TrimPrefix(m.key, "avg_")
		known, ok := metricKeys[key]
		if key == "mfu" {
			known, ok = mfuFraction, true
		}
		if !ok || m.value.IsObject() || known.quantity == reference.SparseMode {
			continue
		}
		n := section.child(m, prefix+m.key)
		p, ok := n.number()
		if !ok || key == "mfu" && t.sentinel(n, p) {
			continue
		}
		if key == "mfu" && t.looksPercent(p.value) {
			known = mfuPercent
		}
		t.run.Summary = append(t.run.Summary, Observation{
			Quantity: known.quantity, Key: strings.Clone(n.at.key), Logged: p.value, Text: strings.Clone(p.text),
			Scale: known.scale, Unit: known.unit, Digits: p.digits, Pos: n.pos(),
		})
	}
}

// looksPercent tells a summary's percentage from a fraction: whichever is nearer to the records' mean, since a percentage
// below 1.5 and a fraction look alike.
func (t *trainingRun) looksPercent(v float64) bool {
	columns := t.run.ColumnsOf(reference.MFU)
	if v > fractionLimit || len(columns) == 0 {
		return v > fractionLimit
	}
	sum := 0.0
	for row := range t.run.Steps {
		if x, ok := columns[0].Canonical(row); ok {
			sum += x
		}
	}
	mean := sum / float64(columns[0].Count())
	return v > 0 && mean > 0 && math.Abs(math.Log(v/100/mean)) < math.Abs(math.Log(v/mean))
}
