package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestEveryFormatClaimsItsOwnLogsOnly(t *testing.T) {
	for _, file := range fixtures(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		claims := claimants(data)
		if want := strings.Replace(strings.TrimSuffix(filepath.Base(file), ".log"), "llmc", "llm.c", 1); strings.Join(claims, " ") != want {
			t.Errorf("%s is claimed by %v", file, claims)
		}
	}
	for _, text := range []string{
		"s:0 tel:11.0092\n", // an evaluation alone
		"iter 10: loss 2.0\n", "iteration: 5 / 10 | elapsed_time_per_iteration_ms: 11.5K |", "Step 4 | loss:1.12 grad_norm:417.49", "Step 4: tokens_per_second_per_gpu:417.49",
		"[step=4/10] train/loss=3.2", "step=4/10, epoch=1", "completed step: 5, loss: 1.0", "step:4/10 val_loss:3.2 train_time:10ms step_avg:5.00ms",
		"iteration: 5 / 10 | tokens_per_sec: 11.5K | lm_loss: 2", "step:4/10 train_loss:3.2 step_avg:5.00ms",
		"validate step: 10  loss: 1.0  memory: 1GiB(1%)  tps: 10", "step 1/5 | loss 1.0 | norm 1.0", "iter 7 step 3: loss 2.5, iter time: 214.40",
		"step:0 - val-core/reward:0.5", "global_step:5 - perf/mfu/actor:0.3", "[Eval batch=1/10] Eval on eval data", "[batch=5] of 10", "steps: 5 loss: 2.5",
		`:::MLLOG {"key": "tracked_stats", "value": {"warmup_time": 5.5}, "metadata": {"step": 0}}`, `:::MLLOG {"key": "seed", "value": 5, "metadata": {"step": 5}}`,
		"Iter 10 of the paper │ Loss: 5", "step 00001/21400 (0.00%) | loss: 1.0 | dt: soon | tok/sec: 5",
	} {
		if log, err := Read("run.log", []byte(text)); err == nil {
			t.Errorf("%q is read as %s", text, log.Format)
		}
	}
}

// How lines end, and whether the last one does, changes positions only.
func TestLineEndsDoNotMatter(t *testing.T) {
	plain := func(log *Log) string {
		var out []string
		for _, r := range log.Runs {
			out = append(out, fmt.Sprint(r.Steps, r.Evals, r.Checkpoints, len(r.Summary)), columnsOf(r))
			for _, f := range r.Facts {
				out = append(out, fmt.Sprint(f.Key, f.Num, f.Str, f.Text, f.Source, f.Void))
			}
		}
		for _, p := range log.Problems {
			out = append(out, fmt.Sprint(p.Kind, p.Message, p.Count, p.Pos.Line))
		}
		return strings.Join(out, "\n")
	}
	for _, file := range fixtures(t) {
		log, text := readFixture(t, filepath.Base(file))
		for _, other := range []string{strings.TrimRight(text, "\n"), strings.ReplaceAll(text, "\n", "\r\n"), text + "\n\n"} {
			same(t, file, plain(readText(t, log.Format, other)), plain(log))
		}
	}
}

// A log that is cut anywhere reads as a prefix: no value is another than in the whole.
func TestACutTextLogReadsAsAPrefix(t *testing.T) {
	for _, file := range fixtures(t) {
		whole, text := readFixture(t, filepath.Base(file))
		full := whole.Runs[0]
		for cut := range len(text) {
			log, err := Read("run.log", []byte(text[:cut]))
			if err != nil {
				continue
			}
			checkRun(t, log)
			run := log.Runs[0]
			for row, step := range run.Steps {
				if step != full.Steps[row] {
					t.Fatalf("%s cut at %d: steps %v", file, cut, run.Steps)
				}
				for _, c := range run.Columns {
					v, _, ok := c.At(row)
					if w, _, known := full.Column(c.Key).At(row); ok && (!known || v != w) && row < len(run.Steps)-1 {
						t.Fatalf("%s cut at %d: %s is %v, not %v", file, cut, c.Key, v, w)
					}
				}
			}
		}
	}
}

