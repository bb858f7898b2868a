package runlog

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// litGPT is the console of Lightning-AI/litgpt (0363060b litgpt/pretrain.py fit; finetune/*.py print the same) and of its
// forerunners lit-gpt and lit-llama:
//
//	Epoch 34 | iter 3050700 step 610140 | loss train: 2.846, val: 2.861 | iter time: 112.20 ms (step) remaining time: 0:01:54
//	iter 77 step 39: loss 1.9667, iter time: 214.40ms (optimizer.step)
//
// An iteration is a micro-batch, a step an optimizer step. The time is that of one iteration, without the data loader, so it
// is a step's only where nothing is accumulated. "Measured TFLOPs" are those of one micro-batch on all ranks, and no rate.
var litGPT = textFormat{
	name: "litgpt", summary: "lines such as Epoch 34 | iter 3050700 step 610140 | loss train: 2.846, val: 2.861 | iter time: 112.20 ms (step) …",
	tells:   "the time of an iteration, one micro-batch; with the settings, the batch and the accumulation",
	lacks:   "the time of an optimizer step where it accumulates, FLOPs and MFU, the device; the model, but for the files beside it",
	anchors: []string{"iter"}, columns: litGPTColumns, record: litGPTRecord, start: litGPTHeader, finish: finishLitGPT,
}

var litGPTColumns = []textColumn{
	{key: "step"},
	{key: "loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "iter time", metric: metric{scale: 1e-3, unit: "ms"}, suffix: "ms", aside: "the time of one micro-batch, of which a step has several"},
}

func litGPTRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	loss, _ := find(litGPTColumns, []byte("loss"))
	time, _ := find(litGPTColumns, []byte("iter time"))
	ok = after(text, "iter ", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known || !c.literal(" step ") {
			return false
		}
		count := token{"step", c.at, c.at}
		if _, known = c.integer(); !known {
			return false
		}
		count.end = c.at
		between, unit := ", iter time: ", "ms"
		switch {
		case c.literal(" | loss train: "):
			between, unit = "| iter time: ", " ms"
		case !c.literal(": loss "):
			return false
		}
		values = loss.value(text, c.at, out)
		near := text[c.at:min(len(text), c.at+longestMark)]
		i := bytes.Index(near, []byte(between))
		if i < 0 || !has(values, "loss") {
			return false
		}
		c.at += i + len(between)
		values = time.value(text, c.at, values)
		if _, known = c.number("iter time"); known && c.literal(unit+" (step)") {
			values = append(values, count) // the iterations of whole steps
		}
		return has(values, "iter time")
	})
	return step, values, ok
}

// litGPTCounts are the settings that declare a count by themselves, in the dictionary that is printed first.
var litGPTCounts = map[string]FactKey{
	"global_batch_size": GlobalBatch, "micro_batch_size": MicroBatch, "n_layer": Layers, "n_head": Heads, "n_embd": HiddenSize,
	"n_query_groups": KVHeads, "intermediate_size": IntermediateSize, "padded_vocab_size": VocabSize, "head_size": HeadDim,
}

// litGPTWords are the settings that are one of a few words.
var litGPTWords = map[string]map[string][]Fact{
	"tie_embeddings": truth(TiedEmbeddings),
	"mlp_class_name": {"LLaMAMLP": {{Key: GatedFFN, Num: 1}}, "GemmaMLP": {{Key: GatedFFN, Num: 1}}, "GptNeoxMLP": {{Key: GatedFFN}}},
}

// litGPTSettings gathers the settings that speak only together with others.
type litGPTSettings struct {
	t             *textRun
	devices, rows placed // rows: the block size, which holds where no sequence length is set
	told          bool
}

// placed is a count with its place.
type placed struct {
	value float64
	l     line
	at    token
}

func litGPTHeader(t *textRun) func(l line) {
	s := litGPTSettings{t: t}
	return func(l line) {
		c := cursor{l.text, body(l.text)}
		switch {
		case c.literal("Total parameters: "):
			s.tell()
			t.state(stated{metric: metricKeys["total_params"]}, "Total parameters", l, c.at)
		case c.literal("Number of trainable parameters: "):
			s.tell()
			t.state(stated{metric: metricKeys["trainable_params"]}, "Number of trainable parameters", l, c.at)
		case bytes.Contains(l.text[c.at:], []byte("': ")):
			eachSetting(l.text, func(name string, from, to int) { s.setting(name, l, from, to) })
		}
	}
}

