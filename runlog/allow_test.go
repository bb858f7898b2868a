package runlog

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// allowed writes what a log allows, a line each: rule, quantity, expiry, line and column.
func allowed(r *Run) string {
	var out []string
	for _, a := range r.Allow {
		day := "-"
		if !a.Expires.IsZero() {
			day = a.Expires.Format(time.DateOnly)
		}
		out = append(out, fmt.Sprintf("%s %s %s %d:%d %s", a.Rule, a.Quantity, day, a.Pos.Line, a.Pos.Column, a.Pos.Path))
	}
	return strings.Join(out, "\n")
}

const someAllowances = `{"allow": [{"rule": "MFU310", "reason": "the old table"},
 {"rule": "MFU710", "reason": "r", "expires": "2027-01-31", "quantity": "mfu"}]}`

// Columns were counted by hand: the first { of the list is the 31st character of its line, and the second entry follows a space.
func TestALogMayAllowFindingsAtItsTopAndInItsConfig(t *testing.T) {
	log := read(t, `{"run_name": "x", "config": {},
"mfu_audit": `+someAllowances+`,
"training_iterations": []}`)
	if got, want := allowed(log.Runs[0]), "MFU310  - 2:25 mfu_audit.allow[0]\nMFU710 mfu 2027-01-31 3:2 mfu_audit.allow[1]"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	log = read(t, `{"run_name": "x", "config": {"mfu_audit": `+someAllowances+`}, "training_iterations": []}`)
	if got := log.Runs[0].Allow; len(got) != 2 || got[0].Pos.Path != "config.mfu_audit.allow[0]" {
		t.Errorf("%+v", got)
	}
}

func TestTheFirstLinesOfAJSONLinesLogMayAllowFindings(t *testing.T) {
	log := readJSON(t, "json-lines", `{"n_layer": 2, "mfu_audit": {"allow": [{"rule": "MFU310", "reason": "r"}]}}
{"step": 1, "mfu": 0.4, "loss": 2}
{"step": 2, "mfu": 0.4, "loss": 2}
`)
	if got, want := allowed(log.Runs[0]), "MFU310  - 1:40 mfu_audit.allow[0]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(log.Runs[0].Steps) != 2 || len(log.Problems) != 0 {
		t.Errorf("%v %v", log.Runs[0].Steps, log.Problems)
	}
}

func TestAnAllowanceThatIsNotAsItShouldBeAllowsNothing(t *testing.T) {
	for text, want := range map[string]string{
		`{"allow": [{"rule": "MFU310"}]}`:                                             "lacks a rule or a reason",
		`{"allow": [{"rule": "MFU310", "reason": "  "}]}`:                             "lacks a rule or a reason",
		`{"allow": [{"reason": "r"}]}`:                                                "lacks a rule or a reason",
		`{"allow": [{"rule": "MFU310", "reason": "r", "expires": "soon"}]}`:           "no date such as 2027-01-31",
		`{"allow": [{"rule": 310, "reason": "r"}]}`:                                   "a string is due",
		`{"allow": ["MFU310"]}`:                                                       "an object is due",
		`{"allow": {"rule": "MFU310"}}`:                                               "a list is due",
		`["MFU310"]`:                                                                  "an object is due",
		`{"allow": [{"rule": "MFU310", "reason": "s3cr3t", "expires": "s3cr3t"}]}`:    "no date such as",
		`{"allow": [{"rule": "MFU310", "reason": {"deep": 1}, "expires": 20270131}]}`: "a string is due",
	} {
		log := read(t, `{"run_name": "x", "config": {}, "mfu_audit": `+text+`, "training_iterations": []}`)
		notes := notesOf(log)
		if len(log.Runs[0].Allow) != 0 || !strings.Contains(notes, want) || strings.Contains(notes, "s3cr3t") {
			t.Errorf("%s: %+v, %s", text, log.Runs[0].Allow, notes)
		}
	}
}
