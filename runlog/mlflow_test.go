package runlog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// mlflowRun reads a run whose files are given, each as "path: text".
func mlflowRun(t *testing.T, files ...string) *Log {
	t.Helper()
	texts := map[string]string{}
	var names []string
	for _, f := range files {
		name, text, _ := strings.Cut(f, ": ")
		texts[name] = text
		names = append(names, name)
	}
	src := NewSource("mlruns/0/r/meta.yaml", []byte("artifact_uri: x\nlifecycle_stage: active\nrun_id: r\nstatus: 1\n"))
	src.List = func() []string { return names }
	src.Open = func(rel string) ([]byte, error) {
		if text, ok := texts[rel]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("none")
	}
	if !detectMLflow(src.Bytes) {
		t.Fatal("not recognised")
	}
	log := readMLflow(src)
	checkRun(t, log)
	return log
}

func TestMLflowFilesAreColumnsOverTheirOwnSteps(t *testing.T) {
	log := readBeside(t, "mlflow/run/meta.yaml")
	r := log.Runs[0]
	same(t, "steps", fmt.Sprint(log.Format, " ", r.Steps, r.Evals, r.Ended, notesOf(log)), "mlflow [5 10 15 20 25 30 35 40] [20 40] true ")
	// 61440 ÷ 0.384 = 160000; the others have all digits of a float64.
	same(t, "columns", columnsOf(r), `perf/step_time_s step_time ×1 s: - 0.5/1 - 0.386/3 - 0.384/3 - 0.385/3
throughput/tokens_per_sec tokens_per_sec ×1 tokens/s: - 122880/6 - 159170.98445595853/17 - 160000/6 - 159584.41558441558/17
train/loss loss ×1 nats: 5.6875/5 5.375/4 5.0625/5 4.75/3 4.4375/5 4.125/4 3.8125/5 3.5/2`)
	p, _ := r.Locate(r, 5, "perf/step_time_s")
	if want := (Position{File: "testdata/mlflow/run/metrics/perf/step_time_s", Offset: 21 + 23 + 14, Length: 5, Line: 3, Column: 15, Path: "perf/step_time_s"}); p != want || r.Source.Text(p) != "0.384" {
		t.Errorf("%+v %q", p, r.Source.Text(p))
	}
	var facts []string
	for _, f := range r.Facts {
		facts = append(facts, fmt.Sprintf("%s %v%s %s %s", f.Key, f.Num, f.Str, f.Source, strings.TrimPrefix(f.Pos.File, "testdata/mlflow/run/")))
		if r.Source.Text(f.Pos) != f.Text {
			t.Errorf("%s: %q is not at %+v", f.Key, f.Text, f.Pos)
		}
	}
	slices.Sort(facts)
	same(t, "facts", strings.Join(facts, "\n"), `device 0A100-SXM4-40GB config params/gpu_name
devices 8 config params/num_gpus
global_batch_size 480 config params/global_batch_size
hidden_size 768 config params/model.n_embd
num_attention_heads 12 config params/model.n_head
num_hidden_layers 12 config params/model.n_layer
precision 0bfloat16 config params/dtype
seq_len 1024 config params/block_size`)
}

func TestOddMetricFilesAreDataWithPositions(t *testing.T) {
	log := mlflowRun(
		t, "metrics/mfu: 1 0.5 1\n2 nan 2\n3 -1 3\nx\n4 0.25 4 data 5f2c\n5 0.7", "metrics/loss: 1 4.5\n", "metrics/tgs: 1 5.5 0\n2 6.5 0\n",
		"metrics/mfu_percent: 1 40 2\n2 41 3\n3 42 2\n", "metrics/gone/tokens_per_sec", "params/n_layer: 12\n", "params/n_head: many", "metrics/tok_secnd: 1 2 3\n",
	)
	r := log.Runs[0]
	same(t, "steps", fmt.Sprint(r.Steps, r.Ended), "[0 1 2 3 4 2] false")
	same(t, "columns", columnsOf(r), `loss loss ×1 nats: 4.5/2 - - - - -
mfu mfu ×1 fraction: - 0.5/1 - - 0.25/2 -
mfu_percent mfu ×0.01 %: - - 40/2 41/2 - 42/2`)
	same(t, "facts", factsOf(r), `num_hidden_layers 12 "12" config n_layer 1:1+2`)
	same(t, "notes", strings.ReplaceAll(notesOf(log), "×1 ", ""), `order 1:1 +0 : the step number repeats or goes back; the record is kept
nan 2:3 +3 mfu: mfu is NaN; the value is left out
sentinel 3:3 +2 mfu: mfu stands for not measured; the value is left out
syntax 4:1 +1 : a line is no value of a metric; it is left out
truncated 6:1 +5 : the file ends inside a line, which is left out
unnumbered 1:3 +3 tgs: tgs has no step numbers: all are 0; it is left out`)
	if len(r.Unknown) != 1 || r.Unknown[0].Key != "tok_secnd" {
		t.Error(r.Unknown)
	}
}

func TestMLflowWithoutItsFolder(t *testing.T) {
	log, err := Read("meta.yaml", []byte("artifact_uri: x\nlifecycle_stage: active\nrun_uuid: r\n"))
	if err != nil || log.Format != mlflowName {
		t.Fatal(log, err)
	}
	same(t, "notes", notesOf(log), "beside 1:1 +52 ×1 : the files of the run are not at hand; its metrics are not read")
	if _, err := Read("meta.yaml", []byte("artifact_location: x\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n")); err == nil {
		t.Error("the meta.yaml of an experiment is read")
	}
}

func TestMLflowRepeatsNothingElse(t *testing.T) {
	for _, log := range []*Log{
		readBeside(t, "mlflow/run/meta.yaml"),
		mlflowRun(t, "metrics/CANARY: CANARY", "metrics/mfu: CANARY\n1 CANARY 2\n1 0.5 CANARY\n1 0.5 1 CANARY\n", "metrics/CANARY!mfu: 1 2 3\n", "params/n_layer: CANARY", "params/gpu_name: CANARY", "tags/CANARY: CANARY"),
	} {
		r := log.Runs[0]
		if s := fmt.Sprint(r.Name, r.Facts, r.Unknown, columnsOf(r), log.Problems); strings.Contains(s, canary) {
			t.Error(s)
		}
	}
}

func FuzzMLflow(f *testing.F) {
	f.Add("1 0.5 1\n2 0.25 2\n", "1 4.5 1\n1 4 1\n1 4.5 0\n", "12")
	f.Add("1 nan\n\n 1 2\r\n1 1e999 9223372036854775808\n", "1 -1 3\n1 2 1", "\x00")
	f.Fuzz(func(t *testing.T, mfu, loss, param string) {
		files := []string{"metrics/mfu: " + mfu, "metrics/train/loss: " + loss, "params/n_layer: " + param, "params/gpu_name: " + param}
		first, second := mlflowRun(t, files...), mlflowRun(t, files...)
		if told(first) != told(second) {
			t.Error("two readings differ")
		}
	})
}
