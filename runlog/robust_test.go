package runlog

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// small is a document with one of everything that the format knows.
const small = `{"run_name": "run_1", "config": {"n_layer": 2, "n_head": 4, "n_embd": 64, "dataset": "x_llama3", "dtype": "bfloat16"},
"startup_info": {"model": {"total_params": 123456}, "hardware": {"gpu_name": "NVIDIA A100-SXM4-80GB", "num_gpus": 2}},
"training_iterations": [
  {"iter": 0, "loss": 10.5, "time_ms": 55142.33874275658, "mfu": -100.0},
  {"iter": 10, "loss": NaN, "time_ms": "10.5", "mfu": {"mfu": 0.36, "mfu_percent": 36.0, "gpu_name": "A100", "architecture": "2L-4H-64D-GQA2"},
   "memory": {"allocated_gb": 14.7}},
  {"iter": 20, "loss": 8.25, "loss": 8.5, "mfu": {"mfu": 0.37, "new": 1}}],
"eval_steps": [{"iter": 10, "train_loss": 1.5}], "checkpoints": [{"iter": 20, "path": "a/b"}],
"metadata": {"world_size": 2}, "end_time": "2025", "summary": {"avg_time_ms": 14518.9, "avg_mfu": 36.5}}
`

// checkRun holds what is true of any run, whatever it was read from.
func checkRun(t *testing.T, log *Log) {
	t.Helper()
	var src *Source
	inside := func(p Position) {
		s, lines := src.Of(p), 1
		if s.Binary {
			lines = 0
		}
		if p.Offset < 0 || p.Length < 0 || p.Offset+int64(p.Length) > int64(len(s.Bytes)) || p.Line < lines || p.Column < lines {
			t.Errorf("position outside the file: %+v", p)
		}
	}
	for _, r := range log.Runs {
		src = r.Source
		if len(r.Steps) != len(r.Offsets) {
			t.Fatalf("%d steps, %d offsets", len(r.Steps), len(r.Offsets))
		}
		for _, f := range r.Facts {
			inside(f.Pos)
		}
		for _, o := range r.Summary {
			inside(o.Pos)
		}
		for _, u := range r.Unknown {
			inside(u.Pos)
		}
		for _, c := range r.Columns {
			row := c.FirstRow()
			if row < 0 || row >= len(r.Steps) || c.Count() > len(r.Steps) {
				t.Fatalf("%s: first row %d of %d", c.Key, row, len(r.Steps))
			}
			p, ok := r.Locate(r, row, c.Key)
			if !ok {
				t.Errorf("%s of record %d is not found again", c.Key, row)
				continue
			}
			inside(p)
			v, d, _ := c.At(row)
			text := strings.Trim(r.Source.Text(p), "\" \t")
			again, _, err := parsePrinted(text)
			if d&DigitsFloat32 != 0 && float32(again) == float32(v) {
				again = v
			}
			if again != v { // a decimal comma
				again, _, err = parseNumber(strings.Replace(text, ",", ".", 1))
			}
			if c.Unit != "bool" && (err != nil || again != v) {
				t.Errorf("%s of record %d: %v, found again as %q", c.Key, row, v, text)
			}
		}
	}
	for _, p := range log.Problems {
		if src == nil {
			src = NewSource(log.Path, nil)
		}
		if inside(p.Pos); p.Count < 1 || p.Message == "" {
			t.Errorf("%+v", p)
		}
	}
}

