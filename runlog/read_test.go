package runlog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnrecognisedContentNamesWhatItLooksLike(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "the file is empty",
		" \n":                               "the file is empty",
		byteOrderMark:                       "the file is empty",
		"\xff\xfe{\x00}\x00":                "JSON object",
		"\x00\x01":                          "binary",
		`{"a": 1}`:                          "a JSON object without training_iterations",
		"{\"a\": 1}\n{\"loss\": 2}":         "JSON Lines",
		"[1]":                               "a JSON list",
		"iter 1: loss 2.0":                  "plain text",
		`{"x": {"training_iterations": []}`: "a JSON object",
	} {
		_, err := Read(`run.log`, []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), "run.log: ") || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "training-json") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestFormatsAreDetectedByContent(t *testing.T) {
	for text, want := range map[string]bool{
		`{"training_iterations": []}`: true,
		byteOrderMark + `{"a": {"}": ["{"]}, "s": "\"", "training_iterations": [`:             true,
		`{"run_name": "r", "x": [[]], "config": {`:                                            true,
		`{"training_iterations": 5}`:                                                          false,
		`{"run_name": "r", "config": "c"}`:                                                    false,
		`{"x": "training_iterations", "y": [`:                                                 false,
		`{"log_history": [{"loss": 1}], "global_step": 5}`:                                    false,
		"{\"run_name\": \"r\"}\n{\"config\": {}}":                                             false,
		`[{"training_iterations": []}]`:                                                       false,
		`{"x` + "\n" + `": 1, "training_iterations": []}`:                                     false,
		strings.Repeat(" ", 5) + `{"x" 5, "training_iterations" : [` + strings.Repeat("[", 9): true,
	} {
		if got := detectTrainingJSON([]byte(text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	names := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Summary == "" || f.Tells == "" || f.Lacks == "" || f.Detect == nil || f.Read == nil || names[f.Name] {
			t.Errorf("%q is incomplete or there twice", f.Name)
		}
		names[f.Name] = true
	}
}

func TestReadFileRefusesDirectoriesAndReportsSlashes(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadFile(dir); err == nil || !strings.Contains(err.Error(), "is a directory; name the log files in it") {
		t.Error(err)
	}
	if _, err := ReadFile(filepath.Join(dir, "missing.json")); !os.IsNotExist(err) {
		t.Error(err)
	}
	path := filepath.Join(dir, "run.json")
	if err := os.WriteFile(path, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := ReadFile(path)
	if err != nil || log.Path != filepath.ToSlash(path) || log.Format != "training-json" || log.Runs[0].Path != log.Path || log.Runs[0].Name != "run_1" {
		t.Errorf("%+v, %v", log, err)
	}
}

func TestTheNearestFormatIsToldByItsNames(t *testing.T) {
	for text, want := range map[string]string{
		"it 5 | Loss 2.1 | tps 7034 | TFLOPS 407.35 | mfu 41.19%\n":                      "torchtitan",
		"[3] loss=2.1 dt=639ms tok/sec=820214 bf16_mfu=36.2\n":                           "nanochat",
		`{"run_name": "x", "startup": 1, "records": [{"time_ms": 1, "mfu_percent": 3}]}`: "training-json",
		"epoch 3 accuracy 0.9\n": "",
		"time and loss\n":        "",
		"It was a tps, said the nanny, with mfus and tflopsy.\n":                             "",
		"it 5 | Loss 2.1 | tps 7034 | TFLOPS 407.35 | mfu 41.19% SECRET_CANARY /home/CANARY": "torchtitan",
	} {
		_, err := Read("run.log", []byte(text))
		if err == nil {
			t.Errorf("%q is recognised", text)
			continue
		}
		if named := strings.Contains(err.Error(), "The nearest is "+want); named != (want != "") || strings.Contains(err.Error(), canary) {
			t.Errorf("%q: want the nearest to be %q: %v", text, want, err)
		}
	}
}
