package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// trainerState is a trainer_state.json: 64 steps of 2 sequences on each of 4 ranks, twice accumulated.
const trainerState = `{
  "epoch": 1.0,
  "global_step": 64,
  "log_history": [
    {"epoch": 0.5, "grad_norm": 1.25, "learning_rate": 1e-05, "loss": 2.5, "num_input_tokens_seen": 524288, "step": 32, "train_tokens_per_second": 4096.125},
    {"epoch": 0.5, "eval_loss": 2.25, "eval_runtime": 3.5, "eval_samples_per_second": 9.1, "step": 32},
    {"epoch": 1.0, "grad_norm": NaN, "learning_rate": 0.0, "loss": NaN, "num_input_tokens_seen": 1048576, "step": 64, "my_throughput": 5},
    {"epoch": 1.0, "step": 64, "total_flos": 5.0e+16, "train_loss": 2.31, "train_runtime": 136.5, "train_samples_per_second": 7.501, "train_steps_per_second": 0.469}
  ],
  "max_steps": 64,
  "num_input_tokens_seen": 1048576,
  "total_flos": 5.0e+16,
  "train_batch_size": 2,
  "trial_name": null
}
`

func TestTrainerState(t *testing.T) {
	log := readText(t, "hf-trainer", trainerState)
	same(t, "state", told(log), `
steps [32 64] convention "" evaluations [32] checkpoints []
loss loss ×1 nats: 2.5/2 - at 5:71+3
num_input_tokens_seen total_tokens ×1 tokens: 524288/6 1.048576e+06/7 at 5:101+6
train_tokens_per_second tokens_per_sec ×1 tokens/s: 4096.125/7 - smoothed at 5:148+8
listed my_throughput 7:136+1: 
micro_batch_size 2 "2" config train_batch_size 13:23+1
accumulation_scope rank "Trainer: each rank accumulates" format train_batch_size 13:23+1
summary num_input_tokens_seen total_tokens 1.048576e+06/7 ×1 "1048576" 11:28+7
summary total_flos total_training_flops 5e+16/2 ×1 "5.0e+16" 12:17+7
summary train_loss loss 2.31/3 ×1 "2.31" 8:69+4
summary train_samples_per_second sequences_per_sec 7.501/4 ×1 "7.501" 8:127+5
summary train_steps_per_second steps_per_sec 0.469/3 ×1 "0.469" 8:160+5
nan 7:33 +3 ×1 log_history[2].grad_norm: log_history[].grad_norm is NaN; the value is left out
nan 7:68 +3 ×1 log_history[2].loss: log_history[].loss is NaN; the value is left out`)
	if u := log.Runs[0].Unknown; len(u) != 1 || u[0].Key != "my_throughput" || !log.Runs[0].Ended {
		t.Error(u, log.Runs[0].Ended)
	}
}

func TestTrainerResults(t *testing.T) {
	log := readText(t, "hf-trainer", `{"epoch": 3.0, "eval_samples_per_second": 5.5, "train_loss": 1.39, "train_runtime": 371992.1593, "train_samples_per_second": 0.749, "train_tokens_per_second": 512.5}`)
	same(t, "results", told(log), `
steps [] convention ""
summary train_loss loss 1.39/3 ×1 "1.39" 1:62+4
summary train_samples_per_second sequences_per_sec 0.749/3 ×1 "0.749" 1:126+5
summary train_tokens_per_second tokens_per_sec 512.5/4 ×1 "512.5" 1:160+5`)
	for _, other := range []string{
		`{"train_runtime": 5, "_step": 3}`, `{"train_runtime": "5"}`, `{"log_history": 5}`, "{\"train_runtime\": 5}\n{\"train_runtime\": 6}\n",
	} {
		if hfTrainer.Detect([]byte(other)) {
			t.Errorf("%s is read as a result of the Trainer", other)
		}
	}
}

