package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// claimLayout is a model that the cells of a row allow.
type claimLayout struct {
	model      *reference.Architecture
	vocabKnown bool
	taken      []string // what the row does not print and how it was taken
	padded     bool     // of a vocabulary that is larger than the printed one
}

// claimDims reads the dimensions that a row prints.
type claimDims struct {
	config map[string]string
	facts  Facts
}

// dimensionNames are the spellings of a config.json's keys that tables print.
var dimensionNames = map[string][]string{
	"num_hidden_layers": {"num_layers", "n_layer", "n_layers"},
	"num_experts":       {"n_routed_experts", "num_local_experts"},
}

func (d claimDims) text(key string) string {
	for _, k := range append([]string{key}, dimensionNames[key]...) {
		if v := strings.TrimSpace(d.config[k]); v != "" {
			return v
		}
	}
	return ""
}

// count is a dimension; ok is false where the row does not print it.
func (d claimDims) count(key string) (n int64, ok bool) {
	if digits, exponent, found := printedDigits(d.text(key)); found && exponent == 0 && !strings.Contains(digits, ".") {
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return n, true
		}
	}
	if v, found := d.facts.Number(runlog.FactKey(key)); found && v >= 0 && v < 1<<53 {
		return int64(v), true
	}
	return 0, false
}

// flag lists what a yes-or-no dimension may be: what is printed, else both, the usual one first.
func (d claimDims) flag(key string, usual bool) (values []bool, printed bool) {
	switch strings.ToLower(d.text(key)) {
	case "true", "yes", "1", "✓":
		return []bool{true}, true
	case "false", "no", "0", "✗":
		return []bool{false}, true
	}
	if v, ok := d.facts.Number(runlog.FactKey(key)); ok {
		return []bool{v != 0}, true
	}
	return []bool{usual, !usual}, false
}

// published is a model of the table of published ones that has the row's name or its dimensions.
func (d claimDims) published(name string) (*reference.Architecture, string) {
	if p, ok := reference.PresetByName(name); ok && name != "" {
		if c, err := p.Config(); err == nil {
			if m, err := c.Architecture(); err == nil {
				return m, p.Name
			}
		}
	}
	layers, ok1 := d.count("num_hidden_layers")
	hidden, ok2 := d.count("hidden_size")
	heads, ok3 := d.count("num_attention_heads")
	vocab, ok4 := d.count("vocab_size")
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil, ""
	}
	for _, p := range reference.Presets() {
		c, err := p.Config()
		if err != nil {
			continue
		}
		m, err := c.Architecture()
		if err != nil || m.Layers() != layers || m.Hidden != hidden || m.Vocab != vocab || m.First().Attention.Heads != heads {
			continue
		}
		if d.fits(m) {
			return m, p.Name
		}
	}
	return nil, ""
}

// fits reports whether a model has every dimension that the row prints.
func (d claimDims) fits(m *reference.Architecture) bool {
	g := m.Groups[len(m.Groups)-1]
	same := func(key string, have ...int64) bool {
		n, ok := d.count(key)
		return !ok || n == 0 || slices.Contains(have, n)
	}
	x := g.FFN.Experts
	if !same("num_experts", x.Count) || !same("num_experts_per_tok", x.Active) || !same("moe_intermediate_size", x.Width) {
		return false
	}
	if !same("intermediate_size", m.First().FFN.Width, g.FFN.Width, x.Width) {
		return false
	}
	at := g.Attention
	if !at.IsLatent() && (!same("num_key_value_heads", at.KVHeads) || !same("head_dim", at.HeadDim)) {
		return false
	}
	tied, printed := d.flag("tie_word_embeddings", m.Tied)
	return !printed || tied[0] == m.Tied
}

