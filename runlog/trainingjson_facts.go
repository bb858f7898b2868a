package runlog

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/reference"
)

// trustOrder lists the sources of facts, most trusted first.
var trustOrder = []string{"flag", "configuration", "sidecar", "config", "caption", "heading", "startup_info", "metadata", "header", "step", "label", "preset name", "data set name", "format"}

// Trust ranks the source of a fact: 0 is the most trusted, a flag; unknown sources come last.
func Trust(source string) int {
	if i := slices.Index(trustOrder, source); i >= 0 {
		return i
	}
	return len(trustOrder)
}

func sortFacts(facts []Fact) {
	slices.SortStableFunc(facts, func(a, b Fact) int { return Trust(a.Source) - Trust(b.Source) })
}

// nanoGPTDefaults adds what the trainer's first logger left unsaid: its configurations have nanoGPT's keys and no others, and
// nanoGPT builds a GPT-2 block from them (karpathy/nanoGPT 3adf61e1 model.py: Block, MLP, GPT.__init__).
func nanoGPTDefaults(facts []Fact) []Fact {
	value := map[FactKey]float64{}
	var at Position
	for _, f := range facts {
		value[f.Key] = f.Num
		if f.Key == Layers {
			at = f.Pos
		}
	}
	has := func(keys ...FactKey) bool {
		return slices.ContainsFunc(keys, func(k FactKey) bool { _, ok := value[k]; return ok })
	}
	modular := has(IntermediateSize, GatedFFN, Norm, NormsPerLayer, PositionKind, KVHeads, TiedEmbeddings)
	if modular || !has(Layers) || !has(HiddenSize) || !has(Heads) || !has(SeqLen) || !has(Bias) {
		return nil
	}
	defaults := []Fact{
		{Key: IntermediateSize, Num: 4 * value[HiddenSize], Text: "nanoGPT: 4 × n_embd", Source: "format"},
		{Key: GatedFFN, Text: "nanoGPT: GELU", Source: "format"},
		{Key: KVHeads, Num: value[Heads], Text: "nanoGPT: multi-head", Source: "format"},
		{Key: TiedEmbeddings, Num: 1, Text: "nanoGPT: wte is lm_head", Source: "format"},
		{Key: PositionKind, Str: "learned", Text: "nanoGPT: wpe", Source: "format"},
		{Key: Norm, Str: "layer", Text: "nanoGPT: LayerNorm", Source: "format"},
		{Key: NormsPerLayer, Num: 2, Text: "nanoGPT: ln_1, ln_2", Source: "format"},
		{Key: FinalNorm, Num: 1, Text: "nanoGPT: ln_f", Source: "format"},
		{Key: QKNorm, Text: "nanoGPT: none", Source: "format"},
	}
	for i := range defaults {
		defaults[i].Pos = at
	}
	return defaults
}

type factIdentity struct {
	key    FactKey
	num    float64
	str    string
	source string
	void   string
}

// addFact keeps a fact unless its source has stated it already. What was asked for in config and is repeated at start-up is
// one statement.
func (t *trainingRun) addFact(f Fact) {
	id := factIdentity{f.Key, f.Num, f.Str, f.Source, f.Void}
	if f.Source == "startup_info" && strings.HasPrefix(f.Pos.Path, "startup_info.config.") {
		asked := id
		asked.source = "config"
		if t.facts[asked] {
			return
		}
	}
	if t.facts[id] {
		return
	}
	t.facts[id] = true
	t.run.Facts = append(t.run.Facts, f)
}

// declare reads the facts of a section.
func (t *trainingRun) declare(section node, source string) {
	if section.doc == nil {
		return
	}
	if !section.isObject() {
		section.wrongType("an object")
		return
	}
	members := section.members(nil)
	void := t.named(section, members)
	for _, m := range members {
		rule, ok := factKeys[m.key]
		if !ok {
			continue
		}
		for _, f := range rule.read(section.child(m, section.at.key+"."+m.key)) {
			f.Source = source
			if presetOverrides[f.Key] {
				f.Void = void
			}
			t.addFact(f)
		}
	}
}

// named reads what the names in a section say, and returns why a preset voids what stands beside it, "" without one.
func (t *trainingRun) named(section node, members []member) (void string) {
	for _, m := range members {
		n := section.child(m, section.at.key+"."+m.key)
		switch {
		case m.value.Type != gjson.String:
		case m.key == "architecture":
			t.label(n)
		case m.key == "dataset":
			t.family(n, "data set name")
		case m.key == "arch_preset" && m.value.Str != "" && !strings.EqualFold(m.value.Str, "custom"):
			void = "overridden by arch_preset"
			_, published := reference.PresetByName(m.value.Str)
			if family := t.family(n, "preset name"); published || strings.EqualFold(family, m.value.Str) {
				void += " " + m.value.Str // other names may say anything
			}
		}
	}
	return void
}

// family adds the tokenizer family that a name holds.
func (t *trainingRun) family(n node, source string) string {
	family, ok := reference.VocabularyFamily(n.value.Str)
	if !ok {
		return ""
	}
	t.addFact(Fact{Key: TokenizerFamily, Str: family, Text: family, Source: source, Pos: n.pos()})
	return family
}

// read gives the facts that a value declares, without their source.
func (r factRule) read(n node) []Fact {
	var out []Fact
	switch {
	case n.absent():
		return nil
	case r.words != nil:
		out = slices.Clone(r.word(n))
	case r.name:
		if s, ok := n.str(); ok && s != "" {
			out = []Fact{{Key: r.key, Str: strings.Clone(s)}}
		}
	default:
		v, ok := n.integer()
		if ok && v <= 0 {
			n.problem(ProblemOutOfRange, "is not positive; the value is left out")
		} else if ok {
			out = []Fact{{Key: r.key, Num: float64(v)}}
		}
	}
	for i := range out {
		out[i].Text, out[i].Pos = strings.Clone(printedText(n)), n.pos()
	}
	return out
}

// word looks a boolean or a name up. A name that the rule does not know says nothing.
func (r factRule) word(n node) []Fact {
	_, boolean := r.words["true"]
	switch n.value.Type {
	case gjson.String:
		facts, ok := r.words[strings.ToLower(n.value.Str)]
		if !ok && boolean {
			n.wrongType("a boolean")
		}
		return facts
	case gjson.True, gjson.False:
		if boolean {
			return r.words[n.value.Raw]
		}
	}
	if boolean {
		n.wrongType("a boolean")
	} else {
		n.wrongType("a name")
	}
	return nil
}

// printedText is a value as printed, a string without its quotes.
func printedText(n node) string {
	if n.value.Type == gjson.String {
		return n.value.Str
	}
	return n.value.Raw
}

// label adds the facts of an architecture label, once per distinct label.
func (t *trainingRun) label(n node) {
	label := n.value.Str
	if t.labels[label] {
		return
	}
	t.labels[strings.Clone(label)] = true
	whole := n.pos()
	for _, l := range parseLabel(label) {
		f := l.fact
		f.Text = strings.Clone(f.Text)
		f.Pos = whole
		if len(n.value.Raw) == len(label)+2 { // without escapes, offsets in the label are offsets in the file
			f.Pos = t.problems.src.Position(n.offset()+1+int64(l.at), l.size, whole.Path)
		}
		t.addFact(f)
	}
}
