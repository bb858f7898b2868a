package gate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mfu-audit/mfu-audit/audit"
)

// Gate judges runs one after another by a configuration and a baseline, either of which may be nil.
type Gate struct {
	Config   *Config
	Baseline *Baseline
	Rules    []audit.Rule // the catalogue, for editions
	Now      time.Time
	Whole    bool // every log below the configuration's folder is judged, so that a path that matches none is a mistake
	used     map[*Suppression]bool
	met      map[*Suppression]bool // a judged log is at its path
}

// The gate's rules about suppressions.
const (
	ruleSuppressionExpired = "MFU820"
	ruleSuppressionUnused  = "MFU821"
	ruleNoExpiry           = "MFU822"
)

// impossible are the rules of values that cannot be: one that is to be lived with needs an end.
var impossible = []string{"MFU710"}

// Judge lays a team's decisions on a run's report: its own rules, budgets, severities, the edition, suppressions, the baseline, in
// this order. path is the log's, relative to the configuration's folder, with slashes.
func (g *Gate) Judge(r *audit.RunReport, path string) {
	var s Settings
	if g.Config != nil {
		s = g.Config.For(path)
		g.customRules(r)
		for i := range s.Budgets {
			if f := s.Budgets[i].check(r); f != nil {
				g.add(r, f)
			}
		}
		g.meet(path)
	}
	g.allow(r)
	g.grade(r, &s)
	for _, f := range r.Findings {
		if f.Suppressed == "" {
			f.Suppressed = g.suppress(r, f, path)
		}
		if f.Suppressed == "" && g.Baseline != nil {
			f.Suppressed = g.Baseline.covers(f, g.Now)
		}
	}
}

func (g *Gate) customRules(r *audit.RunReport) {
	if len(g.Config.Rules) == 0 {
		return
	}
	env := values(r)
	for i := range g.Config.Rules {
		c := &g.Config.Rules[i]
		f, skipped := c.check(r, env)
		if skipped != "" {
			r.Coverage.Skipped = append(r.Coverage.Skipped, audit.SkippedRule{Rule: c.ID, Name: c.Name, Reason: skipped})
		}
		if f != nil {
			r.Findings = append(r.Findings, f)
		}
	}
}

// add files a finding of the gate with its rule's name.
func (g *Gate) add(r *audit.RunReport, f *audit.Finding) {
	for _, rule := range g.Rules {
		if rule.ID == f.Rule {
			f.Name = rule.Name
		}
	}
	if math.IsNaN(f.Logged) && math.IsNaN(f.Expected) {
		f.Evidence = audit.Evidence{}
	}
	f.Fingerprint = fmt.Sprintf("%s:%s:%s:", f.Rule, r.Format, f.Quantity)
	r.Findings = append(r.Findings, f)
}

// grade sets the severities that a configuration gives rules, drops those turned off, and lets rules that are newer than the edition
// note only.
func (g *Gate) grade(r *audit.RunReport, s *Settings) {
	off := map[*audit.Finding]bool{}
	for _, f := range r.Findings {
		if s.Edition != nil && newer(g.since(f.Rule), s.Edition.Text) {
			f.Severity = audit.SeverityNote
		}
		for _, n := range s.Severity {
			switch {
			case !matchesRule(n.Key, f):
			case n.Text == "off":
				off[f] = true
			default:
				f.Severity = audit.Severity(n.Text)
				delete(off, f)
			}
		}
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f *audit.Finding) bool { return off[f] })
}

func (g *Gate) since(id string) string {
	for _, rule := range g.Rules {
		if rule.ID == id {
			return rule.Since
		}
	}
	return ""
}

// newer reports whether a release is later than an edition, which may leave its last numbers out: 0.2.1 is not later than 0.2.
func newer(release, edition string) bool {
	a, b := strings.Split(release, "."), strings.Split(strings.TrimPrefix(edition, "v"), ".")
	for i := range b {
		if i == len(a) {
			return false
		}
		x, errX := strconv.Atoi(a[i])
		y, errY := strconv.Atoi(b[i])
		if errX != nil || errY != nil || x != y {
			return errX == nil && errY == nil && x > y
		}
	}
	return false
}

// meet notes which suppressions speak of the log at a path.
func (g *Gate) meet(path string) {
	if g.met == nil {
		g.met = map[*Suppression]bool{}
	}
	for i := range g.Config.Suppress {
		s := &g.Config.Suppress[i]
		g.met[s] = g.met[s] || s.Path == "" || matchPath(s.Path, path)
	}
}

// suppress says why a finding does not count, "" if it does.
func (g *Gate) suppress(r *audit.RunReport, f *audit.Finding, path string) string {
	if g.Config == nil {
		return ""
	}
	for i := range g.Config.Suppress {
		s := &g.Config.Suppress[i]
		if !s.matches(f, path) {
			continue
		}
		if g.used == nil {
			g.used = map[*Suppression]bool{}
		}
		g.used[s] = true
		switch {
		case s.expired(g.Now):
			continue
		case s.Expires.IsZero() && slices.Contains(impossible, f.Rule):
			continue
		}
		return s.why()
	}
	return ""
}

// Finish says what is odd about the decisions themselves, once every run was judged: suppressions that have expired, that lack an
// expiry where one is due, that nothing needed. A suppression of other logs than those judged is not called unused.
func (g *Gate) Finish(r *audit.Report) []*audit.Finding {
	if g.Config == nil {
		return nil
	}
	var out []*audit.Finding
	add := func(s *Suppression, rule string, severity audit.Severity, format string, args ...any) {
		f := &audit.Finding{
			Rule: rule, Severity: severity, Quantity: s.Quantity, Message: fmt.Sprintf(format, args...), Logged: math.NaN(), Expected: math.NaN(),
			Fingerprint: rule + ":configuration:" + s.Rule + ":" + s.Path,
		}
		for _, x := range g.Rules {
			if x.ID == rule {
				f.Name = x.Name
			}
		}
		f.Pos.File, f.Pos.Line, f.Pos.Column, f.Pos.Path = s.At.File, s.At.Line, s.At.Column, "suppress"
		out = append(out, f)
	}
	for i := range g.Config.Suppress {
		s := &g.Config.Suppress[i]
		switch {
		case s.expired(g.Now):
			add(s, ruleSuppressionExpired, audit.SeverityWarning, "The suppression of %s expired on %s and no longer holds.", s.Rule, s.Expires.Format(time.DateOnly))
		case !g.used[s] && !g.met[s] && !g.Whole:
		case !g.used[s]:
			add(s, ruleSuppressionUnused, audit.SeverityWarning, "The suppression of %s matches nothing that was audited.", s.Rule)
		case s.Expires.IsZero() && slices.ContainsFunc(impossible, func(id string) bool { return hasUnsuppressed(r, id, s) }):
			add(s, ruleNoExpiry, audit.SeverityWarning, "The suppression of %s meets an impossible value, which needs an expiry as well as a reason; it does not hold.", s.Rule)
		}
	}
	return out
}

// hasUnsuppressed reports whether a rule's finding was left standing though a suppression matches it but for its missing expiry.
func hasUnsuppressed(r *audit.Report, id string, s *Suppression) bool {
	for _, run := range r.Runs {
		for _, f := range run.Findings {
			if f.Rule == id && f.Suppressed == "" && matchesRule(s.Rule, f) {
				return true
			}
		}
	}
	return false
}
