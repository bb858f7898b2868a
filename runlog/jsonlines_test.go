package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readJSON reads a log, which must be of the given format.
func readJSON(t *testing.T, format, text string) *Log {
	t.Helper()
	log, err := Read("run.jsonl", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if log.Format != format {
		t.Fatalf("read as %s, not %s", log.Format, format)
	}
	checkRun(t, log)
	return log
}

func jsonFixture(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "jsonlines", "run.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What is expected was read off the fixture by eye.
func TestJSONLinesWithOneOfEverything(t *testing.T) {
	same(t, "log", told(readJSON(t, "json-lines", jsonFixture(t))), `
steps [1 2 3 5] convention "" evaluations [2] checkpoints []
train.loss loss ×1 nats: 6.25/3 6/1 - 5/1 at 3:31+4
throughput/tokens_per_sec tokens_per_sec ×1 tokens/s: 8192.5/5 8000/4 8001.5/5 - at 3:79+6
dt step_time ×1 s: 0.5/1 0.512/3 0.5119/4 - at 3:93+3
train.mfu mfu ×1 fraction: - 0.0125/3 0.0126/3 0.0128/3 at 4:43+6
throughput/device/tokens_per_sec tokens_per_sec_per_device ×1 tokens/s: - - - 4001.25/6 at 10:49+7
listed my_throughput 9:185+0: 
num_hidden_layers 2 "2" config config.n_layer 1:42+1
num_attention_heads 4 "4" config config.n_head 1:55+1
hidden_size 64 "64" config config.n_embd 1:68+2
vocab_size 512 "512" config config.vocab_size 1:86+3
device NVIDIA A100-SXM4-80GB "NVIDIA A100-SXM4-80GB" step gpu_name 3:110+23
devices 2 "2" step world_size 3:149+1
summary num_params parameters 163840/6 ×1 "163840" 1:161+6
syntax 2:1 +16 ×1 : a line is no JSON object; it is left out
sentinel 3:44 +3 ×1 train.mfu: train.mfu stands for not measured; the value is left out
nan 7:31 +3 ×1 *.loss: a value is NaN; the value is left out
number-as-string 7:43 +8 ×1 train.mfu: train.mfu is a number in quotes; it is read as a number
syntax 8:1 +74 ×2 : a line is damaged JSON; it is left out
duplicate-key 9:51 +5 ×1 *.mfu: a key is there twice in one object; the last value is used
wrong-type 9:108 +4 ×1 dt: dt is not a number; the value is left out
unnumbered 11:1 +31 ×1 : a record has no step number though others have; it is left out`)
}

// runs is what the runs of a log hold, without places.
func runs(log *Log) string {
	var out []string
	for _, r := range log.Runs {
		out = append(out, fmt.Sprint("steps ", r.Steps), columnsOf(r))
		if len(r.Evals) > 0 {
			out = append(out, fmt.Sprint("evaluations ", r.Evals))
		}
		for _, f := range r.Facts {
			out = append(out, fmt.Sprint(f.Key, " ", f.Num, f.Str, " ", f.Source))
		}
	}
	for _, p := range log.Problems {
		out = append(out, fmt.Sprintf("%s ×%d", p.Kind, p.Count))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

func TestWhichRecordsMakeARun(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"W&B's export: its own counter only where there is no better", `
{"_step": 7, "trainer/global_step": 100, "train/mfu": 41.5, "_runtime": 5}
{"_step": 8, "trainer/global_step": 200, "train/mfu": 42.5}`,
			"steps [100 200]\ntrain/mfu mfu ×0.01 %: 41.5/3 42.5/3",
		},
		{"data in an object of its own", `{"step": 1, "data": {"mfu": 0.5, "step": 9}}`, "steps [1]\ndata.mfu mfu ×1 fraction: 0.5/1"},
		{"all of it", `{"data": {"mfu": 0.5, "iteration": 9}}`, "steps [9]\ndata.mfu mfu ×1 fraction: 0.5/1"},
		{
			"no step numbers", "{\"mfu\": 0.5}\n{\"mfu\": 0.25}",
			"steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2\nunnumbered ×2",
		},
		{
			"a step on two lines", "{\"step\": 1, \"mfu\": 0.5}\n{\"step\": 1, \"dt\": 2.5}\n{\"step\": 2, \"dt\": 3}\n{\"step\": 2, \"mfu\": 0.25}",
			"steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2\ndt step_time ×1 s: 2.5/2 3/1",
		},
		{
			"every rank prints", `
{"step": 1, "rank": 1, "mfu": 0.5}
{"step": 1, "rank": 0, "mfu": 0.25}
{"step": 2, "rank": 0, "mfu": 0.75}
{"step": 3, "rank": 0, "mfu": 0.125}
{"step": 2, "rank": 1, "mfu": 0.5}
{"step": 1, "rank": 1, "mfu": 0.5}`,
			"steps [1 2 3]\nmfu mfu ×1 fraction: 0.5/1 0.75/2 0.125/3\nsteps [1]\nmfu mfu ×1 fraction: 0.5/1\nrepeated ×2",
		},
		{
			"started again", `
{"config": {"n_layer": 2}}
{"step": 1, "mfu": 0.5}
{"step": 2, "mfu": 0.25}
{"config": {"n_layer": 4}}
{"step": 1, "mfu": 0.75}`,
			"steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2\nnum_hidden_layers 2 config\nsteps [1]\nmfu mfu ×1 fraction: 0.75/2\nnum_hidden_layers 4 config",
		},
		{
			"resumed", "{\"step\": 1, \"mfu\": 0.5}\n{\"step\": 3, \"mfu\": 0.25}\n{\"step\": 2, \"mfu\": 0.75}",
			"steps [1 3 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2 0.75/2\norder ×1",
		},
		{
			"evaluations on lines of their own, and one in a record", `
{"step": 1, "mfu": 0.5}
{"step": 1, "val_loss": 3.5, "eval/mfu": 0.75}
{"step": 2, "mfu": 0.25}
{"step": 3, "mfu": 0.25, "val_loss": 3.25}
{"step": 4, "mfu": 0.25, "val_loss": null}`,
			"steps [1 2 3 4]\nmfu mfu ×1 fraction: 0.5/1 0.25/2 0.25/2 0.25/2\nevaluations [1 3]",
		},
		{
			"the last evaluation repeated in every record", "{\"step\": 1, \"mfu\": 0.5, \"val_loss\": 3}\n{\"step\": 2, \"mfu\": 0.5, \"val_loss\": 3}",
			"steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.5/1",
		},
		{
			"a step that is none", "{\"step\": 1, \"mfu\": 0.5}\n{\"step\": \"x\", \"mfu\": 0.25}\n{\"step\": 2.5, \"mfu\": 0.25}\n{\"step\": \"4\", \"mfu\": 0.25}\n{\"step\": 5.0, \"mfu\": 0.25}",
			"steps [1 4 5]\nmfu mfu ×1 fraction: 0.5/1 0.25/2 0.25/2\nwrong-type ×2\nwrong-type ×1\nout-of-range ×1\nnumber-as-string ×1",
		},
		{"a launcher's mark", `[rank0]: {"step": 1, "mfu": 0.5}`, "steps [1]\nmfu mfu ×1 fraction: 0.5/1"},
		{"the bare batch size may be anyone's", `{"step": 1, "mfu": 0.5, "batch_size": 4, "seq_len": 128}`, "steps [1]\nmfu mfu ×1 fraction: 0.5/1\nseq_len 128 step"},
		{
			"a mark, blanks and line ends", byteOrderMark + "\r\n \t{\"step\": 1, \"mfu\": 0.5} \r\n\r\n{\"step\": 2, \"mfu\": 0.25}\r\n",
			"steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2\nsyntax ×1",
		},
		{
			"cut at the end", "{\"step\": 1, \"mfu\": 0.5}\n{\"step\": 2, \"mfu\": 0.25, \"dt\": 0.12",
			"steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2\ntruncated ×1",
		},
		{
			"cut before the end", "{\"step\": 1, \"mfu\": 0.5}\n{\"step\": 2, \"mfu\": 0.25, \"dt\": 0.12\n{\"step\": 3, \"mfu\": 0.75}",
			"steps [1 3]\nmfu mfu ×1 fraction: 0.5/1 0.75/2\nsyntax ×1",
		},
		{
			"deep nesting", "{\"step\": 1, \"x\": " + strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300) + ", \"mfu\": 0.5}",
			"steps [1]\nmfu mfu ×1 fraction: 0.5/1\ntoo-deep ×1",
		},
	} {
		same(t, c.name, runs(readJSON(t, "json-lines", strings.TrimPrefix(c.text, "\n"))), c.want)
	}
}

func TestAListOfRecordsReadsAsItsLines(t *testing.T) {
	text := jsonFixture(t)
	var sound []string
	for i, line := range strings.Split(text, "\n") {
		if i != 1 && i != 7 && i != 11 && line != "" { // neither the console's line nor the damaged ones
			sound = append(sound, line)
		}
	}
	lines := runs(readJSON(t, "json-lines", strings.Join(sound, "\n")))
	same(t, "list", runs(readJSON(t, "json-list", "[\n"+strings.Join(sound, ",\n")+"\n]\n")), lines)
	same(t, "on one line", runs(readJSON(t, "json-list", byteOrderMark+"["+strings.Join(sound, ",")+"]")), strings.Replace(lines, "\nsentinel", "\nsyntax ×1\nsentinel", 1))
}

func TestWhatIsNoLogOfRecords(t *testing.T) {
	for _, text := range []string{
		`{"step": 1}`, `{"mfu": 0.5}`, "{\"a\": 1}\n{\"b\": 2}", "{\n  \"step\": 1,\n  \"mfu\": 0.5\n}", `[{"a": 1}]`, `[1, {"step": 1, "mfu": 0.5}]`, `["step", "mfu"]`, `[[]]`,
		`{"eval": {"mfu": 0.5}}`, `{"n_layer": 2, "step": 1}`, `[{"step": 1}]`, "step,lr\n1,0.5\n", "[2025-01-01 10:00:00] mfu 0.5",
		`:::MLLOG {"namespace": "", "time_ms": 1, "event_type": "POINT_IN_TIME", "key": "tracked_stats", "value": {"throughput": 5, "mfu": 1}, "metadata": {"step": 4}}`,
		`{"global_step": 5, "log_history": [{"loss": 1, "step": 1}]}`,
	} {
		if log, err := Read("run.log", []byte(text)); err == nil && strings.HasPrefix(log.Format, "json") {
			t.Errorf("%q is read as %s", text, log.Format)
		}
	}
	for _, f := range Formats() {
		if data := []byte(jsonFixture(t)); f.Detect(data) != (f.Name == "json-lines") {
			t.Errorf("%s claims the fixture: %t", f.Name, f.Detect(data))
		}
	}
}

// A log that is cut anywhere reads as a prefix: no value is another than in the whole.
func TestACutJSONLinesLogReadsAsAPrefix(t *testing.T) {
	text := jsonFixture(t)
	full := readJSON(t, "json-lines", text).Runs[0]
	for cut := range len(text) {
		log, err := Read("run.jsonl", []byte(text[:cut]))
		if err != nil {
			continue
		}
		checkRun(t, log)
		if line := strings.Count(text[:cut], "\n") + 1; log.Format != "json-lines" || line == 8 || line == 12 {
			continue // two damaged lines, which are sound as far as the cut
		}
		for row, step := range log.Runs[0].Steps {
			if step != full.Steps[row] {
				t.Fatalf("cut at %d: steps %v", cut, log.Runs[0].Steps)
			}
			for _, c := range log.Runs[0].Columns {
				v, _, ok := c.At(row)
				if w, _, known := full.Column(c.Key).At(row); ok && (!known || v != w && v != 0.0127) { // the first of two, until the second is read
					t.Fatalf("cut at %d: %s is %v, not %v", cut, c.Key, v, w)
				}
			}
		}
	}
}

func TestDamagedJSONLinesNeverPanic(t *testing.T) {
	lines := strings.Split(jsonFixture(t), "\n")
	text := strings.Join([]string{lines[0][:90] + "}}", lines[2], lines[4], lines[8]}, "\n")
	for i := range len(text) {
		for _, b := range []string{"", "\x00", "\"", "{", "}", "[", ",", ":", "\\", "x", "9", "\n"} {
			if log, err := Read("run.jsonl", []byte(text[:i]+b+text[i+1:])); err == nil {
				checkRun(t, log)
			}
			if t.Failed() {
				t.Fatalf("byte %d replaced by %q", i, b)
			}
		}
	}
}

func TestJSONLinesRepeatNothingElse(t *testing.T) {
	secret := `{"event": "CANARY", "config": {"CANARY": "CANARY", "n_layer": "CANARY", "n_head": 4, "dtype": "CANARY", "out_dir": "/CANARY", "bias": "CANARY", "CANARY": 5, "x": {"n_layer": "CANARY"}}}
CANARY CANARY
CANARY {"step": 1, "mfu": "CANARY"}
{"step": "CANARY", "mfu": 0.5}
{"step": 1, "host": "CANARY", "CANARY": NaN, "mfu": "CANARY", "dt": CANARY}
{"step": 1, "host": "CANARY", "CANARY": NaN, "CANARY": NaN, "mfu": "CANARY", "gpu_name": "CANARY", "precision": "CANARY", "tokens per CANARY": 5, "world_size": "CANARY"}
{"step": 2, "CANARY": {"CANARY": "CANARY", "CANARY": [NaN, "CANARY"]}, "mfu": ["CANARY"], "x": {"CANARY": 5}, "bf16": "CANARY", "CANARY": "CANARY`
	for cut := len(secret); cut > 400; cut-- {
		log, err := Read("run.jsonl", []byte(secret[:cut]))
		if err != nil {
			continue
		}
		for _, r := range log.Runs {
			said := strings.Join([]string{r.Name, fmt.Sprint(log.Problems), fmt.Sprint(r.Facts), fmt.Sprint(r.Unknown), fmt.Sprint(r.Summary), columnsOf(r)}, "\n")
			if strings.Contains(said, canary) {
				t.Fatalf("cut at %d: %s", cut, said)
			}
		}
	}
}

func FuzzJSONLines(f *testing.F) {
	f.Add([]byte(jsonFixture(f)))
	f.Add([]byte(`[{"step":1,"mfu":1},{"step":2,"mfu":"x"},{"mfu":NaN}`))
	f.Add([]byte("{\"step\":1,\"rank\":0,\"mfu\":5e-1}\n{\"step\":1,\"rank\":1,\"mfu\":1e999}\n{\"step\":0,\"eval/mfu\":1}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func(*Source) *Log{readJSONLines, readJSONList} {
			log := read(NewSource("run.jsonl", data))
			checkRun(t, log)
			if told(log) != told(read(NewSource("run.jsonl", data))) {
				t.Error("two readings differ")
			}
		}
	})
}
