package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// trainingConsole is the console of the trainer that writes training-json. A record goes over several lines:
//
//	📍 Iter     10 │ Loss: 10.7652 │ Time: 1838ms │ LR: 1.65e-06
//	⚡ MFU: 10.44% │ Achieved: 939.7 TF │ Peak: 9000.0 TF
//	   Tokens/s: 106979 │ FLOPs/token: 8.78 GF (6N+12LHQT: N=1.294B)
//
// Achieved and peak FLOP/s are those of all devices. The first record is "Iter 0: loss 10.8422, time 32054ms (warming up...)".
var trainingConsole = textFormat{
	name: "training-console", summary: "lines such as 📍 Iter 10 │ Loss: 10.7652 │ Time: 1838ms and ⚡ MFU: 10.44% │ Achieved: 939.7 TF",
	tells:      "step time, tokens/s, MFU, achieved FLOP/s, FLOPs per token, the peak, parameters; the batch, the device and how many, precision",
	lacks:      "dimensions but what a label holds; full digits",
	convention: "palm", anchors: []string{"Iter"}, columns: trainingConsoleColumns,
	record: trainingConsoleRecord, more: trainingConsoleMore, start: trainingConsoleHeader, finish: finishTrainingConsole,
}

var trainingConsoleColumns = []textColumn{
	{key: "Loss", metric: metricKeys["loss"]},
	{key: "Time", metric: metricKeys["time_ms"], suffix: "ms"},
	{key: "MFU", metric: mfuPercent, suffix: "%"},
	{key: "Achieved", metric: metricKeys["achieved_tflops"], suffix: "TF"},
	{key: "Peak", metric: metricKeys["hardware_peak_tflops"], suffix: "TF"},
	{key: "Tokens/s", metric: metricKeys["tokens_per_sec"]},
	{key: "FLOPs/token", metric: metric{reference.FLOPsPerToken, 1e9, "GFLOP/token"}, suffix: "GF"},
	{key: "N", metric: metric{reference.Parameters, 1, "parameters"}},
}

// consoleBar separates the fields of a record.
const consoleBar = "│"

func trainingConsoleRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "Iter ", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known {
			return false
		}
		if values = out; c.literal(": loss ") {
			loss, ok := c.number("Loss")
			if !ok || !c.literal(", time ") {
				return false
			}
			time, ok := c.number("Time")
			values = append(out, loss, time)
			return ok && c.literal("ms")
		}
		if c.blanks(); !c.literal(consoleBar) {
			return false
		}
		values = keyed(trainingConsoleColumns, text[c.at:], consoleBar, out)
		for i := range values {
			values[i].start, values[i].end = values[i].start+c.at, values[i].end+c.at
		}
		return has(values, "Time")
	})
	return step, values, ok
}

// trainingConsoleMore reads the further lines of a record, which start with a sign or blanks and a name.
func trainingConsoleMore(text []byte, out []token) []token {
	for _, first := range []string{"MFU:", "Tokens/s:"} {
		i := bytes.Index(text, []byte(first))
		if i < 0 || i > 16 || bytes.ContainsAny(text[:i], "abcdefghijklmnopqrstuvwxyz") {
			continue
		}
		before := len(out)
		out = keyed(trainingConsoleColumns, text[i:], consoleBar, out)
		for k := before; k < len(out); k++ {
			out[k].start, out[k].end = out[k].start+i, out[k].end+i
		}
		if i := bytes.Index(text, []byte(" N=")); i >= 0 {
			n, _ := find(trainingConsoleColumns, []byte("N"))
			out = n.value(text, i+len(" N="), out)
		}
	}
	return out
}

// trainingConsoleTable are the lines that the trainer prints before it trains.
var trainingConsoleTable = map[string]stated{
	"Batch size (micro)":   {fact: MicroBatch},
	"Gradient accum steps": {fact: GradAccum},
	"Effective batch size": {fact: GlobalBatch},
	"Tokens per iteration": {fact: TokensPerStep},
	"Device":               {fact: Device},
	"GPUs":                 {fact: Devices},
	"Precision":            {fact: Precision},
	"Hardware peak":        {metric: metricKeys["hardware_peak_tflops"], suffix: "TFLOPS"},
	"FLOPs per token":      {metric: metric{reference.FLOPsPerToken, 1e9, "GFLOP/token"}, suffix: "GFLOPs"},
	"Attention/FFN ratio":  {metric: metricKeys["attention_to_ffn_ratio"]},
}

// finishTrainingConsole says whose tokens per second are counted: the trainer divides the accumulation among its ranks first and
// counts one rank's tokens, in every console of several devices seen so far.
func finishTrainingConsole(t *textRun) {
	if c := t.run.Column("Tokens/s"); c != nil {
		at := t.src.Position(t.run.Offsets[c.FirstRow()], 0, "")
		t.run.Facts = append(t.run.Facts, Fact{Key: RateScope, Str: "rank", Text: "training-console: one rank's tokens", Source: "format", Pos: at})
	}
}

func trainingConsoleHeader(t *textRun) func(l line) {
	return func(l line) { t.headline(trainingConsoleTable, l) }
}
