package runlog

import (
	"encoding/json"
	"slices"
	"strings"

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

// impliedByModelType is what a model_type says that the settings beside it leave out: whether the FFN is gated, the KV heads, whether
// the embeddings are tied, as transformers' configuration classes set them. Models of more than one kind of layer say nothing.
func impliedByModelType(c *Source, list []setting, facts []Fact) []Fact {
	values := map[string]json.RawMessage{}
	var kind setting
	for _, s := range list {
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
	if kind.path == nil {
		return nil
	}
	text, err := json.Marshal(values)
	if err != nil {
		return nil
	}
	config, err := reference.ParseConfig(text)
	if err != nil {
		return nil
	}
	if !slices.ContainsFunc(reference.Families(), func(f reference.Family) bool { return f.ModelType == config.ModelType() }) {
		return nil
	}
	m, err := config.Architecture()
	if err != nil || len(m.Groups) != 1 || len(m.Encoder)+len(m.Prediction) > 0 {
		return nil
	}
	g := m.First()
	if g.Mixer != nil || g.FFN.Absent || g.FFN.Experts != (reference.Experts{}) || g.Attention.IsLatent() {
		return nil
	}
	number := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	pos := c.Position(kind.offset, kind.length, "model_type")
	var out []Fact
	for _, f := range []Fact{
		{Key: GatedFFN, Num: number(g.FFN.Gated)}, {Key: KVHeads, Num: float64(g.Attention.KVHeads)}, {Key: TiedEmbeddings, Num: number(m.Tied)},
	} {
		if !slices.ContainsFunc(facts, func(x Fact) bool { return x.Key == f.Key }) {
			f.Text, f.Source, f.Pos = "model_type "+strings.ToLower(config.ModelType()), "config", pos
			out = append(out, f)
		}
	}
	return out
}
