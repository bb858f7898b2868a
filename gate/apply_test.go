package gate

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// catalogue is the rules that these tests speak of.
func catalogue() []audit.Rule {
	var out []audit.Rule
	for id, since := range map[string]string{
		"MFU210": "0.1.0", "MFU310": "0.1.0", "MFU710": "0.1.0", "MFU399": "0.3.0", "MFU810": "0.1.0", "MFU811": "0.1.0", "MFU820": "0.1.0", "MFU821": "0.1.0", "MFU822": "0.1.0",
	} {
		out = append(out, audit.Rule{ID: id, Name: "name-of-" + strings.ToLower(id), Since: since})
	}
	return out
}

// run is a report with a finding of each rule, over steps 10 to 50, and an MFU of 60 % logged, 45 % corrected, 40 % restated.
func run(rules ...string) *audit.RunReport {
	nan := math.NaN()
	r := &audit.RunReport{
		Path: "runs/a.json", Format: "training-json", Steps: 5,
		MFU: &audit.MFUReport{Step: 30, HasStep: true, Over: "steady", Steps: 3, Logged: 0.6, Corrected: 0.45, Restated: 0.40, Excluded: []audit.Excluded{{Step: 10, Reason: "warm-up"}}},
		Quantities: []audit.QuantityReport{
			{Quantity: reference.StepTime, Key: "time_ms", Status: audit.StatusOK, Logged: 2.0, Expected: nan, Restated: nan},
			{Quantity: reference.TokensPerSec, Key: "tokens_per_sec", Status: audit.StatusWrong, Logged: 1000, Expected: 2000, Restated: nan},
			{Quantity: reference.LogitFLOPs, Key: "logit_flops", Status: audit.StatusNotAudited, Logged: 5, Expected: nan, Restated: nan, Reason: "no vocabulary"},
		},
		Hardware: audit.HardwareReport{Devices: 8},
	}
	for _, id := range rules {
		r.Findings = append(r.Findings, &audit.Finding{
			Rule: id, Name: "name-of-" + strings.ToLower(id), Severity: audit.SeverityError, Quantity: reference.MFU, Fingerprint: id + ":training-json:mfu:mfu",
			Steps: audit.StepRange{First: 10, Last: 50, Count: 5, Of: 5}, Logged: 0.6, Expected: 0.45,
		})
	}
	return r
}

