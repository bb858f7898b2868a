package runlog

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readBeside reads a fixture with the files beside it.
func readBeside(t *testing.T, file string) *Log {
	t.Helper()
	name := filepath.Join("testdata", file)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	src := NewSource("testdata/"+file, data)
	src.Open = func(rel string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(name), rel)) }
	src.List = func() []string {
		var names []string
		dir := os.DirFS(filepath.Dir(name))
		err := fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	for _, f := range Formats() {
		if f.Detect(data) {
			src.Binary = f.Binary
			log := f.Read(src)
			checkRun(t, log)
			return log
		}
	}
	t.Fatalf("%s is no log", file)
	return nil
}

// readTable reads a table that is given as text.
func readTable(t *testing.T, text string) *Log {
	t.Helper()
	log, err := Read("run.csv", []byte(text))
	if err != nil || log.Format != csvName {
		t.Fatalf("%q: %+v, %v", text, log, err)
	}
	checkRun(t, log)
	return log
}

func TestLightningRowsOfAStepAreOneRecord(t *testing.T) {
	log := readBeside(t, "csv/metrics.csv")
	text := told(log)
	before, facts, _ := strings.Cut(text, "num_hidden_layers")
	same(t, "records", strings.TrimSpace(before), `steps [49 99 149 199] convention "" evaluations [49 149] checkpoints []
throughput/tokens_per_sec tokens_per_sec ×1 tokens/s: 958464.25/8 960000/6 961538.5/7 - at 2:6+9
train_loss loss ×1 nats: 4.5/2 4.25/3 4.125/4 4/1 at 2:16+3
step_time_s step_time ×1 s: 4.1025/5 4.096/4 4.0894/5 4.096/4 at 2:20+6`)
	for _, want := range []string{`seq_len 1024 "1024" sidecar block_size 5:13+4`, `devices 8 "8" sidecar num_gpus 8:11+1`} {
		if !strings.Contains(facts, want) {
			t.Errorf("no %s in\n%s", want, facts)
		}
	}
	same(t, "problems", notesOf(log), `sentinel 7:7 +2 ×1 throughput/tokens_per_sec: throughput/tokens_per_sec stands for not measured; the value is left out`)
}

func TestAChartOfWandbHoldsARunPerTitle(t *testing.T) {
	log := readBeside(t, "csv/wandb_export.csv")
	// The second run's points stand for several steps: their bounds differ.
	same(t, "runs", told(log), `steps [10 20] convention ""
train/mfu mfu ×1 fraction: 0.415/3 0.4175/4 at 2:7+5
steps [10 30] convention ""
train/mfu mfu ×1 fraction: 0.2505/4 0.2515/4 smoothed at 2:31+6`)
}

