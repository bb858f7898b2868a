package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func TestAPanicCostsOneLogItsReportAndIsExitCode3(t *testing.T) {
	var stderr bytes.Buffer
	s := &session{Command: &Command{Stderr: &stderr}}
	if _, err := s.run(nil, audit.Options{}); err == nil || !strings.Contains(err.Error(), "internal error") {
		t.Errorf("a log that cannot be audited gives %v", err)
	}
	if runs, err := s.run(&runlog.Log{}, audit.Options{}); err != nil || len(runs) != 0 {
		t.Errorf("the next log gives %v %v", runs, err)
	}
	s.fail("run.json", errors.New("internal error: boom"))
	err := s.verdict(false)
	var e *exit
	if !errors.As(err, &e) || e.code != ExitIncomplete {
		t.Errorf("the verdict is %v", err)
	}
}

func TestErrorsOfSeveralInputsAreALineEach(t *testing.T) {
	var stdout, stderr bytes.Buffer
	c := Command{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr}
	if code := c.Main([]string{"no/such/a.json", "no/such/b.json"}); code != ExitIncomplete {
		t.Errorf("exit code %d", code)
	}
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "mfu-audit: no/such/a.json: ") || !strings.HasPrefix(lines[1], "mfu-audit: no/such/b.json: ") {
		t.Errorf("stderr is %q", stderr.String())
	}
	if stdout.Len() > 0 {
		t.Errorf("stdout is %q", stdout.String())
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestASniffedBinaryIsPassedOverAndANamedOneIsNot(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "weights.bin", "\x00\x01\x02")
	c := &Command{}
	if _, err := c.read("weights.bin", false); !errors.Is(err, errNoLog) {
		t.Errorf("found: %v", err)
	}
	if data, err := c.read("weights.bin", true); err != nil || len(data) != 3 {
		t.Errorf("named: %q %v", data, err)
	}
	long := strings.Repeat("0123456789", sniffed)
	writeFile(t, "long.log", long)
	if data, err := c.read("long.log", false); err != nil || string(data) != long {
		t.Errorf("a long file comes back as %d bytes, %v", len(data), err)
	}
}