// told is what stands after the gate: rule, severity and reason of each finding.
func told(fs []*audit.Finding) string {
	var out []string
	for _, f := range fs {
		line := fmt.Sprintf("%s %s", f.Rule, f.Severity)
		if f.Suppressed != "" {
			line += " suppressed: " + f.Suppressed
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func judged(t *testing.T, text string, r *audit.RunReport) (string, string) {
	t.Helper()
	g := &Gate{Config: parsed(t, text), Rules: catalogue(), Now: today}
	g.Judge(r, "runs/a.json")
	rep := &audit.Report{Runs: []*audit.RunReport{r}}
	return told(r.Findings), told(g.Finish(rep))
}

func TestASuppressionHidesWhatItNamesAndNothingElse(t *testing.T) {
	for text, want := range map[string][2]string{
		"rule: MFU310, reason: old":                             {"MFU210 error\nMFU310 error suppressed: old (.mfu-audit.yaml:1)", ""},
		"rule: name-of-mfu310, reason: old":                     {"MFU210 error\nMFU310 error suppressed: old (.mfu-audit.yaml:1)", ""},
		"rule: MFU3, reason: old":                               {"MFU210 error\nMFU310 error suppressed: old (.mfu-audit.yaml:1)", ""},
		"rule: MFU310, path: 'runs/*', reason: old":             {"MFU210 error\nMFU310 error suppressed: old (.mfu-audit.yaml:1)", ""},
		"rule: MFU310, path: 'a.json', reason: old":             {"MFU210 error\nMFU310 error suppressed: old (.mfu-audit.yaml:1)", ""},
		"rule: MFU310, path: 'b/**', reason: old":               {"MFU210 error\nMFU310 error", ""}, // no log of b was judged
		"rule: MFU310, quantity: hfu, reason: old":              {"MFU210 error\nMFU310 error", "MFU821 warning"},
		"rule: MFU310, steps: 0-50, reason: old":                {"MFU210 error\nMFU310 error suppressed: old (.mfu-audit.yaml:1)", ""},
		"rule: MFU310, steps: 11-50, reason: old":               {"MFU210 error\nMFU310 error", "MFU821 warning"},
		"rule: MFU310, reason: old, expires: 2026-11-24":        {"MFU210 error\nMFU310 error suppressed: old (.mfu-audit.yaml:1, until 2026-11-24)", ""},
		"rule: MFU310, reason: old, expires: 2026-11-23":        {"MFU210 error\nMFU310 error", "MFU820 warning"},
		"rule: MFU999, reason: old, expires: 2026-11-23":        {"MFU210 error\nMFU310 error", "MFU820 warning"},
		"rule: mfu310, reason: rule IDs are in capitals":        {"MFU210 error\nMFU310 error", "MFU821 warning"},
		"rule: '310', reason: the end of an ID selects nothing": {"MFU210 error\nMFU310 error", "MFU821 warning"},
	} {
		findings, about := judged(t, "suppress: [{"+text+"}]", run("MFU210", "MFU310"))
		if findings != want[0] || about != want[1] {
			t.Errorf("%s:\n%s\n%s", text, findings, about)
		}
	}
}

func TestASuppressionOfNoLogIsUnusedWhereAllWereJudged(t *testing.T) {
	g := &Gate{Config: parsed(t, "suppress: [{rule: MFU310, path: 'b/**', reason: old}]"), Rules: catalogue(), Now: today, Whole: true}
	g.Judge(run("MFU310"), "runs/a.json")
	if got := told(g.Finish(&audit.Report{})); got != "MFU821 warning" {
		t.Error(got)
	}
}

func TestAnImpossibleValueNeedsAnExpiry(t *testing.T) {
	findings, about := judged(t, "suppress: [{rule: MFU7, reason: r}]", run("MFU710"))
	if findings != "MFU710 error" || about != "MFU822 warning" {
		t.Error(findings, about)
	}
	findings, about = judged(t, "suppress: [{rule: MFU7, reason: r, expires: 2027-01-01}]", run("MFU710"))
	if findings != "MFU710 error suppressed: r (.mfu-audit.yaml:1, until 2027-01-01)" || about != "" {
		t.Error(findings, about)
	}
}

func TestBudgetsAreHeldAgainstCorrectedRestatedOrLoggedValues(t *testing.T) {
	for text, want := range map[string]string{
		"quantity: mfu, min: 45%":                           "",
		"quantity: mfu, min: 46%":                           "MFU810 error",
		"quantity: mfu, min: 41%, on: restated":             "MFU810 error",
		"quantity: mfu, min: 60%, on: logged":               "",
		"quantity: mfu, max: 0.44":                          "MFU810 error",
		"quantity: step_time, max: 2s":                      "",
		"quantity: step_time, max: 1999ms":                  "MFU810 error",
		"quantity: tokens_per_sec, min: 1.9k":               "", // 2000 is right, 1000 is logged
		"quantity: tokens_per_sec, min: 1.9k, on: logged":   "MFU810 error",
		"quantity: tokens_per_sec_per_device, min: 1":       "MFU811 warning",
		"quantity: logit_flops, min: 1":                     "MFU811 warning",
		"quantity: logit_flops, min: 1, on: logged":         "",
		"quantity: tokens_per_sec, min: 2100, on: restated": "MFU810 error", // it has no other definition
	} {
		r := run()
		if got, _ := judged(t, "budgets: [{"+text+"}]", r); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	r := run()
	judged(t, "budgets: [{quantity: mfu, min: 46%}, {quantity: logit_flops, min: 1}]", r)
	if f := r.Findings[0]; f.Message != "The budget of .mfu-audit.yaml:1: corrected mfu is below the minimum, 46%." || f.Logged != 0.45 || f.Expected != 0.46 || f.Name != "name-of-mfu810" ||
		strings.Join(f.Derivation, "") != "at step 30, the lower median of 3 steady steps; 1 were left out, the first because of: warm-up" {
		t.Errorf("%+v", f)
	}
	if m := r.Findings[1].Message; m != "The budget of .mfu-audit.yaml:1: corrected logit_flops was not checked: it was not audited: no vocabulary." {
		t.Error(m)
	}
}

func TestCustomRulesHoldOverQuantitiesAndSayWhatTheyLack(t *testing.T) {
	for when, want := range map[string]string{
		"step_time > 1.5 && devices == 8":          "TEAM001 warning",
		"step_time > 2":                            "",
		"mfu > 0.5 && corrected.mfu < 0.5":         "TEAM001 warning",
		"restated.mfu == 0.4":                      "TEAM001 warning",
		"corrected.tokens_per_sec / devices < 300": "TEAM001 warning",
		"device == 'h100-sxm'":                     "skipped: needs device",
		"not (hfu > 0.5)":                          "skipped: needs hfu",
		"corrected.logit_flops > 1":                "skipped: needs corrected.logit_flops",
		"format == 'training-json' && steps < 10":  "TEAM001 warning",
	} {
		r := run()
		got, _ := judged(t, `rules: [{id: TEAM001, name: x, when: "`+when+`", message: m}]`, r)
		for _, s := range r.Coverage.Skipped {
			got += "skipped: " + s.Reason
		}
		if got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	got, _ := judged(t, "rules: [{id: TEAM001, name: x, when: 'steps > 1', message: m}]\nsuppress: [{rule: x, reason: r}]\n", run())
	if got != "TEAM001 warning suppressed: r (.mfu-audit.yaml:2)" {
		t.Error(got)
	}
}

func TestSeveritiesAndTheEdition(t *testing.T) {
	for text, want := range map[string]string{
		"severity: {MFU310: warning}":                 "MFU310 warning\nMFU399 error",
		"severity: {MFU3: warning, MFU399: error}":    "MFU310 warning\nMFU399 error",
		"severity: {MFU3: 'off', MFU399: note}":       "MFU399 note",
		"severity: {name-of-mfu310: 'off'}":           "MFU399 error",
		"edition: '0.1'":                              "MFU310 error\nMFU399 note",
		"edition: '0.3'":                              "MFU310 error\nMFU399 error",
		"edition: '0.2.9'":                            "MFU310 error\nMFU399 note",
		"{edition: '0.1', severity: {MFU399: error}}": "MFU310 error\nMFU399 error",
	} {
		if got, _ := judged(t, text, run("MFU310", "MFU399")); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestABaselineCoversWhatWasThereAndNothingNew(t *testing.T) {
	first := &audit.Report{Runs: []*audit.RunReport{run("MFU310"), run("MFU310", "MFU210")}}
	first.Runs[1].Findings[1].Severity = audit.SeverityNote
	stored := NewBaseline(first, nil, "0.1.0", today).JSON()
	b, err := ParseBaseline(stored)
	if err != nil || len(b.Entries) != 1 || b.Entries[0] != (BaselineEntry{"MFU310:training-json:mfu:mfu", "MFU310", "mfu", 2, "2026-11-24"}) {
		t.Fatal(err, string(stored))
	}
	later := today.AddDate(0, 0, 12)
	g := &Gate{Baseline: b, Rules: catalogue(), Now: later}
	r := run("MFU310", "MFU710")
	r.Findings[0].Logged = 0.7 // another value of the same mistake
	g.Judge(r, "runs/b.json")
	if got := told(r.Findings); got != "MFU310 error suppressed: in the baseline since 2026-11-24 (12 days)\nMFU710 error" {
		t.Error(got)
	}
	if b.Unmatched() != 0 {
		t.Error(b.Unmatched())
	}
	// Written again, what is there still keeps its date; what is new gets today's.
	again := NewBaseline(&audit.Report{Runs: []*audit.RunReport{r}}, b, "0.2.0", later)
	if s := string(again.JSON()); len(again.Entries) != 2 || !strings.Contains(s, `"since": "2026-11-24"`) || !strings.Contains(s, `"since": "2026-12-06"`) {
		t.Error(s)
	}
}

func TestABaselineIsPrunedOfWhatNothingMatches(t *testing.T) {
	b := NewBaseline(&audit.Report{Runs: []*audit.RunReport{run("MFU310", "MFU210")}}, nil, "0.1.0", today)
	g := &Gate{Baseline: b, Now: today}
	g.Judge(run("MFU210"), "x")
	if b.Unmatched() != 1 {
		t.Fatal(b.Unmatched())
	}
	b.Prune()
	if len(b.Entries) != 1 || b.Entries[0].Rule != "MFU210" {
		t.Error(b.Entries)
	}
}

func TestWhatIsNoBaselineIsRefused(t *testing.T) {
	for _, text := range []string{"", "{}", "[]", `{"schema": "mfu-audit/baseline/v2"}`, `{"schema": "mfu-audit/baseline/v1", "x": 1}`, `{"schema": "mfu-audit/baseline/v1", "entries": [{"fingerprint": "x"}]}`} {
		if b, err := ParseBaseline([]byte(text)); err == nil {
			t.Errorf("%s: %+v", text, b)
		}
	}
}
