package runlog

import (
	"bytes"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// megatron is the console of NVIDIA/Megatron-LM (megatron/training/training.py training_log), of its descendants
// Megatron-DeepSpeed and gpt-neox, and of Megatron-Bridge and NeMo, which print the same things elsewhere:
//
//	iteration       71/     100 | consumed samples: 9088 | elapsed time per iteration (ms): 5361.6 | throughput per GPU (TFLOP/s/GPU): 243.6 | … |
//	Step Time : 2.26s GPU utilization: 1156.2MODEL_TFLOP/s/GPU
//	Training epoch 0, iteration 97/99 | lr: 1.469e-05 | … | train_step_timing in s: 12.22 | tokens_per_sec_per_gpu: 1.073e+04 | …
//
// Times are means over the iterations since the last record. Megatron-LM and Bridge count model FLOPs; the "TFLOPs" of
// Megatron-DeepSpeed, the "approx flops" of gpt-neox and "Effective Tera Flops" hold the recomputed forward pass where
// activations are recomputed. Nobody prints an MFU.
var megatron = textFormat{
	name: "megatron", summary: "lines such as iteration 71/ 100 | … | elapsed time per iteration (ms): 5361.6 | …",
	tells:   "step time, TFLOP/s per device, tokens/s per device, global batch; with the dump of arguments the model, the batch, the degrees and the devices",
	lacks:   "the device and its peak; mostly MFU; all dimensions where the arguments were cut off",
	anchors: []string{"iteration", "Step"}, ranks: true, columns: megatronColumns,
	record: megatronRecord, ahead: bridgeLine, more: effectiveLine, start: megatronHeader, finish: finishMegatron,
}

var megatronColumns = []textColumn{
	{key: "elapsed time per iteration (ms)", metric: metric{reference.StepTime, 1e-3, "ms"}},
	{key: "elapsed time per iteration (s)", metric: metric{reference.StepTime, 1, "s"}},
	{key: "train_step_timing in s", metric: metric{reference.StepTime, 1, "s"}},
	{key: "Step Time", metric: metric{reference.StepTime, 1, "s"}, suffix: "s"},
	{key: "throughput per GPU (TFLOP/s/GPU)", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "compute per GPU (TFLOP/s/GPU)", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "GPU utilization", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}, suffix: "MODEL_TFLOP/s/GPU"},
	{key: "TFLOPS_per_GPU", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "TFLOPs", metric: metric{reference.HardwareFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "approx flops per GPU", metric: metric{reference.HardwareFLOPsPerDevice, 1e12, "TFLOP/s"}, suffix: "TFLOPS"},
	{key: "Effective Tera Flops per GPU", metric: metric{reference.HardwareFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "total parameters", metric: metric{reference.Parameters, 1e9, "billion"}, suffix: "B"},
	{key: "MFU", metric: mfuPercent, suffix: "%"},
	{key: "HFU", metric: metric{reference.HFU, 0.01, "%"}, suffix: "%"},
	{key: "tokens_per_sec_per_gpu", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "tokens per gpu per second (tgs)", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "tokens per GPU (tokens/s/GPU)", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "Tokens per second per GPU (Tok/s/GPU)", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "samples per second", metric: metric{reference.TokensPerSec, 1, "sequences/s"}, sequences: true},
	{key: "samples/sec", metric: metric{reference.TokensPerSec, 1, "sequences/s"}, sequences: true},
	{key: "global batch size", metric: metric{reference.TokensPerStep, 1, "sequences"}, sequences: true, fact: GlobalBatch},
	{key: "global_batch_size", metric: metric{reference.TokensPerStep, 1, "sequences"}, sequences: true, fact: GlobalBatch},
	{key: "actual seqlen", fact: SeqLen},
	{key: "lm loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "lm_loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "reduced_train_loss", metric: metric{reference.Loss, 1, "nats"}},
}

func megatronRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "iteration ", func(c cursor) bool {
		var known bool
		if step, known = c.stepOf("|"); !known {
			return false
		}
		values = keyed(megatronColumns, text, "|", out)
		return slices.ContainsFunc(values, func(v token) bool {
			c, _ := find(megatronColumns, []byte(v.key))
			return c.quantity == reference.StepTime
		})
	})
	return step, values, ok
}

// bridgeLine reads the line that Megatron-Bridge prints before that of the iteration, from another rank.
func bridgeLine(text []byte, out []token) []token {
	after(text, "Step Time :", func(c cursor) bool {
		step, _ := find(megatronColumns, []byte("Step Time"))
		used, _ := find(megatronColumns, []byte("GPU utilization"))
		out = step.value(text, c.at, out)
		i := bytes.Index(text[c.at:], []byte("GPU utilization:"))
		if len(out) > 0 && i >= 0 {
			out = used.value(text, c.at+i+len("GPU utilization:"), out)
		}
		return true
	})
	return out
}

// effectiveLine reads a line of early Megatron-DeepSpeed behind that of the iteration.
func effectiveLine(text []byte, out []token) []token {
	after(text, "Effective Tera Flops per GPU:", func(c cursor) bool {
		column, _ := find(megatronColumns, []byte("Effective Tera Flops per GPU"))
		out = column.value(text, c.at, out)
		total, _ := find(megatronColumns, []byte("total parameters"))
		if i := bytes.Index(text[c.at:], []byte("total parameters ")); i >= 0 {
			out = total.value(text, c.at+i+len("total parameters "), out)
		}
		return true
	})
	return out
}

// megatronHeader reads the argument dump and the few lines beside it that declare something.
func megatronHeader(t *textRun) func(l line) {
	var dump *argumentDump
	return func(l line) {
		switch text := l.text[body(l.text):]; {
		case isRuler(text, "end of arguments"):
			if dump != nil {
				dump.declare(t)
			}
			dump = nil
		case isRuler(text, "arguments"):
			dump = newArgumentDump()
		case dump != nil:
			dump.line(l)
		case bytes.HasPrefix(text, []byte("padded vocab (size: ")):
			if i := bytes.Index(l.text, []byte("(new size: ")); i >= 0 {
				t.state(stated{fact: VocabSize}, "new size", l, i+len("(new size: "))
			}
		}
	}
}

// isRuler reports whether a line is a title between dashes.
func isRuler(text []byte, title string) bool {
	return len(text) > 0 && text[0] == '-' && string(bytes.Trim(text, "- \t")) == title
}

// finishMegatron names the convention, which is Megatron-LM's where its own line or one of its heirs' holds FLOPs.
func finishMegatron(t *textRun) {
	for _, key := range []string{"throughput per GPU (TFLOP/s/GPU)", "GPU utilization", "TFLOPS_per_GPU"} {
		if t.run.Column(key) != nil {
			t.run.Convention = "megatron-lm"
		}
	}
}
