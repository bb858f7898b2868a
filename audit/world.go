package audit

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// World is what ran: the model, the batch, the devices. One per explanation; its cost is the number of declared facts it
// breaks.
type World struct {
	Model      *reference.Architecture // nil if the log does not say
	VocabKnown bool                    // false where no vocabulary is declared, solved or searched: nothing may count the head
	SeqLen     int64
	Breaks     []string // declared facts that the model contradicts, each once
	KnownVocab bool     // the vocabulary is declared or a known tokenizer's size

	Devices       int64 // 0 if unknown
	Ranks         int64 // data-parallel ranks: devices ÷ the model-parallel degrees; 0 if unknown
	Device        *reference.Accelerator
	Precision     reference.Precision
	Tensor        int64 // ranks that split a layer's weights and share their tokens; 0 if not declared
	Context       int64 // ranks that split a sequence; 0 if not declared
	MicroBatch    int64
	GradAccum     int64
	Sparse        bool    // the run is declared 2:4 sparse
	Frozen        float64 // share of the matmul weights that is not trained: no weight gradient is due for them
	StatedPeak    float64 // --peak-flops, FLOP/s per device; 0 if unset
	DeclaredWidth []int64 // FFN widths that facts declare
	ImpliedWidth  []int64 // FFN widths that per-layer FFN FLOPs give if they are right

	memo *memo // nil outside the search
}

// maxBreaks bounds the declared facts that a model may contradict.
const maxBreaks = 3

// Describe names the dimensions that a reader needs to tell two models apart.
func Describe(m *reference.Architecture) string {
	g := m.First()
	parts := []string{fmt.Sprintf("%d KV heads", g.Attention.KVHeads), fmt.Sprintf("FFN %d", g.FFN.Width)}
	if m.Vocab > 0 {
		tied := "untied"
		if m.Tied {
			tied = "tied"
		}
		parts = append(parts, fmt.Sprintf("V %d %s", m.Vocab, tied))
	}
	if !g.FFN.Gated {
		parts = append(parts, "plain FFN")
	}
	switch {
	case g.Norms == 1:
		parts = append(parts, "one norm a layer")
	case g.Norms > 2:
		parts = append(parts, fmt.Sprintf("%d norms a layer", g.Norms))
	}
	if m.FinalNorm == reference.NoNorm {
		parts = append(parts, "no final norm")
	}
	if g.Attention.QKNorm != reference.NoQKNorm {
		parts = append(parts, "query and key norms")
	}
	switch {
	case g.FFN.Bias:
		parts = append(parts, "biases")
	case g.Attention.QKVBias:
		parts = append(parts, "QKV biases")
	}
	if m.Positions > 0 {
		parts = append(parts, fmt.Sprintf("%d learned positions", m.Positions))
	}
	return strings.Join(parts, ", ")
}

// domain is the search space of models that the facts and the per-layer FLOPs leave, each choice with the facts it breaks.
// ok is false where the dimensions that nothing else can give are missing.
func (a *Audit) domain() (d reference.Domain, missing []string) {
	f := a.Facts
	need := func(key runlog.FactKey) []reference.Choice[int64] {
		c := f.choices(key)
		if len(c) == 0 {
			missing = append(missing, string(key))
		}
		return c
	}
	d.Layers, d.Hidden, d.Heads = need(runlog.Layers), need(runlog.HiddenSize), need(runlog.Heads)
	if len(missing) > 0 {
		return d, missing
	}
	hidden, heads := d.Hidden[0].Value, d.Heads[0].Value
	if heads <= 0 || hidden <= 0 || heads > 1<<16 || hidden > 1<<24 {
		return d, []string{"plausible hidden_size and num_attention_heads"}
	}
	if n := f.Int(runlog.Experts); n > 1 {
		return d, []string{"a model without experts: mixtures are not supported yet"}
	}
	d.Window = f.Int(runlog.Window)
	d.HeadDim = f.choices(runlog.HeadDim)
	if len(d.HeadDim) == 0 {
		if hidden%heads != 0 {
			return d, []string{"head_dim (hidden_size is not a multiple of num_attention_heads)"}
		}
		d.HeadDim = reference.Free(hidden / heads)
	}
	published := reference.PublishedLayers(a.parameters, d.Layers[0].Value, hidden, heads)
	var widths []int64
	for _, g := range published {
		widths = append(widths, g.FFN.Width)
		if v := g.Attention.HeadDim; len(f.Of(runlog.HeadDim)) == 0 && v != hidden/heads {
			d.HeadDim = append(d.HeadDim, reference.Free(v)...)
		}
	}
	d.KVHeads = f.choices(runlog.KVHeads, reference.Divisors(heads)...)
	d.Width = f.choices(runlog.IntermediateSize, slices.Concat(widths, a.World.ImpliedWidth, reference.CommonWidths(hidden))...)
	d.Gated = flags(f, runlog.GatedFFN)
	d.Tied = flags(f, runlog.TiedEmbeddings)
	d.Positions = a.positions()
	d.Norms = a.norms()
	d.Biases = a.biases()
	d.QKNorms = a.qkNorms()
	d.MaxBreaks = maxBreaks
	d.Vocab = a.vocab
	return d, nil
}

