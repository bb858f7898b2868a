package runlog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wbRun is a run of W&B: its configuration, three steps, an evaluation, a histogram, a summary and its end.
func wbRun() [][2]string {
	config := wbItems(`_wandb={"cli_version":"CANARY"}`, `model_type="llama"`, `num_hidden_layers=2`, `hidden_size=64`, `num_attention_heads=4`,
		`intermediate_size=128`, `vocab_size=1000`, `per_device_train_batch_size=4`, `bf16=true`, `output_dir="/CANARY"`,
		`fsdp_config={"min_num_params":0,"CANARY":[1,2]}`, `data={"seq_len":512}`)
	run := pb(1, "CANARY") + pb(2, "CANARY") + pb(4, config) + pb(8, "CANARY") + pb(13, "CANARY") + pbNumber(14, 0)
	return [][2]string{
		{"run", pbNumber(1, 1) + pb(17, run)},
		{"step", wbHistory(`train/loss=7.5`, `_step=0`, `_runtime=1.5`, `train/tok_per_sec=1000.25`)},
		{"output", pb(13, pb(3, "CANARY"))},
		{"step", wbHistory(`train.loss=6.25`, `perf={"mfu":41.5,"hist":{"_type":"histogram","mfu":9},"list":[1]}`, `grads={"_type":"histogram"}`, `train/tok_per_sec="NaN"`, `_step=10`)},
		{"evaluation", wbHistory(`eval/loss=6`, `_step=11`)},
		{"step", pb(2, wbItems(`train/tok_per_sec=1010.5`, `train.loss=6`, `my_throughput=3`, `note="CANARY"`)+pb(2, pbNumber(1, 20)))},
		{"configuration", pb(5, wbItems(`gradient_accumulation_steps=8`, `num_hidden_layers=3`))},
		{"summary", pb(3, wbItems(`train/tok_per_sec=1010.5`, `flops_per_token=3e9`, `_step=20`))},
		{"exit", pb(18, pbNumber(1, 0))},
	}
}

func wbBytes(parts [][2]string) []byte {
	var records []string
	for _, p := range parts {
		records = append(records, p[1])
	}
	return wbFile(records...)
}

// readWandbFile reads a .wandb file, positions as offsets.
func readWandbFile(t *testing.T, data []byte) *Log {
	t.Helper()
	log, err := Read("run-a.wandb", data)
	if err != nil || log.Format != "wandb" {
		t.Fatal(log, err)
	}
	checkRun(t, log)
	return log
}

// places is every value of a log with the text that stands where it is said to.
func places(log *Log) string {
	r := log.Runs[0]
	var b strings.Builder
	fmt.Fprintf(&b, "steps %v evaluations %v ended %t\n%s\n", r.Steps, r.Evals, r.Ended, columnsOf(r))
	for _, c := range r.Columns {
		for row := range r.Steps {
			if p, ok := r.Locate(r, row, c.Key); ok {
				fmt.Fprintf(&b, "%s[%d] %s\n", p.Path, row, r.Source.Text(p))
			}
		}
	}
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "%s %v%s %s %s %s\n", f.Key, f.Num, f.Str, f.Source, f.Pos.Path, r.Source.Text(f.Pos))
	}
	for _, o := range r.Summary {
		fmt.Fprintf(&b, "summary %s %s %v %s\n", o.Key, o.Quantity, o.Logged, r.Source.Text(o.Pos))
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&b, "unknown %s\n", u.Key)
	}
	for _, p := range log.Problems {
		fmt.Fprintf(&b, "%s ×%d %s %s\n", p.Kind, p.Count, p.Pos.Path, p.Message)
	}
	return strings.TrimSpace(b.String())
}

