package runlog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// maxSidecar bounds the facts that one configuration file may declare.
const maxSidecar = 200

// sidecarFacts reads what a configuration file declares, JSON, YAML or TOML by its name, flat or nested, W&B's config.yaml
// too. The facts carry the source that is given and their position in the file. A key counts where it speaks of the run as a
// whole: at the top, or in a section of a known name; what two places say differently is left out, and what a key could mean
// otherwise as well. A file that cannot be read declares nothing.
func sidecarFacts(c *Source, source string) []Fact {
	list, err := settingsOf(c)
	if err != nil {
		return nil
	}
	return declaredBy(c, list, source)
}

// declaredBy is what the settings of one place declare. They stand in c where they do not say otherwise.
func declaredBy(c *Source, list []setting, source string) []Fact {
	d := declarations{src: c, source: source, beside: map[string]map[string]setting{}}
	for _, s := range list {
		group := s.within()
		if d.beside[group] == nil {
			d.beside[group] = map[string]setting{}
		}
		d.beside[group][s.key()] = s // of a key that is there twice, the last value
	}
	for _, s := range list {
		if last := d.beside[s.within()][s.key()]; s.offset == last.offset && s.src == last.src {
			d.setting(s)
		}
	}
	return d.agreed()
}

// declarations collects the facts of one configuration file.
type declarations struct {
	src    *Source
	source string
	beside map[string]map[string]setting // by section and key
	facts  []Fact
}

// runSections are the names of sections that speak of the run or its model. Others may speak of a teacher, a draft model, an
// encoder or an evaluation.
var runSections = []string{
	"model", "model_config", "config", "training", "train", "trainer", "training_args", "trainer_args", "parallelism", "parallel",
	"parallel_config", "tokens", "data", "args", "hparams", "hyperparameters", "params", "job", "general", "run",
	"activation_checkpoint",
}

// qualifiedKeys are the keys that only a section gives their meaning. torchtitan (pytorch/torchtitan, torchtitan/config/job_config.py)
// counts training.batch_size and its successor local_batch_size per data-parallel rank; nanotron (huggingface/nanotron,
// src/nanotron/config/parallelism_config.py) calls the degrees dp, tp, pp, cp.
var qualifiedKeys = map[string]factRule{
	"parallelism.dp": {key: DataParallel}, "parallelism.tp": {key: TensorParallel},
	"parallelism.pp": {key: PipelineParallel}, "parallelism.context_parallel_size": {key: ContextParallel},
	"activation_checkpoint.mode": {words: recomputation},
}

// setting declares what one setting says.
func (d *declarations) setting(s setting) {
	key := s.key()
	for _, section := range s.path[:len(s.path)-1] {
		if !slices.Contains(runSections, strings.ToLower(section)) {
			return
		}
	}
	rule, ok := factKeys[key]
	if len(s.path) > 1 {
		if r, special := qualifiedKeys[s.path[len(s.path)-2]+"."+key]; special {
			rule, ok = r, true
		}
	}
	if !ok || len(d.facts) == maxSidecar || d.ambiguous(s) {
		d.product(s)
		return
	}
	for _, f := range rule.declared(s.text) {
		f.Text, f.Source = s.text, d.source
		f.Pos = d.position(s)
		d.facts = append(d.facts, f)
	}
}

// position is where a setting stands.
func (d *declarations) position(s setting) Position {
	src := d.src
	if s.src != nil {
		src = s.src
	}
	return src.Position(s.offset, s.length, strings.Join(s.path, "."))
}

// declared gives the facts that a scalar declares, without text, source and position; none if it is not of the rule's kind or
// a name that is not recognised.
func (r factRule) declared(text string) []Fact {
	switch {
	case r.words != nil:
		return slices.Clone(r.words[strings.ToLower(text)])
	case r.name && r.key == Device:
		if _, ok := reference.ResolveDevice(text); !ok {
			return nil
		}
		return []Fact{{Key: r.key, Str: text}}
	case r.name:
		if _, ok := reference.ParsePrecision(text); !ok {
			return nil
		}
		return []Fact{{Key: r.key, Str: text}}
	}
	if v, ok := count(text); ok {
		return []Fact{{Key: r.key, Num: v}}
	}
	return nil
}

// count is a positive whole number as configurations write it: 4096, 4_096, 4096.0.
func count(text string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	whole := err == nil && v >= 1 && v < 1<<53 && v == float64(int64(v))
	return v, whole && !strings.ContainsAny(text, "xXpP")
}

// ambiguous reports whether what stands beside a setting gives its key another meaning, or none.
func (d *declarations) ambiguous(s setting) bool {
	beside := d.beside[s.within()]
	is := func(key, text string) bool { return strings.EqualFold(beside[key].text, text) }
	has := func(key string) bool { _, ok := beside[key]; return ok }
	switch s.key() {
	case "batch_size":
		// nanoGPT's is per rank, and so is torchtitan's old one; elsewhere it is as often that of all ranks.
		nano := has("block_size") && has("gradient_accumulation_steps")
		titan := len(s.path) == 2 && s.path[0] == "training" && has("seq_len")
		return !nano && !titan
	case "dtype", "torch_dtype", "max_seq_len", "seq_len", "sequence_length":
		return has("model_type") || has("architectures") // of the weights as stored, and the longest that a model takes
	case "block_size":
		// litgpt's model_config.yaml: what the model can take (Lightning-AI/litgpt, litgpt/config.py); training may be shorter.
		return has("padded_vocab_size")
	case "vocab_size":
		return has("padded_vocab_size")
	case "sliding_window":
		return is("use_sliding_window", "false") || has("max_window_layers")
	case "intermediate_size":
		return has("moe_intermediate_size") && has("n_shared_experts")
	case "bias":
		return has("lora_alpha") || has("r") // LoRA's own setting
	}
	return false
}

// products are counts that configurations give in two factors.
var products = map[string]struct {
	key   FactKey
	other []string
}{
	"n_gpus_per_node":            {Devices, []string{"nnodes", "num_nodes"}}, // verl
	"gpus_per_node":              {Devices, []string{"nnodes", "num_nodes"}},
	"num_gpus_per_node":          {Devices, []string{"nnodes", "num_nodes"}},
	"data_parallel_shard_degree": {DataParallel, []string{"data_parallel_replicate_degree"}}, // torchtitan; −1 is "the rest"
}

// product declares a count whose factors stand beside each other.
func (d *declarations) product(s setting) {
	p, ok := products[s.key()]
	if !ok || len(d.facts) == maxSidecar {
		return
	}
	for _, key := range p.other {
		other, found := d.beside[s.within()][key]
		a, ok1 := count(s.text)
		b, ok2 := count(other.text)
		if found && ok1 && ok2 && a*b < 1<<53 {
			d.facts = append(d.facts, Fact{Key: p.key, Num: a * b, Text: s.text + " × " + other.text, Source: d.source, Pos: d.position(s)})
		}
	}
}

// agreed is the facts whose key has one value in the file, each once.
func (d *declarations) agreed() []Fact {
	values := map[FactKey][]Fact{}
	for _, f := range d.facts {
		same := func(x Fact) bool { return x.Num == f.Num && x.Str == f.Str }
		if !slices.ContainsFunc(values[f.Key], same) {
			values[f.Key] = append(values[f.Key], f)
		}
	}
	var out []Fact
	for _, f := range d.facts {
		if list := values[f.Key]; len(list) == 1 && list[0].Pos == f.Pos {
			out = append(out, f)
		}
	}
	return out
}