// layouts lists the models that the cells of a row allow, the most usual first, and what is missing where there is none.
func (d claimDims) layouts(name string, seqLen int64) (out []claimLayout, missing []string) {
	if m, published := d.published(name); m != nil {
		out = append(out, claimLayout{model: m, vocabKnown: true, taken: []string{"the rest of the model as published: " + published}})
	}
	layers, ok := d.count("num_hidden_layers")
	if !ok {
		missing = append(missing, "num_layers")
	}
	hidden, ok := d.count("hidden_size")
	if !ok {
		missing = append(missing, "hidden_size")
	}
	if len(missing) > 0 {
		return out, missing
	}
	if m, unread := d.parsed(); m != nil {
		return []claimLayout{{model: m, vocabKnown: true}}, nil
	} else if len(unread) > 0 {
		return out, append(missing, "model_type, to read "+strings.Join(unread, ", "))
	}
	base, taken := d.layer(hidden)
	vocab, vocabKnown := d.count("vocab_size")
	if !vocabKnown {
		missing = append(missing, "vocab_size")
	}
	gated, printedGate := d.flag("gated", false)
	width, printedWidth := d.count("intermediate_size")
	if experts, _ := d.count("num_experts"); !printedWidth && experts == 0 {
		if gated[0] {
			return out, append(missing, "intermediate_size")
		}
		width, gated = 4*hidden, []bool{false}
		taken = append(taken, "FFN plain and 4·H wide")
	} else if !printedGate {
		gated = []bool{true, false}
	}
	tied, printedTied := d.flag("tie_word_embeddings", true)
	for _, g := range gated {
		for _, t := range tied {
			note := slices.Clone(taken)
			if !printedGate && printedWidth {
				note = append(note, map[bool]string{true: "FFN gated", false: "FFN plain"}[g])
			}
			if !printedTied {
				note = append(note, map[bool]string{true: "embeddings tied", false: "embeddings untied"}[t])
			}
			for _, m := range d.variants(base, layers, hidden, vocab, width, seqLen, g, t) {
				m.vocabKnown = vocabKnown
				m.taken = append(slices.Clone(note), m.taken...)
				if !vocabKnown {
					m.model.Vocab = 1 // nothing may count it
				}
				if m.model.Validate() == nil {
					out = append(out, m)
				}
			}
		}
	}
	return out, missing
}

// layer is a layer's attention, and what of it is not printed.
func (d claimDims) layer(hidden int64) (at reference.Attention, taken []string) {
	heads, ok := d.count("num_attention_heads")
	if !ok || heads <= 0 {
		// Without grouped heads neither weights nor FLOPs depend on how heads split H.
		heads = 1
		taken = append(taken, "multi-head attention of width H")
	}
	at.Heads, at.KVHeads = heads, heads
	if g, ok := d.count("num_key_value_heads"); ok && g > 0 {
		at.KVHeads = g
	}
	at.HeadDim = hidden / heads
	if n, ok := d.count("head_dim"); ok && n > 0 {
		at.HeadDim = n
	}
	if rank, ok := d.count("kv_lora_rank"); ok && rank > 0 {
		at.Latent.KVRank = rank
		at.Latent.QRank, _ = d.count("q_lora_rank")
		at.Latent.NopeDim, _ = d.count("qk_nope_head_dim")
		at.Latent.RopeDim, _ = d.count("qk_rope_head_dim")
		at.Latent.ValueDim, _ = d.count("v_head_dim")
		at.KVHeads, at.HeadDim = at.Heads, at.Latent.NopeDim+at.Latent.RopeDim
	}
	if w, ok := d.count("sliding_window"); ok {
		at.Window = w
	}
	return at, taken
}

// variants are the models that differ in what hardly any table prints: norms, biases, learned positions, prediction layers, and
// the rows that pad a vocabulary. They decide whether a parameter total comes out to the last digit.
func (d claimDims) variants(at reference.Attention, layers, hidden, vocab, width, seqLen int64, gated, tied bool) []claimLayout {
	type vectors struct {
		norm      reference.NormKind
		bias      reference.BiasLayout
		positions int64
		qk        reference.QKNormLayout
	}
	options := []vectors{
		{reference.RMSNorm, reference.NoBias, 0, reference.NoQKNorm},
		{reference.RMSNorm, reference.QKVBias, 0, reference.NoQKNorm},
		{reference.RMSNorm, reference.NoBias, 0, reference.QKNormPerHead},
	}
	if !gated {
		options = []vectors{
			{reference.LayerNorm, reference.AllBias, seqLen, reference.NoQKNorm},
			{reference.LayerNorm, reference.AllBias, 0, reference.NoQKNorm},
			{reference.LayerNorm, reference.NoBias, seqLen, reference.NoQKNorm},
			{reference.LayerNorm, reference.NoBias, 0, reference.NoQKNorm},
			{reference.RMSNorm, reference.NoBias, seqLen, reference.NoQKNorm},
			{reference.RMSNorm, reference.NoBias, 0, reference.NoQKNorm},
		}
	}
	sizes := []int64{vocab}
	if vocab > 0 {
		sizes = append(sizes, paddedSizes(vocab)...)
	}
	var out []claimLayout
	for i, size := range sizes {
		for _, v := range options {
			a := at
			a.QKNorm, a.QKNormKind = v.qk, reference.RMSNorm
			a.QKVBias, a.OutputBias = v.bias != reference.NoBias, v.bias == reference.AllBias
			if v.qk == reference.NoQKNorm {
				a.QKNormKind = reference.NoNorm
			}
			layer := reference.LayerGroup{Count: layers, Attention: a, Norm: v.norm, Norms: 2}
			layer.FFN = reference.FFN{Width: width, Gated: gated, Bias: v.bias == reference.AllBias}
			m := &reference.Architecture{Hidden: hidden, Vocab: size, Tied: tied, Positions: v.positions, FinalNorm: v.norm}
			var taken []string
			if i > 0 {
				taken = append(taken, fmt.Sprintf("vocabulary padded to %d", size))
			}
			m.Groups = d.experts(layer)
			if m.Groups[0].Attention.IsLatent() && d.text("num_nextn_predict_layers") == "" {
				block := m.Groups[len(m.Groups)-1]
				block.Count = 1
				with := *m
				with.Prediction = []reference.LayerGroup{block}
				out = append(out, claimLayout{model: &with, padded: i > 0, taken: append(slices.Clone(taken), "with one prediction layer")})
				taken = append(taken, "without prediction layers")
			}
			out = append(out, claimLayout{model: m, padded: i > 0, taken: taken})
		}
	}
	return out
}

