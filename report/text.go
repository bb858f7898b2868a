package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// Text writes a report for people: each run in turn, its findings first, then the model and the devices that they rest on,
// the way from the logged MFU to the right one, every metric and what became of it, and what was not audited.
func Text(w io.Writer, r *audit.Report, o TextOptions) error {
	p := newPage(o)
	if len(r.Tables) > 0 {
		for i, t := range r.Tables {
			if i > 0 {
				p.blank()
			}
			if err := p.claimsTable(t); err != nil {
				return err
			}
		}
		logs, none := logsOf(r)
		if none {
			p.blank()
			p.line(tallyAll(r).spans()...)
			return p.flush(w)
		}
		r = logs
		p.blank()
	}
	inFile := map[string]int{}
	for _, run := range r.Runs {
		inFile[run.Path]++
	}
	for i, run := range r.Runs {
		if i > 0 {
			p.blank()
			p.line(span{strings.Repeat("─", p.width), dim})
			p.blank()
		}
		if err := p.run(run, inFile[run.Path] > 1); err != nil {
			return err
		}
	}
	p.decisions(r)
	if len(r.Problems) > 0 && len(r.Runs) > 0 {
		p.blank()
	}
	for _, x := range r.Problems {
		p.line(span{"not read ", red}, span{" " + x.Path, bold})
		message := x.Message
		if !p.verbose {
			message, _, _ = strings.Cut(message, "\n") // a stack of an internal error follows
		}
		p.para(2, plain, message)
	}
	if len(r.Runs) != 1 || len(r.Findings) > 0 {
		p.total(r)
	}
	return p.flush(w)
}

// decisions writes what is odd about the team's own decisions.
func (p *page) decisions(r *audit.Report) {
	if len(r.Findings) == 0 {
		return
	}
	if len(r.Runs) > 0 {
		p.blank()
		p.line(span{strings.Repeat("─", p.width), dim})
		p.blank()
	}
	for i, f := range r.Findings {
		if i > 0 {
			p.blank()
		}
		p.finding(f, decisions(f))
	}
}

// run writes one run. Its name is printed only where the path does not tell it from others.
func (p *page) run(r *audit.RunReport, named bool) error {
	p.runHeader(r, named)
	shown := 0
	for _, f := range r.Findings {
		if f.Suppressed != "" && !p.verbose {
			continue
		}
		p.blank()
		p.finding(f, r)
		shown++
	}
	p.inputProblems(r)
	p.model(r)
	p.waterfall(r.MFU, r.Series)
	if err := p.quantities(r); err != nil {
		return err
	}
	p.coverage(r)
	c := tally(r)
	if r.Verdict() == "not-audited" && c == (counted{}) {
		p.line(span{"no findings, because nothing was audited", yellow})
		return nil
	}
	p.line(c.spans()...)
	return nil
}

// runHeader writes the path and what ran in one line, or several.
func (p *page) runHeader(r *audit.RunReport, named bool) {
	parts := []string{r.Format}
	if named && r.Name != "" {
		parts = append(parts, r.Name)
	}
	if m := shape(r.Model); m != "" {
		parts = append(parts, m)
	}
	if d := devices(r.Hardware); d != "" {
		parts = append(parts, d)
	}
	if r.Hardware.Precision != "" {
		parts = append(parts, string(r.Hardware.Precision))
	}
	if r.Steps > 0 {
		parts = append(parts, plural(r.Steps, "step"))
	}
	path := clean(r.Path)
	facts := clean(strings.Join(parts, " · "))
	if columns(path)+3+columns(facts) <= p.width {
		p.line(span{path, bold}, span{"   " + facts, plain})
		return
	}
	p.line(span{path, bold})
	for _, l := range joinWithin(parts, " · ", p.rest(2)) {
		p.line(span{"  " + l, plain})
	}
}

// joinWithin joins parts into lines of at most width columns, breaking between parts only.
func joinWithin(parts []string, separator string, width int) []string {
	var lines []string
	for _, part := range parts {
		n := len(lines)
		if n > 0 && columns(lines[n-1]+separator+part) <= width {
			lines[n-1] += separator + part
			continue
		}
		lines = append(lines, part)
	}
	return lines
}

