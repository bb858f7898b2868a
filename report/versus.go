package report

import (
	_ "embed"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// CompareVersion is the schema of a comparison.
const CompareVersion = "mfu-audit/compare/v1"

//go:embed schema/compare-v1.schema.json
var compareSchema []byte

// CompareSchema is the JSON Schema (draft 2020-12) of what VersusJSON writes. The caller owns the result.
func CompareSchema() []byte { return slices.Clone(compareSchema) }

// versusRow is a metric as the text and the Markdown tables have it.
func versusRow(v *audit.Versus, m *audit.MetricChange) (cells []string) {
	change, between := "", ""
	if r := m.Ratio(); r > 0 && known(r) {
		change = fmt.Sprintf("%+.2f %%", 100*(r-1))
	}
	if known(m.Lo) {
		between = fmt.Sprintf("%+.2f to %+.2f %%", 100*(m.Lo-1), 100*(m.Hi-1))
	}
	said := string(m.Outcome)
	switch {
	case m.Needs > 0:
		said += fmt.Sprintf(", needs about %s %s each", group(int64(m.Needs)), v.Level)
	case m.Why != "":
		said += ": " + m.Why
	}
	return []string{m.Name, versusValue(m, m.Base), versusValue(m, m.Head), change, between, said}
}

func versusValue(m *audit.MetricChange, v float64) string {
	switch {
	case !known(v) || v == 0:
		return "–"
	case m.Quantity == reference.MFU:
		return percent(v)
	case m.Quantity == reference.StepTime:
		return fmt.Sprintf("%.4g s", v)
	case m.Quantity == reference.Loss:
		return fmt.Sprintf("%.4f", v)
	}
	return fmt.Sprintf("%.5g", v)
}

func versusNames(runs []*audit.RunReport) string {
	var out []string
	for _, r := range runs {
		out = append(out, clean(r.Path))
	}
	const shown = 3
	if n := len(out) - shown; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(out[:shown], ", "), n)
	}
	return strings.Join(out, ", ")
}

// versusCount says what an observation is.
func versusCount(v *audit.Versus) string {
	least, most := math.MaxInt, 0
	for _, m := range v.Metrics {
		if m.Quantity == reference.Loss || m.NBase+m.NHead == 0 {
			continue
		}
		least, most = min(least, m.NBase, m.NHead), max(most, m.NBase, m.NHead)
	}
	if most == 0 {
		return "no " + v.Level + " are known"
	}
	if least == most {
		return plural(least, strings.TrimSuffix(v.Level, "s")) + " each"
	}
	return fmt.Sprintf("%d to %d %s", least, most, v.Level)
}

