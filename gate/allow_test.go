package gate

import (
	"strings"
	"testing"
	"time"

	"github.com/mfu-audit/mfu-audit/runlog"
)

// What a log allows holds without any configuration, under the rules of a suppression.
func TestALogsAllowancesAreSuppressions(t *testing.T) {
	at := runlog.Position{File: "a.json", Line: 7, Column: 3}
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for name, c := range map[string]struct {
		allow runlog.Allow
		want  string
	}{
		"by ID":             {runlog.Allow{Rule: "MFU310", Pos: at}, "MFU310 error suppressed: allowed in the log (a.json:7)\nMFU710 error"},
		"until today":       {runlog.Allow{Rule: "MFU310", Expires: day("2026-11-24"), Pos: at}, "MFU310 error suppressed: allowed in the log (a.json:7, until 2026-11-24)\nMFU710 error"},
		"until yesterday":   {runlog.Allow{Rule: "MFU310", Expires: day("2026-11-23"), Pos: at}, "MFU310 error\nMFU710 error\nMFU820 warning"},
		"another quantity":  {runlog.Allow{Rule: "MFU310", Quantity: "hfu", Pos: at}, "MFU310 error\nMFU710 error\nMFU821 warning"},
		"no such rule":      {runlog.Allow{Rule: "s3cr3t", Pos: at}, "MFU310 error\nMFU710 error\nMFU821 warning"},
		"impossible":        {runlog.Allow{Rule: "MFU710", Pos: at}, "MFU310 error\nMFU710 error\nMFU822 warning"},
		"impossible, dated": {runlog.Allow{Rule: "MFU710", Expires: day("2027-01-01"), Pos: at}, "MFU310 error\nMFU710 error suppressed: allowed in the log (a.json:7, until 2027-01-01)"},
	} {
		r := run("MFU310", "MFU710")
		r.Allow = []runlog.Allow{c.allow}
		(&Gate{Rules: catalogue(), Now: today}).Judge(r, "a.json")
		if got := told(r.Findings); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
		for _, f := range r.Findings[2:] {
			if f.Pos != at || strings.Contains(f.Message+f.Fingerprint, "s3cr3t") {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}
