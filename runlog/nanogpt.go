package runlog

import (
	"bytes"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// nanoGPT is the console of karpathy/nanoGPT (train.py, model.py at 3adf61e1) and of the many trainers that keep its line:
//
//	iter 10: loss 3.2202, time 893.76ms, mfu 16.68%
//
// The time is the wall time since the iteration before, so an evaluation is inside it. The MFU is an exponential moving
// average, 0.9 old and 0.1 new, over the logged iterations; −100 % stands for none yet. Versions before February 2023
// print no MFU.
var nanoGPT = textFormat{
	name: "nanogpt", summary: "lines such as iter 10: loss 3.2202, time 893.76ms, mfu 16.68%",
	tells:      "step time and a smoothed MFU; with the settings printed at the start, tokens per step and the batch",
	lacks:      "the device (the MFU is against an A100 whatever ran), how many there were, and, without settings, the model",
	convention: "nanogpt", anchors: []string{"iter"},
	columns: []textColumn{
		{key: "loss", metric: metric{reference.Loss, 1, "nats"}},
		{key: "time", metric: metric{reference.StepTime, 1e-3, "ms"}},
		{key: "mfu", metric: mfuPercent, smoothed: true},
	},
	record: nanoGPTRecord, start: nanoGPTHeader, finish: finishNanoGPT,
}

// parametersLessPositions is what nanoGPT prints as its number of parameters: without the position table, with the token
// table, which is the head as well (model.py get_num_params).
const parametersLessPositions reference.Quantity = "parameters_less_positions"

func nanoGPTRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "iter ", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known || !c.literal(": loss ") {
			return false
		}
		loss, known := c.number("loss")
		if !known || !c.literal(", time ") {
			return false
		}
		time, known := c.number("time")
		if !known || !c.literal("ms") {
			return false
		}
		values = append(out, loss, time)
		if !c.literal(", mfu ") {
			return true
		}
		if mfu, known := c.number("mfu"); known && c.literal("%") {
			values = append(values, mfu)
		}
		return true
	})
	return step, values, ok
}

// nanoGPTHeader reads what nanoGPT prints before it trains, its evaluations and its checkpoints.
func nanoGPTHeader(t *textRun) func(l line) {
	evaluated := int64(-1)
	echoed := false // inside the configuration file that train.py prints as it is
	return func(l line) {
		c := cursor{l.text, body(l.text)}
		switch start := c.at; {
		case c.literal("step "):
			if step, ok := c.integer(); ok && c.literal(": train loss ") {
				evaluated = step
				t.next.Evals = append(t.next.Evals, step)
			}
		case c.literal("saving checkpoint to") && evaluated >= 0:
			t.next.Checkpoints = append(t.next.Checkpoints, evaluated)
			evaluated = -1
		case c.literal("Overriding config with "):
			echoed = true
		case c.literal("Overriding: "):
			t.assignment(l, c.at)
		case c.literal("tokens per iteration will be"):
			echoed = false
			t.headline(map[string]stated{"tokens per iteration will be": {fact: TokensPerStep}}, l)
		case c.literal("number of parameters"):
			t.headline(map[string]stated{"number of parameters": {metric: metric{parametersLessPositions, 1, "parameters"}}}, l)
		case c.literal("found vocab_size = "), c.literal("defaulting to vocab_size of GPT-2 to "):
			if v, ok := c.number("vocab_size"); ok {
				t.count(VocabSize, l, v)
			}
		case echoed:
			t.assignment(l, start)
		}
	}
}

// assignment reads "n_layer = 12 # comment". Configuration files are run one after the other, so the last one counts.
func (t *textRun) assignment(l line, at int) {
	name, _, ok := bytes.Cut(l.text[at:], []byte("="))
	if !ok {
		return
	}
	from, to := at+len(name)+1, len(l.text)
	if i := bytes.IndexByte(l.text[from:], '#'); i >= 0 {
		to = from + i
	}
	t.setting(string(bytes.TrimSpace(name)), l, from, to, true)
}

// finishNanoGPT marks the moving average, and adds what nanoGPT builds from its settings: train.py sets no bias unless told to.
func finishNanoGPT(t *textRun) {
	r := t.run
	r.Smoothed = r.Column("mfu") != nil
	has := func(key FactKey) bool {
		return slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.Key == key })
	}
	if has(Layers) && has(Heads) && has(HiddenSize) && has(SeqLen) {
		if !has(Bias) {
			at := r.Facts[slices.IndexFunc(r.Facts, func(f Fact) bool { return f.Key == Layers })].Pos
			r.Facts = append(r.Facts, Fact{Key: Bias, Text: "nanoGPT: bias = False", Source: "format", Pos: at})
		}
		r.Facts = append(r.Facts, nanoGPTDefaults(r.Facts)...)
	}
}
