package runlog

import (
	"bytes"
	"slices"
	"strings"
)

// maxTextConfig gathers the settings that MaxText prints, sorted by name (pyconfig.py, configs/base.yml); those with base_ before
// a dimension are what global_parameter_scale multiplies, and do not count.
type maxTextConfig map[string]argument

var (
	// maxTextBatch are the settings that count for every model.
	maxTextBatch = map[string]FactKey{
		"max_target_length": SeqLen, "per_device_batch_size": MicroBatch, "gradient_accumulation_steps": GradAccum,
		"global_batch_size_to_train_on": GlobalBatch,
	}
	// maxTextModel are those of a model whose blocks are all alike; maxTextBlocks are these models' names.
	maxTextModel = map[string]FactKey{
		"emb_dim": HiddenSize, "num_decoder_layers": Layers, "num_query_heads": Heads, "num_kv_heads": KVHeads, "head_dim": HeadDim,
		"mlp_dim": IntermediateSize, "vocab_size": VocabSize,
	}
	maxTextBlocks = []string{"default", "llama2", "mistral", "qwen2", "qwen3"}
	// maxTextOthers speak only together with these.
	maxTextOthers = []string{
		"decoder_block", "attention_type", "num_experts", "mlp_activations", "logits_via_embedding", "dtype", "quantization",
		"remat_policy", "use_dpo", "mtp_num_layers", "use_multimodal",
	}
)

// maxTextActivations are the lists of one activation, and of one with a gate, that models have.
var maxTextActivations = map[string][]Fact{
	"['silu', 'linear']": {{Key: GatedFFN, Num: 1}}, "['gelu', 'linear']": {{Key: GatedFFN, Num: 1}},
	"['silu']": {{Key: GatedFFN}}, "['gelu']": {{Key: GatedFFN}}, "['relu']": {{Key: GatedFFN}},
}

// line keeps a setting that is in the tables. Its name stands at l.text[at].
func (m maxTextConfig) line(l line, at int) {
	name, value, ok := bytes.Cut(l.text[at:], []byte(": "))
	key := string(name)
	if !ok || maxTextBatch[key] == "" && maxTextModel[key] == "" && !slices.Contains(maxTextOthers, key) {
		return
	}
	text := bytes.TrimSpace(value)
	from := at + len(name) + len(": ") + bytes.Index(value, text)
	m[key] = argument{string(text), line{offset: l.offset}, token{key, from, from + len(text)}}
}

// text is a setting in lower case, without the name of an enumeration before it.
func (m maxTextConfig) text(name string) string {
	text := strings.ToLower(m[name].text)
	return text[strings.LastIndexByte(text, '.')+1:]
}

// declare adds the facts of a configuration. tokens are those of a device and a step if the FLOPs that are printed are those of
// them, 0 if they are not, or not known.
func (m maxTextConfig) declare(t *textRun) (tokens float64) {
	m.counts(t, maxTextBatch)
	if a, ok := m["gradient_accumulation_steps"]; ok {
		t.declare(Fact{Key: AccumScope, Str: "rank", Text: "MaxText: per device", Source: "format"}, a.l, a.at)
	}
	if slices.Contains(maxTextBlocks, m.text("decoder_block")) && m.text("attention_type") != "mla" && m.plain() {
		m.counts(t, maxTextModel)
		m.words(t, "logits_via_embedding", truth(TiedEmbeddings))
		m.words(t, "mlp_activations", maxTextActivations)
		if block := m.text("decoder_block"); block == "llama2" || block == "mistral" {
			t.llama("MaxText: "+block, m["decoder_block"].l, m["decoder_block"].at)
		}
	}
	m.precision(t)
	m.words(t, "remat_policy", map[string][]Fact{"full": {{Key: Recompute, Str: "full"}}})

	length, ok := product(m["max_target_length"].text)
	batch, _, err := parseNumber(m["per_device_batch_size"].text)
	accumulation := 1.0
	if a, printed := m["gradient_accumulation_steps"]; printed {
		var known bool
		if accumulation, known = product(a.text); !known {
			return 0
		}
	}
	// A reference model's forward pass is in the FLOPs under DPO, an image's encoder is printed apart.
	if !ok || err != nil || batch <= 0 || m.text("use_dpo") == "true" || m.text("use_multimodal") == "true" {
		return 0
	}
	return length * batch * accumulation
}

// plain reports whether a model has one FFN a layer and predicts one token.
func (m maxTextConfig) plain() bool {
	unset := func(name, none string) bool {
		text := m.text(name)
		return text == "" || text == none
	}
	return unset("num_experts", "1") && unset("mtp_num_layers", "0")
}

// counts declares the settings that are whole; a batch of less than a sequence a device is not.
func (m maxTextConfig) counts(t *textRun, table map[string]FactKey) {
	for _, name := range m.names() {
		a := m[name]
		key, ok := table[name]
		v, valid := product(strings.TrimSuffix(a.text, ".0"))
		if ok && valid {
			t.declare(Fact{Key: key, Num: v, Text: a.text}, a.l, a.at)
		}
	}
}

// words declares what a setting's word stands for.
func (m maxTextConfig) words(t *textRun, name string, table map[string][]Fact) {
	for _, f := range table[m.text(name)] {
		f.Text = m[name].text
		t.declare(f, m[name].l, m[name].at)
	}
}

// precision declares the format of the matrix multiplications: the quantization if there is one that is known.
func (m maxTextConfig) precision(t *textRun) {
	name := "dtype"
	if text := m["quantization"].text; text != "" && text != "None" {
		name = "quantization"
	}
	if a, ok := m[name]; ok && recognised(Precision, a.text) {
		t.declare(Fact{Key: Precision, Str: a.text, Text: a.text}, a.l, a.at)
	}
}

// names lists the settings in file order.
func (m maxTextConfig) names() []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.SortFunc(out, func(a, b string) int { return int(m[a].l.offset - m[b].l.offset) })
	return out
}
