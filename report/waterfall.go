package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// waterfall writes the way from the logged MFU over the corrections to the MFU under the reference definition:
//
//	MFU   36.76 %  as logged (step 60), palm
//	   ×  2.0000   MFU210  tokens of one rank over the peak of both
//	   =  73.52 %  corrected, palm, 312 TFLOP/s dense bf16 × 2
//	   ÷  1.1806   restated: palm charges the input embedding and the norms
//	   =  62.27 %  matmul-full                                (matmul-causal 58.60 %)
func (p *page) waterfall(m *audit.MFUReport, series *audit.Series) {
	if m == nil {
		return
	}
	p.blank()
	own := m.OwnConvention
	if len(m.Also) > 0 {
		own += " (also " + strings.Join(m.Also, ", ") + ")"
	}
	sign, spark := "MFU ", ""
	if p.spark {
		spark = sparkline(series, p.rest(numberIndent+3))
	}
	if known(m.Logged) {
		text := "as logged"
		if m.HasStep {
			text += fmt.Sprintf(" (step %d)", m.Step)
		}
		p.step(sign, percent(m.Logged), bold, withComma(text, own), spark)
		sign = "  = "
	}
	corrections := 0
	for _, row := range m.Waterfall {
		if row.Kind == audit.Correction {
			p.factorRow(row)
			corrections++
		}
	}
	if known(m.Corrected) && (corrections > 0 || !known(m.Logged)) {
		text := "corrected"
		if !known(m.Logged) {
			text = "recomputed"
		}
		p.step(sign, percent(m.Corrected), bold, withComma(withComma(text, m.OwnConvention), m.PeakText), "")
		sign = "  = "
	}
	if known(m.Restated) && m.Restated != 0 && m.Convention != m.OwnConvention {
		p.restatement(m)
		text := m.Convention
		if sign == "MFU " {
			text = withComma("recomputed, "+text, m.PeakText)
		}
		note := p.others(m)
		if sign == "MFU " && spark != "" {
			note = strings.TrimSpace(note + " " + spark)
		}
		p.step(sign, percent(m.Restated), bold, text, note)
	} else if o := p.others(m); o != "" {
		p.para(numberIndent, dim, o)
	}
	p.headline(m)
}

// restatement writes the factors that lead to the reference definition, which no mistake explains.
func (p *page) restatement(m *audit.MFUReport) {
	for _, row := range m.Waterfall {
		if row.Kind == audit.Restatement {
			if row.Text == "" {
				row.Text = m.RestatedText
			}
			row.Text, row.Rule = withColon("restated", row.Text), ""
			p.factorRow(row)
		}
	}
}

// factorRow writes one factor: × where the MFU grows, ÷ where it shrinks.
func (p *page) factorRow(row audit.WaterfallRow) {
	sign, value := "  × ", row.Factor
	if value < 1 && value > 0 {
		sign, value = "  ÷ ", 1/value
	}
	text := row.Text
	if row.Rule != "" {
		text = row.Rule + keep + " " + row.Text
	}
	note := ""
	if row.Cause != "" && row.Kind == audit.Correction {
		note = "cause: " + string(row.Cause)
	}
	if len(row.Rivals) > 0 {
		note += "; rival: " + strings.Join(row.Rivals, "; ")
	}
	// The unit column stays empty, so that the digits of factors and percentages line up by their last place.
	p.step(sign, factor(value)+"  ", plain, text, strings.TrimPrefix(note, "; "))
}

// The waterfall's columns: a sign, a number, text.
const (
	numberColumn = 10
	numberIndent = len("MFU ") + numberColumn + 2
)

// step writes one line of the waterfall: a sign, a number, what it is, and a note at the right edge or below.
func (p *page) step(sign, value string, s style, text, note string) {
	const indent = numberIndent
	lines := wrap(clean(text), p.rest(indent))
	text, note = lines[0], clean(note)
	left := []span{{sign, dim}, {padLeft(value, numberColumn) + "  ", s}}
	if sign == "MFU " {
		left[0].style = bold
	}
	if len(lines) == 1 && indent+columns(text)+3+columns(note) <= p.width {
		left = append(left, span{text, plain})
		if note != "" {
			gap := max(3, p.width-indent-columns(text)-columns(note))
			left = append(left, span{strings.Repeat(" ", gap), plain}, span{note, dim})
		}
		p.line(left...)
		return
	}
	p.line(append(left, span{text, plain})...)
	for _, l := range lines[1:] {
		p.line(span{strings.Repeat(" ", indent), plain}, span{l, plain})
	}
	if note != "" {
		p.para(indent, dim, note)
	}
}

// headline says which step stands for the run, and which were left out.
func (p *page) headline(m *audit.MFUReport) {
	p.para(numberIndent, dim, headlineText(m, p.verbose))
}

// headlineText is that in words; all lists every step that was left out.
func headlineText(m *audit.MFUReport, all bool) string {
	var parts []string
	switch {
	case m.Over == "steady" && m.HasStep:
		parts = append(parts, fmt.Sprintf("step %d is the lower median of %s", m.Step, plural(m.Steps, "steady step")))
	case m.Over == "step" && m.HasStep:
		parts = append(parts, fmt.Sprintf("step %d as asked for", m.Step))
	case m.Over == "summary":
		parts = append(parts, "from the log's summary")
	}
	var out []string
	for _, g := range excluded(m.Excluded) {
		out = append(out, g.text(all))
	}
	if len(out) > 0 && m.Over == "steady" {
		parts = append(parts, "left out: "+strings.Join(out, ", "))
	}
	return strings.Join(parts, "; ")
}

// exclusion is the steps left out for one reason.
type exclusion struct {
	reason string
	steps  []int64
}

// excluded groups the left-out steps by reason, in order of first appearance.
func excluded(list []audit.Excluded) []exclusion {
	var out []exclusion
	for _, e := range list {
		i := slices.IndexFunc(out, func(x exclusion) bool { return x.reason == e.Reason })
		if i < 0 {
			out = append(out, exclusion{reason: e.Reason})
			i = len(out) - 1
		}
		out[i].steps = append(out[i].steps, e.Step)
	}
	return out
}

// text lists the steps, the first few of many, and the reason.
func (x exclusion) text(all bool) string {
	const few = 6
	noun := "step "
	if len(x.steps) > 1 {
		noun = "steps "
	}
	if all || len(x.steps) <= few {
		return noun + joinSteps(x.steps) + " (" + x.reason + ")"
	}
	return fmt.Sprintf("%s%s … %d (%s; %d in all)", noun, joinSteps(x.steps[:few-1]), x.steps[len(x.steps)-1], x.reason, len(x.steps))
}

// others writes the MFU under definitions that are neither the log's own nor the reference: in verbose text all of them, by
// name, else the causal one, which is the one most asked for.
func (p *page) others(m *audit.MFUReport) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(m.Others)) {
		told := name == m.Convention || name == m.OwnConvention || slices.Contains(m.Also, name)
		if v := m.Others[name]; known(v) && !told && (p.verbose || name == "matmul-causal") {
			parts = append(parts, name+" "+percent(v))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func withComma(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func withColon(a, b string) string {
	if b == "" {
		return a
	}
	return a + ": " + b
}
