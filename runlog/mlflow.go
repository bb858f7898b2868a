package runlog

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// mlflowStore reads a run of MLflow's file store, whose meta.yaml leads to the rest (mlflow/mlflow 001cc17,
// mlflow/store/tracking/file_store.py): metrics/KEY has a line "timestamp value step" for each value, older ones without the step,
// which is 0 then; params/KEY is the text of a parameter. A key with slashes is a path.
var mlflowStore = Format{
	Name:    mlflowName,
	Summary: "meta.yaml of a run in MLflow's file store, with metrics/ and params/ beside it",
	Tells:   "whatever is logged as a metric under names that the field uses, per step; parameters that are known configuration keys",
	Lacks:   "what its metrics mean where a name leaves it open: whose tokens, which unit; system metrics are no efficiency metrics",
	Detect:  detectMLflow,
	Read:    readMLflow,
}

const (
	mlflowName = "mlflow"
	maxMeta    = 1 << 16 // what a meta.yaml may have, in bytes
	maxParams  = 1000
)

// detectMLflow reports whether the content is the meta.yaml of a run. That of an experiment has no run_id.
func detectMLflow(data []byte) bool {
	if len(data) > maxMeta {
		return false
	}
	keys := map[string]bool{}
	for line := range bytes.Lines(data) {
		if key, _, ok := bytes.Cut(line, []byte(":")); ok {
			keys[string(key)] = true
		}
	}
	return keys["artifact_uri"] && keys["lifecycle_stage"] && (keys["run_id"] || keys["run_uuid"])
}

// mlflowReader reads one run.
type mlflowReader struct {
	src    *Source
	log    *Log
	series *series
	evals  map[int64]bool
	params []setting
	files  []*problems // of each metric's file
}

func readMLflow(src *Source) *Log {
	found := &problems{src: src}
	r := &mlflowReader{
		src: src, log: &Log{Path: src.File, Format: mlflowName},
		series: newSeries(newSheet(src, mlflowName, found)), evals: map[int64]bool{},
	}
	run := r.series.run
	run.Ended = bytes.Contains(src.Bytes, []byte("\nstatus: 3\n")) // RunStatus.FINISHED
	if src.List == nil {
		found.add(ProblemBeside, "the files of the run are not at hand; its metrics are not read", 0, len(src.Bytes), noPath)
	} else {
		for _, name := range slices.Sorted(slices.Values(src.List())) {
			r.file(name)
		}
	}
	run.Evals = slices.Sorted(maps.Keys(r.evals))
	run.Facts = append(run.Facts, declaredBy(src, r.params, "config")...)
	r.log.Runs = []*Run{r.series.finish(wordLength)}
	for _, p := range append([]*problems{found}, r.files...) {
		r.log.Problems = append(r.log.Problems, p.sorted()...)
	}
	return r.log
}

// file reads a file of the run, by its path.
func (r *mlflowReader) file(name string) {
	kind, key, _ := strings.Cut(name, "/")
	switch {
	case key == "":
	case kind == "metrics":
		r.metric(name, key)
	case kind == "params" && len(r.params) < maxParams:
		if c, ok := r.src.Companion(name); ok {
			r.param(c, key)
		}
	}
}

// metric reads the values of one name. Those of a name that is not known are not opened, but for the steps of an evaluation.
func (r *mlflowReader) metric(name, key string) {
	found := &problems{}
	open := func() *Source {
		if found.src == nil {
			found.src = NewSource(name, nil)
			if c, ok := r.src.Companion(name); ok {
				found.src = c
			}
		}
		return found.src
	}
	m := r.series.of(key, found, func() Position { return open().Position(0, 0, key) })
	if m == nil && !isEvaluation(key) {
		return
	}
	r.files = append(r.files, found)
	c := open()
	r.series.generation = 0
	var values []mlflowValue
	numbered := false
	for l := range lines(c.Bytes, 0) {
		v, ok := mlflowLine(l)
		switch {
		case len(bytes.TrimSpace(l.text)) == 0:
		case l.offset+int64(len(l.text)) == int64(len(c.Bytes)):
			found.add(ProblemTruncated, "the file ends inside a line, which is left out", l.offset, len(l.text), noPath)
		case !ok:
			found.add(ProblemSyntax, "a line is no value of a metric; it is left out", l.offset, len(l.text), noPath)
		default:
			values = append(values, v)
			numbered = numbered || v.step != 0
		}
	}
	switch {
	case m == nil:
		for _, v := range values {
			r.evals[v.step] = true
		}
	case !numbered && len(values) > 1:
		// Counting them would set values of different steps beside each other.
		found.add(ProblemUnnumbered, key+" has no step numbers: all are 0; it is left out", values[0].offset, len(values[0].text), func() string { return key })
	default:
		for _, v := range values {
			r.value(m, v)
		}
	}
}

// value adds a value to the series of its name.
func (r *mlflowReader) value(m *metricSeries, at mlflowValue) {
	v, d, kind := readNumber(at.text)
	if kind != "" {
		name := m.cell.name
		m.found.add(kind, name+" "+problemWords[kind]+"; the value is left out", at.offset, len(at.text), func() string { return name })
		return
	}
	r.series.add(m, at.step, v, d, at.offset, len(at.text))
}

// mlflowValue is a value as a line has it.
type mlflowValue struct {
	text   string
	offset int64
	step   int64
}

// mlflowLine reads "timestamp value step". What follows names the data set and the model that the value is of.
func mlflowLine(l line) (v mlflowValue, ok bool) {
	if len(l.text) > 4*longestNumber {
		return v, false
	}
	time, rest, ok := strings.Cut(string(l.text), " ")
	v.offset = l.offset + int64(len(time)) + 1
	v.text, rest, _ = strings.Cut(rest, " ")
	if _, err := strconv.ParseInt(time, 10, 64); err != nil || !ok || v.text == "" {
		return v, false
	}
	step, _, _ := strings.Cut(rest, " ")
	if step == "" {
		return v, true
	}
	n, err := strconv.ParseInt(step, 10, 64)
	v.step = n
	return v, err == nil
}

// wordLength is the length of what stands at an offset up to a space or the end of the line.
func wordLength(src *Source, offset int64) int {
	rest := src.Bytes[min(offset, int64(len(src.Bytes))):]
	rest = rest[:min(len(rest), longestNumber)]
	if i := bytes.IndexAny(rest, " \r\n"); i >= 0 {
		return i
	}
	return len(rest)
}

// param reads a parameter.
func (r *mlflowReader) param(c *Source, key string) {
	text := bytes.TrimSpace(c.Bytes)
	path := strings.FieldsFunc(key, func(c rune) bool { return c == '/' || c == '.' })
	if len(path) == 0 || len(text) == 0 || len(text) > longestNumber {
		return
	}
	at := bytes.Index(c.Bytes, text)
	r.params = append(r.params, setting{path: path, text: string(text), offset: int64(at), length: len(text), src: c})
}
