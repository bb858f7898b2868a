package report

import (
	"fmt"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// htmlFinding is one cause with what a reader needs to check it by hand.
type htmlFinding struct {
	ID, Rule, Name, Severity, Evidence string
	Place, Path                        string
	Before, Marked, After              string // the snippet
	Steps                              string
	HasLogged, HasExpected             bool
	Logged, Expected                   htmlValue
	LoggedAs, ExpectedAs, Symbols      string
	Ratio                              string
	Message                            string
	Derivation                         []string
	Consequences                       []htmlConsequence
	Rivals                             []htmlRival
	Tried, Suppressed                  string
	Summary, Why, Fix                  string // of the rule
}

type htmlConsequence struct {
	Name              string
	Logged, Corrected htmlValue
}

type htmlRival struct{ Label, Text, SettledBy string }

// within makes the finding's id that of one run.
func (f htmlFinding) within(run string) htmlFinding {
	f.ID = run + "-" + f.ID
	return f
}

// believed says how surely the finding's value is wrong and its cause known, and which other explanations stand.
func (f *htmlFinding) believed() string {
	text := f.Evidence
	for _, v := range f.Rivals {
		if v.Label == "Rival" {
			text += " · rival: " + v.Text
			if v.SettledBy != "" {
				text += "; settled by " + v.SettledBy
			}
		}
	}
	return text
}

func newHTMLFinding(f *audit.Finding, r *audit.RunReport, d *Document, index int) htmlFinding {
	out := htmlFinding{
		ID: fmt.Sprintf("finding-%d", index+1), Rule: f.Rule, Name: f.Name, Severity: string(f.Severity), Message: wellSet(f.Message),
		Path: clean(f.Pos.Path), Steps: stepsText(f.Steps), LoggedAs: wellSet(f.LoggedAs), ExpectedAs: wellSet(f.ExpectedAs), Symbols: wellSet(f.Symbols),
		Suppressed: clean(f.Suppressed),
	}
	if f.Evidence.Wrong != "" && f.Severity != audit.SeverityNote {
		out.Evidence = fmt.Sprintf("wrong: %s · cause: %s", f.Evidence.Wrong, f.Evidence.Cause)
	}
	switch file := fileOf(r, f); {
	case f.Pos.Line > 0:
		out.Place = clean(fmt.Sprintf("%s:%d:%d", file, f.Pos.Line, f.Pos.Column))
	case f.Pos.Stands():
		out.Place = clean(fmt.Sprintf("%s@%d", file, f.Pos.Offset))
	}
	if s, ok := snippetOf(f, r); ok {
		out.Before, out.Marked, out.After = s.before, s.value, s.after
	}
	logged, expected := pair(f.Quantity, f.Logged, f.Expected)
	out.HasLogged, out.HasExpected = known(f.Logged), known(f.Expected)
	out.Logged, out.Expected = value(f.Logged, logged), value(f.Expected, expected)
	if v := f.Ratio(); v > 0 && known(v) {
		out.Ratio = bind(factor(v))
	}
	for _, line := range f.Derivation {
		out.Derivation = append(out.Derivation, wellSet(line))
	}
	for _, c := range f.Consequences {
		name := audit.MetricKey(c.Path)
		if name == "" {
			name = string(c.Quantity)
		}
		was, is := pair(c.Quantity, c.Logged, c.Corrected)
		if !known(c.Corrected) {
			is = "unknown"
		}
		out.Consequences = append(out.Consequences, htmlConsequence{clean(name), value(c.Logged, was), value(c.Corrected, is)})
	}
	for _, v := range f.Rivals {
		out.Rivals = append(out.Rivals, newHTMLRival(v))
	}
	if f.Evidence.Hypotheses > 0 {
		out.Tried = wellSet(fmt.Sprintf("%s tried, %.2g of them expected to match by chance", plural(f.Evidence.Hypotheses, "value"), f.Evidence.Accidental))
	}
	for _, rule := range d.Rules {
		if rule.ID == f.Rule {
			out.Summary, out.Why, out.Fix = rule.Summary, rule.Why, rule.Fix
		}
	}
	return out
}

func newHTMLRival(v audit.Rival) htmlRival {
	text := strings.Join(v.Causes, " + ")
	if v.Text != "" {
		text = strings.TrimPrefix(text+": "+v.Text, ": ")
	}
	out := htmlRival{"Rival", wellSet(text), clean(v.SettledBy)}
	if v.Rejected != "" {
		out.Label = "Rejected"
		out.Text += wellSet("; " + v.Rejected)
	}
	return out
}
