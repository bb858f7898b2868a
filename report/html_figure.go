package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// htmlFigure is a chart with a table of the same data.
type htmlFigure struct {
	ID, Title, Text string
	Wide, Narrow    template.HTML // the same chart for a page and for a phone; Narrow may be empty
	Tables          []htmlTable
}

// htmlTable is a table whose first column names its rows.
type htmlTable struct {
	Caption string
	Head    []string
	Rows    []htmlRow
}

type htmlRow struct {
	Name  string
	Cells []htmlValue
}

// Widths for which charts are drawn, in pixels: the page's text column, and a phone's.
const (
	wideChart   = 760
	narrowChart = 340
)

// plainCell is a cell that is no number.
func plainCell(s string) htmlValue { return htmlValue{Text: wellSet(s)} }

// figures draws what the run gives.
func figures(r *audit.RunReport, id string, narrow bool) []htmlFigure {
	var out []htmlFigure
	for _, f := range []struct {
		kind, title string
		text        string
		tables      func(*audit.RunReport) []htmlTable
	}{
		{"waterfall", "From logged to restated", "", fallTable},
		{"series", "Over the steps", seriesNote(r), seriesTable},
		{"breakdown", "Where the FLOPs go", "Training FLOPs per token, forward and backward: what this model costs, beside what the log says.", breakdownTables},
		{"conventions", "Under every convention", "The same steps, the same devices, other ways to count. A filled dot is a definition that people state; a hollow one is what one version of one framework computes.", conventionsTable},
	} {
		d, _ := chartOf(r, f.kind, wideChart)
		if d == nil || f.kind == "waterfall" && len(fallSteps(r.MFU)) < 2 {
			continue // of one bar there is no way to show
		}
		x := htmlFigure{ID: id + "-" + f.kind, Title: f.title, Text: wellSet(f.text), Tables: f.tables(r)}
		// The drawing escapes every text that it writes.
		x.Wide = template.HTML(d.svg(x.ID+"-wide", ""))
		if narrow {
			d, _ = chartOf(r, f.kind, narrowChart)
			x.Narrow = template.HTML(d.svg(x.ID+"-narrow", ""))
		}
		out = append(out, x)
	}
	return out
}