func TestTrainerConsole(t *testing.T) {
	log, _ := readFixture(t, "hf-console.log")
	same(t, "console", told(log), `
steps [1 2 3] convention "" evaluations [2] checkpoints []
loss loss ×1 nats: 2.5/2 - 2.125/4 at 7:10+3
num_input_tokens_seen total_tokens ×1 tokens: 655360/6 - - at 7:98+6
step_tokens_per_second tokens_per_sec ×1 tokens/s: 18801.85/7 18835.9/6 18920/4 at 7:132+8
avg_tokens_per_second tokens_per_sec ×1 tokens/s: 18801.85/7 - - smoothed at 7:167+8
listed new_throughput 9:204+1: 
micro_batch_size 4 "4" startup_info Instantaneous batch size per device 3:91+1
global_batch_size 64 "64" startup_info Total train batch size (w. parallel, distributed & accumulation) 4:120+2
gradient_accumulation_steps 8 "8" startup_info Gradient Accumulation steps 5:83+1
accumulation_scope rank "Trainer: each rank accumulates" format Gradient Accumulation steps 5:83+1
summary train_samples_per_second sequences_per_sec 30.007/5 ×1 "30.007" 12:54+6
summary train_steps_per_second steps_per_sec 0.469/3 ×1 "0.469" 12:88+5
summary train_loss loss 2.31/3 ×1 "2.31" 12:109+4
unnumbered 7:1 +175 ×3 : the records have no iteration numbers; they are counted from 1
repeated 8:1 +175 ×1 : the record of a step is printed by several ranks; the first is used
nan 9:53 +3 ×1 loss: loss is NaN; the value is left out`)
	if u := log.Runs[0].Unknown; len(u) != 1 || u[0].Key != "new_throughput" {
		t.Error(u)
	}
	for _, other := range []string{"{'loss': 1.5}\n", "{'loss': 1.5, 'epoch': 1", "{'a': {'loss': 1, 'epoch': 2}\n", "{'eval_loss': 1.5}\n", "{'loss' 5, 'epoch': 1}\n", `{"loss": 1.5, "epoch": 1}`} {
		if hfConsole.Detect([]byte(other)) {
			t.Errorf("%s is read as a console of the Trainer", other)
		}
	}
}

func TestLLaMAFactory(t *testing.T) {
	log := readText(t, "llama-factory", `{"current_steps": 5, "total_steps": 10, "loss": 1.75, "eval_loss": null, "lr": 4.9e-05, "epoch": 0.5, "percentage": 50.0, "elapsed_time": "0:03:29", "remaining_time": "0:03:29", "throughput": 2048.5, "total_tokens": 428032}
{"current_steps": 5, "total_steps": 10, "eval_loss": 1.5, "epoch": 0.5, "percentage": 50.0, "elapsed_time": "0:03:40", "remaining_time": "0:03:40"}

{"current_steps": 10, "total_steps": 10, "loss": 1.5, "lr": 0.0, "epoch": 1.0, "percentage": 100.0, "elapsed_time": "0:07:03", "remaining_time": "0:00:00", "throughput": 2048.25, "total_tokens": 866304}
{"current_steps": 10, "total_steps": 10, "epoch": 1.0, "percentage": 100.0, "elapsed_time": "0:07:03", "remaining_time": "0:00:00", "throughput": 2048.25, "total_tokens": 866304}
{"current_steps": 15, "total_`)
	same(t, "log", told(log), `
steps [5 10] convention "" evaluations [5] checkpoints []
loss loss ×1 nats: 1.75/3 1.5/2 at 1:49+4
throughput tokens_per_sec ×1 tokens/s: 2048.5/5 2048.25/6 smoothed at 1:193+6
summary total_tokens total_tokens 866304/6 ×1 "866304" 5:172+6
truncated 6:23 +7 ×1 : the input ends inside the document; everything complete before is read`)
}

func TestTrainerFilesThatAreCutReadAsAPrefix(t *testing.T) {
	whole := readText(t, "hf-trainer", trainerState).Runs[0]
	read := 0
	for cut := range len(trainerState) {
		log, err := Read("run.json", []byte(trainerState[:cut]))
		if err != nil {
			continue
		}
		checkRun(t, log)
		r := log.Runs[0]
		if read = max(read, len(r.Steps)); len(r.Steps) < read || len(r.Summary) > len(whole.Summary)+1 {
			t.Fatalf("cut at %d: steps %v", cut, r.Steps)
		}
		for row, step := range r.Steps {
			if step != whole.Steps[row] || r.Offsets[row] != whole.Offsets[row] {
				t.Fatalf("cut at %d: step %d", cut, step)
			}
		}
	}
	if read != 2 {
		t.Error(read)
	}
}

