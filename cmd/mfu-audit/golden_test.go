package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/sebdah/goldie/v2"

	"github.com/mfu-audit/mfu-audit/report"
)

// runs is the folder of the bundled runs; the goldens of their whole reports are in testdata/golden beside it.
const runs = "../../testdata/runs"

// auditing runs the command in a checkout's root, as a user would, and returns what it printed.
func auditing(t *testing.T, args ...string) (code int, stdout string) {
	t.Helper()
	t.Chdir("../..")
	var out, errs bytes.Buffer
	c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, LookupEnv: func(string) (string, bool) { return "", false }}
	code = c.Main(args)
	if errs.Len() > 0 && code != ExitFindings {
		t.Logf("stderr: %s", errs.String())
	}
	return code, out.String()
}

// TestWholeReports pins the text and the JSON report of every bundled run.
func TestWholeReports(t *testing.T) {
	files, err := filepath.Glob(runs + "/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("bundled runs: %v, %v", files, err)
	}
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		for format, suffix := range map[string]string{"text": ".txt", "json": ".report.json"} {
			t.Run(name+"/"+format, func(t *testing.T) {
				code, out := auditing(t, "--format", format, "testdata/runs/"+name+".json")
				if want := map[bool]int{true: ExitOK, false: ExitFindings}[name == "run_clean"]; code != want {
					t.Errorf("exit code %d, want %d", code, want)
				}
				g := goldie.New(t, goldie.WithFixtureDir(golden), goldie.WithNameSuffix(suffix))
				g.Assert(t, name, []byte(out))
			})
		}
	}
}

// TestReportsFollowTheirSchema validates the JSON report of all bundled runs together.
func TestReportsFollowTheirSchema(t *testing.T) {
	_, out := auditing(t, "--format", "json", "--fail-on", "never", "testdata/runs")
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.ReportSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("report.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Error(err)
	}
	var doc struct {
		Runs []struct{ Path string }
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || len(doc.Runs) < 5 {
		t.Errorf("%d runs, %v", len(doc.Runs), err)
	}
}

// TestNothingElseFromALogIsPrinted puts a canary into every string of a log that is no metric and no recognised name, and into
// unknown keys: no report may repeat it.
func TestNothingElseFromALogIsPrinted(t *testing.T) {
	data, err := os.ReadFile(runs + "/run_20251121.json")
	if err != nil {
		t.Fatal(err)
	}
	const canary = "s3cr3t-canary"
	text := string(data)
	for old, replacement := range map[string]string{
		`"out-1.8b"`:                     `"/home/` + canary + `/out"`,
		`"run_name": "run_20251121"`:     `"run_name": "` + canary + `"`,
		`"slimpajama_6b_qwen3"`:          `"` + canary + `_qwen3"`,
		`"scratch"`:                      `"` + canary + `"`,
		`"DDP+ZeRO-1"`:                   `"` + canary + `"`,
		`"cuda:0"`:                       `"` + canary + `"`,
		`"2025-11-21T09:12:44"`:          `"` + canary + `"`,
		`"loss": 8.8721`:                 `"` + canary + `": 1, "loss": "` + canary + `"`,
		`"architecture": "24L-16H-2048D`: `"architecture": "` + canary + `-24L-16H-2048D`,
	} {
		if !strings.Contains(text, old) {
			t.Fatalf("the run has no %s", old)
		}
		text = strings.ReplaceAll(text, old, replacement)
	}
	path := filepath.Join(t.TempDir(), "run.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{path}, {"--verbose", path}, {"--format", "json", path}, {"--format", "html", "--verbose", path}} {
		var out, errs bytes.Buffer
		c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, LookupEnv: func(string) (string, bool) { return "", false }}
		if code := c.Main(args); code != ExitFindings {
			t.Errorf("%v: exit code %d", args, code)
		}
		if all := out.String() + errs.String(); strings.Contains(all, canary) {
			t.Errorf("%v repeats the canary: %.200s", args, all[strings.Index(all, canary)-60:])
		}
	}
}