// shape names a model by its dimensions: 24L 2048H 16A GLU 1.83 B.
func shape(m audit.ModelReport) string {
	if m.Architecture == nil {
		if m.Parameters > 0 {
			return billions(m.Parameters)
		}
		return ""
	}
	s := shortShape(m.Architecture)
	if len(m.Undecided) > 0 {
		a := m.Architecture
		s = fmt.Sprintf("%dL %dH %dA", a.Layers(), a.Hidden, a.First().Attention.Heads)
	}
	if n := parametersOf(m); n > 0 {
		s += " " + billions(n)
	}
	return s
}

func shortShape(a *reference.Architecture) string {
	g := a.First()
	s := fmt.Sprintf("%dL %dH", a.Layers(), a.Hidden)
	if g.Mixer != nil {
		s += " " + g.Mixer.Name()
	}
	if g.Attention.Heads > 0 {
		s += fmt.Sprintf(" %dA", g.Attention.Heads)
	}
	if g.Attention.KVHeads != g.Attention.Heads {
		s += fmt.Sprintf("/%dKV", g.Attention.KVHeads)
	}
	if g.FFN.Gated {
		s += " GLU"
	}
	return s
}

// parametersOf is the model's parameters as logged, or as its architecture implies them.
func parametersOf(m audit.ModelReport) int64 {
	if m.Parameters > 0 || m.Architecture == nil {
		return m.Parameters
	}
	return m.Architecture.CountParameters().Total
}

// devices names what the run ran on: 2 × A100-SXM4-80GB.
func devices(h audit.HardwareReport) string {
	name := h.Printed
	if h.Device != nil {
		name = h.Device.Name
	}
	switch {
	case h.Devices > 0 && name != "":
		return group(h.Devices) + " × " + name
	case h.Devices > 0:
		return plural(int(h.Devices), "device")
	}
	return name
}

// counted is how many findings a run has by severity.
type counted struct {
	errors, warnings, notes, suppressed int
}

func tally(r *audit.RunReport) counted { return count(r.Findings) }

// tallyAll counts the findings of every run and those about the team's decisions.
func tallyAll(r *audit.Report) counted {
	sum := count(r.Findings)
	for _, run := range r.Runs {
		sum = sum.plus(tally(run))
	}
	return sum
}

func count(findings []*audit.Finding) counted {
	var c counted
	for _, f := range findings {
		switch {
		case f.Suppressed != "":
			c.suppressed++
		case f.Severity == audit.SeverityError:
			c.errors++
		case f.Severity == audit.SeverityWarning:
			c.warnings++
		default:
			c.notes++
		}
	}
	return c
}

func (c counted) plus(d counted) counted {
	return counted{c.errors + d.errors, c.warnings + d.warnings, c.notes + d.notes, c.suppressed + d.suppressed}
}

// spans writes the counts: 3 errors, 2 warnings, 1 note.
func (c counted) spans() []span {
	var out []span
	add := func(n int, noun string, s style) {
		if n == 0 {
			return
		}
		if len(out) > 0 {
			out = append(out, span{", ", plain})
		}
		out = append(out, span{plural(n, noun), s})
	}
	add(c.errors, "error", red)
	add(c.warnings, "warning", yellow)
	add(c.notes, "note", cyan)
	if len(out) == 0 {
		out = append(out, span{"no findings", green})
	}
	if c.suppressed > 0 {
		out = append(out, span{fmt.Sprintf(", %d suppressed", c.suppressed), dim})
	}
	return out
}

// total sums several runs up.
func (p *page) total(r *audit.Report) {
	verdicts := map[string]int{}
	for _, run := range r.Runs {
		verdicts[run.Verdict()]++
	}
	if len(r.Runs) > 0 || len(r.Problems) > 0 {
		p.blank()
	}
	spans := []span{{plural(len(r.Runs), "run") + ": ", bold}}
	if len(r.Runs) == 0 {
		spans[0].text = "no runs"
	}
	var parts []string
	for _, v := range []struct{ verdict, text string }{{"fail", "failed"}, {"pass", "passed"}, {"not-audited", "not audited"}} {
		if n := verdicts[v.verdict]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v.text))
		}
	}
	if n := len(r.Problems); n > 0 {
		if len(r.Runs) == 0 {
			spans[0].text += ", "
		}
		parts = append(parts, plural(n, "input")+" not read")
	}
	p.line(append(spans, span{strings.Join(parts, ", "), plain})...)
	if len(r.Runs) > 0 || len(r.Findings) > 0 {
		p.line(tallyAll(r).spans()...)
	}
}