const wbWant = `
steps [0 10 20] evaluations [11] ended true
train/tok_per_sec tokens_per_sec ×1 tokens/s: 1000.25/6 - 1010.5/5
train.loss loss ×1 nats: - 6.25/3 6/1
perf.mfu mfu ×0.01 %: - 41.5/3 -
train/tok_per_sec[0] 1000.25
train/tok_per_sec[1] "NaN"
train/tok_per_sec[2] 1010.5
train.loss[1] 6.25
train.loss[2] 6
perf.mfu[1] 41.5
hidden_size 64 config hidden_size 64
num_attention_heads 4 config num_attention_heads 4
intermediate_size 128 config intermediate_size 128
vocab_size 1000 config vocab_size 1000
micro_batch_size 4 config per_device_train_batch_size 4
precision 0bf16 config bf16 true
seq_len 512 config data.seq_len 512
gradient_accumulation_steps 8 config gradient_accumulation_steps 8
num_hidden_layers 3 config num_hidden_layers 3
gated 1 config model_type llama
num_key_value_heads 4 config model_type llama
tie_word_embeddings 0 config model_type llama
bias 0 config model_type llama
qk_norm 0 config model_type llama
norms_per_layer 2 config model_type llama
final_norm 1 config model_type llama
norm 0rms config model_type llama
accumulation_scope 0rank format per_device_train_batch_size 4
summary flops_per_token model_flops_per_token 3e+09 3e9
unknown my_throughput
nan ×1 train/tok_per_sec train/tok_per_sec is NaN; the value is left out`

func TestWandbRun(t *testing.T) {
	data := wbBytes(wbRun())
	same(t, "run", places(readWandbFile(t, data)), wbWant)
	p, _ := readWandbFile(t, data).Runs[0].Locate(readWandbFile(t, data).Runs[0], 0, "train/tok_per_sec")
	if want := int64(bytes.Index(data, []byte("1000.25"))); p.Offset != want || p.Length != 7 || p.Line != 0 {
		t.Errorf("%+v, want offset %d", p, want)
	}
}

// Blocks may end anywhere in a record: what the run says is the same, and where a value is in one piece its place is.
func TestWandbRecordsOverSeveralBlocks(t *testing.T) {
	parts := wbRun()
	whole := places(readWandbFile(t, wbBytes(parts)))
	size := len(wbBytes(parts))
	for end := -16; end < size+16; end += 3 { // where the block ends in the run
		filler := pb(13, strings.Repeat("x", 32768*2-end-30))
		log := readWandb(binarySource(wbFile(append([]string{filler}, records(parts)...)...)))
		got := places(log)
		if plain, want := withoutPlaces(got), withoutPlaces(whole); plain != want {
			t.Fatalf("end %d:\n%s\nwant\n%s", end, plain, want)
		}
		if strings.Contains(got, "syntax") || strings.Contains(got, "truncated") {
			t.Fatal(got)
		}
	}
}

func records(parts [][2]string) []string {
	var out []string
	for _, p := range parts {
		out = append(out, p[1])
	}
	return out
}

func binarySource(data []byte) *Source {
	src := NewSource("run-a.wandb", data)
	src.Binary = true
	return src
}

// withoutPlaces leaves out the text at each place: of a value that a block's end splits, it is the first part.
func withoutPlaces(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		out = append(out, line[:max(strings.LastIndexByte(line, ' '), 0)])
	}
	return strings.Join(out, "\n")
}

func TestWandbDamageCostsABlock(t *testing.T) {
	var parts [][2]string
	for i := range 2000 {
		parts = append(parts, [2]string{"step", wbHistory(fmt.Sprintf("loss=%d.5", i%7+1), fmt.Sprintf("_step=%d", i), `mfu=0.4`, `note="`+strings.Repeat("x", 40)+`"`)})
	}
	data := wbBytes(parts)
	blocks := (len(data) + 32767) / 32768
	if blocks < 4 {
		t.Fatal(blocks)
	}
	damaged := bytes.Clone(data)
	damaged[32768+100] ^= 1 // in the second block
	log := readWandbFile(t, damaged)
	steps := log.Runs[0].Steps
	if lost := 2000 - len(steps); lost < 100 || lost > 2000/(blocks-1)+2 || steps[len(steps)-1] != 1999 {
		t.Errorf("%d of 2000 steps are lost", lost)
	}
	if len(log.Problems) != 2 || log.Problems[0].Kind != ProblemSyntax || log.Problems[0].Pos.Offset < 32768 || log.Problems[0].Pos.Offset > 32768+101 {
		t.Error(log.Problems) // the damage, and the rest of the record that goes on in the next block
	}
}