// experts are the layer groups of a model with experts: dense layers first, if there are any. Without experts it is one group.
func (d claimDims) experts(layer reference.LayerGroup) []reference.LayerGroup {
	count, _ := d.count("num_experts")
	active, _ := d.count("num_experts_per_tok")
	if count <= 1 || active <= 0 {
		return []reference.LayerGroup{layer}
	}
	width, ok := d.count("moe_intermediate_size")
	if !ok || width == 0 {
		width = layer.FFN.Width
	}
	shared, _ := d.count("shared_expert_intermediate_size")
	sparse := layer
	sparse.FFN.Width = 0
	sparse.FFN.Experts = reference.Experts{Count: count, Active: active, Width: width, SharedWidth: shared}
	if dense, _ := d.count("first_k_dense_replace"); dense > 0 && dense < layer.Count {
		layer.Count, sparse.Count = dense, sparse.Count-dense
		return []reference.LayerGroup{layer, sparse}
	}
	return []reference.LayerGroup{sparse}
}

// paddedSizes are the vocabularies to which trainers pad one: multiples of 64, and of 128 for each tensor-parallel rank
// (NVIDIA/Megatron-LM megatron/training/tokenizer, --make-vocab-size-divisible-by 128).
func paddedSizes(vocab int64) []int64 {
	var out []int64
	for _, unit := range []int64{64, 128, 256, 512, 1024, 2048} {
		if n := (vocab + unit - 1) / unit * unit; n != vocab && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// plainKeys are the keys that layouts reads; any other says that the model is of a kind that it does not know.
var plainKeys = []string{
	"num_hidden_layers", "num_layers", "n_layer", "n_layers", "hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim",
	"intermediate_size", "gated", "vocab_size", "tie_word_embeddings", "num_experts", "n_routed_experts", "num_local_experts",
	"num_experts_per_tok", "moe_intermediate_size", "shared_expert_intermediate_size", "first_k_dense_replace", "q_lora_rank",
	"kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "sliding_window", "max_position_embeddings", "hidden_act",
}

// parsed reads the row's keys as a config.json where they name a model_type; else it lists the keys that only that would explain.
func (d claimDims) parsed() (m *reference.Architecture, unread []string) {
	if d.text("model_type") == "" {
		for key, v := range d.config {
			if strings.TrimSpace(v) != "" && !slices.Contains(plainKeys, key) {
				unread = append(unread, key)
			}
		}
		slices.Sort(unread)
		return nil, unread
	}
	c, err := reference.ParseConfig([]byte("{}"))
	if err != nil {
		return nil, nil
	}
	for key, v := range d.config {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if digits, _, ok := printedDigits(v); ok && strings.ReplaceAll(v, ",", "") == digits {
			v = digits
		}
		_ = c.Set(key, v) // its error is a key that no family knows says nothing of FLOPs
	}
	if m, err = c.Architecture(); err != nil {
		return nil, []string{"model_type " + strconv.Quote(d.text("model_type"))}
	}
	return m, nil
}
