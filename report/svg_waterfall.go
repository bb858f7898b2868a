package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// fallStep is one bar of a waterfall: a level from zero, or a change between two levels.
type fallStep struct {
	kind       string // "logged", "correction", "corrected", "restatement", "restated"
	from, to   float64
	factor     float64 // 0 for a level
	rule, text string
	cause      audit.Cause
	rivals     []string
}

func (s fallStep) isLevel() bool { return s.factor == 0 }

// sign and factor as they are read: × above one, ÷ below.
func (s fallStep) times() string {
	if s.factor > 0 && s.factor < 1 {
		return "÷ " + factor(1/s.factor)
	}
	return "× " + factor(s.factor)
}

// fallSteps are the bars from the logged MFU to the restated one, the same steps that the text report tells.
func fallSteps(m *audit.MFUReport) []fallStep {
	var out []fallStep
	at := m.Logged
	if known(m.Logged) {
		out = append(out, fallStep{kind: "logged", to: m.Logged, text: withComma("as logged", m.OwnConvention)})
	}
	corrections := 0
	add := func(row audit.WaterfallRow, text string) {
		out = append(out, fallStep{kind: string(row.Kind), from: at, to: row.MFU, factor: row.Factor, rule: row.Rule, text: text, cause: row.Cause, rivals: row.Rivals})
		at = row.MFU
	}
	for _, row := range m.Waterfall {
		if row.Kind == audit.Correction && known(row.MFU) && known(at) {
			add(row, row.Text)
			corrections++
		}
	}
	if known(m.Corrected) && (corrections > 0 || !known(m.Logged)) {
		text := "corrected"
		if !known(m.Logged) {
			text = "recomputed"
		}
		out = append(out, fallStep{kind: "corrected", to: m.Corrected, text: withComma(text, m.OwnConvention)})
		at = m.Corrected
	}
	if !known(m.Restated) || m.Restated == 0 || m.Convention == m.OwnConvention {
		return out
	}
	for _, row := range m.Waterfall {
		if row.Kind != audit.Restatement || !known(row.MFU) || !known(at) {
			continue
		}
		text := row.Text
		if text == "" {
			text = m.RestatedText
		}
		add(row, withColon("restated", text))
	}
	text := "restated, " + m.Convention
	if len(out) == 0 {
		text = "recomputed, " + m.Convention
	}
	return append(out, fallStep{kind: "restated", to: m.Restated, text: text})
}

// Sizes of the waterfall, in pixels.
const (
	fallText  = 13
	fallLine  = 17
	fallBar   = 20
	fallGap   = 16
	chartEdge = 1
)

// waterfallChart draws one bar per cause from the logged MFU to the restated one, each under its label.
func waterfallChart(m *audit.MFUReport, width float64) *drawing {
	steps := fallSteps(m)
	if len(steps) == 0 {
		return nil
	}
	hi := 0.0
	for _, s := range steps {
		hi = max(hi, s.from, s.to)
	}
	const valueRoom = 64 // for the number beyond the longest bar
	d := &drawing{width: width, title: "From the logged to the restated MFU", desc: fallSentence(steps)}
	x := fromZero(hi, chartEdge, width-valueRoom)
	type placed struct {
		label []string
		top   float64
	}
	var rows []placed
	y := 0.0
	for _, s := range steps {
		label := s.text
		if !s.isLevel() {
			label = strings.TrimSpace(s.times() + "  " + s.rule + " " + s.text)
		}
		p := placed{fitLines(label, fallText, width-8), y}
		rows = append(rows, p)
		y += float64(len(p.label))*fallLine + 4 + fallBar + fallGap
	}
	bottom := y - fallGap/2
	d.height = bottom + 22
	for _, t := range x.ticks(5) {
		d.line("grid", x.at(t), rows[0].top+fallLine+4, x.at(t), bottom)
		d.text("tick", x.at(t), bottom+15, anchorWithin(x.at(t), width), percentTick(t))
	}
	for i, s := range steps {
		top := rows[i].top
		for _, line := range rows[i].label {
			top += fallLine
			d.text("label halo", 0, top-4, start, line)
		}
		top += 4
		lo, up := min(s.from, s.to), max(s.from, s.to)
		d.rect("bar "+s.kind, s.text+": "+percent(s.to), x.at(lo), top, max(x.at(up)-x.at(lo), 2), fallBar)
		d.text("value", x.at(up)+6, top+fallBar-5, start, percent(s.to))
		if i+1 < len(steps) {
			below := rows[i+1].top + float64(len(rows[i+1].label))*fallLine + 4
			d.line("lead", x.at(s.to), top+fallBar, x.at(s.to), below)
		}
	}
	if hi > 1 {
		d.line("limit", x.at(1), rows[0].top+fallLine+4, x.at(1), bottom)
	}
	return d
}

// fallSentence tells the waterfall in words.
func fallSentence(steps []fallStep) string {
	var parts []string
	for _, s := range steps {
		if s.isLevel() {
			parts = append(parts, s.text+" "+percent(s.to))
			continue
		}
		parts = append(parts, strings.TrimSpace(s.times()+" "+s.rule)+" "+s.text)
	}
	return strings.Join(parts, "; ") + "."
}

// percentTick writes a fraction as an axis does: 40 %.
func percentTick(v float64) string {
	return significantTick(v*100) + " %"
}

// significantTick writes a round number without trailing zeros.
func significantTick(v float64) string {
	if size := math.Abs(v); size >= 1e5 && size < 1e15 {
		return groupDigits(strconv.FormatFloat(v, 'f', 0, 64))
	}
	s := strconv.FormatFloat(v, 'g', 6, 64)
	if strings.Contains(s, "e") {
		return s
	}
	return groupDigits(s)
}

// anchorWithin keeps a label that stands at an edge inside the drawing.
func anchorWithin(x, width float64) anchor {
	switch {
	case x < 16:
		return start
	case x > width-20:
		return end
	}
	return middle
}
