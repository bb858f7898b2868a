package report

import (
	"encoding/json"
	"io"
)

// RunVersion is the schema of a line of JSON Lines: a run of a report, or an input that could not be read, by itself.
const RunVersion = "mfu-audit/run/v1"

// jsonLines writes a line for each run, in the shape that a report's runs have, and one for each input that was not read.
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
	return nil
}
