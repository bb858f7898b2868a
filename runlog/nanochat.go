package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// nanoChat is the console of karpathy/nanochat (scripts/base_train.py, base_train at 00255c1 and before; mid_train, chat_sft):
//
//	step 00001/21400 (0.00%) | loss: 10.808654 | lrm: 1.00 | dt: 639.21ms | tok/sec: 820,214 | mfu: 36.20 | total time: 0.00m
//
// dt is the time of the training step alone: evaluations, samples and checkpoints come before it starts. Tokens per second
// are global, and int() cuts them. The MFU is a percentage without a sign, of the BF16 peak whatever the precision; newer
// versions call it bf16_mfu. An unknown device has an infinite peak, which gives 0.00. The loss is a moving average.
var nanoChat = textFormat{
	name: "nanochat", summary: "lines such as step 00001/21400 (0.00%) | loss: 10.81 | … | dt: 639.21ms | tok/sec: 820,214 | mfu: 36.20",
	tells:   "step time, tokens/s of all ranks, MFU; the model, the batch, the device and how many, precision, the peak",
	lacks:   "FFN width and ties (nanochat's own are assumed)",
	anchors: []string{"tok/sec"}, columns: nanoChatColumns, record: nanoChatRecord, start: nanoChatHeader, finish: finishNanoChat,
}

var nanoChatColumns = []textColumn{
	{key: "loss", metric: metric{reference.Loss, 1, "nats"}, smoothed: true},
	{key: "dt", metric: metric{reference.StepTime, 1e-3, "ms"}, suffix: "ms"},
	{key: "tok/sec", metric: metric{reference.TokensPerSec, 1, "tokens/s"}, cut: true},
	{key: "mfu", metric: mfuPercent},
	{key: "bf16_mfu", metric: mfuPercent},
}

func nanoChatRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "step ", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known {
			return false
		}
		i := bytes.IndexByte(text[c.at:], '|')
		if i < 0 {
			return false
		}
		values = keyed(nanoChatColumns, text[:len(text):len(text)], "|", out)
		return has(values, "dt") && has(values, "tok/sec")
	})
	return step, values, ok
}

// nanoChatTable are the lines that nanochat prints before it trains.
var nanoChatTable = map[string]stated{
	"Distributed world size":    {fact: Devices},
	"Vocab size":                {fact: VocabSize},
	"num_layers":                {fact: Layers},
	"model_dim":                 {fact: HiddenSize},
	"num_heads":                 {fact: Heads},
	"num_kv_heads":              {fact: KVHeads},
	"GPU":                       {fact: Device},
	"Number of parameters":      {metric: metricKeys["total_params"]},
	"Estimated FLOPs per token": {metric: metricKeys["flops_per_token"]},
}

func nanoChatHeader(t *textRun) func(l line) {
	counts := false // inside the table "Parameter counts"
	return func(l line) {
		c := cursor{l.text, body(l.text)}
		start := c.at
		switch {
		case c.literal("Parameter counts:"):
			counts = true
		case counts && c.literal("total "):
			if c.blanks(); c.literal(":") {
				t.state(stated{metric: metricKeys["total_params"]}, "total", l, c.at)
			}
			counts = false
		case c.literal("Tokens / micro-batch / rank:"):
			if v, ok := c.number("Tokens / micro-batch / rank"); ok {
				t.count(MicroBatch, l, v)
			}
			if c.literal(" x ") {
				if v, ok := c.number("Tokens / micro-batch / rank"); ok {
					t.count(SeqLen, l, v)
				}
			}
		case c.literal("Total batch size"):
			if v, ok := c.number("Total batch size"); ok {
				t.count(TokensPerStep, l, v)
			}
			if c.literal(" => gradient accumulation steps:") {
				if v, ok := c.number("gradient accumulation steps"); ok {
					t.count(GradAccum, l, v)
					t.declare(Fact{Key: AccumScope, Str: "rank", Text: "nanochat: per rank", Source: "format"}, l, v)
				}
			}
		case c.literal("COMPUTE_DTYPE:"):
			dtype, _, _ := bytes.Cut(l.text[c.at:], []byte("("))
			t.name(Precision, "COMPUTE_DTYPE", l, c.at, c.at+len(dtype))
		case c.literal(`"`):
			t.jsonSetting(l, c.at)
		case bytes.Contains(l.text[start:], []byte("FP8 training enabled")):
			i := bytes.Index(l.text, []byte("FP8"))
			kept := len(t.next.Facts)
			t.declare(Fact{Key: Precision, Str: "fp8", Text: "FP8"}, l, token{"FP8 training", i, i + 3})
			t.replace(kept)
		default:
			t.headline(nanoChatTable, l)
			if i := bytes.Index(l.text, []byte("Peak FLOPS (BF16):")); i >= 0 {
				t.state(stated{metric: metric{reference.PeakFLOPsPerDevice, 1, "FLOP/s"}}, "Peak FLOPS (BF16)", l, i+len("Peak FLOPS (BF16):"))
			}
		}
	}
}

// nanoChatKeys are the keys of the model configuration that newer versions print as JSON, a key a line.
var nanoChatKeys = map[string]string{
	"sequence_len": "sequence_length", "vocab_size": "vocab_size", "n_layer": "n_layer", "n_head": "n_head",
	"n_kv_head": "n_kv_head", "n_embd": "n_embd",
}

// jsonSetting reads a line such as "n_layer": 20, of a model configuration.
func (t *textRun) jsonSetting(l line, at int) {
	key, rest, ok := bytes.Cut(l.text[at:], []byte(`":`))
	if !ok {
		return
	}
	from := len(l.text) - len(rest)
	if name, ok := nanoChatKeys[string(key)]; ok {
		t.setting(name, l, from, len(l.text), true)
	} else if value := bytes.Trim(rest, " \","); string(key) == "window_pattern" && bytes.ContainsAny(value, "Ss") && len(bytes.Trim(value, "SLsl")) == 0 {
		// S stands for a window of half the context, L for all of it, layer by layer.
		i := from + bytes.Index(rest, value)
		for _, f := range t.next.Facts {
			if f.Key == SeqLen {
				t.declare(Fact{Key: Window, Num: f.Num / 2, Text: string(value)}, l, token{"window_pattern", i, i + len(value)})
				break
			}
		}
	}
}

// finishNanoChat adds what every nanochat before the one that prints its configuration as JSON builds: rotary positions,
// RMS norms without weights, an ungated FFN of 4 × model_dim, an untied head, no biases (nanochat/gpt.py).
func finishNanoChat(t *textRun) {
	r := t.run
	t.defaultPrecision("nanochat: autocast to bfloat16")
	var at *Fact
	for i := range r.Facts {
		if f := &r.Facts[i]; f.Key == HiddenSize && f.Pos.Path == "model_dim" {
			at = f
		}
	}
	if at == nil {
		return
	}
	width, pos := 4*at.Num, at.Pos
	for _, f := range []Fact{
		{Key: IntermediateSize, Num: width, Text: "nanochat: 4 × model_dim"},
		{Key: GatedFFN, Text: "nanochat: ReLU²"},
		{Key: TiedEmbeddings, Text: "nanochat: lm_head is its own"},
		{Key: PositionKind, Str: "rope", Text: "nanochat: rotary"},
		{Key: NormsPerLayer, Text: "nanochat: norms without weights"},
		{Key: FinalNorm, Text: "nanochat: norms without weights"},
		{Key: QKNorm, Text: "nanochat: norms without weights"},
		{Key: Bias, Text: "nanochat: none"},
	} {
		f.Source, f.Pos = "format", pos
		r.Facts = append(r.Facts, f)
	}
}
