package report

import (
	"fmt"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// labelColumn is the width of the labels in a finding and in the sections below.
const labelColumn = 10

// severityStyle colours a severity.
func severityStyle(s audit.Severity) style {
	switch s {
	case audit.SeverityError:
		return red
	case audit.SeverityWarning:
		return yellow
	default:
		return cyan
	}
}

// finding writes one cause: where, what was logged, what is right, why, and what else is wrong because of it.
func (p *page) finding(f *audit.Finding, r *audit.RunReport) {
	evidence := fmt.Sprintf("wrong: %s · cause: %s", f.Evidence.Wrong, f.Evidence.Cause)
	if f.Evidence.Wrong == "" || f.Severity == audit.SeverityNote {
		evidence = "" // a note does not say that a value is wrong
	}
	p.sides([]span{
		{string(f.Severity) + " ", severityStyle(f.Severity)}, {f.Rule + " ", bold}, {f.Name, plain},
	}, span{evidence, dim})
	p.location(f)
	p.snippet(f, r)
	p.values(f)
	p.para(2, plain, f.Message)
	for i, d := range f.Derivation {
		p.labelled(2, labelColumn, onlyFirst(i, "details"), plain, d)
	}
	p.consequences(f)
	p.rivals(f.Rivals)
	if p.verbose && f.Evidence.Hypotheses > 0 {
		p.labelled(2, labelColumn, "tried", dim, fmt.Sprintf("%s, %.2g of them expected to match by chance",
			plural(f.Evidence.Hypotheses, "value"), f.Evidence.Accidental))
	}
	p.labelled(2, len("suppressed: "), "suppressed: ", plain, f.Suppressed)
	p.line(span{"  help: ", dim}, span{"mfu-audit explain " + f.Rule, plain})
}

// location writes the place in the file and the key path.
func (p *page) location(f *audit.Finding) {
	pos := f.Pos
	if pos.File == "" && pos.Path == "" {
		return
	}
	place := pos.File
	switch {
	case pos.Line > 0:
		place = fmt.Sprintf("%s:%d:%d", pos.File, pos.Line, pos.Column)
	case pos.Stands():
		place = fmt.Sprintf("%s@%d", pos.File, pos.Offset)
	}
	place, path := clean(place), clean(pos.Path)
	arrow := span{"  --> ", blue}
	switch {
	case place == "":
		p.line(arrow, span{path, plain})
	case path == "":
		p.line(arrow, span{place, plain})
	case columns(place)+columns(path)+8 <= p.width:
		p.line(arrow, span{place + "  ", plain}, span{path, dim})
	default:
		p.line(arrow, span{place, plain})
		p.line(span{"      " + path, dim})
	}
}

// snippet writes the key and the value as logged, the value marked, and how many steps have the same fault.
func (p *page) snippet(f *audit.Finding, r *audit.RunReport) {
	const indent = 6
	steps := stepsText(f.Steps)
	s, ok := snippetOf(f, r)
	if !ok {
		p.para(indent, dim, steps)
		return
	}
	p.line(span{strings.Repeat(" ", indent) + s.before, plain}, span{s.value, bold}, span{s.after, plain})
	from := indent + columns(s.before)
	marks := strings.Repeat(" ", from) + strings.Repeat("^", columns(s.value))
	if steps != "" && columns(marks)+1+columns(steps) <= p.width {
		p.line(span{marks, pointer}, span{" " + steps, dim})
		return
	}
	p.line(span{marks, pointer})
	p.para(indent, dim, steps)
}

// stepsText says in how many steps a value is wrong, and in which where they are few.
func stepsText(s audit.StepRange) string {
	if s.Count == 0 || s.Of <= 1 && s.Count <= 1 {
		return ""
	}
	text := "in " + plural(s.Count, "step")
	if s.Of > 0 {
		text = fmt.Sprintf("in %s of %s", group(int64(s.Count)), plural(s.Of, "step"))
	}
	switch {
	case s.Count == s.Of:
		return text
	case len(s.List) > 0:
		return text + ": " + joinSteps(s.List)
	case s.First != s.Last:
		return fmt.Sprintf("%s, %d to %d", text, s.First, s.Last)
	}
	return fmt.Sprintf("%s: %d", text, s.First)
}

func joinSteps(list []int64) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = fmt.Sprint(s)
	}
	return strings.Join(parts, ", ")
}

// values writes the logged and the expected value under each other, with the expressions that give them and, at the
// right of these, the symbols' values and the ratio.
func (p *page) values(f *audit.Finding) {
	if !known(f.Logged) && !known(f.Expected) {
		return
	}
	logged, expected := pair(f.Quantity, f.Logged, f.Expected)
	width := max(columns(logged), columns(expected))
	left := func(value, as string) string {
		if as == "" {
			return padLeft(value, width)
		}
		return padLeft(value, width) + " = " + clean(as)
	}
	a, b := left(logged, f.LoggedAs), left(expected, f.ExpectedAs)
	ratio := ""
	if v := f.Ratio(); v > 0 && known(v) {
		ratio = "logged ÷ expected = " + factor(v)
	}
	symbols := clean(f.Symbols)
	aside := max(columns(a), columns(b)) + 4
	beside := 2+labelColumn+aside+max(columns(symbols), columns(ratio)) <= p.width
	row := func(label, text, note string) {
		if !beside || note == "" {
			// The padding that aligns the two values must survive wrapping.
			p.labelled(2, labelColumn, label, plain, keepLeading(text))
			return
		}
		p.line(span{"  ", plain}, span{padRight(label, labelColumn), dim}, span{padRight(text, aside), plain}, span{note, dim})
	}
	if known(f.Logged) {
		row("logged", a, symbols)
	}
	if known(f.Expected) {
		row("expected", b, ratio)
	}
	if !beside {
		p.labelled(2, labelColumn, "with", dim, symbols)
		p.labelled(2, labelColumn, "", dim, ratio)
	}
}

// consequences writes the other logged values that are wrong because of the same cause.
func (p *page) consequences(f *audit.Finding) {
	if len(f.Consequences) == 0 {
		return
	}
	parts := make([]string, len(f.Consequences))
	for i, c := range f.Consequences {
		name := audit.MetricKey(c.Path)
		if name == "" {
			name = string(c.Quantity)
		}
		logged, corrected := pair(c.Quantity, c.Logged, c.Corrected)
		if !known(c.Corrected) {
			corrected = "unknown"
		}
		// The spaces of one entry do not break: a column of arrows at line ends is hard to read.
		parts[i] = noBreak(name + " " + logged + " → " + corrected)
	}
	p.hanging(2, 4, plain, "also wrong because of it: "+strings.Join(parts, ", "))
}

// rivals writes other explanations, with what would settle them or why they are not believed.
func (p *page) rivals(list []audit.Rival) {
	for _, v := range list {
		label := "rival"
		text := strings.Join(v.Causes, " + ")
		if v.Text != "" {
			if text != "" {
				text += ": "
			}
			text += v.Text
		}
		if v.Rejected != "" {
			label = "rejected"
			text += "; " + v.Rejected
		}
		if v.SettledBy != "" {
			text += "; settled by " + v.SettledBy
		}
		p.labelled(2, labelColumn, label, plain, text)
	}
}

// keepLeading makes the spaces that a text starts with unbreakable.
func keepLeading(s string) string {
	rest := strings.TrimLeft(s, " ")
	return noBreak(s[:len(s)-len(rest)]) + rest
}
