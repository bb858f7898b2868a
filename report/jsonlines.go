package report

import (
	"encoding/json"
	"io"
)

// RunVersion is the schema of a line of JSON Lines: a run of a report, or an input that could not be read, by itself.
const RunVersion = "mfu-audit/run/v1"

// jsonLines writes a line for each run, in the shape that a report's runs have, one for each input that was not read, and one for each
// finding about the team's decisions. What is suppressed is in its run's findings, with the reason, and is counted in a last line.
func jsonLines(w io.Writer, d *Document) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	tool := jsonTool{Name: "mfu-audit", Version: d.Version}
	for _, run := range d.Report.Runs {
		line := struct {
			Schema string   `json:"schema"`
			Tool   jsonTool `json:"tool"`
			jsonRun
		}{RunVersion, tool, newJSONRun(run)}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	for _, p := range d.Report.Problems {
		line := struct {
			Schema  string           `json:"schema"`
			Tool    jsonTool         `json:"tool"`
			Problem jsonInputProblem `json:"problem"`
		}{RunVersion, tool, jsonInputProblem(p)}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	for _, f := range d.Report.Findings {
		line := struct {
			Schema  string      `json:"schema"`
			Tool    jsonTool    `json:"tool"`
			Finding jsonFinding `json:"finding"`
		}{RunVersion, tool, newJSONFinding(f)}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	if n := suppressedIn(d.Report); n > 0 {
		return e.Encode(struct {
			Schema     string   `json:"schema"`
			Tool       jsonTool `json:"tool"`
			Suppressed int      `json:"suppressed"`
		}{RunVersion, tool, n})
	}
	return nil
}
