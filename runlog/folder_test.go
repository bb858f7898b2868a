package runlog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folderOf makes files in a new folder and returns it.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOnlyRegularFilesNearTheLogAreOpened(t *testing.T) {
	dir := folderOf(t, map[string]string{"a/b/run.log": "x", "a/config.yaml": "up", "a/b/files/config.yaml": "down", "a/b/pipe/x": ""})
	src := NewSource("run.log", nil)
	src.Beside(filepath.Join(dir, "a", "b", "run.log"))
	for rel, want := range map[string]string{"../config.yaml": "up", "files/config.yaml": "down", "./files/../run.log": "x"} {
		if got, err := src.Open(rel); err != nil || string(got) != want {
			t.Errorf("%s: %q %v", rel, got, err)
		}
	}
	for _, rel := range []string{"pipe", "none", "", ".", "/etc/hostname", "../../../../../etc/hostname", "files/../../../../../../../etc/hostname"} {
		if got, err := src.Open(rel); err == nil {
			t.Errorf("%s: %q", rel, got)
		}
	}
	large := filepath.Join(dir, "a", "b", "large")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, maxCompanion+1); err != nil {
		t.Skip(err)
	}
	if _, err := src.Open("large"); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Error(err)
	}
	if got, want := src.List(), []string{"files/config.yaml", "large", "pipe/x", "run.log"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

const nanoGPTLines = "iter 0: loss 10.9885, time 54003.27ms, mfu -100.00%\niter 10: loss 9.5, time 500.25ms, mfu 36.76%\n"

func readFolder(t *testing.T, files map[string]string) *Log {
	t.Helper()
	files["train.log"] = nanoGPTLines
	log, err := ReadFile(filepath.Join(folderOf(t, files), "train.log"))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestTheConfigurationBesideALogIsReadAsFactsWithTheirPlace(t *testing.T) {
	log := readFolder(t, map[string]string{"config.yaml": "model:\n  n_layer: 12\n", "job.toml": "[training]\nseq_len = 1024\n", "README.md": "x"})
	run := log.Runs[0]
	for key, want := range map[FactKey]float64{Layers: 12, SeqLen: 1024} {
		facts := run.FactsOf(key)
		if len(facts) != 1 || facts[0].Num != want || facts[0].Source != "sidecar" || facts[0].Pos.Line != 2 || run.Source.Text(facts[0].Pos) != facts[0].Text {
			t.Errorf("%s: %+v", key, facts)
		}
	}
	if got := readFolder(t, map[string]string{"config.yaml": "n_layer: 12\n", "other.log": ""}).Runs[0].FactsOf(Layers); got != nil {
		t.Errorf("beside two logs: %v", got)
	}
}

func TestAConfigurationThatContradictsTheLogIsAnotherRuns(t *testing.T) {
	stated := nanoGPTLines
	src := NewSource("train.log", []byte(stated))
	src.names = func() []string { return []string{"train.log", "config.yaml"} }
	src.Open = func(string) ([]byte, error) {
		return []byte("n_layer: 24\nn_head: 16\ndtype: bfloat16\n"), nil
	}
	log := &Log{Runs: []*Run{{Facts: []Fact{{Key: Layers, Num: 12, Source: "config"}}}}}
	log.addBeside(src)
	if len(log.Runs[0].Facts) != 1 || len(log.Problems) != 1 || log.Problems[0].Kind != ProblemBeside || !strings.Contains(log.Problems[0].Message, "num_hidden_layers") {
		t.Errorf("%+v %+v", log.Runs[0].Facts, log.Problems)
	}
	// What a format assumes is no statement; another spelling is no contradiction; what changes in the log is not filled in.
	log = &Log{Runs: []*Run{{Facts: []Fact{
		{Key: Layers, Num: 12, Source: "format"}, {Key: Precision, Str: "bf16", Source: "config"}, {Key: Heads, Num: 8, Source: "config", Void: "changes from step to step"},
	}}}}
	log.addBeside(src)
	r := log.Runs[0]
	if r.FactsOf(Layers)[0].Num != 24 || len(r.FactsOf(Precision)) != 1 || len(r.FactsOf(Heads)) != 0 || len(log.Problems) != 0 {
		t.Errorf("%+v %+v", r.Facts, log.Problems)
	}
}
