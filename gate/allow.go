package gate

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// allow suppresses what the log itself asks to live with, under the same rules as a suppression of a configuration: what has expired,
// what lacks an expiry where one is due and what nothing needed is told at its place in the log. Its reason, like its other words, is
// not repeated.
func (g *Gate) allow(r *audit.RunReport) {
	for _, a := range r.Allow {
		s := Suppression{Rule: a.Rule, Quantity: reference.Quantity(a.Quantity), Expires: a.Expires}
		met, refused := false, false
		for _, f := range r.Findings {
			if f.Suppressed != "" || !s.matches(f, "") {
				continue
			}
			met = true
			switch {
			case s.expired(g.Now):
			case s.Expires.IsZero() && slices.Contains(impossible, f.Rule):
				refused = true
			default:
				f.Suppressed = allowedAt(a)
			}
		}
		name := g.known(a.Rule)
		switch {
		case name == "":
			g.addAllow(r, a, ruleSuppressionUnused, "What the log allows is the finding of no rule that is known.")
		case s.expired(g.Now):
			g.addAllow(r, a, ruleSuppressionExpired, fmt.Sprintf("What the log allows, %s, expired on %s and no longer holds.", name, s.Expires.Format(time.DateOnly)))
		case refused:
			g.addAllow(r, a, ruleNoExpiry, fmt.Sprintf("The log allows an impossible value, %s, which needs an expiry as well as a reason; it does not hold.", name))
		case !met:
			g.addAllow(r, a, ruleSuppressionUnused, fmt.Sprintf("What the log allows, %s, matches no finding of this run.", name))
		}
	}
}

// allowedAt is what a report says of a finding that the log allows.
func allowedAt(a runlog.Allow) string {
	until := ""
	if !a.Expires.IsZero() {
		until = ", until " + a.Expires.Format(time.DateOnly)
	}
	return fmt.Sprintf("allowed in the log (%s:%d%s)", a.Pos.File, a.Pos.Line, until)
}

// known is how a rule is called, if the words of a log name one or several; "" if they do not.
func (g *Gate) known(pattern string) string {
	for _, rule := range g.Rules {
		if matchesRule(pattern, &audit.Finding{Rule: rule.ID, Name: rule.Name}) {
			return pattern
		}
	}
	return ""
}

func (g *Gate) addAllow(r *audit.RunReport, a runlog.Allow, rule, message string) {
	f := &audit.Finding{Rule: rule, Severity: audit.SeverityWarning, Message: message, Logged: math.NaN(), Expected: math.NaN(), Pos: a.Pos}
	g.add(r, f)
	f.Fingerprint += g.known(a.Rule)
}