// What stands around and between the values of a log is nobody's business.
func TestTextReportsRepeatNothingElse(t *testing.T) {
	for _, file := range fixtures(t) {
		_, text := readFixture(t, filepath.Base(file))
		var b strings.Builder
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			fmt.Fprintf(&b, "CANARY: CANARY\n%s\n[CANARY] %s CANARY\nCANARY %s\n", line, line, line)
		}
		for _, key := range []string{"Device", "GPU", "Precision", "Vocab size", "dtype", "num_layers", "| device |", "  fp8 ...", "  num_layers ..."} {
			fmt.Fprintf(&b, "%s: CANARY\nOverriding: %s = CANARY\n%s CANARY CANARY\n\"%s\": \"CANARY\",\n", key, key, key, key)
		}
		b.WriteString("------ arguments ------\n  num_layers ... CANARY\n  bf16 ... CANARY\n  normalization ... CANARY\n  num_attention_heads ... CANARY\n------ end of arguments ------\n")
		b.WriteString("|   0  CANARY  On  | 00000000:61:00.0 Off |  0 |\nDevice: CANARY, Device peak Flops/s: CANARY\n")
		b.WriteString("Config(CANARY=LlamaConfig(dtype=torch.CANARY,\n tie_word_embeddings=CANARY,\nRunning CANARY with resolved config:\ndtype: CANARY\n")
		for _, key := range []string{"decoder_block", "dtype", "mlp_activations", "quantization", "remat_policy", "per_device_batch_size"} {
			fmt.Fprintf(&b, "Config param %s: CANARY\n", key)
		}
		b.WriteString("class Hyperparameters:\n batch_size : int = CANARY # in sequences, across all devices\nargs = CANARY\n" + text)
		log, err := Read("run.log", []byte(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range log.Runs {
			all = append(all, r.Name, fmt.Sprint(r.Facts), fmt.Sprint(r.Summary), fmt.Sprint(r.Unknown), columnsOf(r))
		}
		if s := strings.Join(append(all, fmt.Sprint(log.Problems)), "\n"); strings.Contains(s, canary) {
			t.Errorf("%s: %s", file, s)
		}
	}
}

func TestALongLogCostsLittlePerStep(t *testing.T) {
	const steps = 20_000 // of 2 million
	for format, record := range map[string]func(i int) string{
		"nanogpt": func(i int) string {
			return fmt.Sprintf("iter %d: loss %d.5, time %d.25ms, mfu %d.5%%\n", i, i%9, i%7, i%50)
		},
		"megatron": func(i int) string {
			return fmt.Sprintf(" iteration %d/ 99 | elapsed time per iteration (ms): %d.5 | throughput per GPU (TFLOP/s/GPU): %d.7 | global batch size: 128 | lm loss: %d.5E+00 | samples per second: %d.25 | actual seqlen: 2048 |\n", i, i%977, 1+i%300, i%9, 1+i%97)
		},
	} {
		var b strings.Builder
		for i := range steps {
			b.WriteString(record(i))
		}
		data := []byte(b.String())
		b.Reset()
		heap := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := heap()
		log, err := Read("run.log", data)
		if err != nil || log.Format != format || len(log.Runs[0].Steps) != steps {
			t.Fatal(err, log)
		}
		if cost := float64(heap()-before) / steps; cost > 200 {
			t.Errorf("%s: %.0f bytes a step", format, cost)
		}
		runtime.KeepAlive(log)
		runtime.KeepAlive(data)
	}
}

// One line may be all there is of a log, and none of it what it looks like: were reading quadratic in a line's length, this test
// would not end.
func TestARepetitiveLineIsRead(t *testing.T) {
	if testing.Short() {
		t.Skip("large inputs")
	}
	for _, piece := range []string{
		`:::MLLOG {"key": "tracked_stats", "value": {`, "step:1 - nothing/x:1 - ", "iter 1 step 1: loss 1.5, ", "steps: 1 loss: 2.5 ", "'devices': ", "[batch=1/2",
		`"json_logger" "event": "log" "step": 1 "metrics": "throughput/mfu" `, "0/1, RunningAvgSamplesPerSec=",
	} {
		data := []byte(strings.Repeat(piece, 4<<20/len(piece)))
		if log, err := Read("run.log", data); err == nil {
			checkRun(t, log)
		}
	}
}
