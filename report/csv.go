package report

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/mfu-audit/mfu-audit/audit"
)

// metricsCSV writes a row for each metric of each run: what was logged, what it should have been under the log's own definition and
// under the reference one, in canonical units. What is unknown is empty.
func metricsCSV(w io.Writer, d *Document) error {
	if len(d.Report.Tables) > 0 && len(d.Report.Tables[0].Rows) > 0 {
		if logs, _ := logsOf(d.Report); len(logs.Runs) == 0 {
			return ClaimsCSV(w, d.Report.Tables)
		}
	}
	c := csv.NewWriter(w)
	rows := [][]string{{
		"path", "run", "format", "quantity", "key", "unit", "status", "logged", "corrected", "restated", "convention", "steps", "cause", "reason", "suppressed",
	}}
	number := func(v float64) string {
		if !known(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	for _, r := range d.Report.Runs {
		convention := ""
		if r.MFU != nil {
			convention = r.MFU.Convention
		}
		for _, q := range r.Quantities {
			corrected := q.Expected
			if q.Status == audit.StatusOK {
				corrected = q.Logged
			}
			under := ""
			if known(q.Restated) {
				under = convention
			}
			rows = append(rows, []string{
				spreadsheet(r.Path), spreadsheet(r.Name), r.Format, string(q.Quantity), spreadsheet(q.Key), q.Quantity.Info().Unit, string(q.Status),
				number(q.Logged), number(corrected), number(q.Restated), under, strconv.Itoa(q.Steps), q.Cause, spreadsheet(oneLine(q.Reason)),
				strconv.Itoa(suppressedOf(r, &q)),
			})
		}
	}
	return c.WriteAll(rows)
}

// suppressedOf counts the findings about a metric that are suppressed.
func suppressedOf(r *audit.RunReport, q *audit.QuantityReport) int {
	n := 0
	for _, f := range r.Findings {
		if f.Suppressed != "" && f.Quantity == q.Quantity {
			n++
		}
	}
	return n
}

// spreadsheet is a text that no spreadsheet takes for a formula (CWE-1236).
func spreadsheet(s string) string {
	if s = clean(s); s != "" {
		switch s[0] {
		case '=', '+', '-', '@', '\t', '\r':
			return "'" + s
		}
	}
	return s
}