// eachSetting calls f with the name and the value's place of each setting that a line of a printed dictionary holds.
func eachSetting(text []byte, f func(name string, from, to int)) {
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte("': "))
		if i < 0 {
			return
		}
		name := text[at : at+i]
		name = name[bytes.LastIndexByte(name, '\'')+1:]
		at += i + len("': ")
		to := min(len(text), at+longestMark)
		if i := bytes.IndexAny(text[at:to], ",}"); i >= 0 {
			to = at + i
		}
		f(string(name), at, to)
	}
}

func (s *litGPTSettings) setting(name string, l line, from, to int) {
	text := string(bytes.Trim(l.text[from:to], " '"))
	c := cursor{l.text[:to], from}
	v, ok := c.number(name)
	n, count := product(string(l.text[v.start:v.end]))
	ok = ok && count
	here := placed{n, line{offset: l.offset}, v}
	switch fact, words := litGPTCounts[name], litGPTWords[name]; {
	case fact != "" && ok:
		s.t.count(fact, l, v)
	case words != nil:
		key := text
		if name == "tie_embeddings" {
			key = string(bytes.ToLower([]byte(text)))
		}
		for _, f := range words[key] {
			f.Text = text
			s.t.declare(f, l, token{name, from, to})
		}
	case name == "precision":
		s.t.name(Precision, name, l, from, to)
	case name == "devices" && ok:
		s.devices, s.told = here, false
	case name == "num_nodes" && ok && s.devices.value > 0:
		s.declare(Devices, s.devices, n)
		s.devices.value = 0
	case name == "max_seq_length" && ok:
		s.t.count(SeqLen, l, v)
		s.told = true
	case name == "block_size" && ok:
		s.rows = here
	}
}

// tell declares what nothing later can change.
func (s *litGPTSettings) tell() {
	if s.devices.value > 0 { // before there were several nodes
		s.declare(Devices, s.devices, 1)
	}
	if s.rows.value > 0 && !s.told {
		s.declare(SeqLen, s.rows, 1)
	}
	s.devices.value, s.rows.value, s.told = 0, 0, false
}

func (s *litGPTSettings) declare(key FactKey, x placed, times float64) {
	if v := x.value * times; v < 1<<53 {
		s.t.declare(Fact{Key: key, Num: v, Text: fmt.Sprint(x.value)}, x.l, x.at)
	}
}

// finishLitGPT takes the accumulation from the iterations of whole steps, and the time of an iteration for a step's where it is
// one. Accumulation counts the micro-batches of one rank (litgpt/args.py TrainArgs.gradient_accumulation_iters).
func finishLitGPT(t *textRun) {
	r, steps := t.run, t.columns["step"]
	if steps == nil {
		return
	}
	accumulation, at := int64(0), -1
	for row, iteration := range r.Steps {
		v, _, ok := steps.At(row)
		if !ok {
			continue
		}
		n := int64(v)
		if n < 1 || iteration%n != 0 || at >= 0 && iteration/n != accumulation {
			return
		}
		accumulation, at = iteration/n, row
	}
	if at < 0 || accumulation < 1 {
		return
	}
	pos := t.src.Position(r.Offsets[at], 0, "")
	r.Facts = append(
		r.Facts, Fact{Key: GradAccum, Num: float64(accumulation), Text: "iterations ÷ steps", Source: "step", Pos: pos},
		Fact{Key: AccumScope, Str: "rank", Text: "litgpt: micro-batches of a rank", Source: "format", Pos: pos},
	)
	if time := t.columns["iter time"]; time != nil && accumulation == 1 {
		time.Quantity, time.Aside = reference.StepTime, ""
		r.Columns = append(r.Columns, time)
		r.Unknown = slices.DeleteFunc(r.Unknown, func(u UnknownMetric) bool { return u.Key == time.Key })
	}
}
