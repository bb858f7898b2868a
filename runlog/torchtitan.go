package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// torchTitan is the console of pytorch/torchtitan (components/metrics.py and train.py, 2024 to 2026):
//
//	[rank0]:[titan] 2025-06-04 08:51:58,557 - root - INFO - step: 10  loss: 10.7069  memory: 30.99GiB(32.62%)  tps: 7,034  tflops: 407.35  mfu: 41.19%
//
// tps (wps until October 2024) and tflops are per device, averaged over the steps since the last record; a validation
// starts a new average. The MFU is a percentage of the BF16 peak, N/A for quantised runs in newer versions.
var torchTitan = textFormat{
	name: "torchtitan", summary: "lines such as step: 10  loss: 10.7069  memory: 30.99GiB(32.62%)  tps: 7,034  tflops: 407.35  mfu: 41.19%",
	tells:      "tokens/s, TFLOP/s and MFU per device; the parameter total, batch, sequence length, mesh, device and the peak used",
	lacks:      "step time; dimensions, unless the model's arguments are printed",
	convention: "torchtitan", anchors: []string{"tps", "wps"}, ranks: true,
	columns: torchTitanColumns, record: torchTitanRecord, start: torchTitanHeader,
	finish: finishTorchTitan,
}

var torchTitanColumns = []textColumn{
	{key: "loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "wps", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "tps", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "tflops", metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}},
	{key: "mfu", metric: mfuPercent},
}

func torchTitanRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "step:", func(c cursor) bool {
		var known bool
		validation := bytes.HasSuffix(text[:c.at], []byte("validate step:"))
		if step, known = c.integer(); !known || validation {
			return false
		}
		values = out
		for c.at < len(text) {
			i := bytes.IndexByte(text[c.at:], ':')
			if i < 0 {
				break
			}
			end := c.at + i
			word := text[c.at:end]
			word = word[bytes.LastIndexAny(word, " \t")+1:]
			c.at = end + 1
			if column, ok := find(torchTitanColumns, word); ok {
				values = column.value(text, c.at, values)
			}
		}
		return has(values, "loss") && (has(values, "tps") || has(values, "wps"))
	})
	return step, values, ok
}

// torchTitanTable are the settings that stand behind words of torchtitan's start-up messages.
var torchTitanTable = []struct {
	before, key string
	stated
}{
	{"local batch size ", "local batch size", stated{fact: MicroBatch}},
	{"global batch size ", "global batch size", stated{fact: GlobalBatch}},
	{"gradient accumulation steps ", "gradient accumulation steps", stated{fact: GradAccum}},
	{"sequence length ", "sequence length", stated{fact: SeqLen}},
	{"Peak FLOPS used for computing MFU: ", "Peak FLOPS used for computing MFU", stated{metric: metric{reference.PeakFLOPsPerDevice, 1, "FLOP/s"}}},
}

// torchTitanArgs are the arguments in "Building llama3 8B with TransformerModelArgs(dim=4096, n_layers=32, …)".
var torchTitanArgs = map[string]FactKey{
	"dim": HiddenSize, "n_layers": Layers, "n_heads": Heads, "n_kv_heads": KVHeads, "vocab_size": VocabSize,
}

