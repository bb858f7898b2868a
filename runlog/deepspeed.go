package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// deepSpeed is what DeepSpeed's engine prints inside any trainer's console (deepspeedai/DeepSpeed 038beb63
// deepspeed/utils/timer.py ThroughputTimer.stop; runtime/pipe/engine.py train_batch, seen in copies of it; runtime/config.py
// print):
//
//	[2023-11-07 01:55:23,714] [INFO] [timer.py:260:stop] epoch=0/micro_step=40/global_step=10, RunningAvgSamplesPerSec=25.02, CurrSamplesPerSec=25.70, MemAllocated=4.32GB, MaxMemAllocated=38.49GB
//	steps: 10 loss: 2.5012 iter time (s): 1.250 samples/sec: 25.600
//
// In 2022 the first one's step was printed as "0/20". Samples are sequences of all ranks. The current rate is that of one step,
// from forward to optimizer, without the data loader; the other is the mean since the second step.
var deepSpeed = textFormat{
	name: "deepspeed", summary: "lines such as epoch=0/micro_step=40/global_step=10, RunningAvgSamplesPerSec=25.02, CurrSamplesPerSec=25.70, …",
	tells:   "sequences/s of all ranks, of a step and averaged; with the printed configuration, the batch",
	lacks:   "the model, the sequence length, the device, FLOPs and MFU",
	guest:   true, // its lines stand in other trainers' consoles
	anchors: []string{"SamplesPerSec=", "samples/sec:"}, joins: true, columns: deepSpeedColumns,
	record: deepSpeedRecord, start: deepSpeedHeader,
}

var deepSpeedColumns = []textColumn{
	{key: "RunningAvgSamplesPerSec", metric: metric{reference.TokensPerSec, 1, "sequences/s"}, sequences: true, smoothed: true},
	{key: "CurrSamplesPerSec", metric: metric{reference.TokensPerSec, 1, "sequences/s"}, sequences: true},
	{key: "loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "iter time (s)", metric: metric{reference.StepTime, 1, "s"}},
	{key: "samples/sec", metric: metric{reference.TokensPerSec, 1, "sequences/s"}, sequences: true},
}

func deepSpeedRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	if i := bytes.Index(text, []byte(", RunningAvgSamplesPerSec=")); i >= 0 {
		from := i
		for from > 0 && isDigit(text[from-1]) {
			from--
		}
		c := cursor{text, from}
		before := text[:from]
		if step, ok = c.integer(); !ok || !bytes.HasSuffix(before, []byte("global_step=")) && !bytes.HasSuffix(before, []byte("/")) {
			return 0, out, false
		}
		return step, valuesNamed(deepSpeedColumns, text[i:], "=", i, out), true
	}
	ok = after(text, "steps: ", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known || !bytes.HasPrefix(text[c.at:], []byte(" loss: ")) {
			return false
		}
		near := text[:min(len(text), c.at+4*longestMark)] // other losses may stand between
		values = valuesNamed(deepSpeedColumns, near[c.at:], ": ", c.at, out)
		return has(values, "iter time (s)") && has(values, "samples/sec")
	})
	return step, values, ok
}

// valuesNamed appends the values that stand behind the columns' names and a sign; base is the place of the text in its line.
func valuesNamed(columns []textColumn, text []byte, sign string, base int, out []token) []token {
	for _, column := range columns {
		after(text, column.key+sign, func(c cursor) bool {
			before := len(out)
			out = column.value(text, c.at, out)
			for i := before; i < len(out); i++ {
				out[i].start, out[i].end = out[i].start+base, out[i].end+base
			}
			return len(out) > before
		})
	}
	return out
}

// deepSpeedCounts are the settings of the configuration that DeepSpeed prints, a name, dots and a value a line. Its world_size
// is the number of data-parallel ranks at best, so it is left alone.
var deepSpeedCounts = map[string]FactKey{
	"train_batch_size": GlobalBatch, "train_micro_batch_size_per_gpu": MicroBatch, "gradient_accumulation_steps": GradAccum,
}

// deepSpeedPrecisions are the switches of half precision.
var deepSpeedPrecisions = map[string]string{"bfloat16_enabled": "bf16", "fp16_enabled": "fp16"}

func deepSpeedHeader(t *textRun) func(l line) {
	return func(l line) {
		if !bytes.Contains(l.text, []byte(":print]")) {
			return
		}
		from := body(l.text)
		i := bytes.IndexAny(l.text[from:], " \t")
		if i < 0 {
			return
		}
		name, at := string(l.text[from:from+i]), from+i
		at += len(l.text[at:]) - len(bytes.TrimLeft(l.text[at:], " ."))
		if fact, ok := deepSpeedCounts[name]; ok {
			t.state(stated{fact: fact}, name, l, at)
		}
		if precision, ok := deepSpeedPrecisions[name]; ok && bytes.HasPrefix(l.text[at:], []byte("True")) {
			t.declare(Fact{Key: Precision, Str: precision, Text: name}, l, token{name, from, at + len("True")})
		}
	}
}
