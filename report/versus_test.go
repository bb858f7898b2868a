package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/report"
)

// twoRuns compares the founding run with itself, its logged MFU halved.
func twoRuns() *audit.Versus {
	a, b := founding(), founding()
	m := *b.MFU
	m.Logged /= 2
	b.MFU = &m
	return audit.Compare([]*audit.RunReport{a}, []*audit.RunReport{b}, 0.05)
}

func TestAComparisonFollowsItsSchema(t *testing.T) {
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.CompareSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("compare.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("compare.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*audit.Versus{"two runs": twoRuns(), "nothing known": audit.Compare([]*audit.RunReport{bare()}, []*audit.RunReport{bare()}, 0.05)} {
		var b bytes.Buffer
		if err := report.VersusJSON(&b, v, "1"); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); err != nil {
			t.Error(name, err)
		}
	}
}

// A change in what was logged that is none in what is true is told as that, in text and Markdown.
func TestAChangeInCountingAloneIsToldAsThat(t *testing.T) {
	var text, markdown bytes.Buffer
	if err := report.VersusText(&text, twoRuns(), report.TextOptions{Width: 100}); err != nil {
		t.Fatal(err)
	}
	if err := report.VersusMarkdown(&markdown, twoRuns()); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{text.String(), markdown.String()} {
		if !strings.Contains(strings.Join(strings.Fields(s), " "), "what changed is how it is counted, not how fast it runs") {
			t.Error(s)
		}
	}
}

// What is read back from a JSON report compares with the run that it was written from: no fact differs.
func TestASavedReportIsTheRunItWasWrittenFrom(t *testing.T) {
	runs, err := report.Read(jsonOf(t, oneRun()))
	if err != nil || len(runs) != 1 {
		t.Fatal(runs, err)
	}
	v := audit.Compare(oneRun().Runs, runs, 0.05)
	for _, f := range v.Facts {
		if f.Base != f.Head {
			t.Errorf("%+v", f)
		}
	}
	for _, m := range v.Metrics {
		if m.Base != m.Head {
			t.Errorf("%+v", m)
		}
	}
	if len(v.Metrics) < 3 {
		t.Error(v.Metrics)
	}
	for _, text := range []string{"", "{}", "[]", `{"schema": "other"}`, `{"step": 1}` + "\n" + `{"step": 2}`} {
		if _, err := report.Read([]byte(text)); err == nil {
			t.Errorf("%q is a report", text)
		}
	}
}