// flags makes the two choices of a declared or undeclared yes-or-no dimension, the declared one first.
func flags(f Facts, key runlog.FactKey) []reference.Choice[bool] {
	var out []reference.Choice[bool]
	for _, v := range []bool{false, true} {
		out = append(out, reference.Choice[bool]{Value: v, Breaks: f.breaks(key, func(x runlog.Fact) bool { return (x.Num != 0) == v })})
	}
	sort.SliceStable(out, func(i, j int) bool { return len(out[i].Breaks) < len(out[j].Breaks) })
	return out
}

func (a *Audit) positions() []reference.Choice[int64] {
	learned := func(x runlog.Fact) bool { return x.Str == "learned" }
	rows := reference.Choice[int64]{Value: a.World.SeqLen, Breaks: a.Facts.breaks(runlog.PositionKind, learned)}
	none := reference.Choice[int64]{Value: 0, Breaks: a.Facts.breaks(runlog.PositionKind, func(x runlog.Fact) bool { return !learned(x) })}
	if rows.Value == 0 {
		return []reference.Choice[int64]{none}
	}
	return []reference.Choice[int64]{none, rows}
}

// norms lists the norm layouts: what is declared, or the pre-norm block that every current decoder has, and with a declared
// placement the layouts that would contradict it.
func (a *Audit) norms() []reference.Choice[reference.NormLayout] {
	f := a.Facts
	kinds := []reference.NormKind{reference.RMSNorm, reference.LayerNorm}
	placed := len(f.Of(runlog.NormsPerLayer)) > 0
	bias := f.Of(runlog.Bias)
	var out []reference.Choice[reference.NormLayout]
	for _, kind := range kinds {
		// A layer norm without bias stores what an RMS norm stores; nanoGPT's bias switch removes the norm's bias too.
		broken := f.breaks(runlog.Norm, func(x runlog.Fact) bool {
			gainOnly := x.Str != "layer" || len(bias) > 0 && bias[0].Num == 0
			return gainOnly == (kind == reference.RMSNorm)
		})
		for _, layout := range []reference.NormLayout{{Each: 2, Final: true}, {Each: 1, Final: true}, {Each: 2}, {Each: 4, Final: true}} {
			layout.Kind = kind
			usual := layout.Each == 2 && layout.Final
			if !placed && !usual {
				continue
			}
			breaks := f.breaks(runlog.NormsPerLayer, func(x runlog.Fact) bool { return int64(x.Num) == layout.Each })
			for _, b := range f.breaks(runlog.FinalNorm, func(x runlog.Fact) bool { return (x.Num != 0) == layout.Final }) {
				if !slices.Contains(breaks, b) {
					breaks = append(breaks, b)
				}
			}
			out = append(out, reference.Choice[reference.NormLayout]{Value: layout, Breaks: append(breaks, broken...)})
		}
	}
	return out
}

func (a *Audit) biases() []reference.Choice[reference.BiasLayout] {
	var out []reference.Choice[reference.BiasLayout]
	for _, layout := range []reference.BiasLayout{reference.NoBias, reference.QKVBias, reference.AllBias} {
		out = append(out, reference.Choice[reference.BiasLayout]{
			Value:  layout,
			Breaks: a.Facts.breaks(runlog.Bias, func(x runlog.Fact) bool { return (x.Num != 0) == (layout != reference.NoBias) }),
		})
	}
	return out
}

func (a *Audit) qkNorms() []reference.Choice[reference.QKNormLayout] {
	var out []reference.Choice[reference.QKNormLayout]
	for _, layout := range []reference.QKNormLayout{reference.NoQKNorm, reference.QKNormPerHead, reference.QKNormFull} {
		out = append(out, reference.Choice[reference.QKNormLayout]{
			Value:  layout,
			Breaks: a.Facts.breaks(runlog.QKNorm, func(x runlog.Fact) bool { return (x.Num != 0) == (layout != reference.NoQKNorm) }),
		})
	}
	return out
}

