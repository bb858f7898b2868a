package runlog

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// levanter is what Levanter's json_logger tracker prints through Python's logging (stanford-crfm/levanter 622b2f7c
// src/levanter/tracker/json_logger.py; keys of callbacks/_metrics.py at 01753080), an event a line, several a step:
//
//	2025-03-14 20:55:29,870 - levanter.json_logger - INFO - {"tracker": "json_logger", "event": "log", "step": 12, "metrics": {"throughput/mfu": 45.2, …}}
//
// All metrics are those of one step and of all devices, the MFU is a percentage. Its other trackers write no console; the
// progress bar that it prints beside them holds the loss only. Tokens per second ÷ examples per second is the sequence length.
var levanter = textFormat{
	name: "levanter", summary: `lines such as {"tracker": "json_logger", "event": "log", "step": 12, "metrics": {"throughput/mfu": 45.2, …}}`,
	tells:   "tokens/s, FLOP/s, MFU, step time, of all devices; FLOPs per example, the peak, the device",
	lacks:   "the model's dimensions, the batch",
	anchors: []string{`"json_logger"`}, joins: true, columns: levanterColumns, record: levanterRecord, start: levanterHeader, finish: finishLevanter,
}

var levanterColumns = []textColumn{
	{key: "train/loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "throughput/duration", metric: metric{reference.StepTime, 1, "s"}},
	{key: "throughput/tokens_per_second", metric: metric{reference.TokensPerSec, 1, "tokens/s"}},
	{key: "throughput/examples_per_second", aside: "sequences per second; tokens per second say the same"},
	{key: "throughput/gflops_per_second", metric: metric{reference.AchievedFLOPs, 1e9, "GFLOP/s"}},
	{key: "throughput/mfu", metric: mfuPercent},
}

func levanterRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	from := bytes.Index(text, []byte(`"json_logger"`))
	if from < 0 || jsonWord(text, from, "event") != "log" {
		return 0, out, false
	}
	at, metrics := jsonValue(text, from, "step"), jsonValue(text, from, "metrics")
	if at < 0 || metrics < at {
		return 0, out, false
	}
	c := cursor{text, at}
	if step, ok = c.integer(); !ok {
		return 0, out, false
	}
	values = out
	for _, column := range levanterColumns {
		if at := jsonValue(text, metrics, column.key); at >= 0 {
			values = column.value(text, at, values)
		}
	}
	return step, values, len(values) > len(out)
}

// levanterSummary are the values of the whole run.
var levanterSummary = map[string]stated{
	"throughput/theoretical_flops_per_device": {metric: metric{reference.PeakFLOPsPerDevice, 1, "FLOP/s"}},
	"throughput/theoretical_flops":            {metric: metric{reference.PeakFLOPs, 1, "FLOP/s"}},
	"throughput/flops_per_example":            {metric: metric{reference.FLOPsPerToken, 1, "FLOP/example"}},
}

// levanterModel are the dimensions in the hyperparameters' model (models/llama.py LlamaConfig at 02be56f6).
var levanterModel = map[string]FactKey{
	"num_layers": Layers, "hidden_dim": HiddenSize, "num_heads": Heads, "num_kv_heads": KVHeads, "intermediate_dim": IntermediateSize,
}

func levanterHeader(t *textRun) func(l line) {
	return func(l line) {
		from := bytes.Index(l.text, []byte(`"json_logger"`))
		if from < 0 {
			return
		}
		switch jsonWord(l.text, from, "event") {
		case "finish":
			t.run.Ended = true
		case "summary":
			for key, s := range levanterSummary {
				if at := jsonValue(l.text, from, key); at >= 0 {
					t.state(s, key, l, at)
				}
			}
			slices.SortFunc(t.next.Summary, func(a, b Observation) int { return int(a.Pos.Offset - b.Pos.Offset) })
			const kind = "throughput/device_kind"
			if at := jsonValue(l.text, from, kind); at >= 0 && l.text[at] == '"' {
				if end, closed := skipString(l.text, at); closed {
					t.name(Device, kind, l, at+1, end-1)
				}
			}
		case "hparams":
			t.levanterSettings(l, from)
		}
	}
}

// levanterSettings reads the batch size and the model's dimensions.
func (t *textRun) levanterSettings(l line, from int) {
	number := func(text []byte, from int, key string, fact FactKey) {
		if at := jsonValue(text, from, key); at >= 0 && isDigit(text[at]) { // a schedule is a list
			t.state(stated{fact: fact}, key, line{text, l.offset}, at)
		}
	}
	if at := jsonValue(l.text, from, "trainer"); at >= 0 && l.text[at] == '{' {
		number(l.text[:skipContainer(l.text, at)], at, "train_batch_size", GlobalBatch)
	}
	if at := jsonValue(l.text, from, "model"); at >= 0 && l.text[at] == '{' {
		text := l.text[:skipContainer(l.text, at)]
		for _, key := range []string{"num_layers", "hidden_dim", "num_heads", "num_kv_heads", "intermediate_dim"} {
			number(text, at, key, levanterModel[key])
		}
	}
}

// finishLevanter takes the sequence length from the two rates and the devices from the two peaks, and the FLOPs of a sequence
// for those of its tokens.
func finishLevanter(t *textRun) {
	r := t.run
	tokens, examples := t.columns["throughput/tokens_per_second"], t.columns["throughput/examples_per_second"]
	length := 0.0
	if tokens != nil && examples != nil && tokens.FirstRow() >= 0 {
		row := tokens.FirstRow()
		x, _, _ := tokens.At(row)
		y, _, _ := examples.At(row)
		length = wholeRatio(x, y)
		if p, ok := t.format.locate(r, row, tokens.Key); ok && length > 0 {
			r.Facts = append(r.Facts, Fact{Key: SeqLen, Num: length, Text: "tokens per second ÷ examples per second", Source: "step", Pos: p})
		}
	}
	var all, each *Observation
	kept := r.Summary[:0]
	for _, o := range r.Summary {
		if o.Quantity == reference.FLOPsPerToken {
			if length == 0 {
				r.Unknown = append(r.Unknown, UnknownMetric{Key: o.Key, Why: "the length of a sequence is not known", Pos: o.Pos})
				continue
			}
			o.Scale = 1 / length
		}
		kept = append(kept, o)
	}
	r.Summary = kept
	for i := range r.Summary {
		switch o := &r.Summary[i]; o.Quantity {
		case reference.PeakFLOPs:
			all = o
		case reference.PeakFLOPsPerDevice:
			each = o
		}
	}
	if all != nil && each != nil {
		if n := wholeRatio(all.Logged, each.Logged); n > 0 {
			text := fmt.Sprintf("%g ÷ %g", all.Logged, each.Logged)
			r.Facts = append(r.Facts, Fact{Key: Devices, Num: n, Text: text, Source: "metadata", Pos: all.Pos})
		}
	}
}

// wholeRatio is x ÷ y where that is a whole number, as far as a float64 tells; 0 if not.
func wholeRatio(x, y float64) float64 {
	n := math.Round(x / y)
	if !(n >= 1 && n < 1<<31) || math.Abs(x/y-n) > 1e-9*n {
		return 0
	}
	return n
}
