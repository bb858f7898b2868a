package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// What is compared is reading the numbers of a right run of 20 fields and about 800 bytes a step.
func TestTheGeneratedLogIsRightAndAsLongAsSaid(t *testing.T) {
	var log, again bytes.Buffer
	if generate(&log, 300) != nil || generate(&again, 300) != nil || !bytes.Equal(log.Bytes(), again.Bytes()) {
		t.Fatal("two logs differ")
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")[1:]
	if n := len(strings.Join(lines, "\n")) / len(lines); len(lines) != 300 || n < 780 || n > 820 {
		t.Errorf("%d records of %d bytes", len(lines), n)
	}
	for _, line := range lines {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil || len(record) != 20 {
			t.Fatalf("%d fields, %v", len(record), err)
		}
		for _, f := range fields {
			if _, ok := record[f].(float64); !ok {
				t.Fatalf("no number %s", f)
			}
		}
	}
	for _, task := range tasks() {
		if err := task.run(log.Bytes()); err != nil {
			t.Error(task.name, err)
		}
	}
	read, err := read(log.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields[1:] { // the first is the step
		if c := read.Runs[0].Column(f); c == nil && f != "world_size" {
			t.Errorf("%s is compared and not read", f)
		}
	}
}

func TestTheComparisonPrintsItsTable(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-steps", "2000", "-times", "1"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"bytes of heap a step", "read and audit", "gjson.GetMany", "encoding/json", "one core"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