func TestWandbFilesThatAreCutReadAsAPrefix(t *testing.T) {
	parts := wbRun()
	data := wbBytes(parts)
	ends := map[int]bool{}
	for i := range parts {
		ends[len(wbBytes(parts[:i+1]))] = true
	}
	ends[7] = true
	whole := readWandbFile(t, data).Runs[0]
	read := 0
	for cut := 7; cut < len(data); cut++ {
		log := readWandbFile(t, data[:cut])
		r := log.Runs[0]
		if len(r.Steps) < read || r.Ended {
			t.Fatalf("cut at %d: %d steps", cut, len(r.Steps))
		}
		read = len(r.Steps)
		for row, step := range r.Steps {
			if step != whole.Steps[row] || r.Offsets[row] != whole.Offsets[row] {
				t.Fatalf("cut at %d: step %d", cut, step)
			}
		}
		truncated := false
		for _, p := range log.Problems {
			truncated = truncated || p.Kind == ProblemTruncated
		}
		if truncated == ends[cut] {
			t.Fatalf("cut at %d: truncated %t", cut, truncated)
		}
	}
	if read != 3 {
		t.Error(read)
	}
}

func TestWandbReportsRepeatNothingElse(t *testing.T) {
	parts := append(wbRun(), [2]string{"more", wbHistory(`CANARY=5`, `tokens CANARY=6`, `gpu_name="CANARY"`, `mfu="CANARY"`, `loss={"CANARY":1}`, `_step=30`)},
		[2]string{"config", pb(5, wbItems(`gpu_name="CANARY"`, `precision="CANARY"`, `model_type="CANARY"`, `n_layer="CANARY"`))})
	data := wbBytes(parts)
	for cut := 7; cut <= len(data); cut++ {
		log := readWandbFile(t, data[:cut])
		r := log.Runs[0]
		if s := fmt.Sprint(r.Name, r.Facts, r.Summary, r.Unknown, columnsOf(r), log.Problems); strings.Contains(s, canary) {
			t.Fatalf("cut at %d: %s", cut, s)
		}
	}
}

func TestWandbSummary(t *testing.T) {
	text := `{"train/loss": 1.5, "train": {"mfu": 41.5, "hist": {"_type": "histogram", "mfu": 5}}, "loss": NaN, "system/gpu_utilization": 5, "CANARY": "CANARY",
"train/train_samples_per_second": 30.007, "_step": 64, "_runtime": 130.5, "_timestamp": 1700000000.5, "_wandb": {"runtime": 131}}`
	log := readText(t, "wandb-summary", text)
	same(t, "summary", told(log), `
steps [64] convention ""
train/loss loss ×1 nats: 1.5/2 at 1:16+3
train.mfu mfu ×0.01 %: 41.5/3 at 1:38+4
train/train_samples_per_second sequences_per_sec ×1 samples/s: 30.007/5 smoothed at 2:35+6
nan 1:95 +3 ×1 loss: loss is NaN; the value is left out`)
	// The last loss is not that of the first step.
	if r := readText(t, "wandb-summary", `{"train/loss": 1.5, "mfu": 0.4, "_runtime": 5, "_timestamp": 6}`).Runs[0]; r.Column("train/loss") != nil || r.Column("mfu") == nil {
		t.Error(columnsOf(r))
	}
	for _, other := range []string{`{"_step": 5}`, "{\"_step\": 1, \"_runtime\": 2}\n{\"_step\": 2, \"_runtime\": 3}\n"} {
		if wandbSummary.Detect([]byte(other)) {
			t.Errorf("%s is read as a summary", other)
		}
	}
}

