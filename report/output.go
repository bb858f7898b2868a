package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// Document is what an output format writes: a report, the rules that were run, and the tool's version.
type Document struct {
	Report  *audit.Report
	Rules   []audit.Rule
	Version string
	Text    TextOptions // of text
}

// Output is one format in which an audit is written.
type Output struct {
	Name    string
	Summary string
	Write   func(w io.Writer, d *Document) error
}

// Outputs lists the formats of an audit, the default first.
func Outputs() []Output {
	return []Output{
		{"text", "for people", func(w io.Writer, d *Document) error { return Text(w, d.Report, d.Text) }},
		{"json", "one document, see the schema", func(w io.Writer, d *Document) error { return JSON(w, d.Report, d.Version) }},
		{"jsonl", "a line of JSON for each run", jsonLines},
		{"sarif", "SARIF 2.1.0, for code scanning", sarifLog},
		{"junit", "JUnit XML: a suite for each run, a case for each metric", junit},
		{"github", "annotations of a GitHub workflow", github},
		{"gitlab", "GitLab code quality", gitlab},
		{"html", "one page to look at: charts, findings, facts", HTML},
		{"markdown", "a comment on a pull request; of a table of claims, the verdicts to paste", markdown},
		{"latex", "of a table of claims, the verdicts to paste", claimsLaTeX},
		{"csv", "every metric: logged, corrected, restated", metricsCSV},
	}
}

// sentence is a finding in one line: what is wrong with which values.
func sentence(f *audit.Finding) string {
	text := oneLine(f.Message)
	if values := loggedAndExpected(f); values != "" {
		text += " " + values + "."
	}
	return text
}

// loggedAndExpected tells a finding's values, "" where it is about none.
func loggedAndExpected(f *audit.Finding) string {
	logged, expected := pair(f.Quantity, f.Logged, f.Expected)
	switch {
	case known(f.Logged) && known(f.Expected):
		return fmt.Sprintf("Logged %s, expected %s", logged, expected)
	case known(f.Logged):
		return "Logged " + logged
	}
	return ""
}

// oneLine joins the lines of a text and takes control characters out.
func oneLine(s string) string { return clean(strings.Join(strings.Fields(s), " ")) }

// evidence tells how surely a value is wrong and its cause known; "" for a note.
func evidence(f *audit.Finding) string {
	if f.Evidence.Wrong == "" || f.Severity == audit.SeverityNote {
		return ""
	}
	return fmt.Sprintf("wrong: %s, cause: %s", f.Evidence.Wrong, f.Evidence.Cause)
}

// decisions stands for the run that findings about the team's decisions belong to: its path is the configuration's.
func decisions(f *audit.Finding) *audit.RunReport { return &audit.RunReport{Path: f.Pos.File} }

// suppressedIn counts the findings of a report that are suppressed.
func suppressedIn(r *audit.Report) int {
	n := 0
	located(r, true, func(_ *audit.RunReport, f *audit.Finding) {
		if f.Suppressed != "" {
			n++
		}
	})
	return n
}

// suppressedText tells how many findings are suppressed.
func suppressedText(n int) string {
	if n == 1 {
		return "1 finding is suppressed."
	}
	return fmt.Sprintf("%d findings are suppressed.", n)
}

// located lists every finding with its run, those that are suppressed only where asked for. Those about the team's decisions come last.
func located(r *audit.Report, suppressed bool, f func(*audit.RunReport, *audit.Finding)) {
	for _, run := range r.Runs {
		for _, x := range run.Findings {
			if x.Suppressed == "" || suppressed {
				f(run, x)
			}
		}
	}
	for _, x := range r.Findings {
		if x.Suppressed == "" || suppressed {
			f(decisions(x), x)
		}
	}
}

// fileOf is the file that a finding is about.
func fileOf(run *audit.RunReport, f *audit.Finding) string {
	if f.Pos.File != "" {
		return f.Pos.File
	}
	return run.Path
}
