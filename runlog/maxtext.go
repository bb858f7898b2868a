package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// maxText is the console of AI-Hypercomputer/maxtext (src/maxtext/common/metric_logger.py at 000e6d8a; MaxText/train.py before):
//
//	completed step: 9, seconds: 5.667, TFLOP/s/device: 134.924, Tokens/s/device: 8672.758, total_weights: 196608, loss: 10.374
//
// A device is a chip. TFLOP/s counts the model's FLOPs, tokens count padding, and both are the same numbers of every step by its
// time; 2023's "TFLOP/s:" is per device too, and has no tokens beside it. The time of the first steps may be that of handing them
// over only (0.002 s), since they run asynchronously: the values are those that were logged. total_weights are the tokens with a
// label, per step and of all devices: it is not read. Every host may print.
var maxText = textFormat{
	name: "maxtext", summary: "lines such as completed step: 9, seconds: 5.667, TFLOP/s/device: 134.924, Tokens/s/device: 8672.758, …",
	tells:      "step time, TFLOP/s and tokens/s per chip, parameters; with the settings printed at the start the batch, the precision, a Llama's dimensions and FLOPs per token",
	lacks:      "the chip and its peak; MFU; the model, where it is no Llama or the settings were cut off",
	convention: "maxtext", anchors: []string{"completed step:"}, ranks: true, columns: maxTextColumns,
	record: maxTextRecord, start: maxTextHeader,
}

var maxTextColumns = []textColumn{
	{key: "seconds", metric: metric{reference.StepTime, 1, "s"}},
	{key: "TFLOP/s/device", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "TFLOP/s", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "Tokens/s/device", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "loss", metric: metric{reference.Loss, 1, "nats"}},
}

func maxTextRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "completed step:", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known || !c.literal(", ") {
			return false
		}
		first := len(out)
		values = keyed(maxTextColumns, text[c.at:], ",", out)
		for i := first; i < len(values); i++ {
			values[i].start, values[i].end = values[i].start+c.at, values[i].end+c.at
		}
		return has(values, "seconds")
	})
	return step, values, ok
}

// maxTextHeader reads the configuration, "Config param emb_dim: 4096" and so on, and the few messages beside it.
func maxTextHeader(t *textRun) func(l line) {
	config := maxTextConfig{}
	tokens := 0.0 // of a device and a step
	training := false
	return func(l line) {
		at := func(word string) int { return bytes.Index(l.text, []byte(word)) }
		if i := at("Config param "); i >= 0 {
			config.line(l, i+len("Config param "))
			return
		}
		if len(config) > 0 {
			tokens = config.declare(t)
			config = maxTextConfig{}
		}
		switch {
		case at("Num_devices: ") >= 0 && at(", shape (") >= 0:
			t.state(stated{fact: Devices}, "Num_devices", l, at("Num_devices: ")+len("Num_devices: "))
		case at("number parameters: ") >= 0:
			s := stated{metric: metric{reference.Parameters, 1e9, "billion"}, suffix: "billion"}
			t.state(s, "number parameters", l, at("number parameters: ")+len("number parameters: "))
		case training && tokens > 0 && at("Total TFLOPs: ") >= 0:
			s := stated{metric: metric{reference.FLOPsPerToken, 1e12 / tokens, "TFLOP/device/step"}}
			t.state(s, "Total TFLOPs", l, at("Total TFLOPs: ")+len("Total TFLOPs: "))
		}
		training = at("Per train step:") >= 0
	}
}
