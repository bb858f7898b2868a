package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// claimsHeader is that of the verdicts as Markdown, LaTeX and CSV print them.
var claimsHeader = []string{"row", "claim", "verdict", "under", "peak (TFLOP/s)", "printed ÷ derived", "cause"}

// claimsRow is a row's verdict in the columns of claimsHeader.
func claimsRow(r *audit.ClaimReport) []string {
	ratio := "1"
	if r.Verdict != audit.ClaimReproduced {
		ratio = "–"
		if r.Off != nil {
			ratio = fmt.Sprintf("%.4g", r.Ratio)
		}
	}
	cause := r.Cause
	if cause == "" && r.Verdict != audit.ClaimReproduced {
		cause = strings.Join(r.Contradicts, "; ")
	}
	return []string{r.Claim.ID, claimed(r), verdictOfClaim(r), under(r), peakTold(r.Peak), ratio, cause}
}

// ClaimsMarkdown writes the verdicts on a table as Markdown to paste into a rebuttal.
func ClaimsMarkdown(w io.Writer, t *audit.ClaimsReport, version string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**: %s\n\n", markdownText(t.Table.Path), rate(t))
	b.WriteString("| " + strings.Join(claimsHeader, " | ") + " |\n|---|--:|---|---|--:|--:|---|\n")
	for _, r := range t.Rows {
		row := claimsRow(r)
		for i := range row {
			row[i] = markdownText(oneLine(row[i]))
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	fmt.Fprintf(&b, "\n%s\n\n*%s*\n", markdownText(Methods(t, version)), markdownText(provenance(t, version)))
	_, err := io.WriteString(w, b.String())
	return err
}

// ClaimsLaTeX writes the verdicts on a table as LaTeX for an artifact appendix; it needs the package booktabs.
func ClaimsLaTeX(w io.Writer, t *audit.ClaimsReport, version string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%% %s\n", oneLine(provenance(t, version)))
	b.WriteString("\\begin{table}\n\\caption{" + latexText(Methods(t, version)) + "}\n\\begin{tabular}{lrllrrp{0.3\\linewidth}}\n\\toprule\n")
	head := make([]string, len(claimsHeader))
	for i, h := range claimsHeader {
		head[i] = latexText(h)
	}
	b.WriteString(strings.Join(head, " & ") + " \\\\\n\\midrule\n")
	for _, r := range t.Rows {
		row := claimsRow(r)
		for i := range row {
			row[i] = latexText(oneLine(row[i]))
		}
		b.WriteString(strings.Join(row, " & ") + " \\\\\n")
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n\\end{table}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// latexText escapes what LaTeX would read as markup, and sets the symbols of formulas in mathematics.
func latexText(s string) string {
	return strings.NewReplacer(
		`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`,
		"÷", `$\div$`, "×", `$\times$`, "·", `$\cdot$`, "–", "--", "²", `$^2$`, "Σ", `$\Sigma$`, "…", `\dots{}`,
	).Replace(clean(s))
}

// ClaimsCSV writes the verdicts on tables, a line for each row.
func ClaimsCSV(w io.Writer, tables []*audit.ClaimsReport) error {
	c := csv.NewWriter(w)
	rows := [][]string{append([]string{"path"}, append(append([]string{}, claimsHeader...), "conventions", "not compared")...)}
	for _, t := range tables {
		for _, r := range t.Rows {
			row := append([]string{t.Table.Path}, claimsRow(r)...)
			row = append(row, strings.Join(r.Conventions, " "), strings.Join(r.Unchecked, " "))
			for i := range row {
				row[i] = spreadsheet(oneLine(row[i]))
			}
			rows = append(rows, row)
		}
	}
	return c.WriteAll(rows)
}

// jsonClaim is a row's verdict.
type jsonClaim struct {
	Verdict     audit.ClaimVerdict `json:"verdict"`
	Conventions []string           `json:"conventions"`
	Nearest     *string            `json:"nearest"`
	Ratio       *float64           `json:"ratio"`
	Cause       *string            `json:"cause"`
	StandsOut   bool               `json:"stands_out"`
	Contradicts []string           `json:"contradicts"`
	Repairs     []jsonClaimRepair  `json:"repairs"`
	Rivals      []string           `json:"rivals"`
	Checks      []jsonClaimCheck   `json:"checks"`
	NotCompared []string           `json:"not_compared"`
	Missing     []string           `json:"missing"`
	Notes       []string           `json:"notes"`
	Digest      string             `json:"input_sha256"`
}

type jsonClaimRepair struct {
	Key     string   `json:"key"`
	Printed string   `json:"printed"`
	From    *float64 `json:"from"`
	To      *float64 `json:"to"`
}

type jsonClaimCheck struct {
	Relation string   `json:"relation"`
	Key      string   `json:"key"`
	Logged   *float64 `json:"logged"`
	Derived  *float64 `json:"derived"`
	Holds    bool     `json:"holds"`
	Reading  string   `json:"reading"`
}

// newJSONClaim is nil for a run that is no row of a table.
func newJSONClaim(run *audit.RunReport) *jsonClaim {
	r := run.Claim
	if r == nil {
		return nil
	}
	out := &jsonClaim{
		Verdict: r.Verdict, Conventions: list(r.Conventions), Nearest: text(r.Nearest), Ratio: positive(r.Ratio), Cause: text(r.Cause), StandsOut: r.StandsOut,
		Contradicts: list(r.Contradicts), Repairs: []jsonClaimRepair{}, Rivals: list(r.Rivals), Checks: []jsonClaimCheck{}, NotCompared: list(r.Unchecked),
		Missing: list(r.Missing), Notes: list(r.Notes), Digest: r.Digest,
	}
	for _, x := range r.Repairs {
		out.Repairs = append(out.Repairs, jsonClaimRepair{x.Key, x.Printed, number64(x.Value.Lo), number64(x.Value.Hi)})
	}
	for _, c := range r.Checks {
		out.Checks = append(out.Checks, jsonClaimCheck{c.Text, c.Key, number64(c.Logged), number64(c.Derived), c.Holds, string(c.Reading)})
	}
	return out
}

// claimsLaTeX writes the tables of a report. Logs have no such form: what is to be said of them stands in comments.
func claimsLaTeX(w io.Writer, d *Document) error {
	for i, t := range d.Report.Tables {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := ClaimsLaTeX(w, t, d.Version); err != nil {
			return err
		}
	}
	var b strings.Builder
	tell := func(format string, args ...any) { fmt.Fprintf(&b, "%% %s\n", oneLine(fmt.Sprintf(format, args...))) }
	for _, run := range d.Report.Runs {
		if run.Claim != nil {
			continue
		}
		tell("%s is no table of claims: %s", run.Path, run.Verdict())
		for _, f := range run.Findings {
			tell("%s %s: %s", f.Severity, f.Rule, sentence(f))
		}
	}
	for _, f := range d.Report.Findings {
		tell("%s %s %s: %s", f.Severity, f.Rule, f.Pos.File, sentence(f))
	}
	for _, p := range d.Report.Problems {
		tell("not read %s: %s", p.Path, p.Message)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// logsOf is a report without the rows of tables, and whether it holds nothing else.
func logsOf(r *audit.Report) (logs *audit.Report, none bool) {
	if len(r.Tables) == 0 {
		return r, false
	}
	rest := *r
	rest.Tables, rest.Runs = nil, nil
	for _, run := range r.Runs {
		if run.Claim == nil {
			rest.Runs = append(rest.Runs, run)
		}
	}
	return &rest, len(rest.Runs)+len(rest.Problems)+len(rest.Findings) == 0
}
