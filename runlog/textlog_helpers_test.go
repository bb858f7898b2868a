package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readText reads a text log, which must be of the given format.
func readText(t *testing.T, format, text string) *Log {
	t.Helper()
	log, err := Read("run.log", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if log.Format != format {
		t.Fatalf("read as %s, not %s", log.Format, format)
	}
	checkRun(t, log)
	return log
}

func readFixture(t *testing.T, name string) (*Log, string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return readText(t, strings.TrimSuffix(strings.Replace(name, "llmc", "llm.c", 1), ".log"), string(data)), string(data)
}

// told is everything that a log says, with the place of the first value of each column.
func told(log *Log) string {
	var b strings.Builder
	for _, r := range log.Runs {
		fmt.Fprintf(&b, "steps %v convention %q", r.Steps, r.Convention)
		if len(r.Evals)+len(r.Checkpoints) > 0 {
			fmt.Fprintf(&b, " evaluations %v checkpoints %v", r.Evals, r.Checkpoints)
		}
		b.WriteString("\n")
		for i, line := range strings.Split(columnsOf(r), "\n") {
			if i >= len(r.Columns) {
				break
			}
			c := r.Columns[i]
			p, _ := r.Locate(r, c.FirstRow(), c.Key)
			if c.Smoothed {
				line += " smoothed"
			}
			if c.Aside != "" {
				line += " aside"
			}
			fmt.Fprintf(&b, "%s at %d:%d+%d\n", line, p.Line, p.Column, p.Length)
		}
		for _, c := range r.Sequences {
			fmt.Fprintf(&b, "sequences of unknown length %s ×%g, %d values\n", c.Key, c.Scale, c.Count())
		}
		for _, u := range r.Unknown {
			fmt.Fprintf(&b, "listed %s %d:%d+%d: %s\n", u.Key, u.Pos.Line, u.Pos.Column, u.Pos.Length, u.Why)
		}
		if len(r.Facts) > 0 {
			b.WriteString(factsOf(r) + "\n")
		}
		for _, o := range r.Summary {
			fmt.Fprintf(&b, "summary %s %s %v/%d ×%g %q %d:%d+%d\n", o.Key, o.Quantity, o.Logged, o.Digits.Count(), o.Scale, o.Text, o.Pos.Line, o.Pos.Column, o.Pos.Length)
		}
	}
	if len(log.Problems) > 0 {
		b.WriteString(notesOf(log))
	}
	return strings.TrimSpace(b.String())
}

// fixtures are the logs that were written for the formats.
func fixtures(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.log"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files
}

// fuzzText reads arbitrary bytes as a format: whatever they are, reading ends, twice with the same result, and every value is
// found again where it is said to stand.
func fuzzText(f *testing.F, format *textFormat, seeds ...string) {
	f.Helper()
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		log := format.read(NewSource("run.log", data))
		checkRun(t, log)
		if told(log) != told(format.read(NewSource("run.log", data))) {
			t.Error("two readings differ")
		}
		steps := 0
		for _, r := range log.Runs {
			steps += len(r.Steps)
		}
		if found := format.detect(data); found != (steps > 0) {
			t.Errorf("%d records, detected %t", steps, found)
		}
	})
}

// claimants are the formats that recognise data; guests count where no other does.
func claimants(data []byte) []string {
	var claims, guests []string
	for _, f := range Formats() {
		switch {
		case !f.Detect(data):
		case f.Guest:
			guests = append(guests, f.Name)
		default:
			claims = append(claims, f.Name)
		}
	}
	if claims == nil {
		return guests
	}
	return claims
}
