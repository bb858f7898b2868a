package runlog

import (
	"encoding/json"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// configFacts is what the settings of a W&B run declare: Hugging Face's integration writes the model's config.json and the Trainer's
// arguments into one flat configuration (transformers, src/transformers/integrations/integration_utils.py WandbCallback.setup).
func configFacts(c *Source, list []setting) []Fact {
	facts := declaredBy(c, list, "config")
	for _, f := range facts {
		if f.Key == MicroBatch && lastPart(f.Pos.Path) == "per_device_train_batch_size" {
			facts = append(facts, accumulatesPerRank(f.Pos))
			break
		}
	}
	return append(facts, impliedByModelType(c, list, facts)...)
}

// impliedByModelType is what a model_type says that the settings beside it leave out: the kind of FFN, norms, biases, positions, the
// KV heads and whether the embeddings are tied, as transformers' configuration classes set them. A model that facts cannot state, of
// more than one kind of layer or with experts, say, implies nothing.
func impliedByModelType(c *Source, list []setting, facts []Fact) []Fact {
	values := map[string]json.RawMessage{}
	var kind setting
	rotary := false
	for _, s := range list {
		rotary = rotary || s.path[0] == "rope_theta" || s.path[0] == "rope_parameters"
		if len(s.path) != 1 {
			continue
		}
		raw := json.RawMessage(s.text)
		if s.quoted || !json.Valid(raw) {
			raw, _ = json.Marshal(s.text)
		}
		values[s.key()] = raw
		if s.key() == "model_type" {
			kind = s
		}
	}
	m := plainModel(values)
	if m == nil {
		return nil
	}
	pos := c.Position(kind.offset, kind.length, "model_type")
	var out []Fact
	for _, f := range modelFacts(m, rotary) {
		if !slices.ContainsFunc(facts, func(x Fact) bool { return x.Key == f.Key }) {
			f.Text, f.Source, f.Pos = "model_type "+m.Family, "config", pos
			out = append(out, f)
		}
	}
	return out
}

// plainModel is the model of a configuration whose model_type is known and whose layers are alike and plain; nil if there is none.
func plainModel(values map[string]json.RawMessage) *reference.Architecture {
	text, err := json.Marshal(values)
	if err != nil {
		return nil
	}
	config, err := reference.ParseConfig(text)
	if err != nil {
		return nil
	}
	known := func(f reference.Family) bool { return f.ModelType == config.ModelType() }
	if config.ModelType() == "" || !slices.ContainsFunc(reference.Families(), known) {
		return nil
	}
	m, err := config.Architecture()
	if err != nil || len(m.Groups) != 1 || len(m.Encoder)+len(m.Prediction) > 0 || m.EmbeddingNorm != reference.NoNorm || m.HeadBias {
		return nil
	}
	g := m.First()
	plain := g.Mixer == nil && !g.FFN.Absent && g.FFN.Experts == reference.Experts{} && g.Cross.Heads == 0
	if at := g.Attention; !plain || at.IsLatent() || at.OutputGate || at.Sinks {
		return nil
	}
	return m
}

// modelFacts is what a plain model's layers state.
func modelFacts(m *reference.Architecture, rotary bool) []Fact {
	number := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	g := m.First()
	at := g.Attention
	out := []Fact{
		{Key: GatedFFN, Num: number(g.FFN.Gated)},
		{Key: KVHeads, Num: float64(at.KVHeads)},
		{Key: TiedEmbeddings, Num: number(m.Tied)},
		{Key: Bias, Num: number(at.QKVBias || at.OutputBias || g.FFN.Bias)},
		{Key: QKNorm, Num: number(at.QKNorm != reference.NoQKNorm)},
		{Key: NormsPerLayer, Num: float64(g.Norms)},
		{Key: FinalNorm, Num: number(m.FinalNorm != reference.NoNorm)},
	}
	norms := map[reference.NormKind]string{reference.RMSNorm: "rms", reference.LayerNorm: "layer", reference.LayerNormNoBias: "layer-no-bias"}
	if name := norms[g.Norm]; name != "" {
		out = append(out, Fact{Key: Norm, Str: name})
	}
	switch {
	case m.Positions > 0:
		out = append(out, Fact{Key: PositionKind, Str: "learned"})
	case rotary:
		out = append(out, Fact{Key: PositionKind, Str: "rope"})
	}
	return out
}
