package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// someRules are rules that the reports of these tests speak of.
func someRules() []audit.Rule {
	return []audit.Rule{
		{
			ID: "MFU110", Name: "attention-scores-times-heads", Severity: audit.SeverityError, Summary: "The score term is multiplied by the heads.",
			What: "What.", Why: "Why.", How: "How.", Fix: "Fix.", Citations: []audit.Citation{{Text: "a paper", URL: "https://example.org/p"}, {Text: "a book"}},
		},
		{ID: "MFU210", Name: "one-ranks-tokens", Severity: audit.SeverityError, Summary: "One rank's tokens."},
	}
}

func written(t *testing.T, name string, r *audit.Report) string {
	t.Helper()
	for _, o := range report.Outputs() {
		if o.Name == name {
			var b bytes.Buffer
			if err := o.Write(&b, &report.Document{Report: r, Rules: someRules(), Version: "1.2.3", Text: report.TextOptions{Width: 100}}); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no output %s", name)
	return ""
}

func TestOutputGoldens(t *testing.T) {
	for _, name := range []string{"jsonl", "sarif", "junit", "github", "gitlab", "markdown", "csv"} {
		t.Run(name, func(t *testing.T) { golden(t).Assert(t, "several_runs_"+name, []byte(written(t, name, severalRuns()))) })
	}
}

func TestNoOutputRepeatsWhatStandsBesideMetrics(t *testing.T) {
	for _, o := range report.Outputs() {
		if s := written(t, o.Name, severalRuns()); strings.Contains(s, canary) || !strings.Contains(s, "run_20251115_150458") {
			t.Errorf("%s:\n%s", o.Name, s)
		}
	}
}

func TestEveryOutputTellsEveryFindingAndEveryInputThatWasNotRead(t *testing.T) {
	r := severalRuns()
	if len(r.Problems) == 0 {
		t.Fatal("nothing was unreadable")
	}
	for _, o := range report.Outputs() {
		if o.Name == "csv" { // metrics only
			continue
		}
		s := written(t, o.Name, r)
		for _, run := range r.Runs {
			for _, f := range run.Findings {
				if f.Suppressed == "" && !strings.Contains(s, f.Rule) {
					t.Errorf("%s says nothing of %s", o.Name, f.Rule)
				}
			}
		}
		for _, p := range r.Problems {
			if !strings.Contains(s, p.Path) {
				t.Errorf("%s says nothing of %s", o.Name, p.Path)
			}
		}
		for _, f := range r.Findings {
			if !strings.Contains(s, f.Rule) || !strings.Contains(s, f.Pos.File) {
				t.Errorf("%s says nothing of %s in %s", o.Name, f.Rule, f.Pos.File)
			}
		}
	}
}

// One finding of the first run is suppressed, and none of the others.
func TestEveryOutputCountsWhatIsSuppressed(t *testing.T) {
	for name, want := range map[string]string{
		"text": "1 suppressed", "json": `"suppressed": 1`, "jsonl": `"suppressed":1}`, "sarif": `"justification": "known since the migration"`,
		"junit": `<property name="suppressed" value="1"></property>`, "github": "::notice title=mfu-audit::1 finding is suppressed.",
		"gitlab": `"description": "1 finding is suppressed."`, "markdown": "1 suppressed",
	} {
		if s := written(t, name, severalRuns()); !strings.Contains(s, want) {
			t.Errorf("%s lacks %s", name, want)
		}
	}
	// Two metrics are MFUs, and the suppressed finding is about MFU.
	if n := strings.Count(written(t, "csv", severalRuns()), ",1\n"); n != 2 {
		t.Errorf("csv counts %d", n)
	}
}

// The library holds the schema of the standard.
func TestSARIFFollowsItsSchema(t *testing.T) {
	for name, r := range map[string]*audit.Report{"no runs": {}, "one run": oneRun(), "several runs": severalRuns()} {
		text := written(t, "sarif", r)
		log, err := sarif.FromString(text)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := log.Validate(); err != nil {
			t.Error(name, err)
		}
		broken, err := sarif.FromString(strings.Replace(text, `"columnKind": "utf16CodeUnits"`, `"columnKind": "furlongs"`, 1))
		if err != nil {
			t.Fatal(err)
		}
		if broken.Validate() == nil {
			t.Error("the schema refuses nothing")
		}
	}
}

// On the line {"😀é": 5} the value starts at byte 12 and ends before byte 13: { and " are one unit each, 😀 is two (four bytes), é is
// one (two bytes), then comes ": and a space, so the value is unit 9.
func TestSARIFColumnsAreUTF16(t *testing.T) {
	const line = `{"😀é": 5}`
	src := runlog.NewSource("a b.json", []byte("\n"+line+"\n"))
	pos := src.Position(int64(1+strings.IndexByte(line, '5')), 1, "x")
	if pos.Column != 12 {
		t.Fatalf("column %d", pos.Column)
	}
	f := &audit.Finding{Rule: "MFU210", Severity: audit.SeverityError, Quantity: reference.MFU, Pos: pos, Printed: "5", Message: "x"}
	log, err := sarif.FromString(written(t, "sarif", &audit.Report{Runs: []*audit.RunReport{{Path: "a b.json", Source: src, Findings: []*audit.Finding{f}}}}))
	if err != nil {
		t.Fatal(err)
	}
	result := log.Runs[0].Results[0]
	at := result.Locations[0].PhysicalLocation
	if r := at.Region; *r.StartLine != 2 || *r.StartColumn != 9 || *r.EndColumn != 10 || r.ByteOffset != 12 || *r.ByteLength != 1 {
		t.Errorf("%d:%d-%d, bytes %d+%d", *r.StartLine, *r.StartColumn, *r.EndColumn, r.ByteOffset, *r.ByteLength)
	}
	if uri := *at.ArtifactLocation.URI; uri != "a%20b.json" {
		t.Error(uri)
	}
	if result.RuleIndex != 1 {
		t.Error(result.RuleIndex)
	}
}

func TestSARIFFingerprintsSurviveAMoveAndOtherValues(t *testing.T) {
	print := func(file string, logged float64) string {
		f := &audit.Finding{Rule: "MFU210", Fingerprint: "MFU210:x:mfu:mfu", Pos: runlog.Position{File: file, Line: 3}, Logged: logged, Severity: audit.SeverityError}
		log, err := sarif.FromString(written(t, "sarif", &audit.Report{Runs: []*audit.RunReport{{Path: file, Findings: []*audit.Finding{f}}}}))
		if err != nil {
			t.Fatal(err)
		}
		return log.Runs[0].Results[0].PartialFingerprints["mfuAudit/v1"]
	}
	if a, b, c := print("x/run.json", 1), print("y/run.json", 2), print("x/other.json", 1); a != b || a == c || a == "" {
		t.Error(a, b, c)
	}
}

func TestJSONLinesAreRunsOfTheSchema(t *testing.T) {
	r := severalRuns()
	lines := strings.Split(strings.TrimSpace(written(t, "jsonl", r)), "\n")
	if len(lines) != len(r.Runs)+len(r.Problems)+len(r.Findings)+1 { // the last counts what is suppressed
		t.Fatalf("%d lines", len(lines))
	}
	var doc map[string]any
	if err := json.Unmarshal(jsonOf(t, r), &doc); err != nil {
		t.Fatal(err)
	}
	for i, line := range lines[:len(r.Runs)] {
		var run map[string]any
		if err := json.Unmarshal([]byte(line), &run); err != nil {
			t.Fatal(err)
		}
		if run["schema"] != report.RunVersion {
			t.Error(run["schema"])
		}
		delete(run, "schema")
		delete(run, "tool")
		doc["runs"].([]any)[i] = run
	}
	whole, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(t, whole); err != nil {
		t.Error(err)
	}
}

func TestJUnitCountsAddUp(t *testing.T) {
	type suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
		Cases    []struct {
			Failure, Error, Skipped *struct{}
			F                       *struct{} `xml:"failure"`
			E                       *struct{} `xml:"error"`
			S                       *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	}
	var doc struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Suites   []suite `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(written(t, "junit", severalRuns())), &doc); err != nil {
		t.Fatal(err)
	}
	tests, failures := 0, 0
	for _, s := range doc.Suites {
		var f, e, k int
		for _, c := range s.Cases {
			if c.F != nil {
				f++
			}
			if c.E != nil {
				e++
			}
			if c.S != nil {
				k++
			}
		}
		if len(s.Cases) != s.Tests || f != s.Failures || e != s.Errors || k != s.Skipped {
			t.Errorf("%+v", s)
		}
		tests, failures = tests+s.Tests, failures+s.Failures
	}
	if tests != doc.Tests || failures != doc.Failures || failures == 0 {
		t.Error(tests, doc.Tests, failures, doc.Failures)
	}
}

func TestGitHubCommandsAreOneLineEachAndEscaped(t *testing.T) {
	f := &audit.Finding{
		Rule: "MFU210", Name: "x", Severity: audit.SeverityError, Quantity: reference.MFU, Pos: runlog.Position{File: "a,b:c%.json", Line: 3, Column: 4},
		Message: "50 %", Derivation: []string{"one", "two"},
	}
	got := written(t, "github", &audit.Report{Runs: []*audit.RunReport{{Findings: []*audit.Finding{f}}}})
	want := "::error file=a%2Cb%3Ac%25.json,line=3,col=4,title=MFU210 x::50 %25 Logged 0.00 %25, expected 0.00 %25.%0Aone%0Atwo\n"
	if got != want {
		t.Errorf("%q", got)
	}
}

func TestACSVCellIsNoFormula(t *testing.T) {
	r := &audit.RunReport{Path: "=cmd()", Quantities: []audit.QuantityReport{{Quantity: reference.MFU, Key: "@x", Status: audit.StatusOK, Logged: 0.5}}}
	rows, err := csv.NewReader(strings.NewReader(written(t, "csv", &audit.Report{Runs: []*audit.RunReport{r}}))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "'=cmd()" || rows[1][4] != "'@x" || rows[1][8] != "0.5" {
		t.Error(rows, err)
	}
}