func TestTrainerReportsRepeatNothingElse(t *testing.T) {
	for _, text := range []string{
		`{"CANARY": 5, "best_model_checkpoint": "/CANARY", "log_history": [{"step": 1, "loss": 2, "CANARY": 5, "CANARY": 6, "gpu_name": "CANARY", "precision": "CANARY", "tokens CANARY": 7},
{"step": "CANARY", "loss": "CANARY"}, "CANARY", {"train_runtime": 5, "CANARY": 6, "train_samples_per_second": "CANARY"}], "train_batch_size": "CANARY", "total_flos": "CANARY", "trial_name": "CANARY"}`,
		`{"current_steps": 1, "total_steps": 2, "percentage": 3, "loss": 5, "CANARY": "CANARY", "throughput": "CANARY", "total_tokens": "CANARY"} CANARY`,
		"CANARY {'loss': 5, 'epoch': 'CANARY', 'CANARY': 6, 'gpu_name': 'CANARY', 'step_tokens_per_second': 'CANARY', 'learning_rate': CANARY} CANARY\n{'train_runtime': 5, 'CANARY': 6, 'train_loss': CANARY}\nGradient Accumulation steps = CANARY",
	} {
		for cut := len(text); cut > 20; cut-- {
			log, err := Read("run.log", []byte(text[:cut]))
			if err != nil {
				continue
			}
			r := log.Runs[0]
			if s := fmt.Sprint(r.Name, r.Facts, r.Summary, r.Unknown, columnsOf(r), log.Problems); strings.Contains(s, canary) {
				t.Fatalf("cut at %d: %s", cut, s)
			}
		}
	}
}

func TestRealTrainerFiles(t *testing.T) {
	dir := filepath.Join(samples(t), "hf-trainer")
	for file, want := range map[string]string{
		"trainer_state.json":         "hf-trainer 4 8.3368 total_flos train_loss train_samples_per_second train_steps_per_second",
		"all_results.json":           "hf-trainer 0  train_loss train_samples_per_second train_steps_per_second",
		"train_results.json":         "hf-trainer 0  total_flos train_loss train_samples_per_second train_steps_per_second",
		"trainer_log.jsonl":          "llama-factory 233 1.7484",
		"liger_pr110_step_dicts.txt": "hf-console 3 75.1831",
	} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		log, err := Read(file, data)
		if err != nil {
			t.Fatal(err)
		}
		checkRun(t, log)
		r := log.Runs[0]
		got := []string{log.Format, fmt.Sprint(len(r.Steps)), ""}
		if c := r.Column("loss"); c != nil {
			v, _, _ := c.At(0)
			got[2] = fmt.Sprint(v)
		}
		for _, o := range r.Summary {
			got = append(got, o.Key)
		}
		same(t, file, strings.Join(got, " "), want)
	}
}

func FuzzTrainer(f *testing.F) {
	for _, seed := range []string{
		trainerState, `{"train_runtime": 5, "train_loss": 1e999}`, `{"log_history": [{"step": 1, "loss": "nan"}, {"eval_loss": 1}, [], {"step": 1, "loss": 1, "loss": 2`,
		"{\"current_steps\": 1, \"total_steps\": 2, \"percentage\": 3, \"loss\": 5, \"throughput\": 1}\n{\"current_steps\": 1}\n[",
		"{'loss': 5, 'epoch': 1, 'a': {'b': [1, '}']}, \"c'\": 'x\\'y'}\r{'loss': 5, 'epoch': 1}\x1b[0m{'loss': nan, 'epoch': 1}",
		"Gradient Accumulation steps = 5\n{'train_runtime': 5, 'train_loss': 1}{'loss': 1, 'epoch': 2",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []Format{hfTrainer, llamaFactory, hfConsole} {
			if !format.Detect(data) {
				continue
			}
			log := format.Read(NewSource("run.log", data))
			checkRun(t, log)
			if told(log) != told(format.Read(NewSource("run.log", data))) {
				t.Error("two readings differ")
			}
		}
	})
}
