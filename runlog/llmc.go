package runlog

import (
	"bytes"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// llmC is the console of karpathy/llm.c (train_gpt2.cu at 00247dc) and of its Python twin, train_gpt2.py:
//
//	step    2/32000 | loss 10.539388 (+nanz)| norm 43.5996 (+nanz)| lr 1.71e-06 | 2747.19 ms | 47.4% bf16 MFU | 381690 tok/s
//	step    2/10 | train loss 10.539388 | norm 43.5996 | lr 1.71e-06 | (2747.19 ms | 381690 tok/s)
//
// The time is that of the step alone, without evaluations, and the MFU is that of the same step and device; an unknown
// device gives −100 %. Tokens per second are global: in C an exponential moving average from the second step on, in
// Python those of the step. The file main.log that the trainer writes as well holds no times.
var llmC = textFormat{
	name: "llm.c", summary: "lines such as step 2/32000 | loss 10.54 (+nanz)| … | 2747.19 ms | 47.4% bf16 MFU | 381690 tok/s",
	tells:      "step time, tokens/s (a moving average), MFU; the model, the batch, the device and how many, precision, the peak",
	lacks:      "FFN width and ties (GPT-2's are assumed)",
	convention: "llm.c", anchors: []string{"tok/s"},
	columns: []textColumn{
		{key: "loss", metric: metric{reference.Loss, 1, "nats"}},
		{key: "train loss", metric: metric{reference.Loss, 1, "nats"}},
		{key: "ms", metric: metric{reference.StepTime, 1e-3, "ms"}},
		{key: "bf16 MFU", metric: mfuPercent},
		{key: "tok/s", metric: metric{reference.TokensPerSec, 1, "tokens/s"}, smoothed: true},
	},
	record: llmCRecord, start: llmCHeader, finish: finishLLMC,
}

func llmCRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "step", func(c cursor) bool {
		var known bool
		values = out
		if step, known = c.integer(); !known || !c.literal("/") {
			return false
		}
		if _, known = c.integer(); !known {
			return false
		}
		if c.blanks(); !c.literal("|") {
			return false
		}
		for from := c.at; from < len(text); {
			end := len(text)
			if i := bytes.IndexByte(text[from:], '|'); i >= 0 {
				end = from + i
			}
			values = llmCField(cursor{text[:end], from}, values)
			from = end + 1
		}
		return has(values, "ms") && has(values, "tok/s")
	})
	return step, values, ok
}

// llmCField reads one field of a record: a name before the number, or a unit behind it.
func llmCField(c cursor, out []token) []token {
	c.blanks()
	c.literal("(")
	for _, key := range []string{"loss ", "train loss "} {
		if c.literal(key) {
			if v, ok := c.number(key[:len(key)-1]); ok {
				return append(out, v)
			}
			return out
		}
	}
	v, ok := c.number("")
	if !ok {
		return out
	}
	for _, unit := range []struct{ text, key string }{{" ms", "ms"}, {"% bf16 MFU", "bf16 MFU"}, {" tok/s", "tok/s"}} {
		if c.literal(unit.text) {
			v.key = unit.key
			return append(out, v)
		}
	}
	return out
}

// llmCTable is the table of settings that llm.c prints before it trains. The model is as large as the padded vocabulary.
var llmCTable = map[string]stated{
	"micro batch size B":   {fact: MicroBatch},
	"sequence length T":    {fact: SeqLen},
	"total batch size":     {fact: TokensPerStep},
	"device":               {fact: Device},
	"precision":            {fact: Precision},
	"padded_vocab_size Vp": {fact: VocabSize},
	"num_layers L":         {fact: Layers},
	"num_heads NH":         {fact: Heads},
	"channels C":           {fact: HiddenSize},
	"num_processes":        {fact: Devices},
	"num_parameters":       {metric: metricKeys["total_params"]},
	"peak TFlops":          {metric: metric{reference.PeakFLOPsPerDevice, 1e12, "TFLOP/s"}},
}

func llmCHeader(t *textRun) func(l line) {
	return func(l line) {
		c := cursor{l.text, body(l.text)}
		switch {
		case c.literal("| "):
			if i := bytes.IndexByte(l.text[c.at:], '|'); i >= 0 {
				key := bytes.TrimSpace(l.text[c.at : c.at+i])
				if s, ok := llmCTable[string(key)]; ok {
					t.state(s, string(key), l, c.at+i+1)
				}
			}
		case c.literal("batch_size B="):
			for _, part := range []struct {
				before, key string
				fact        FactKey
			}{
				{"", "batch_size B", MicroBatch},
				{" * seq_len T=", "seq_len T", SeqLen},
				{" * num_processes=", "num_processes", Devices},
				{" and total_batch_size=", "total_batch_size", TokensPerStep},
			} {
				if !c.literal(part.before) {
					return
				}
				v, ok := c.number(part.key)
				if !ok {
					return
				}
				t.count(part.fact, l, v)
			}
		case c.literal("=> setting grad_accum_steps="):
			if v, ok := c.number("grad_accum_steps"); ok {
				t.count(GradAccum, l, v)
				t.declare(Fact{Key: AccumScope, Str: "rank", Text: "llm.c: per process", Source: "format"}, l, v)
			}
		case c.literal("num_parameters"):
			t.headline(llmCTable, l)
		case c.literal("total average iteration time:"):
			t.run.Ended = true
		}
	}
}

// finishLLMC tells the two dialects apart, and adds the parts of a GPT-2 that llm.c knows no others of.
func finishLLMC(t *textRun) {
	r := t.run
	if c := r.Column("tok/s"); c != nil && r.Column("train loss") != nil {
		c.Smoothed = false
	}
	if r.Column("bf16 MFU") != nil {
		t.defaultPrecision("llm.c: built for bf16 unless PRECISION says otherwise") // Makefile at 00247dc
	}
	i := slices.IndexFunc(r.Facts, func(f Fact) bool { return f.Key == HiddenSize })
	j := slices.IndexFunc(r.Facts, func(f Fact) bool { return f.Key == Heads })
	if i < 0 || j < 0 {
		return
	}
	for _, f := range []Fact{
		{Key: IntermediateSize, Num: 4 * r.Facts[i].Num, Text: "llm.c: 4 × channels"},
		{Key: GatedFFN, Text: "llm.c: GELU"},
		{Key: KVHeads, Num: r.Facts[j].Num, Text: "llm.c: multi-head"},
		{Key: TiedEmbeddings, Num: 1, Text: "llm.c: wte is the head"},
		{Key: PositionKind, Str: "learned", Text: "llm.c: wpe"},
		{Key: Norm, Str: "layer", Text: "llm.c: LayerNorm"},
		{Key: NormsPerLayer, Num: 2, Text: "llm.c: ln1, ln2"},
		{Key: FinalNorm, Num: 1, Text: "llm.c: lnf"},
		{Key: Bias, Num: 1, Text: "llm.c: biases everywhere"},
	} {
		f.Source, f.Pos = "format", r.Facts[i].Pos
		r.Facts = append(r.Facts, f)
	}
}
