package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// verdictMarks are how a verdict is shown where there is no colour.
var verdictMarks = map[string]string{"fail": "❌ fail", "pass": "✅ pass", "not-audited": "⚠️ not audited"}

// markdown writes a report as a comment on a pull request: a table of runs, then each run's findings, folded.
func markdown(w io.Writer, d *Document) error {
	for _, t := range d.Report.Tables {
		if err := ClaimsMarkdown(w, t, d.Version); err != nil {
			return err
		}
	}
	logs, none := logsOf(d.Report)
	if none {
		return nil
	}
	tables := *d
	tables.Report = logs
	d = &tables
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "### mfu-audit: %s\n\n", plainText(tallyAll(d.Report).spans()))
	if len(d.Report.Runs) > 0 {
		b.WriteString("| run | verdict | MFU logged | corrected | restated | findings | audited |\n|---|---|--:|--:|--:|---|--:|\n")
	}
	for _, r := range d.Report.Runs {
		logged, corrected, restated := "–", "–", "–"
		if m := r.MFU; m != nil {
			logged, corrected, restated = dashed(m.Logged), dashed(m.Corrected), dashed(m.Restated)
			if m.OwnConvention != "" && known(m.Corrected) {
				corrected += " " + markdownText(m.OwnConvention)
			}
			if known(m.Restated) && m.Restated != 0 {
				restated += " " + markdownText(m.Convention)
			}
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s | %d of %d |\n", markdownCode(r.Path), verdictMarks[r.Verdict()], logged, corrected, restated,
			plainText(tally(r).spans()), r.Coverage.Audited, r.Coverage.Logged)
	}
	for _, r := range d.Report.Runs {
		markdownFindings(b, r)
	}
	for _, f := range d.Report.Findings {
		run := decisions(f)
		run.Findings = []*audit.Finding{f}
		markdownFindings(b, run)
	}
	for _, p := range d.Report.Problems {
		message, _, _ := strings.Cut(p.Message, "\n")
		fmt.Fprintf(b, "\n**not read** `%s`: %s\n", markdownCode(p.Path), markdownText(oneLine(message)))
	}
	return b.Flush()
}

func markdownFindings(b *bufio.Writer, r *audit.RunReport) {
	for _, f := range r.Findings {
		if f.Suppressed != "" {
			continue
		}
		fmt.Fprintf(b, "\n<details><summary><b>%s %s</b> %s: %s</summary>\n\n", f.Severity, f.Rule, f.Name, markdownText(sentence(f)))
		place := fileOf(r, f)
		switch {
		case f.Pos.Line > 0:
			place = fmt.Sprintf("%s:%d:%d", place, f.Pos.Line, f.Pos.Column)
		case f.Pos.Stands():
			place = fmt.Sprintf("%s@%d", place, f.Pos.Offset)
		}
		fmt.Fprintf(b, "`%s`", markdownCode(place))
		if f.Pos.Path != "" {
			fmt.Fprintf(b, " `%s`", markdownCode(f.Pos.Path))
		}
		if e := evidence(f); e != "" {
			b.WriteString(" · " + e)
		}
		b.WriteString("\n")
		if lines := workings(f); len(lines) > 0 {
			b.WriteString("\n```text\n" + strings.ReplaceAll(strings.Join(lines, "\n"), "```", "'''") + "\n```\n")
		}
		for _, v := range f.Rivals {
			label := "rival"
			if v.Rejected != "" {
				label = "rejected"
			}
			text := strings.Join(v.Causes, " + ") + " " + v.Text + " " + v.Rejected
			fmt.Fprintf(b, "\n- %s: %s", label, markdownText(oneLine(text)))
			if v.SettledBy != "" {
				fmt.Fprintf(b, " (settled by `%s`)", markdownCode(v.SettledBy))
			}
		}
		if len(f.Rivals) > 0 {
			b.WriteString("\n")
		}
		b.WriteString("\n</details>\n")
	}
}

func dashed(v float64) string {
	if !known(v) || v == 0 {
		return "–"
	}
	return percent(v)
}

func plainText(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return b.String()
}

// markdownText escapes what would be markup, and a cell's border.
func markdownText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "\\|", "*", "\\*", "_", "\\_", "`", "\\`", "[", "\\[", "]", "\\]").Replace(clean(s))
}

// markdownCode is text between backticks.
func markdownCode(s string) string {
	return strings.NewReplacer("`", "'", "|", "\\|").Replace(clean(s))
}
