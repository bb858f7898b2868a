package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// auditOf copies fixtures of the readers into a folder, audits the paths there, and returns what is written.
func auditOf(t *testing.T, fixtures string, args ...string) string {
	t.Helper()
	source, err := filepath.Abs(filepath.Join("..", "..", "runlog", "testdata", fixtures))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("logs", os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	c := Command{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr}
	if code := c.Main(args); code != ExitFindings {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	return stdout.String()
}

func wantLines(t *testing.T, out string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	if strings.Contains(out, "CANARY") {
		t.Error("the report repeats what is no metric")
	}
}

// The value of a binary log is printed, and told by its offset, also where the file is found in a folder.
func TestAnEventFileIsAuditedWithOffsets(t *testing.T) {
	out := auditOf(t, "tensorboard", "check", "logs")
	wantLines(t, out, "error MFU210", "throughput/tokens_per_sec 160000\n", "logs/events.out.tfevents.fixture@", "8 × A100 SXM4 40GB")
}

func TestARunOfMLflowIsAuditedFromItsFolder(t *testing.T) {
	out := auditOf(t, "mlflow", "check", "logs")
	wantLines(t, out, "error MFU210", "--> logs/run/metrics/throughput/tokens_per_sec:3:15  throughput/tokens_per_sec\n", "throughput/tokens_per_sec 160000", "8 × A100 SXM4 40GB")
}

// 960 000 tokens/s × 4.096 s are 3 932 160 tokens, and 480 × 1024 are 491 520: an eighth.
func TestATableOfStepsIsAuditedWithItsHyperparameters(t *testing.T) {
	out := auditOf(t, "csv", "check", "logs/metrics.csv", "--global-batch-size", "480")
	wantLines(t, out, "error MFU211", "--> logs/metrics.csv:4:6  throughput/tokens_per_sec\n", "throughput/tokens_per_sec 960000.0\n")
}
