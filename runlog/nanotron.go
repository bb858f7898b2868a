package runlog

import (
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// nanotron is the console of huggingface/nanotron (src/nanotron/trainer.py train_step_logs, 2024 and at 004a89ca):
//
//	10/17/2025 16:31:56 [INFO|DP=0|PP=0|TP=0]: iteration: 327281 / 378950 | consumed_tokens: 85.8G | elapsed_time_per_iteration_ms: 11.5K | tokens_per_sec: 22.8K | tokens_per_sec_per_gpu: 11.4K | global_batch_size: 64 | lm_loss: 2.38 | … | model_tflops_per_gpu: 38.3 | hardware_tflops_per_gpu: 38.3 | …
//
// Numbers have three significant digits and a suffix, trailing zeros dropped (logging.human_format). global_batch_size counts
// sequences in versions with elapsed_time_per_iteration_ms and tokens in those with time_per_iteration_ms, and the name does not
// say which: the other numbers of the line decide. hardware_tflops_per_gpu is the model's FLOPs again (get_flops returns them
// twice), and where a fork tells recomputation apart it is no model FLOP/s: it is listed and no more. The running totals are not
// read.
var nanotron = textFormat{
	name: "nanotron", summary: "lines such as iteration: 5 / 10 | consumed_tokens: 85.8G | elapsed_time_per_iteration_ms: 11.5K | tokens_per_sec: 22.8K | …",
	tells:      "step time, tokens/s, TFLOP/s per device, all with three digits; with the configuration printed at the start the batch, the devices and a Llama's dimensions",
	lacks:      "the device and its peak; MFU; the model, where the start was cut off",
	convention: "nanotron", anchors: []string{"iteration:"}, columns: nanotronColumns,
	record: nanotronRecord, start: nanotronHeader, finish: finishNanotron,
}

var nanotronColumns = []textColumn{
	{key: "elapsed_time_per_iteration_ms", metric: metric{reference.StepTime, 1e-3, "ms"}},
	{key: "time_per_iteration_ms", metric: metric{reference.StepTime, 1e-3, "ms"}},
	{key: "tokens_per_sec", metric: metric{reference.TokensPerSec, 1, "tokens/s"}},
	{key: "tokens_per_sec_per_gpu", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "global_batch_size", metric: metric{reference.TokensPerStep, 1, "tokens"}},
	{key: "lm_loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "model_tflops_per_gpu", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "hardware_tflops_per_gpu", aside: "of a device's hardware: what is recomputed may be in it"},
}

func nanotronRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "iteration:", func(c cursor) bool {
		var known bool
		if step, known = c.stepOf("|"); !known {
			return false
		}
		first := len(out)
		values = keyed(nanotronColumns, text[c.at:], "|", out)
		for i := first; i < len(values); i++ {
			values[i].start, values[i].end = values[i].start+c.at, values[i].end+c.at
		}
		return has(values, "tokens_per_sec") && (has(values, "elapsed_time_per_iteration_ms") || has(values, "time_per_iteration_ms"))
	})
	return step, values, ok
}

// fewestTokens is the shortest sequence that anyone trains on: fewer tokens a sequence are none.
const fewestTokens = 8

// finishNanotron decides what global_batch_size counts: tokens_per_sec × time is the tokens of a step by definition, and they
// are either about as many or many times as many.
func finishNanotron(t *textRun) {
	r := t.run
	batch := r.Column("global_batch_size")
	if batch == nil {
		return
	}
	drop := func() { r.Columns = slices.DeleteFunc(r.Columns, func(c *Column) bool { return c == batch }) }
	switch ratio := nanotronRatio(r, batch); {
	case ratio > 0.5 && ratio < 2:
	case ratio >= fewestTokens:
		batch.Unit = "sequences"
		if _, d, _ := batch.At(batch.FirstRow()); d.Integer() { // with a suffix it is rounded
			t.constant(GlobalBatch, batch)
		}
		lengths := r.FactsOf(SeqLen)
		switch {
		case len(lengths) == 0:
			r.Sequences = append(r.Sequences, batch)
			drop()
		case slices.ContainsFunc(lengths, func(f Fact) bool { return f.Num != lengths[0].Num }):
			t.list(batch, "the log states several sequence lengths")
			drop()
		default:
			batch.Scale = lengths[0].Num
		}
	default:
		row := batch.FirstRow()
		t.problems.add(ProblemWrongType, "global_batch_size counts sequences or tokens, as versions differ, and tokens_per_sec × time fits neither; the values are left out",
			r.Offsets[row], 0, func() string { return batch.Key })
		drop()
	}
}

// nanotronRatio is how many tokens go to one of the batch, by the first record with all values; 0 if there is none.
func nanotronRatio(r *Run, batch *Column) float64 {
	rate := r.Column("tokens_per_sec")
	for row := range r.Steps {
		for _, time := range r.ColumnsOf(reference.StepTime) {
			b, ok := batch.Canonical(row)
			s, timed := time.Canonical(row)
			if rate == nil || !ok || !timed || b <= 0 {
				continue
			}
			if v, ok := rate.Canonical(row); ok {
				return v * s / b
			}
		}
	}
	return 0
}