func TestWandbFilesBesideALogDeclareItsRun(t *testing.T) {
	files := map[string]string{
		"runs/files/config.yaml": `wandb_version: 1
_wandb: {desc: null, value: {gpu: CANARY}}
model_type: {desc: null, value: llama}
hidden_size: {value: 64}
num_attention_heads: {value: 4}
num_hidden_layers: {value: 2}
intermediate_size: {value: 128}
vocab_size: {value: 1000}
per_device_train_batch_size: {value: 4}
run_name: {value: CANARY}
`,
		"runs/files/wandb-metadata.json": `{"host": "CANARY", "email": "CANARY", "args": ["--CANARY"], "program": "/CANARY", "gpu": "NVIDIA H100 80GB HBM3", "gpu_count": 8,
"gpu_devices": [{"name": "NVIDIA H100 80GB HBM3", "memory_total": 85520809984}, {"name": "NVIDIA H100 80GB HBM3"}]}`,
	}
	declared := func(path string, change ...string) string {
		src := NewSource(path, []byte(`{"mfu": 0.4, "_step": 5, "_runtime": 6}`))
		src.Open = func(rel string) ([]byte, error) {
			text, ok := files[filepath.ToSlash(filepath.Join(filepath.Dir(path), rel))]
			if !ok {
				return nil, errors.New("no such file")
			}
			return []byte(strings.NewReplacer(change...).Replace(text)), nil
		}
		log := wandbSummary.Read(src)
		log.addWandb(src)
		checkRun(t, log)
		if s := fmt.Sprint(log.Runs[0].Facts); strings.Contains(s, canary) {
			t.Error(s)
		}
		return factsOf(log.Runs[0])
	}
	want := `hidden_size 64 "64" config hidden_size 4:22+2
num_attention_heads 4 "4" config num_attention_heads 5:30+1
num_hidden_layers 2 "2" config num_hidden_layers 6:28+1
intermediate_size 128 "128" config intermediate_size 7:28+3
vocab_size 1000 "1000" config vocab_size 8:21+4
micro_batch_size 4 "4" config per_device_train_batch_size 9:38+1
gated 1 "model_type llama" config model_type 3:33+5
num_key_value_heads 4 "model_type llama" config model_type 3:33+5
tie_word_embeddings 0 "model_type llama" config model_type 3:33+5
bias 0 "model_type llama" config model_type 3:33+5
qk_norm 0 "model_type llama" config model_type 3:33+5
norms_per_layer 2 "model_type llama" config model_type 3:33+5
final_norm 1 "model_type llama" config model_type 3:33+5
norm rms "model_type llama" config model_type 3:33+5
device NVIDIA H100 80GB HBM3 "NVIDIA H100 80GB HBM3" metadata gpu 1:90+23
accumulation_scope rank "Trainer: each rank accumulates" format per_device_train_batch_size 9:38+1`
	same(t, "beside the files", declared("runs/files/wandb-summary.json"), want)
	same(t, "above the files", declared("runs/run-a.wandb"), want)
	if got := declared("runs/files/x.json", `"NVIDIA H100 80GB HBM3"}]`, `"NVIDIA A100-SXM4-80GB"}]`); strings.Contains(got, "device ") {
		t.Error("one of two kinds of devices is taken for that of the run:", got)
	}
	if got := declared("runs/files/x.json", "wandb_version: 1\n_wandb", "other"); strings.Contains(got, "hidden_size") {
		t.Error("another config.yaml is taken for W&B's:", got)
	}
	if got := declared("elsewhere/x.json"); got != "" {
		t.Error(got)
	}
}

