package runlog

import (
	"bytes"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// moddedNanoGPT is the log of KellerJordan/modded-nanogpt (train_gpt2.py at 01482e15, train_gpt.py since 2025) and of the
// speedruns that keep its line:
//
//	step:1165/5100 train_loss:3.5168 train_time:206451ms step_avg:178.75ms
//	step:20/1770 train_time:2034ms step_avg:101.70ms
//
// train_time is the sum since the first step, or since the tenth, without validations; step_avg is that sum by the number of
// steps, nan until the sum starts: no value belongs to a step. The lines with val_loss stand for no step of their own. Nothing of
// it counts FLOPs or tokens. The files of June 2024, "s:1 trl:10.9", hold no time: they are read by nobody.
//
// The file starts with the program itself and nvidia-smi's table. Of the program, what the class Hyperparameters says of the
// batch is read, and an assertion on the world size.
var moddedNanoGPT = textFormat{
	name: "modded-nanogpt", summary: "lines such as step:1165/5100 train_loss:3.5168 train_time:206451ms step_avg:178.75ms",
	tells:   "the mean step time; the device where nvidia-smi's table is kept, the batch where the program is",
	lacks:   "MFU, tokens/s, the model, how many devices",
	anchors: []string{"step_avg:"}, columns: moddedColumns, record: moddedRecord, start: moddedSource,
}

var moddedColumns = []textColumn{
	{key: "train_loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "step_avg", metric: metric{reference.StepTime, 1e-3, "ms"}, smoothed: true, suffix: "ms", later: true},
}

func moddedRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "step:", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known || !c.literal("/") {
			return false
		}
		if _, known = c.integer(); !known || !c.literal(" ") || bytes.Contains(text[c.at:], []byte("val_loss:")) {
			return false
		}
		values = out
		if i := bytes.Index(text[c.at:], []byte("train_time:")); i < 0 {
			return false
		}
		for _, column := range moddedColumns {
			i := bytes.Index(text[c.at:], []byte(column.key+":"))
			if i < 0 {
				continue
			}
			at := c.at + i + len(column.key) + 1
			if bytes.HasPrefix(text[at:], []byte("nanms")) {
				values = append(values, token{column.key, at, at + len("nan")})
				continue
			}
			values = column.value(text, at, values)
		}
		return has(values, "step_avg")
	})
	return step, values, ok
}

// hyperparameter is a count in the class Hyperparameters.
type hyperparameter struct {
	text string
	num  float64
	l    line
	at   token
}

// moddedSource reads the program that stands before the steps:
//
//	batch_size : int = 8*64 # batch size, in sequences, across all devices
//
// Where attention is limited to windows and documents (flex_attention), a sequence is a stream of texts, and its length says
// nothing about the scores; only the number of tokens is declared then.
func moddedSource(t *textRun) func(l line) {
	var found map[string]hyperparameter
	flex := false
	return func(l line) {
		text := bytes.TrimSpace(l.text)
		switch {
		case bytes.HasPrefix(text, []byte("class Hyperparameters")):
			found = map[string]hyperparameter{}
		case bytes.HasPrefix(text, []byte("args = ")):
			if found != nil {
				declareHyperparameters(t, found, flex)
			}
			found = nil
		case found != nil:
			if h, ok := parseHyperparameter(l); ok {
				found[h.at.key] = h
			}
		case bytes.HasPrefix(text, []byte("assert world_size == ")), bytes.HasPrefix(text, []byte("assert ddp_world_size == ")):
			c := cursor{l.text, bytes.Index(l.text, []byte("== ")) + len("== ")}
			if v, ok := c.number("world_size"); ok {
				t.count(Devices, l, v)
			}
		}
		flex = flex || bytes.Contains(text, []byte("flex_attention"))
	}
}

// moddedComments are what the comment beside a hyperparameter must say for it to be what it is taken for.
var moddedComments = map[string]string{
	"batch_size": "in sequences, across all devices", "device_batch_size": "in sequences, per device", "sequence_length": "in tokens",
}

func parseHyperparameter(l line) (h hyperparameter, ok bool) {
	before, rest, ok := bytes.Cut(l.text, []byte("="))
	if !ok {
		return h, false
	}
	name, _, _ := strings.Cut(string(before), ":")
	name = strings.TrimSpace(name)
	value, comment, _ := bytes.Cut(rest, []byte("#"))
	want, known := moddedComments[name]
	text := bytes.TrimSpace(value)
	num, valid := product(string(text))
	if !known || !valid || !bytes.Contains(comment, []byte(want)) {
		return h, false
	}
	from := len(before) + 1 + bytes.Index(value, text)
	return hyperparameter{string(text), num, line{offset: l.offset}, token{name, from, from + len(text)}}, true
}

func declareHyperparameters(t *textRun, found map[string]hyperparameter, flex bool) {
	batch, length := found["batch_size"], found["sequence_length"]
	if flex {
		if tokens := batch.num * length.num; tokens > 0 && tokens < 1<<53 {
			t.declare(Fact{Key: TokensPerStep, Num: tokens, Text: batch.text + " × " + length.text}, batch.l, batch.at)
		}
		return
	}
	for _, f := range []struct {
		name string
		key  FactKey
	}{{"batch_size", GlobalBatch}, {"device_batch_size", MicroBatch}, {"sequence_length", SeqLen}} {
		if h := found[f.name]; h.num > 0 {
			t.declare(Fact{Key: f.key, Num: h.num, Text: h.text}, h.l, h.at)
		}
	}
}
