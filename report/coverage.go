package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// coverage writes how much of the log was audited, which rules could not run and why, and what would let more be audited.
func (p *page) coverage(r *audit.RunReport) {
	c := r.Coverage
	p.blank()
	text := fmt.Sprintf("audited %d of %s", c.Audited, plural(c.Logged, "logged efficiency metric"))
	if len(c.NotAudited) > 0 {
		text += "; not audited: " + strings.Join(c.NotAudited, ", ")
	}
	if c.Logged == 0 {
		text = "no efficiency metrics are logged"
	}
	s := plain
	if c.Audited == 0 {
		s = yellow
	}
	p.hanging(0, 2, s, text)
	for _, g := range skippedByReason(c.Skipped, p.verbose) {
		which := strings.Join(g.rules, ", ")
		if len(g.rules) > mostSkipped && !p.verbose {
			which = plural(len(g.rules), "rule")
		}
		p.hanging(0, 2, dim, "skipped "+which+": "+g.reason)
	}
	switch {
	case r.Verdict() == "not-audited":
		p.hanging(0, 2, bold, nothingAudited(c))
	case len(c.Needs) == 0:
	default:
		p.hanging(0, 2, plain, "with "+strings.Join(c.Needs, ", ")+" more could be audited")
	}
}

// nothingAudited says why, and what an audit would take.
func nothingAudited(c audit.Coverage) string {
	switch {
	case len(c.Needs) > 0:
		return "nothing was audited; an audit needs " + strings.Join(c.Needs, ", ")
	case c.Logged == 0:
		return "nothing was audited: there is nothing to audit"
	default:
		return "nothing was audited: no flag would change that; what each metric lacks stands above"
	}
}

// mostSkipped is how many rules that are skipped for one reason are named; of more, which they are is a matter of --verbose.
const mostSkipped = 12

// skippedRules is the rules that could not run for one reason.
type skippedRules struct {
	reason string
	rules  []string
}

// skippedByReason groups skipped rules, in order of first appearance. Which metrics a log lacks is worth a line each only
// in verbose text, and so are the rules' names.
func skippedByReason(list []audit.SkippedRule, verbose bool) []skippedRules {
	var out []skippedRules
	for _, s := range list {
		reason := s.Reason
		if !verbose && strings.HasPrefix(reason, "no ") && strings.HasSuffix(reason, " logged") {
			reason = "what they look at is not logged"
		}
		i := slices.IndexFunc(out, func(g skippedRules) bool { return g.reason == reason })
		if i < 0 {
			out = append(out, skippedRules{reason: reason})
			i = len(out) - 1
		}
		rule := s.Rule
		if verbose && s.Name != "" {
			rule += " " + s.Name
		}
		out[i].rules = append(out[i].rules, rule)
	}
	return out
}

// fewProblems is how many input problems are written unless all are asked for.
const fewProblems = 5

// inputProblems writes what was odd about the input and what was done with it.
func (p *page) inputProblems(r *audit.RunReport) {
	if len(r.Problems) == 0 {
		return
	}
	p.blank()
	for i, x := range r.Problems {
		if i == fewProblems && !p.verbose {
			p.labelled(0, labelColumn, "", dim, fmt.Sprintf("and %d more (--verbose)", len(r.Problems)-i))
			break
		}
		p.labelled(0, labelColumn, onlyFirst(i, "input"), plain, problemText(x))
	}
}

func problemText(x runlog.Problem) string {
	text := x.Message
	if text == "" {
		text = string(x.Kind)
	}
	at := spot(x.Pos)
	switch {
	case x.Count > 1 && at != "":
		text += fmt.Sprintf(" (%s times, first at %s)", group(int64(x.Count)), at)
	case x.Count > 1:
		text += fmt.Sprintf(" (%s times)", group(int64(x.Count)))
	case at != "" && x.Kind != runlog.ProblemEncoding && x.Kind != runlog.ProblemBeside:
		text += " (" + at + ")"
	}
	return text
}

// spot is the line of a position, or its byte in a binary file; "" where it is no place in the input.
func spot(p runlog.Position) string {
	switch {
	case p.Line > 0:
		return fmt.Sprintf("line %d", p.Line)
	case p.Stands():
		return fmt.Sprintf("byte %d", p.Offset)
	}
	return ""
}