func torchTitanHeader(t *textRun) func(l line) {
	return func(l line) {
		text := l.text[body(l.text):]
		base := len(l.text) - len(text)
		at := func(word string) int { return bytes.Index(l.text, []byte(word)) }
		switch {
		case bytes.HasPrefix(text, []byte("Training starts at step")), bytes.HasPrefix(text, []byte("Trainer is initialized with")), bytes.HasPrefix(text, []byte("Peak FLOPS used")):
			for _, s := range torchTitanTable {
				if i := at(s.before); i >= 0 {
					t.state(s.stated, s.key, l, i+len(s.before))
				}
			}
		case bytes.HasPrefix(text, []byte("Model ")) && bytes.Contains(text, []byte(" total parameters")):
			if i := at("size: "); i >= 0 {
				t.state(stated{metric: metricKeys["total_params"]}, "Model size", l, i+len("size: "))
			}
		case bytes.HasPrefix(text, []byte("Building ")):
			t.mesh(l)
			t.arguments(l)
		case bytes.HasPrefix(text, []byte("CUDA capacity: ")):
			from := base + len("CUDA capacity: ")
			if i := bytes.Index(l.text[from:], []byte(" with ")); i >= 0 {
				t.name(Device, "CUDA capacity", l, from, from+i)
			}
		case bytes.HasPrefix(text, []byte("Applied ")) && bytes.Contains(text, []byte(" activation checkpointing to the model")):
			for _, mode := range []string{"full", "selective"} {
				if i := at("Applied " + mode); i >= 0 {
					i += len("Applied ")
					t.declare(Fact{Key: Recompute, Str: mode, Text: mode}, l, token{"activation checkpointing", i, i + len(mode)})
				}
			}
		case bytes.HasPrefix(text, []byte("Float8 training active")), bytes.HasPrefix(text, []byte("Swapped to Float8Linear layers")):
			i := at("Float8")
			t.declare(Fact{Key: Precision, Str: "float8", Text: "Float8"}, l, token{"Float8", i, i + len("Float8")})
		case bytes.HasPrefix(text, []byte("Training completed")):
			t.run.Ended = true
		}
	}
}

// finishTorchTitan adds the precision that training.mixed_precision_param has unless it is set, which is not printed.
func finishTorchTitan(t *textRun) {
	t.defaultPrecision("torchtitan: mixed_precision_param = bfloat16")
}

// meshFacts are the dimensions of a device mesh; what is not among them is a part of one that is.
var meshFacts = map[string]FactKey{"tp": TensorParallel, "pp": PipelineParallel, "cp": ContextParallel}

// mesh reads "Building 2-D device mesh with ['dp_shard', 'tp'], [4, 2]": the devices are the product of the sizes.
func (t *textRun) mesh(l line) {
	i := bytes.Index(l.text, []byte("device mesh with ["))
	if i < 0 {
		return
	}
	names, sizes, ok := bytes.Cut(l.text[i+len("device mesh with ["):], []byte("], ["))
	end := bytes.IndexByte(sizes, ']')
	if !ok || end < 0 {
		return
	}
	from := len(l.text) - len(sizes)
	c := cursor{l.text[:from+end], from}
	devices := 1.0
	for name := range bytes.SplitSeq(names, []byte(",")) {
		size, ok := c.number("device mesh")
		v, _, err := parsePrinted(string(l.text[size.start:size.end]))
		if !ok || err != nil {
			return
		}
		c.literal(",")
		devices *= v
		if fact, ok := meshFacts[string(bytes.Trim(name, " '\""))]; ok {
			t.count(fact, l, size)
		}
	}
	if devices >= 1 && devices < 1<<53 {
		t.declare(Fact{Key: Devices, Num: devices, Text: string(l.text[from : from+end])}, l, token{"device mesh", from, from + end})
	}
}

// arguments reads the model's arguments.
func (t *textRun) arguments(l line) {
	i := bytes.Index(l.text, []byte("Args("))
	if i < 0 {
		return
	}
	for from := i + len("Args("); from < len(l.text); {
		end := len(l.text)
		if i := bytes.IndexByte(l.text[from:], ','); i >= 0 {
			end = from + i
		}
		if name, _, ok := bytes.Cut(l.text[from:end], []byte("=")); ok {
			if fact, ok := torchTitanArgs[string(bytes.TrimSpace(name))]; ok {
				c := cursor{l.text[:end], from + len(name) + 1}
				if v, ok := c.number(string(bytes.TrimSpace(name))); ok {
					t.count(fact, l, v)
				}
			}
		}
		from = end + 1
	}
}
