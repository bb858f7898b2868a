package main

import (
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
)

// audited is a run with so many metrics and a finding of each severity given.
func audited(logged, checked int, findings ...audit.Severity) *audit.RunReport {
	run := &audit.RunReport{Coverage: audit.Coverage{Logged: logged, Audited: checked}}
	for _, s := range findings {
		run.Findings = append(run.Findings, &audit.Finding{Severity: s})
	}
	return run
}

func TestTheGateFailsAtAndAboveTheSeverityAndOnTooLittleCoverage(t *testing.T) {
	suppressed := audited(4, 4, audit.SeverityError)
	suppressed.Findings[0].Suppressed = "accepted"
	for _, c := range []struct {
		name        string
		runs        []*audit.RunReport
		failOn      string
		minCoverage float64
		allowEmpty  bool
		want        int
	}{
		{"no finding", []*audit.RunReport{audited(4, 4)}, "error", 0, false, ExitOK},
		{"an error", []*audit.RunReport{audited(4, 4, audit.SeverityError)}, "error", 0, false, ExitFindings},
		{"an error in the second run", []*audit.RunReport{audited(4, 4), audited(4, 4, audit.SeverityError)}, "error", 0, false, ExitFindings},
		{"a suppressed error", []*audit.RunReport{suppressed}, "note", 0, false, ExitOK},
		{"a warning below", []*audit.RunReport{audited(4, 4, audit.SeverityWarning)}, "error", 0, false, ExitOK},
		{"a warning at", []*audit.RunReport{audited(4, 4, audit.SeverityWarning)}, "warning", 0, false, ExitFindings},
		{"an error above", []*audit.RunReport{audited(4, 4, audit.SeverityError)}, "note", 0, false, ExitFindings},
		{"never", []*audit.RunReport{audited(4, 4, audit.SeverityError)}, "never", 0, false, ExitOK},
		{"no run", nil, "error", 0, false, ExitNothing},
		{"no run, allowed", nil, "error", 0, true, ExitOK},
		{"nothing audited", []*audit.RunReport{audited(4, 0)}, "error", 0, false, ExitNothing},
		{"nothing audited, never", []*audit.RunReport{audited(4, 0)}, "never", 0, false, ExitNothing},
		{"a finding, but nothing audited", []*audit.RunReport{audited(4, 0, audit.SeverityError)}, "error", 0, false, ExitFindings},
		{"too little", []*audit.RunReport{audited(4, 3), audited(4, 4)}, "error", 0.9, false, ExitNothing},
		{"just enough", []*audit.RunReport{audited(4, 3), audited(4, 4)}, "error", 0.875, false, ExitOK},
	} {
		var list []judged
		for _, r := range c.runs {
			list = append(list, judged{r.Findings, r.Coverage.Logged, r.Coverage.Audited, limits{failOn: c.failOn, minCoverage: number{value: c.minCoverage}}})
		}
		got := ExitOK
		if e := verdictOf(list, c.allowEmpty); e != nil {
			got = e.code
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// Two teams' runs: each is held to its own limits, and one's coverage does not make up for the other's.
func TestEachConfigurationHasItsOwnLimits(t *testing.T) {
	strict, lax := &config{}, &config{}
	run := func(c *config, failOn string, least float64, logged, checked int, findings ...audit.Severity) judged {
		r := audited(logged, checked, findings...)
		return judged{r.Findings, logged, checked, limits{config: c, failOn: failOn, minCoverage: number{value: least}}}
	}
	for name, c := range map[string]struct {
		list []judged
		want int
	}{
		"a warning where warnings fail":  {[]judged{run(strict, "warning", 0, 4, 4, audit.SeverityWarning), run(lax, "never", 0, 4, 4)}, ExitFindings},
		"a warning where they do not":    {[]judged{run(strict, "warning", 0, 4, 4), run(lax, "never", 0, 4, 4, audit.SeverityWarning)}, ExitOK},
		"coverage of one is too little":  {[]judged{run(strict, "error", 0.9, 4, 2), run(lax, "error", 0, 96, 96)}, ExitNothing},
		"coverage of one is none's duty": {[]judged{run(strict, "error", 0.9, 4, 4), run(lax, "error", 0, 4, 1)}, ExitOK},
	} {
		got := ExitOK
		if e := verdictOf(c.list, false); e != nil {
			got = e.code
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