// untrained is the least first loss, nats, that is taken for that of a model trained from scratch: ln 10 000.
const untrained = 9.2

// vocab says what a vocabulary size breaks: a declared size, the tokenizer that a preset's or data set's name holds, and the
// bound that the loss at step 0 puts on ln V.
func (a *Audit) vocab(size int64) (breaks []string, known bool) {
	declared := a.Facts.Of(runlog.VocabSize)
	known = len(reference.VocabulariesOfSize(size)) > 0
	for _, x := range declared {
		known = known || int64(x.Num) == size
	}
	breaks = a.Facts.breaks(runlog.VocabSize, func(x runlog.Fact) bool { return int64(x.Num) == size })
	if len(declared) == 0 {
		breaks = a.Facts.breaks(runlog.TokenizerFamily, func(x runlog.Fact) bool {
			return slices.Contains(reference.VocabulariesOfFamily(x.Str), size)
		})
	}
	// A model that knows nothing loses ln V nats; initialisation adds to that, hardly ever takes away. A smaller first loss is
	// that of a model which was trained before.
	if len(declared) == 0 && a.firstLoss > untrained && math.Log(float64(size)) > a.firstLoss+0.1 {
		breaks = append(breaks, fmt.Sprintf("loss %.4g at step 0 (ln V is %.4g)", a.firstLoss, math.Log(float64(size))))
	}
	return breaks, known
}

// impliedWidths are the FFN widths that logged per-layer FFN FLOPs give if they are forward FLOPs of one sequence.
func (a *Audit) impliedWidths() []int64 {
	var out []int64
	hidden, seqLen := a.Facts.Int(runlog.HiddenSize), a.World.SeqLen
	if hidden <= 0 || seqLen <= 0 {
		return nil
	}
	for _, t := range a.targets {
		if t.Quantity != reference.FFNFLOPsPerLayer {
			continue
		}
		for _, c := range []float64{3, 2} {
			i := t.Value / (2 * c * float64(hidden) * float64(seqLen))
			if i == math.Trunc(i) && i >= 1 && i < 1<<24 && !slices.Contains(out, int64(i)) {
				out = append(out, int64(i))
			}
		}
	}
	return out
}

// findWorlds lists the models that may have run, cheapest first, and the near misses: models that would keep the facts but
// need a vocabulary that no known tokenizer has.
func (a *Audit) findWorlds() {
	base := a.World
	if a.Options.Model != nil {
		w := base
		w.Model, w.VocabKnown, w.KnownVocab = a.padded(a.Options.Model), true, true
		a.worlds = []World{w}
		return
	}
	d, missing := a.domain()
	if len(missing) > 0 {
		a.modelMissing = missing
		return
	}
	a.searched = d
	add := func(f reference.Fit, vocabKnown bool) {
		w := base
		m := f.Architecture
		w.Model, w.Breaks, w.KnownVocab, w.VocabKnown = &m, f.Breaks, f.KnownVocab, vocabKnown
		if f.KnownVocab {
			a.worlds = append(a.worlds, w)
			return
		}
		a.nearMisses = append(a.nearMisses, w)
	}
	switch vocabs := a.vocabCandidates(); {
	case a.parameters > 0:
		d.Solve(a.parameters, func(f reference.Fit) { add(f, true) })
		if least := a.leastBreaks(); least > 0 {
			// A rarer layout that keeps more facts comes before a usual one that breaks them.
			rare := a.widened(d)
			rare.MaxBreaks = min(least-1, maxBreaks)
			before := len(a.worlds)
			rare.Solve(a.parameters, func(f reference.Fit) { add(f, true) })
			if len(a.worlds) > before {
				a.searched = rare
			}
		}
		if len(a.worlds) == 0 {
			a.unsolved = true
			d.MaxBreaks = 0
			if d.Layouts(0)*max(len(vocabs), 1) > mostLayouts {
				a.modelMissing = append(a.undeclared(), "or another total: no architecture of the searched domain has this one (--model)")
				return
			}
			a.declaredWorlds(d, vocabs, add)
		}
	case len(a.undeclared()) > 0 && d.Layouts(0)*max(len(vocabs), 1) > mostLayouts:
		// Nothing in the log tells these apart.
		a.modelMissing = append(a.undeclared(), "or the parameter total (--parameters)")
	default:
		a.declaredWorlds(d, vocabs, add)
	}
	sort.SliceStable(a.worlds, func(i, j int) bool { return len(a.worlds[i].Breaks) < len(a.worlds[j].Breaks) })
	a.worlds = a.worlds[:min(len(a.worlds), mostWorlds)]
	sort.SliceStable(a.nearMisses, func(i, j int) bool { return len(a.nearMisses[i].Breaks) < len(a.nearMisses[j].Breaks) })
}

