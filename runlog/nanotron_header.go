package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// nanotronCounts are the arguments of a configuration that count; those of the model are read of a Llama only, since other
// models mean other things by them.
var (
	nanotronCounts = map[string]FactKey{
		"dp": DataParallel, "pp": PipelineParallel, "tp": TensorParallel, "context_parallel_size": ContextParallel,
		"expert_parallel_size": ExpertParallel, "sequence_length": SeqLen, "micro_batch_size": MicroBatch,
		"batch_accumulation_per_replica": GradAccum,
	}
	nanotronLlama = map[string]FactKey{
		"hidden_size": HiddenSize, "intermediate_size": IntermediateSize, "num_attention_heads": Heads,
		"num_hidden_layers": Layers, "num_key_value_heads": KVHeads, "vocab_size": VocabSize,
	}
)

// nanotronStart are the words of the message "[Start training] … mbs: 2 | grad_accum: 1 | sequence_length: 256 | …".
var nanotronStart = []struct {
	before string
	fact   FactKey
}{
	{"mbs: ", MicroBatch},
	{"grad_accum: ", GradAccum},
	{"sequence_length: ", SeqLen},
	{"global_batch_size: ", GlobalBatch},
}

// nanotronConfig reads a configuration as Python prints it, an argument a line:
//
//	parallelism=ParallelismArgs(dp=2,
//	                            pp=1,
type nanotronConfig struct {
	llama   bool
	degrees map[string]float64
	first   line // of the degrees
	at      token
}

// nanotronHeader reads the configuration and the few messages beside it.
func nanotronHeader(t *textRun) func(l line) {
	var config *nanotronConfig
	single := false // one device holds the whole model
	return func(l line) {
		at := func(word string) int { return bytes.Index(l.text, []byte(word)) }
		if config == nil && at("Config(") >= 0 {
			config = &nanotronConfig{degrees: map[string]float64{}}
		}
		if config != nil {
			if config.line(t, l) {
				return
			}
			config.devices(t)
			single = single || config.degrees["tp"] == 1 && config.degrees["pp"] == 1
			config = nil
		}
		switch {
		case at("mbs: ") >= 0 && at("grad_accum: ") >= 0:
			for _, s := range nanotronStart {
				if i := at(s.before); i >= 0 {
					t.state(stated{fact: s.fact}, s.before[:len(s.before)-2], l, i+len(s.before))
				}
			}
			if i := at("grad_accum: "); i >= 0 {
				t.nanotronAccumulation(l, token{"grad_accum", i, i + len("grad_accum")})
			}
		case at("Padded vocab (size: ") >= 0:
			if i := at("(new size: "); i >= 0 {
				kept := len(t.next.Facts)
				t.state(stated{fact: VocabSize}, "new size", l, i+len("(new size: "))
				t.replace(kept)
			}
		case single && at("Total number of parameters: ") >= 0: // with more devices, what several hold is counted several times
			i := at("Total number of parameters: ") + len("Total number of parameters: ")
			t.state(stated{metric: metric{reference.Parameters, 1, "parameters"}}, "Total number of parameters", l, i)
		}
	}
}

// llama declares what every Llama has: rotary positions, two RMS norms a layer and a last one, no biases, no norms of queries and
// keys (nanotron src/nanotron/models/llama.py; MaxText layers/llama2.py and mistral.py).
func (t *textRun) llama(text string, l line, at token) {
	for _, f := range []Fact{
		{Key: PositionKind, Str: "rope"}, {Key: Norm, Str: "rms"}, {Key: NormsPerLayer, Num: 2}, {Key: FinalNorm, Num: 1}, {Key: Bias}, {Key: QKNorm},
	} {
		f.Text, f.Source = text, "format"
		t.declare(f, l, at)
	}
}

// nanotronAccumulation says that accumulation is per replica, as the argument's long name has it.
func (t *textRun) nanotronAccumulation(l line, at token) {
	t.declare(Fact{Key: AccumScope, Str: "rank", Text: "nanotron: per replica", Source: "format"}, l, at)
}

// line reads a line of a configuration; it is false for one behind it.
func (n *nanotronConfig) line(t *textRun, l line) bool {
	equals := bytes.LastIndexByte(l.text, '=')
	// The mark of a line, [INFO|DP=0|PP=0|TP=0], has them too.
	if equals < 0 || bytes.IndexByte(l.text[equals:], ']') >= 0 && bytes.Contains(l.text[equals:], []byte("]:")) {
		return false
	}
	if bytes.Contains(l.text, []byte("Config(")) {
		if n.llama = bytes.Contains(l.text, []byte("LlamaConfig(")); n.llama {
			at := bytes.Index(l.text, []byte("LlamaConfig"))
			t.llama("nanotron: LlamaConfig", l, token{"model_config", at, at + len("LlamaConfig")})
			t.declare(Fact{Key: GatedFFN, Num: 1, Text: "nanotron: LlamaConfig", Source: "format"}, l, token{"model_config", at, at + len("LlamaConfig")})
		}
	} else if bytes.Contains(l.text, []byte("Args(")) {
		n.llama = false
	}
	start := equals
	for start > 0 && isWord(l.text[start-1]) {
		start--
	}
	name := string(l.text[start:equals])
	value := bytes.TrimRight(l.text[equals+1:], " ,)")
	from := equals + 1
	at := token{name, from, from + len(value)}
	key, ok := nanotronCounts[name]
	if !ok && n.llama {
		key, ok = nanotronLlama[name]
	}
	switch {
	case ok && onlyDigits(string(value)):
		v, valid := product(string(value))
		if !valid {
			return true
		}
		t.declare(Fact{Key: key, Num: v, Text: string(value)}, l, at)
		n.degree(name, v, l, at)
		if key == GradAccum {
			t.nanotronAccumulation(l, at)
		}
	case name == "tie_word_embeddings" && n.llama:
		t.setting(name, l, from, from+len(value), false)
	case name == "dtype" && bytes.HasPrefix(value, []byte("torch.")):
		t.name(Precision, "dtype", l, from+len("torch."), from+len(value))
	}
	return true
}

func (n *nanotronConfig) degree(name string, v float64, l line, at token) {
	switch name {
	case "dp":
		n.first, n.at = line{offset: l.offset}, at
	case "pp", "tp", "context_parallel_size", "expert_parallel_size":
	default:
		return
	}
	n.degrees[name] = v
}

// devices declares the product of the parallel degrees, which is the number of processes (ParallelContext refuses another);
// whether experts and contexts multiply it depends on the version.
func (n *nanotronConfig) devices(t *textRun) {
	devices := n.degrees["dp"] * n.degrees["pp"] * n.degrees["tp"]
	if n.degrees["expert_parallel_size"] > 1 || n.degrees["context_parallel_size"] > 1 {
		return
	}
	if devices > 0 && devices < 1<<53 {
		t.declare(Fact{Key: Devices, Num: devices, Text: "dp × pp × tp"}, n.first, n.at)
	}
}