func TestDialectsOfTables(t *testing.T) {
	same(t, "tabs, comments and thousands", told(readBeside(t, "csv/script.tsv")), `steps [1 2] convention ""
time_ms step_time ×0.001 ms: 2000.5/5 1998.25/6 at 4:3+7
tok/s tokens_per_sec ×1 tokens/s: 1.2288e+06/7 1.230184e+06/7 at 4:11+9
mfu (%) mfu ×0.01 %: 41.5/3 41.547/5 at 4:21+4`)
	for _, c := range []struct{ name, text, want string }{
		{
			"decimal commas behind semicolons", byteOrderMark + "global_step;step_time;mfu;gpu_name\r\n1;0,512;0,355;A100\r\n2;0,498;0,36;A100\r\n",
			"steps [1 2]\nstep_time step_time ×1 s: 0.512/3 0.498/3\nmfu mfu ×1 fraction: 0.355/3 0.36/2\ndevice A100",
		},
		{"points behind semicolons", "step;tgs;mfu\n1;12,345;0.5\n", "steps [1]\ntgs tokens_per_sec_per_device ×1 tokens/s: 12345/5\nmfu mfu ×1 fraction: 0.5/1"},
		{
			"thousands or a fraction, who knows", "step;tgs\n1;12,345\n", "steps [1]\n" +
				"wrong-type tgs is not a number; the value is left out",
		},
		{"a decimal comma is none between commas", "step,tgs\n1,\"12,5\"\n2,\"1,234\"\n", "steps [1 2]\nwrong-type tgs is not a number; the value is left out"},
		{"quotes", "\"step\",\"mfu\",\"note\"\r\n\"1\",\"0.5\",\"a \"\"b\"\",\nc\"\r\n\"2\",\"0.25\",\"\"\r\n", "steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2"},
		{"an index without a name, and a cell too many", ",step,mfu\n0,1,0.5,\n1,2,0.25,\n", "steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2"},
		{"carriage returns only", "step,mfu\r1,0.5\r2,0.25\r", "steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2"},
		{"numpy's header", "# step,mfu\n1.0,0.5\n2.0,0.25\n", "steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2"},
		{
			"no step", "loss,mfu\n4.5,0.5\n4.25,0.25\n",
			"steps [1 2]\nloss loss ×1 nats: 4.5/2 4.25/3\nmfu mfu ×1 fraction: 0.5/1 0.25/2\nunnumbered the rows have no step numbers; they are counted from 1",
		},
		{"the best of several steps", "iter,global_step,mfu\n8,1,0.5\n16,2,0.25\n", "steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2"},
		{"litgpt's micro-batches", "loss,iter,step,iter_time,device/mfu\n4.5,8,7,0.25,0.5\n", "steps [7]\nloss loss ×1 nats: 4.5/2\ndevice/mfu mfu ×1 fraction: 0.5/1"},
		{"absent in words", "step,mfu,loss\n1,N/A,4.5\n2,0.5,null\n", "steps [1 2]\nmfu mfu ×1 fraction: - 0.5/1\nloss loss ×1 nats: 4.5/2 -"},
		{"a header again, and other columns", "step,mfu\n1,0.5\nstep,loss,mfu\n2,4.5,0.25\n", "steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2\nloss loss ×1 nats: - 4.5/2"},
		{"a header again, and another run", "step,mfu\n1,0.5\n2,0.25\nstep,mfu\n1,0.75\n", "steps [1 2]\nmfu mfu ×1 fraction: 0.5/1 0.25/2\nsteps [1]\nmfu mfu ×1 fraction: 0.75/2"},
	} {
		log := readTable(t, c.text)
		var got []string
		for _, r := range log.Runs {
			got = append(got, strings.TrimSpace(fmt.Sprintf("steps %v\n%s", r.Steps, columnsOf(r))))
			for _, f := range r.Facts {
				got = append(got, fmt.Sprintf("%s %s", f.Key, f.Str))
			}
		}
		for _, p := range log.Problems {
			got = append(got, string(p.Kind)+" "+p.Message)
		}
		same(t, c.name, strings.Join(got, "\n"), c.want)
	}
}

func TestOddRowsAreDataWithPositions(t *testing.T) {
	log := readTable(t, `step,mfu,loss,mfu
1,0.5,4.5,1
2,0.5
3,x,NaN,1
4,0.25,4,1,9
5,"0.25,4,1
,0.25,4,1
nonsense
7,1e999,4,1
7,0.375,4,1
8,0.4`)
	same(t, "records", columnsOf(log.Runs[0]), "mfu mfu ×1 fraction: 0.5/1 0.5/1 - - 0.375/3\nloss loss ×1 nats: 4.5/2 - - 4/1 4/1")
	same(t, "notes", notesOf(log), `duplicate-key 1:15 +3 ×1 mfu: two columns have one name; the first is read
syntax 3:1 +6 ×1 : a row has fewer cells than the header; those that it has are read
wrong-type 4:3 +1 ×1 mfu: mfu is not a number; the value is left out
nan 4:5 +3 ×1 loss: loss is NaN; the value is left out
syntax 5:1 +13 ×1 : a row has more cells than the header; it is left out
syntax 6:1 +12 ×1 : a quote is not closed, or text follows it; the line is left out
unnumbered 7:1 +10 ×1 : a row has no step number; it is left out
syntax 8:1 +9 ×1 : a line is no row of the table; it is left out
out-of-range 9:3 +5 ×1 mfu: mfu is outside the range of a float64; the value is left out
order 10:1 +0 ×1 : the step number repeats or goes back; the record is kept
truncated 11:1 +5 ×1 : the input ends inside a row, which is left out`)
	// A number at the very end may be cut, unless it is the only one there is.
	same(t, "unfinished", notesOf(readTable(t, "step,mfu\n1,0.5\n2,0.4")), "unfinished 3:3 +3 ×1 : the last line does not end; its last value may be cut and is left out")
	same(t, "one row", notesOf(readTable(t, "step,mfu\n1,0.5")), "")
}

