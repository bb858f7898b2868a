package report

import (
	"encoding/json"
	"io"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// ReportVersion is the schema that JSON reports follow. A change that could break a reader of it gets a new version.
const ReportVersion = "mfu-audit/report/v1"

// JSON writes a report for programs, in the shape that ReportSchema describes. Values are in canonical units (SI, MFU as
// a fraction) and round-trip exactly; what is unknown or not a number is null. version is the tool's.
func JSON(w io.Writer, r *audit.Report, version string) error {
	doc := jsonReport{
		Schema: ReportVersion, Tool: jsonTool{Name: "mfu-audit", Version: version},
		Runs: []jsonRun{}, Problems: []jsonInputProblem{}, Findings: []jsonFinding{},
	}
	c := tallyAll(r)
	doc.Summary = jsonSummary{len(r.Runs), c.errors, c.warnings, c.notes, c.suppressed}
	for _, run := range r.Runs {
		doc.Runs = append(doc.Runs, newJSONRun(run))
	}
	for _, f := range r.Findings {
		doc.Findings = append(doc.Findings, newJSONFinding(f))
	}
	for _, p := range r.Problems {
		doc.Problems = append(doc.Problems, jsonInputProblem(p))
	}
	return encode(w, doc)
}

// encode writes a document with two spaces of indentation and <, > and & as they are.
func encode(w io.Writer, doc any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// number64 is a number that JSON can hold; nil, which prints null, for NaN and infinities.
func number64(v float64) *float64 {
	if !known(v) {
		return nil
	}
	return &v
}

// positive is a number that is unknown where it is not above zero.
func positive(v float64) *float64 {
	if v <= 0 {
		return nil
	}
	return number64(v)
}

// positiveInt is a count that is unknown where it is not above zero.
func positiveInt(v int64) *int64 {
	if v <= 0 {
		return nil
	}
	return &v
}

// text is a string that is null where it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list is a list that prints [] where it is nil.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

type jsonReport struct {
	Schema   string             `json:"schema"`
	Tool     jsonTool           `json:"tool"`
	Runs     []jsonRun          `json:"runs"`
	Problems []jsonInputProblem `json:"problems"`
	Findings []jsonFinding      `json:"findings"`
	Summary  jsonSummary        `json:"summary"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonInputProblem struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

type jsonSummary struct {
	Runs       int `json:"runs"`
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Notes      int `json:"notes"`
	Suppressed int `json:"suppressed"`
}

type jsonLocation struct {
	File   string `json:"file"`
	Line   *int   `json:"line"`
	Column *int   `json:"column"`
	Offset int64  `json:"offset"`
	Length int    `json:"length"`
}

// location is nil where the log holds no such place: a flag, a default. In a binary file it has no line.
func location(p runlog.Position) *jsonLocation {
	if !p.Stands() {
		return nil
	}
	out := &jsonLocation{File: p.File, Offset: p.Offset, Length: p.Length}
	if p.Line > 0 {
		column := max(p.Column, 1)
		out.Line, out.Column = &p.Line, &column
	}
	return out
}

type jsonProblem struct {
	Kind     runlog.ProblemKind `json:"kind"`
	Message  string             `json:"message"`
	Count    int                `json:"count"`
	Location *jsonLocation      `json:"location"`
}

type jsonFact struct {
	Key      string        `json:"key"`
	Value    string        `json:"value"`
	Source   string        `json:"source"`
	Location *jsonLocation `json:"location"`
	Broken   *string       `json:"broken"`
}

type jsonQuantity struct {
	Quantity   reference.Quantity `json:"quantity"`
	Key        string             `json:"key"`
	Status     audit.Status       `json:"status"`
	Unit       *string            `json:"unit"`
	Logged     *float64           `json:"logged"`
	Expected   *float64           `json:"expected"`
	Restated   *float64           `json:"restated"`
	LoggedUnit *string            `json:"logged_unit"`
	Steps      int                `json:"steps"`
	Reason     *string            `json:"reason"`
	Cause      *string            `json:"cause"`
}

type jsonCoverage struct {
	Logged       int           `json:"logged"`
	Audited      int           `json:"audited"`
	NotAudited   []string      `json:"not_audited"`
	SkippedRules []jsonSkipped `json:"skipped_rules"`
	Needs        []string      `json:"needs"`
}

type jsonSkipped struct {
	Rule   string `json:"rule"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}
