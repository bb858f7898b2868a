package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// htmlRun is one run of the page.
type htmlRun struct {
	ID, Path, Name         string
	Facts                  []string // what ran, a few words each
	Verdict, VerdictText   string   // as in the JSON report, and as shown
	Class                  string
	Findings               []htmlFinding
	Errors, Warnings       int
	Counts                 string
	MFU                    *htmlMFU
	Main                   htmlCause
	Figures                []htmlFigure
	Metrics                []htmlMetric
	HasExpected, HasReason bool
	HasRestated            bool
	Coverage               htmlCoverage
	Model                  []htmlLabelled
	FactTable              []htmlFact
	Problems               []string
}

// htmlMFU is the three numbers of the top.
type htmlMFU struct {
	Logged, Corrected, Restated             htmlValue
	LoggedText, CorrectedText, RestatedText string
	Step                                    string // which step stands for the run
}

// htmlCause is the one cause that matters most.
type htmlCause struct {
	Head, Short, Text string
	Evidence          string // how surely it is wrong and its cause known, with rivals
	Target            string // the finding's id, "" if there is none
}

// htmlLabelled is texts under one label.
type htmlLabelled struct {
	Label string
	Texts []string
}

type htmlMetric struct {
	Key, Unit, Status, Class, Cause, Reason string
	Target                                  string
	Logged, Expected, Restated              htmlValue
}

type htmlFact struct{ Key, Value, Source, Broken string }

type htmlCoverage struct {
	Logged, Audited int
	NotAudited      []string
	Skipped         []htmlLabelled
	Needs           string
}

// MostWithCharts is of how many runs a page has charts: of more, it would be too large to open.
const MostWithCharts = 250

// mostWithNarrow is of how many runs the charts are drawn a second time, for phones.
const mostWithNarrow = 25

func newHTMLRun(r *audit.RunReport, d *Document, index, of int) htmlRun {
	c := tally(r)
	out := htmlRun{
		ID: fmt.Sprintf("run-%d", index+1), Path: clean(r.Path), Verdict: r.Verdict(), Class: r.Verdict(),
		VerdictText: map[string]string{"fail": "Fail", "pass": "Pass", "not-audited": "Not audited"}[r.Verdict()],
		Errors:      c.errors, Warnings: c.warnings, Counts: plainText(c.spans()),
	}
	for _, other := range d.Report.Runs {
		if other != r && other.Path == r.Path {
			out.Name = clean(r.Name)
		}
	}
	if out.Verdict == "not-audited" && c == (counted{}) {
		out.Counts = "no findings, because nothing was audited"
	}
	out.Facts = whatRan(r)
	for i, f := range r.Findings {
		if f.Suppressed == "" || d.Text.Verbose {
			out.Findings = append(out.Findings, newHTMLFinding(f, r, d, i).within(out.ID))
		}
	}
	out.MFU = newHTMLMFU(r)
	out.Main = out.mainCause(r)
	if of <= MostWithCharts {
		out.Figures = figures(r, out.ID, of <= mostWithNarrow)
	}
	out.metrics(r)
	out.Coverage = newHTMLCoverage(r)
	out.Model = modelLines(r)
	for _, f := range r.Facts {
		from := f.Source
		if at := spot(f.Pos); at != "" {
			from = strings.TrimPrefix(from+", "+at, ", ")
		}
		out.FactTable = append(out.FactTable, htmlFact{clean(f.Key), clean(f.Value), clean(from), clean(f.Broken)})
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, clean(problemText(p)))
	}
	return out
}