func TestTablesThatAreNoLogs(t *testing.T) {
	for _, text := range []string{
		"id,model,devices,mfu\na,b,8,0.5\n", "system,tokens_per_sec\nx,5\n", "Name,State,train/mfu\nvivid,finished,0.5\n", "devices,tokens_per_sec,mfu\n8,5,0.5\n", // claims
		"step,learning_rate\n1,4.5\n", "train_loss,val_loss\n4.5,5\n", "epoch,time,loss\n1,5,4.5\n", "step,mfu\n", "step,mfu\na,b\n", "mfu\n0.5\n", "1,2\n3,4\n", "tokens_per_sec, and more\nwill follow, soon\n", "step,mfu",
	} {
		if log, err := Read("run.csv", []byte(text)); err == nil {
			t.Errorf("%q is read as %s", text, log.Format)
		}
	}
	_, err := Read("run.csv", []byte("step,learning_rate\n1,4.5\n"))
	if err == nil || !strings.Contains(err.Error(), "a table without a step and a known metric") {
		t.Error(err)
	}
	// Losses of steps are those of a run, which then says that it holds nothing to audit.
	same(t, "losses", told(readTable(t, "step,train_loss,lr\n1,4.5,1\n2,4.25,1\n")), `steps [1 2] convention ""
train_loss loss ×1 nats: 4.5/2 4.25/3 at 2:3+3`)
}

// A table that is cut anywhere reads as a prefix: no value is another than in the whole.
func TestACutTableReadsAsAPrefix(t *testing.T) {
	for _, file := range []string{"metrics.csv", "wandb_export.csv", "script.tsv"} {
		data, err := os.ReadFile(filepath.Join("testdata", "csv", file))
		if err != nil {
			t.Fatal(err)
		}
		whole := readTable(t, string(data))
		read := 0
		for cut := range len(data) {
			log, err := Read("run.csv", data[:cut])
			if err != nil {
				continue
			}
			read++
			checkRun(t, log)
			for i, run := range log.Runs {
				full := whole.Runs[i]
				for row, step := range run.Steps {
					for _, c := range run.Columns {
						v, _, ok := c.At(row)
						if !ok {
							continue
						}
						w, _, known := full.Column(c.Key).At(row)
						only := len(run.Steps) == 1 && cut > 0 && data[cut-1] != '\n'
						if (!known || v != w || step != full.Steps[row]) && !only {
							t.Fatalf("%s cut at %d: %s of step %d is %v, not %v", file, cut, c.Key, step, v, w)
						}
					}
				}
			}
		}
		if read < len(data)/3 {
			t.Errorf("%s: only %d cuts are read", file, read)
		}
	}
}

func TestTablesRepeatNothingElse(t *testing.T) {
	log := readTable(t, `step,CANARY,CANARY - mfu__MIN,host,mfu,gpu_name,precision,CANARY_mfu!,val_CANARY
1,CANARY,CANARY,CANARY,CANARY,CANARY,CANARY,CANARY,CANARY
CANARY
CANARY,CANARY,5,5,5,5,5,5,5
2,CANARY,5,CANARY,0.5,A100,CANARY,5,5
#CANARY
`)
	chart := readTable(t, "Step,CANARY - mfu,CANARY - CANARY - loss,CANARY-2 - gpu_name\n1,0.5,4.5,CANARY\n")
	for _, r := range append(log.Runs, chart.Runs...) {
		all := []string{r.Name, fmt.Sprint(r.Facts), fmt.Sprint(r.Unknown), columnsOf(r), fmt.Sprint(log.Problems), fmt.Sprint(chart.Problems)}
		if s := strings.Join(all, "\n"); strings.Contains(s, canary) {
			t.Error(s)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, file := range []string{"metrics.csv", "wandb_export.csv", "script.tsv"} {
		data, err := os.ReadFile(filepath.Join("testdata", "csv", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("step;mfu;tgs\n1;0,5;1,234\n2;\"0,5\";\"1,2\"\r\nstep;tgs\n1;5\n#x\n;;\n"))
	f.Add([]byte("a - mfu,a - mfu__MIN\n0.5,\"\n"))
	f.Add([]byte("\"mfu\",\"0 - __MAX\"\n00"))
	f.Add([]byte("time s,A\n\r1,"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !detectCSV(data) {
			return
		}
		log := readCSV(NewSource("run.csv", data))
		checkRun(t, log)
		if told(log) != told(readCSV(NewSource("run.csv", data))) {
			t.Error("two readings differ")
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	var t strings.Builder
	t.WriteString("epoch,step,lr,tokens_per_sec,train_loss,step_time_s,mfu,val_loss,a,b,c\n")
	for i := range 100_000 {
		fmt.Fprintf(&t, "0,%d,0.000%d,%d.25,4.%d,4.09%d,0.3%d,,some text,other text,%d\n", i, i%97, 900_000+i%1000, i%1013, i%89, i%83, i)
	}
	data := []byte(t.String())
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		readCSV(NewSource("run.csv", data))
	}
}
