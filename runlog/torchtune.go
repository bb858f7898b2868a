package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// torchTune is the console of pytorch/torchtune, and the file of its DiskLogger (torchtune/training/metric_logging.py,
// recipes/full_finetune_distributed.py at 015b39c7):
//
//	Step 4 | loss:1.1244843006134033 lr:2e-05 tokens_per_second_per_gpu:417.49818620797487
//
// The tokens are those of this step alone, per GPU. Until the end of 2024 padding counted; since then only tokens with a label do,
// so that neither the prompt nor the padding is in them. There is no step time, and no FLOPs.
var torchTune = textFormat{
	name: "torchtune", summary: "lines such as Step 4 | loss:1.1244 lr:2e-05 tokens_per_second_per_gpu:417.498",
	tells:   "tokens/s per device; with the configuration printed at the start the batch and the precision",
	lacks:   "step time, MFU, the model, the device and how many",
	anchors: []string{"tokens_per_second_per_gpu:"}, columns: torchTuneColumns, record: torchTuneRecord, start: torchTuneHeader,
}

var torchTuneColumns = []textColumn{
	{key: "loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "tokens_per_second_per_gpu", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}, aside: "newer versions count the tokens that have a label, not the batch's"},
}

func torchTuneRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "Step ", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known || !c.literal(" | ") {
			return false
		}
		values = out
		for c.at < len(text) {
			end := len(text)
			if i := bytes.IndexByte(text[c.at:], ' '); i >= 0 {
				end = c.at + i
			}
			if name, _, ok := bytes.Cut(text[c.at:end], []byte(":")); ok {
				if column, ok := find(torchTuneColumns, name); ok {
					values = column.value(text[:end], c.at+len(name)+1, values)
				}
			}
			c.at = end + 1
		}
		return has(values, "tokens_per_second_per_gpu")
	})
	return step, values, ok
}

// torchTuneHeader reads the configuration, which is printed as YAML with sorted keys behind "Running … with resolved config:".
// Of the nested keys two are read: a length that sequences are packed to is the length of every sequence, another is only a bound.
func torchTuneHeader(t *textRun) func(l line) {
	var config *torchTuneConfig
	return func(l line) {
		switch {
		case bytes.Contains(l.text, []byte(" with resolved config:")):
			config = &torchTuneConfig{}
		case config != nil && !config.line(t, l):
			config.finish(t)
			config = nil
		}
		const before = "Model is initialized with precision torch."
		if i := bytes.Index(l.text, []byte(before)); i >= 0 {
			from := i + len(before)
			t.name(Precision, "precision", l, from, from+len(bytes.TrimRight(l.text[from:], ". ")))
		}
	}
}

type torchTuneConfig struct {
	section string
	packed  bool
	partial bool     // a mode of checkpointing is set that leaves layers out
	length  argument // tokenizer.max_seq_len
}

// line reads a line of the configuration; it is false for one behind it.
func (y *torchTuneConfig) line(t *textRun, l line) bool {
	key, rest, ok := bytes.Cut(l.text, []byte(":"))
	name := string(bytes.TrimSpace(key))
	nested := len(key) > 0 && (key[0] == ' ' || key[0] == '-')
	if nested {
		value := bytes.TrimSpace(rest)
		from := len(l.text) - len(bytes.TrimLeft(rest, " "))
		switch {
		case y.section == "dataset" && name == "packed":
			y.packed = bytes.EqualFold(value, []byte("true"))
		case y.section == "tokenizer" && name == "max_seq_len":
			y.length = argument{string(value), line{offset: l.offset}, token{"max_seq_len", from, from + len(value)}}
		}
		return true
	}
	if !ok || name == "" || len(bytes.Trim(key, "abcdefghijklmnopqrstuvwxyz_0123456789")) > 0 {
		return false
	}
	y.section = name
	from := len(l.text) - len(rest)
	switch value := bytes.TrimSpace(rest); name {
	case "batch_size", "dtype":
		t.setting(name, l, from, len(l.text), false)
	case "gradient_accumulation_steps":
		t.setting(name, l, from, len(l.text), false)
		if _, ok := product(string(value)); ok {
			at := token{name, from + bytes.Index(rest, value), len(l.text)}
			t.declare(Fact{Key: AccumScope, Str: "rank", Text: "torchtune: per rank", Source: "format"}, l, at)
		}
	case "ac_mode":
		y.partial = len(value) > 0 && string(value) != "null" && string(value) != "full"
	case "enable_activation_checkpointing":
		if !y.partial {
			t.setting("activation_checkpointing", l, from, len(l.text), false)
		}
	case "tensor_parallel_dim":
		t.setting("tensor_parallel_size", l, from, len(l.text), false)
	case "context_parallel_dim":
		t.setting("context_parallel_size", l, from, len(l.text), false)
	}
	return true
}

func (y *torchTuneConfig) finish(t *textRun) {
	if v, ok := product(y.length.text); ok && y.packed {
		t.declare(Fact{Key: SeqLen, Num: v, Text: y.length.text}, y.length.l, y.length.at)
	}
}
