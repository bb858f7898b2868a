package runlog

import (
	"bytes"
	"strings"
)

// csvTable is a header with what its columns are, which holds from an offset on.
type csvTable struct {
	from    int
	header  []byte
	columns []csvColumn
	step    int // the column with the step's number, −1 without one
	// metrics and evals are, by run, the columns that are read and those that speak of evaluation.
	metrics, evals [][]int
	bounds         []csvBound
}

// csvColumn is a column of a table that is read; cell is nil of one that is not.
type csvColumn struct {
	cell *sheetCell
	run  int
}

// csvBound is a column that holds the smallest or largest value behind the points of another.
type csvBound struct{ column, of int }

// begin takes a header. The runs at hand go on with its columns.
func (r *csvReader) begin(header csvRow) {
	data := r.src.Bytes
	t := csvTable{
		from: header.next, header: bytes.TrimSpace(data[header.start:header.next]),
		columns: make([]csvColumn, len(header.cells)),
	}
	names := r.namesOf(header)
	t.step = stepColumn(names)
	chart := true
	for i, name := range names {
		run, _, _ := chartName(name)
		_, metric := metricNamed(name)
		chart = chart && (run != "" || stepOrder(name, 0) >= 0 || i == 0 && !metric)
	}
	runs := map[string]int{}
	for i, name := range names {
		if stepOrder(name, 0) < 0 && !(plainName(name) == "iter_time" && micro(names)) {
			r.column(&t, i, header.cells[i], name, chart, runs)
		}
	}
	if chart {
		t.bounds = boundsOf(names)
	}
	r.tables = append(r.tables, t)
	r.dialect.most = len(header.cells)
}

// namesOf are the names in a header.
func (r *csvReader) namesOf(header csvRow) []string {
	names := make([]string, len(header.cells))
	for i, c := range header.cells {
		names[i] = strings.TrimSpace(string(r.src.Bytes[c.start:c.end]))
	}
	return names
}

// stepColumn is the column with the step's number, −1 if there is none.
func stepColumn(names []string) int {
	best, at := -1, -1
	for i, name := range names {
		if order := stepOrder(name, 0); order >= 0 && (best < 0 || order < best) {
			best, at = order, i
		}
	}
	return at
}

// column looks up what a column of a header is, and whose.
func (r *csvReader) column(t *csvTable, i int, at csvCell, name string, chart bool, runs map[string]int) {
	run := 0
	if chart {
		title, metric, bound := chartName(name)
		if title == "" || bound != "" {
			return
		}
		if _, known := runs[title]; !known {
			if len(runs) == maxRuns {
				return
			}
			runs[title] = len(runs)
		}
		name, run = metric, runs[title]
	}
	for len(r.runs) <= run {
		r.runs = append(r.runs, newSheet(r.src, csvName, r.problems))
	}
	for len(t.metrics) < len(r.runs) {
		t.metrics, t.evals = append(t.metrics, nil), append(t.evals, nil)
	}
	if isEvaluation(name) {
		t.evals[run] = append(t.evals[run], i)
	}
	cell := r.runs[run].cell(name, func() Position { return r.src.Position(int64(at.start), at.end-at.start, name) })
	if !cell.known() {
		return
	}
	for _, other := range t.metrics[run] {
		if t.columns[other].cell == cell {
			r.problems.add(ProblemDuplicateKey, "two columns have one name; the first is read", int64(at.start), at.end-at.start, func() string { return cell.name })
			return
		}
	}
	t.columns[i] = csvColumn{cell, run}
	t.metrics[run] = append(t.metrics[run], i)
}

// micro reports whether a table counts micro-batches beside steps, so that its iter_time is not the time of a step. litgpt
// logs the time of one micro-batch (Lightning-AI/litgpt 0363060, litgpt/pretrain.py); the number that it calls Lightning's logger
// with, its iter less one, is what stands under step.
func micro(names []string) bool {
	iter, step := false, false
	for _, name := range names {
		iter, step = iter || name == "iter", step || name == "step"
	}
	return iter && step
}

// chartName takes the name of a column of a chart that W&B exports, "run - metric" or "run - metric__MIN", apart
// (wandb/wandb issues 5222 and 5349). bound is MIN or MAX for the columns that hold the smallest and the largest value behind
// a point.
func chartName(name string) (run, metric, bound string) {
	metric = name
	if i := strings.LastIndex(name, " - "); i > 0 {
		run, metric = name[:i], name[i+len(" - "):]
	}
	for _, b := range []string{"MIN", "MAX"} {
		if rest, ok := strings.CutSuffix(metric, "__"+b); ok {
			return run, rest, b
		}
	}
	return run, metric, ""
}

// boundsOf finds the columns that hold the bounds of others.
func boundsOf(names []string) []csvBound {
	at := make(map[string]int, len(names))
	for i, name := range names {
		at[name] = i
	}
	var out []csvBound
	for i, name := range names {
		if _, _, bound := chartName(name); bound != "" {
			if of, ok := at[name[:len(name)-len("__MIN")]]; ok {
				out = append(out, csvBound{i, of})
			}
		}
	}
	return out
}