// VersusText writes a comparison for people: what ran first, then how fast.
func VersusText(w io.Writer, v *audit.Versus, o TextOptions) error {
	p := newPage(o)
	p.labelled(0, labelColumn, "base", bold, versusNames(v.Base))
	p.labelled(0, labelColumn, "head", bold, versusNames(v.Head))
	p.blank()
	for _, f := range v.Facts {
		switch {
		case f.Changed():
			p.labelled(0, labelColumn, "changed", plain, fmt.Sprintf("%s: %s → %s", f.Name, f.Base, f.Head))
		case f.Base != f.Head:
			p.labelled(0, labelColumn, "unknown", dim, fmt.Sprintf("%s: %s and %s", f.Name, orUnknown(f.Base), orUnknown(f.Head)))
		case o.Verbose && f.Base != "":
			p.labelled(0, labelColumn, "same", dim, fmt.Sprintf("%s: %s", f.Name, f.Base))
		}
	}
	if len(v.Told) > 0 {
		p.blank()
	}
	for _, s := range v.Told {
		p.para(0, bold, s)
	}
	p.blank()
	widths := []int{0, 0, 0, 0, 0}
	head := []string{"median", "base", "head", "change", "interval"}
	rows := [][]string{append(head, "")}
	for i := range v.Metrics {
		rows = append(rows, versusRow(v, &v.Metrics[i]))
	}
	for _, r := range rows {
		for i := range widths {
			widths[i] = max(widths[i], columns(r[i]))
		}
	}
	for i, r := range rows {
		line := padRight(r[0], widths[0])
		for k := 1; k < len(widths); k++ {
			line += "  " + padLeft(r[k], widths[k])
		}
		style := plain
		switch {
		case i == 0:
			style = dim
		case v.Metrics[i-1].Outcome == audit.OutcomeWorse:
			style = red
		case v.Metrics[i-1].Outcome == audit.OutcomeBetter:
			style = green
		}
		if r[5] == "" {
			p.line(span{line, style})
			continue
		}
		p.line(span{line + "  ", plain}, span{r[5], style})
	}
	p.blank()
	p.para(0, dim, fmt.Sprintf("%s; a change counts above %s and where its interval shows it.", versusCount(v), percent(v.Threshold)))
	return p.flush(w)
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// VersusMarkdown writes a comparison as a comment on a pull request.
func VersusMarkdown(w io.Writer, v *audit.Versus) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### mfu-audit: `%s` → `%s`\n\n", markdownCode(versusNames(v.Base)), markdownCode(versusNames(v.Head)))
	for _, s := range v.Told {
		fmt.Fprintf(&b, "**%s**\n\n", markdownText(s))
	}
	for _, f := range v.Facts {
		if f.Base != f.Head {
			fmt.Fprintf(&b, "- %s: %s → %s\n", f.Name, markdownText(orUnknown(f.Base)), markdownText(orUnknown(f.Head)))
		}
	}
	b.WriteString("\n| median | base | head | change | interval | |\n|---|--:|--:|--:|--:|---|\n")
	for i := range v.Metrics {
		cells := versusRow(v, &v.Metrics[i])
		for k := range cells {
			cells[k] = markdownText(cells[k])
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	fmt.Fprintf(&b, "\n%s; a change counts above %s and where its interval shows it.\n", versusCount(v), percent(v.Threshold))
	_, err := io.WriteString(w, b.String())
	return err
}

type jsonVersus struct {
	Schema    string             `json:"schema"`
	Tool      jsonTool           `json:"tool"`
	Base      []string           `json:"base"`
	Head      []string           `json:"head"`
	Level     string             `json:"level"`
	Threshold float64            `json:"threshold"`
	Regressed bool               `json:"regressed"`
	Told      []string           `json:"told"`
	Facts     []jsonFactChange   `json:"facts"`
	Metrics   []jsonMetricChange `json:"metrics"`
}

type jsonFactChange struct {
	Name    string  `json:"name"`
	Base    *string `json:"base"`
	Head    *string `json:"head"`
	Changed bool    `json:"changed"`
}

type jsonMetricChange struct {
	Name      string             `json:"name"`
	Quantity  reference.Quantity `json:"quantity"`
	Base      *float64           `json:"base"`
	Head      *float64           `json:"head"`
	BaseCount int                `json:"base_count"`
	HeadCount int                `json:"head_count"`
	Ratio     *float64           `json:"ratio"`
	Low       *float64           `json:"low"`
	High      *float64           `json:"high"`
	Outcome   audit.Outcome      `json:"outcome"`
	Needs     int                `json:"needs"`
	Why       *string            `json:"why"`
}

// VersusJSON writes a comparison for programs, in the shape that CompareSchema describes. version is the tool's.
func VersusJSON(w io.Writer, v *audit.Versus, version string) error {
	doc := jsonVersus{
		Schema: CompareVersion, Tool: jsonTool{"mfu-audit", version}, Base: []string{}, Head: []string{}, Level: v.Level, Threshold: v.Threshold,
		Regressed: v.Regressed(), Told: list(v.Told), Facts: []jsonFactChange{}, Metrics: []jsonMetricChange{},
	}
	for _, r := range v.Base {
		doc.Base = append(doc.Base, r.Path)
	}
	for _, r := range v.Head {
		doc.Head = append(doc.Head, r.Path)
	}
	for _, f := range v.Facts {
		doc.Facts = append(doc.Facts, jsonFactChange{f.Name, text(f.Base), text(f.Head), f.Changed()})
	}
	for _, m := range v.Metrics {
		doc.Metrics = append(doc.Metrics, jsonMetricChange{
			m.Name, m.Quantity, positive(m.Base), positive(m.Head), m.NBase, m.NHead, positive(m.Ratio()), number64(m.Lo), number64(m.Hi), m.Outcome, m.Needs, text(m.Why),
		})
	}
	return encode(w, doc)
}