// whatRan tells the run in a few words each, as the head of the text report does.
func whatRan(r *audit.RunReport) []string {
	parts := []string{r.Format}
	for _, s := range []string{shape(r.Model), devices(r.Hardware), string(r.Hardware.Precision)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if r.Steps > 0 {
		parts = append(parts, plural(r.Steps, "step"))
	}
	for i := range parts {
		parts[i] = clean(parts[i])
	}
	return parts
}

// newHTMLMFU is nil where there is no MFU to tell.
func newHTMLMFU(r *audit.RunReport) *htmlMFU {
	m := r.MFU
	if m == nil {
		return nil
	}
	out := &htmlMFU{Logged: value(m.Logged, percent(m.Logged)), Corrected: value(m.Corrected, percent(m.Corrected)), Restated: value(m.Restated, dashed(m.Restated))}
	out.LoggedText, out.CorrectedText, out.RestatedText = "under a definition that is not recognised", withComma(m.OwnConvention, m.PeakText), m.Convention
	switch {
	case !known(m.Logged):
		out.LoggedText = "not logged"
	case m.OwnConvention != "":
		out.LoggedText = "as the log has it, under " + m.OwnConvention
		if len(m.Also) > 0 {
			out.LoggedText += " (also " + strings.Join(m.Also, ", ") + ")"
		}
	}
	switch {
	case !mfuAudited(r):
		out.Corrected, out.CorrectedText = value(math.NaN(), "–"), "not audited"
	case !known(m.Corrected):
		out.CorrectedText = "no MFU is logged that could be corrected"
	case m.Corrected == m.Logged:
		out.CorrectedText = withComma("as logged", m.PeakText)
	}
	if !known(m.Restated) || m.Restated == 0 {
		out.RestatedText = "the model, the batch or the peak is not settled"
	} else {
		out.RestatedText = "under " + m.Convention + ", the definition in which runs compare"
		if !known(m.Corrected) {
			out.RestatedText = withComma("recomputed under "+m.Convention, m.PeakText)
		}
	}
	out.Step = wellSet(headlineText(m, false))
	return out
}

// mfuAudited reports whether a logged MFU was compared with anything. What was not is not "correct as logged".
func mfuAudited(r *audit.RunReport) bool {
	logged := false
	for _, q := range r.Quantities {
		if q.Quantity == reference.MFU {
			if q.Status != audit.StatusNotAudited {
				return true
			}
			logged = true
		}
	}
	return !logged
}

// mainCause is the correction that moves the MFU most; else the first error; else that nothing is wrong.
func (x *htmlRun) mainCause(r *audit.RunReport) htmlCause {
	var best audit.WaterfallRow
	if r.MFU != nil {
		for _, row := range r.MFU.Waterfall {
			if row.Kind == audit.Correction && row.Rule != "" && row.Factor > 0 && (best.Rule == "" || math.Abs(math.Log(row.Factor)) > math.Abs(math.Log(best.Factor))) {
				best = row
			}
		}
	}
	var worst *htmlFinding
	for i := range x.Findings {
		f := &x.Findings[i]
		if best.Rule != "" && f.Rule == best.Rule || best.Rule == "" && f.Severity != string(audit.SeverityNote) && f.Suppressed == "" {
			worst = f
			break
		}
	}
	switch {
	case best.Rule != "":
		out := htmlCause{Head: "What matters most", Short: best.Rule + ", MFU × " + factor(best.Factor), Text: best.Rule + ": " + best.Text + ". It alone takes the MFU × " + factor(best.Factor) + "."}
		if worst != nil {
			out.Text = worst.Message + " Put right, this alone takes the MFU × " + factor(best.Factor) + "."
			out.Target, out.Evidence = worst.ID, worst.believed()
			out.Head += ": " + worst.Rule + " " + worst.Name
			out.Short = worst.Rule + " " + worst.Name + ", MFU × " + factor(best.Factor)
		}
		return out
	case worst != nil:
		text := worst.Message
		if r.MFU != nil && known(r.MFU.Logged) && r.MFU.Corrected == r.MFU.Logged && mfuAudited(r) {
			text += " The MFU itself is not touched by it."
		}
		return htmlCause{Head: "What matters most: " + worst.Rule + " " + worst.Name, Short: worst.Rule + " " + worst.Name, Text: text, Evidence: worst.believed(), Target: worst.ID}
	case x.Verdict == "not-audited":
		return htmlCause{Head: "Nothing was audited", Short: "nothing was audited", Text: withNeeds("No metric could be compared with anything", r.Coverage.Needs)}
	}
	text := fmt.Sprintf("%d of %s were audited and hold.", r.Coverage.Audited, plural(r.Coverage.Logged, "logged efficiency metric"))
	return htmlCause{Head: "Nothing wrong was found", Short: "nothing wrong was found", Text: text}
}

func withNeeds(text string, needs []string) string {
	if len(needs) == 0 {
		return text + "."
	}
	return text + "; an audit needs " + strings.Join(needs, ", ") + "."
}

// metrics fills the table of what was logged and what became of it.
func (x *htmlRun) metrics(r *audit.RunReport) {
	names := metricNames(r.Quantities)
	for i, q := range r.Quantities {
		logged, expected, restated, unitName := inOneUnit(q)
		status := statusCell(q)
		m := htmlMetric{
			Key: clean(names[i]), Unit: unitName, Status: strings.TrimSuffix(status.text, " "+q.Cause), Class: string(q.Status), Cause: q.Cause, Reason: clean(q.Reason),
			Logged: value(q.Logged, logged), Expected: value(q.Expected, expected), Restated: value(q.Restated, restated),
		}
		for _, f := range x.Findings {
			if q.Cause != "" && f.Rule == q.Cause {
				m.Target = f.ID
				break
			}
		}
		x.HasExpected = x.HasExpected || known(q.Expected)
		x.HasRestated = x.HasRestated || known(q.Restated)
		x.HasReason = x.HasReason || q.Reason != ""
		x.Metrics = append(x.Metrics, m)
	}
}

func newHTMLCoverage(r *audit.RunReport) htmlCoverage {
	c := r.Coverage
	out := htmlCoverage{Logged: c.Logged, Audited: c.Audited}
	for _, s := range c.NotAudited {
		out.NotAudited = append(out.NotAudited, clean(s))
	}
	for _, g := range skippedByReason(c.Skipped, false) {
		out.Skipped = append(out.Skipped, htmlLabelled{plural(len(g.rules), "rule"), []string{clean(g.reason) + ": " + strings.Join(g.rules, ", ")}})
	}
	if len(c.Needs) > 0 {
		out.Needs = "With " + strings.Join(c.Needs, ", ") + " more could be audited."
	}
	return out
}

// modelLines is the model that the audit used, what it rests on, and which others fit.
func modelLines(r *audit.RunReport) []htmlLabelled {
	m := r.Model
	if m.Architecture == nil && m.Parameters == 0 {
		return nil
	}
	var out []htmlLabelled
	add := func(label string, texts ...string) {
		var kept []string
		for _, t := range texts {
			if t = wellSet(t); t != "" && !slices.Contains(kept, t) {
				kept = append(kept, t)
			}
		}
		if len(kept) > 0 {
			out = append(out, htmlLabelled{label, kept})
		}
	}
	add("Model", modelText(m))
	add("Evidence", m.Evidence...)
	add("Searched", m.Domain)
	add("Undecided", strings.Join(m.Undecided, ", "))
	var rivals []string
	for _, v := range m.Rivals {
		rivals = append(rivals, rivalText(v))
	}
	add("Rivals", rivals...)
	return out
}