func fallTable(r *audit.RunReport) []htmlTable {
	t := htmlTable{Caption: "From the logged to the restated MFU, step by step", Head: []string{"Step", "Rule", "Factor", "MFU after", "Cause"}}
	for _, s := range fallSteps(r.MFU) {
		row := htmlRow{Name: wellSet(s.text)}
		if s.isLevel() {
			row.Cells = []htmlValue{plainCell("–"), plainCell("–"), value(s.to, percent(s.to)), plainCell("–")}
		} else {
			cause := string(s.cause)
			if len(s.rivals) > 0 {
				cause += "; rival: " + strings.Join(s.rivals, "; ")
			}
			row.Cells = []htmlValue{plainCell(orDash(s.rule)), value(s.factor, s.times()), value(s.to, percent(s.to)), plainCell(orDash(cause))}
		}
		t.Rows = append(t.Rows, row)
	}
	return []htmlTable{t}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// seriesNote says what the charts over the steps leave to be said.
func seriesNote(r *audit.RunReport) string {
	s := r.Series
	if s == nil {
		return ""
	}
	text := "Axes span the steady steps; a triangle at an edge is a step beyond it."
	for _, c := range s.Curves {
		if len(c.Points) < c.Values {
			return text + fmt.Sprintf(" Of %s at most %s are drawn: of each stretch those with the least and the greatest value, so that no outlier is lost.",
				plural(s.Records, "step"), group(audit.SeriesPoints))
		}
	}
	return text
}

// seriesTable sums the series up, and lists the steps where they are few.
func seriesTable(r *audit.RunReport) []htmlTable {
	s := r.Series
	sum := htmlTable{Caption: "The series in numbers", Head: []string{"Metric", "Steps", "First", "Least", "Greatest", "Last", "Affected"}}
	fewest := len(s.Curves[0].Points)
	for i := range s.Curves {
		c := &s.Curves[i]
		fewest = max(fewest, len(c.Points))
		name, u := curveName(c)
		for _, kind := range []string{"logged", "corrected"} {
			if row, ok := seriesRow(c, name, u, kind); ok {
				sum.Rows = append(sum.Rows, row)
			}
		}
	}
	out := []htmlTable{sum}
	if len(s.Reasons) > 0 {
		left := htmlTable{Caption: "Steps left out", Head: []string{"Reason", "Steps"}}
		for _, x := range s.Reasons {
			left.Rows = append(left.Rows, htmlRow{wellSet(x.Reason), []htmlValue{value(float64(x.Steps), group(int64(x.Steps)))}})
		}
		out = append(out, left)
	}
	if fewest <= fewSteps {
		for i := range s.Curves {
			out = append(out, stepTable(s, &s.Curves[i]))
		}
	}
	return out
}

// seriesRow sums a curve up; ok is false where it has no such values.
func seriesRow(c *audit.Curve, name string, u unit, kind string) (row htmlRow, ok bool) {
	if kind == "corrected" && !corrects(c) && c.Convention == "" {
		return row, false
	}
	least, greatest := math.Inf(1), math.Inf(-1)
	first, last := math.NaN(), math.NaN()
	for _, p := range c.Points {
		v := p.Logged
		if kind == "corrected" {
			v = p.Corrected
		}
		if !known(v) {
			continue
		}
		if !known(first) {
			first = v
		}
		last = v
		least, greatest = min(least, v), max(greatest, v)
	}
	if !known(first) {
		return row, false
	}
	show := func(v float64) htmlValue { return value(v, u.digitsOf(c.Quantity, v, 4)) }
	if u.name != "" {
		name += ", " + u.name
	}
	row = htmlRow{name + ", " + kind, []htmlValue{
		value(float64(c.Values), group(int64(c.Values))), show(first), show(least), show(greatest), show(last), plainCell(orDash(affectedText(c))),
	}}
	return row, true
}

// stepTable lists a short series step by step.
func stepTable(s *audit.Series, c *audit.Curve) htmlTable {
	name, u := curveName(c)
	if u.name != "" {
		name += ", " + u.name
	}
	t := htmlTable{Caption: name, Head: []string{"Step", "Logged", "Corrected", "Left out"}}
	for _, p := range c.Points {
		out := "–"
		if p.Excluded > 0 {
			out = s.Reasons[p.Excluded-1].Reason
		}
		t.Rows = append(t.Rows, htmlRow{fmt.Sprint(p.Step), []htmlValue{
			value(p.Logged, u.digitsOf(c.Quantity, p.Logged, 4)), value(p.Corrected, u.digitsOf(c.Quantity, p.Corrected, 4)), plainCell(out),
		}})
	}
	return t
}

func breakdownTables(r *audit.RunReport) []htmlTable {
	var out []htmlTable
	for _, b := range flopsBars(r) {
		caption := b.name
		if b.note != "" {
			caption += " (" + b.note + ")"
		}
		t := htmlTable{Caption: caption, Head: []string{"Part", "FLOPs per token", "Share"}}
		sum := b.sum()
		for _, p := range b.parts {
			t.Rows = append(t.Rows, htmlRow{p.name, []htmlValue{value(p.flops, significant(math.Round(p.flops), 5)), value(p.flops/sum, percent(p.flops/sum))}})
		}
		t.Rows = append(t.Rows, htmlRow{"together", []htmlValue{value(sum, significant(math.Round(sum), 5)), value(1, percent(1))}})
		out = append(out, t)
	}
	return out
}

func conventionsTable(r *audit.RunReport) []htmlTable {
	t := htmlTable{Caption: "MFU under every convention", Head: []string{"Convention", "Kind", "MFU", "÷ " + r.MFU.Convention}}
	for _, c := range underAll(r) {
		ratio := c.mfu / r.MFU.Restated
		t.Rows = append(t.Rows, htmlRow{strings.Join(c.names, ", "), []htmlValue{plainCell(string(c.kind)), value(c.mfu, percent(c.mfu)), value(ratio, fixed(ratio, 4))}})
	}
	return []htmlTable{t}
}