func TestATruncatedLogReadsAsAPrefixOfTheWhole(t *testing.T) {
	whole, err := Read("run.json", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	full := whole.Runs[0]
	read := 0
	for cut := range len(small) {
		log, err := Read("run.json", []byte(small[:cut]))
		if err != nil {
			if strings.Contains(small[:cut], `"training_iterations": [`) {
				t.Fatalf("cut at %d: %v", cut, err)
			}
			continue
		}
		checkRun(t, log)
		run := log.Runs[0]
		n := len(run.Steps)
		if n < read || n > len(full.Steps) || !reflect.DeepEqual(run.Steps, full.Steps[:n]) && n > 0 || !reflect.DeepEqual(run.Offsets, full.Offsets[:n]) && n > 0 {
			t.Fatalf("cut at %d: steps %v of %v", cut, run.Steps, full.Steps)
		}
		read = n
		for _, c := range run.Columns {
			for row := range run.Steps {
				v, d, ok := c.At(row)
				w, e, known := full.Column(c.Key).At(row)
				if ok && (!known || (v != w || d != e) && v != 8.25) { // the first of two, until the second is read
					t.Fatalf("cut at %d: %s of record %d is %v, %v in the whole", cut, c.Key, row, v, w)
				}
			}
		}
		if len(run.Facts) > len(full.Facts) || len(run.Summary) > len(full.Summary) || len(run.Evals) > len(full.Evals) {
			t.Fatalf("cut at %d: more than in the whole", cut)
		}
		ends := 0
		for _, p := range log.Problems {
			if p.Kind == ProblemTruncated {
				ends++
			}
		}
		if cut <= strings.LastIndexByte(small, '}') && ends != 1 {
			t.Fatalf("cut at %d: %d problems say that the log is truncated", cut, ends)
		}
	}
	if read != 3 {
		t.Errorf("%d records", read)
	}
}

func TestDamagedBytesNeverPanic(t *testing.T) {
	for i := range len(small) {
		for _, b := range []string{"", "\x00", "\"", "{", "}", "[", "]", ",", ":", "\\", "x", "9", "\n"} {
			damaged := small[:i] + b + small[i+1:]
			if log, err := Read("run.json", []byte(damaged)); err == nil {
				checkRun(t, log)
			}
			if t.Failed() {
				t.Fatalf("byte %d replaced by %q", i, b)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(byteOrderMark + small[:700]))
	f.Add([]byte(`{"training_iterations":[{"iter":1,"mfu":{"mfu":1e999,"a.b":[[[]]]}},{"iter":0,"mfu":-1},{}]}`))
	f.Add([]byte(`{"run_name":"\u0000","config":{"n_layer":"3","bias":"x","arch_preset":"llama3","weight_tying":true},}`))
	f.Add([]byte(`{"training_iterations":[{"iter":1,"loss":NaN,"loss":1,,"mfu"}{"iter":2 "loss":.5 x}]`))
	f.Add([]byte(`{"training_iterations":` + strings.Repeat("[", 300)))
	f.Add([]byte(`{"training_iterations":[{0}{}{"iter"0 "mfu"0 0`)) // damaged and cut
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := Read("run.json", data)
		if err != nil {
			return
		}
		checkRun(t, log)
		again, err := Read("run.json", data)
		if err != nil || fmt.Sprint(log.Problems) != fmt.Sprint(again.Problems) || factsOf(log.Runs[0]) != factsOf(again.Runs[0]) {
			t.Error("two readings differ")
		}
	})
}

// canary stands for hosts, users, paths and keys, which logs hold and reports must not repeat.
const canary = "CANARY"

func TestNothingButRecognisedKeysAndValuesIsRepeated(t *testing.T) {
	secret := `{"run_name": "run_1", "host": "CANARY", "CANARY": {"CANARY": NaN, "CANARY": "CANARY"}, "start_time": "CANARY",
"config": {"out_dir": "/home/CANARY", "wandb_project": "CANARY", "wandb_run_name": "CANARY", "dataset": "/CANARY/x_llama3",
 "arch_preset": "CANARY-llama3", "weight_tying": true, "normalization": "CANARY", "n_layer": "CANARY", "bias": "CANARY", "ffn_type": "CANARY",
 "n_head": {"CANARY": 1}, "CANARY": Infinity, "CANARY" 5, "CANARY2": CANARY, CANARY "n_embd": 64},
"startup_info": {"timestamp": "CANARY", "optimizer": {"type": "CANARY"}, "model": {"total_params": "CANARY"}, "user": "CANARY"},
"training_iterations": [{"iter": 0, "CANARY": "CANARY", "loss": "CANARY", "mfu": "CANARY"}, "CANARY",
 {"iter": 1, "CANARY": "CANARY", "CANARY": NaN, "mfu": {"mfu": "CANARY", "architecture": "CANARY-2L-4H-64D-CANARY-GQA2", "not CANARY!": 5, "CANARY-1": 6}},
 {"iter": "CANARY", "loss": 1}],
"eval_steps": [{"iter": "CANARY"}], "checkpoints": [{"path": "/CANARY"}], "metadata": {"user": "CANARY", "world_size": "CANARY"},
"summary": {"avg_mfu": "CANARY", "CANARY": CANARY}} CANARY`
	for cut := len(secret); cut > 200; cut-- {
		log, err := Read("run.json", []byte(secret[:cut]))
		if err != nil {
			continue
		}
		run := log.Runs[0]
		told := []string{run.Name, fmt.Sprint(log.Problems), fmt.Sprint(run.Facts), fmt.Sprint(run.Unknown), fmt.Sprint(run.Summary), columnsOf(run)}
		if i := strings.Index(strings.Join(told, "\n"), canary); i >= 0 {
			t.Fatalf("cut at %d: %s", cut, strings.Join(told, "\n"))
		}
	}
	_, err := Read("notes.txt", []byte("CANARY\n"))
	if err == nil || strings.Contains(err.Error(), canary) {
		t.Error(err)
	}
}