// leastBreaks is the fewest facts that a model found so far breaks; beyond the bound if none is found.
func (a *Audit) leastBreaks() int {
	least := maxBreaks + 1
	for _, w := range a.worlds {
		least = min(least, len(w.Breaks))
	}
	return least
}

// widened is the domain of rarer layouts, searched where the usual ones do not have the parameter total: head dimensions that
// are not H/a (Gemma, Qwen3), one norm a layer (Falcon's parallel block) or four (Gemma 2), a norm after the embedding (BLOOM),
// norms without weights (OLMo 1), biases of the FFN and the head alone (GPT-J).
func (a *Audit) widened(d reference.Domain) reference.Domain {
	if len(a.Facts.Of(runlog.HeadDim)) == 0 {
		d.HeadDim = append(slices.Clone(d.HeadDim), reference.Free[int64](64, 80, 96, 128, 160, 192, 256)...)
	}
	if len(a.Facts.Of(runlog.NormsPerLayer)) == 0 {
		for _, c := range slices.Clone(d.Norms) {
			for _, each := range []int64{1, 4} {
				rare := c
				rare.Value.Each = each
				d.Norms = append(d.Norms, rare)
			}
		}
	}
	if len(a.Facts.Of(runlog.Norm)) == 0 {
		plain := reference.NormLayout{Kind: reference.PlainNorm, Each: 2, Final: true}
		d.Norms = append(slices.Clone(d.Norms), reference.Choice[reference.NormLayout]{Value: plain})
	}
	d.Biases = append(slices.Clone(d.Biases), reference.Choice[reference.BiasLayout]{
		Value: reference.FFNHeadBias, Breaks: a.Facts.breaks(runlog.Bias, func(x runlog.Fact) bool { return x.Num != 0 }),
	})
	d.EmbeddingNorms = reference.Free(reference.NoNorm, reference.LayerNorm)
	return d
}

// declaredWorlds adds the models that break as few facts as possible, where no parameter total is logged.
func (a *Audit) declaredWorlds(d reference.Domain, vocabs []int64, add func(reference.Fit, bool)) {
	for d.MaxBreaks = 0; d.MaxBreaks <= maxBreaks && len(a.worlds) == 0; d.MaxBreaks++ {
		for _, v := range vocabs {
			d.Each(v, func(f reference.Fit) { f.KnownVocab = true; add(f, true) })
		}
		if len(vocabs) == 0 {
			d.Vocab = nil
			d.Each(0, func(f reference.Fit) { f.KnownVocab = true; add(f, false) })
		}
	}
}

// mostLayouts bounds the models that are tried where no parameter total singles them out, mostWorlds those that are explained:
// where the facts leave more, none of them is proved.
const (
	mostLayouts = 400
	mostWorlds  = 400
)

// undeclared lists the dimensions of a layer that no fact declares.
func (a *Audit) undeclared() []string {
	var out []string
	for _, key := range []runlog.FactKey{runlog.IntermediateSize, runlog.GatedFFN, runlog.KVHeads, runlog.TiedEmbeddings, runlog.VocabSize} {
		if len(a.Facts.Of(key)) == 0 {
			out = append(out, string(key))
		}
	}
	return out
}

// vocabCandidates are the sizes to try where no parameter total fixes one: what is declared, or what the named tokenizer has,
// or, if the log gives something that tells sizes apart, every known one.
func (a *Audit) vocabCandidates() []int64 {
	var out []int64
	for _, x := range a.Facts.Of(runlog.VocabSize) {
		out = append(out, int64(x.Num))
	}
	if len(out) > 0 {
		return out
	}
	for _, x := range a.Facts.Of(runlog.TokenizerFamily) {
		out = append(out, reference.VocabulariesOfFamily(x.Str)...)
	}
	if len(out) > 0 || !a.vocabMatters {
		return out
	}
	for _, v := range reference.Vocabularies() {
		if !slices.Contains(out, v.Size) {
			out = append(out, v.Size)
		}
	}
	return out
}