func TestRealWandbFolder(t *testing.T) {
	dir := filepath.Join(samples(t), "wandb", "run-20240312_123202-fxqh3xrv", "files")
	data, err := os.ReadFile(filepath.Join(dir, "wandb-summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	src := NewSource("wandb-summary.json", data)
	src.Open = func(rel string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, rel)) }
	log := wandbSummary.Read(src)
	log.addWandb(src)
	checkRun(t, log)
	r := log.Runs[0]
	if r.Steps[0] != 1218 || r.Column("train/total_flos") == nil || r.Column("train/train_steps_per_second") == nil {
		t.Error(r.Steps, columnsOf(r))
	}
	for key, want := range map[FactKey]float64{HiddenSize: 4096, Layers: 32, VocabSize: 32001, IntermediateSize: 11008, GatedFFN: 1, MicroBatch: 4, GradAccum: 8} {
		if f := r.FactsOf(key); len(f) != 1 || f[0].Num != want || f[0].Source != "config" {
			t.Errorf("%s: %v", key, f)
		}
	}
	if f := r.FactsOf(Device); len(f) != 1 || f[0].Str != "NVIDIA H100 80GB HBM3" || len(r.FactsOf(Devices))+len(r.FactsOf(SeqLen)) > 0 {
		t.Error(r.Facts)
	}
}

func TestALongWandbFileCostsLittlePerStep(t *testing.T) {
	const steps = 20_000
	var records []string
	for i := range steps {
		records = append(records, wbHistory(fmt.Sprintf("train/loss=%d.5", i%9), fmt.Sprintf("train/mfu=0.4%d", i%7), "lr=0.1", fmt.Sprintf("_step=%d", i)))
	}
	data := wbFile(records...)
	perStep := testing.AllocsPerRun(1, func() { readWandb(binarySource(data)) }) / steps
	if perStep > 30 {
		t.Errorf("%.1f allocations per step", perStep)
	}
}

func FuzzWandb(f *testing.F) {
	f.Add(wbBytes(wbRun()))
	f.Add(wbBytes(wbRun())[:300])
	f.Add(wbFile(pb(13, strings.Repeat("x", 32740)), wbHistory("mfu=0.4", "_step=1")))
	f.Add(append(wbFile(wbHistory("mfu=0.4")), make([]byte, 100)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, record := range [][]byte{data, wbFile(string(data)), wbFile(pb(2, string(data)), pb(5, string(data)))} { // damaged framing, and damage inside it
			if !wandbRun.Detect(record) {
				continue
			}
			log := readWandb(binarySource(record))
			r := log.Runs[0]
			for _, c := range r.Columns {
				if _, ok := r.Locate(r, c.FirstRow(), c.Key); !ok {
					t.Errorf("%q is not found again", c.Key)
				}
			}
			if places(log) != places(readWandb(binarySource(record))) {
				t.Error("two readings differ")
			}
		}
	})
}

func TestAModelTypeImpliesOnlyWhatFactsCanState(t *testing.T) {
	implied := func(text string) string {
		src := NewSource("config.yaml", []byte(text))
		list, err := settingsOf(src)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, f := range impliedByModelType(src, list, nil) {
			out = append(out, fmt.Sprint(f.Key, " ", f.Num, f.Str))
		}
		return strings.Join(out, ", ")
	}
	dims := "wandb_version: 1\nnum_hidden_layers: {value: 2}\nhidden_size: {value: 64}\nnum_attention_heads: {value: 4}\nintermediate_size: {value: 128}\nvocab_size: {value: 1000}\n"
	// Qwen 2 has biases on Q, K and V, Qwen 3 norms of queries and keys.
	same(t, "qwen2", implied(dims+"model_type: {value: qwen2}\nnum_key_value_heads: {value: 2}\nrope_theta: {value: 1.0e+06}\ntie_word_embeddings: {value: true}\n"),
		"gated 1, num_key_value_heads 2, tie_word_embeddings 1, bias 1, qk_norm 0, norms_per_layer 2, final_norm 1, norm 0rms, position_embedding 0rope")
	for _, other := range []string{
		"model_type: {value: CANARY}\n", "", "model_type: {value: mixtral}\nnum_local_experts: {value: 8}\nnum_experts_per_tok: {value: 2}\n",
		"model_type: {value: t5}\n", "model_type: {value: 5}\n",
	} {
		same(t, other, implied(dims+other), "")
	}
}
