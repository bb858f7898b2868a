package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func golden(t *testing.T) *goldie.Goldie {
	t.Helper()
	return goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithDiffEngine(goldie.ColoredDiff))
}

func text(t *testing.T, r *audit.Report, o report.TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGoldens(t *testing.T) {
	for _, tt := range []struct {
		name string
		r    *audit.Report
		o    report.TextOptions
	}{
		{"one_run_80", oneRun(), report.TextOptions{Width: 80}},
		{"one_run_120", oneRun(), report.TextOptions{Width: 120}},
		{"one_run_verbose", oneRun(), report.TextOptions{Width: 100, Verbose: true}},
		{"several_runs_80", severalRuns(), report.TextOptions{Width: 80}},
		{"several_runs_120", severalRuns(), report.TextOptions{Width: 120}},
		{"several_runs_color", severalRuns(), report.TextOptions{Width: 100, Color: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			golden(t).Assert(t, tt.name, []byte(text(t, tt.r, tt.o)))
		})
	}
}

func TestNoLineIsWiderThanThePage(t *testing.T) {
	for _, width := range []int{80, 100, 120} {
		for l := range strings.Lines(text(t, severalRuns(), report.TextOptions{Width: width, Verbose: true})) {
			if n := len([]rune(strings.TrimRight(l, "\n"))); n > width {
				t.Errorf("width %d: %d columns: %s", width, n, l)
			}
			if strings.HasSuffix(l, " \n") {
				t.Errorf("width %d: trailing space: %q", width, l)
			}
		}
	}
}

// A metric's line can hold hosts, users and keys. What is printed of it is the metric's key and value.
func TestTheRestOfALoggedLineIsNeverPrinted(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		out := text(t, oneRun(), report.TextOptions{Width: width, Verbose: true})
		if strings.Contains(out, canary) {
			t.Errorf("width %d: the report shows what stands beside a metric", width)
		}
		if !strings.Contains(out, `"attention_flops_per_layer": 343597383680.0,`) {
			t.Errorf("width %d: the snippet is missing", width)
		}
	}
	var b bytes.Buffer
	if err := report.JSON(&b, oneRun(), "1.2.3"); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), canary) {
		t.Error("the JSON report shows what stands beside a metric")
	}
}

func TestSnippetFollowsHowTheLogJoinsKeyAndValue(t *testing.T) {
	for _, tt := range []struct{ line, value, want string }{
		{`{"mfu": 36.7, "user": "x"}`, "36.7", `"mfu": 36.7,`},
		{`{"user": "x", "mfu":36.7}`, "36.7", `"mfu": 36.7`},
		{"secret step=3 mfu=36.7% secret", "36.7%", "mfu=36.7%"},
		{"secret mfu: 36.7 secret", "36.7", "mfu: 36.7"},
		{"secret mfu 36.7 secret", "36.7", "mfu 36.7"},
		{"36.7 secret,1", "36.7", "mfu 36.7"}, // a table: the key stands in the header
	} {
		s := runlog.NewSource("run.log", []byte(tt.line))
		f := &audit.Finding{
			Rule: "MFU999", Severity: audit.SeverityError, Quantity: reference.MFU, Printed: tt.value, Logged: 0.367, Expected: 0.5,
			Pos: s.Position(int64(strings.Index(tt.line, tt.value)), len(tt.value), "steps[3].mfu"),
		}
		run := &audit.RunReport{Path: "run.log", Source: s, Findings: []*audit.Finding{f}}
		out := text(t, &audit.Report{Runs: []*audit.RunReport{run}}, report.TextOptions{})
		if !strings.Contains(out, "      "+tt.want+"\n") || strings.Contains(out, "secret") {
			t.Errorf("%s: want the snippet %s in\n%s", tt.line, tt.want, out)
		}
		run.Release()
		if again := text(t, &audit.Report{Runs: []*audit.RunReport{run}}, report.TextOptions{}); again != out || run.Source != nil {
			t.Errorf("%s: without the log's bytes the report is\n%s", tt.line, again)
		}
	}
}

func TestColourAddsNothingButEscapeSequences(t *testing.T) {
	without := text(t, severalRuns(), report.TextOptions{Width: 80})
	with := text(t, severalRuns(), report.TextOptions{Width: 80, Color: true})
	if strings.Contains(without, "\x1b") {
		t.Error("escape sequences without colour")
	}
	if !strings.Contains(with, "\x1b[1;31merror") {
		t.Error("an error is not red")
	}
	if stripped := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(with, ""); stripped != without {
		t.Errorf("colour changes the text:\n%s", stripped)
	}
}

func TestControlCharactersOfALogDoNotReachTheTerminal(t *testing.T) {
	run := founding()
	run.Path = "run\x1b[2J\u202e.json"
	run.Findings[0].Printed = "34\x1b]0;x\a"
	run.Findings[0].Message = "two\nlines\r"
	run.Quantities[0].Key = "mfu.\x1b[31mmfu"
	out := text(t, &audit.Report{Runs: []*audit.RunReport{run}}, report.TextOptions{Width: 80})
	if strings.ContainsAny(out, "\x1b\a\r\u202e") {
		t.Errorf("control characters in %q", out)
	}
}

func TestTheSameReportGivesTheSameBytes(t *testing.T) {
	first := text(t, severalRuns(), report.TextOptions{Width: 80, Verbose: true})
	for range 20 {
		if again := text(t, severalRuns(), report.TextOptions{Width: 80, Verbose: true}); again != first {
			t.Fatal("two renderings differ")
		}
	}
}

func TestAReportOfNothingSaysSo(t *testing.T) {
	if out := text(t, &audit.Report{}, report.TextOptions{}); out != "no runs\n" {
		t.Errorf("got %q", out)
	}
	out := text(t, &audit.Report{Runs: []*audit.RunReport{bare()}}, report.TextOptions{})
	if !strings.Contains(out, "nothing was audited; an audit needs --model, --seq-len, --precision") {
		t.Errorf("a run in which nothing was audited does not say what it needs:\n%s", out)
	}
	if strings.Contains(out, "no findings\n") {
		t.Error("no findings over no audited values reads like a pass")
	}
}
