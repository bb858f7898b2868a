package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// ChanceLimit is the expected number of accidental matches above which a model is listed, not used, and a cause not named.
const ChanceLimit = 0.05

// judgeModel reports which model the audit uses, how surely, and which others fit.
func (a *Audit) judgeModel(accounts map[Account][]*target) {
	best := a.Diagnosis.Best
	m := &a.report.Model
	w := best.world
	m.Architecture, m.SeqLen, m.Parameters = w.Model, w.SeqLen, a.parameters
	if m.Parameters == 0 && w.VocabKnown {
		m.Parameters = w.Model.CountParameters().Total
	}
	switch {
	case a.Options.Model != nil:
		m.Source = a.Options.ModelSource
		if a.paddingNote != "" {
			m.Evidence = append(m.Evidence, a.paddingNote)
		}
		return
	case len(w.Breaks) == 0 && a.declaredWhole():
		m.Source = "declared"
	default:
		m.Source = "inferred"
	}
	if !w.VocabKnown {
		m.Undecided = append(m.Undecided, "vocab_size")
	}
	if m.Source == "inferred" && a.parameters > 0 && !a.unsolved {
		d := a.searched
		layouts := d.Layouts(len(w.Breaks))
		chance := 1 / float64(max(w.Model.Vocab, 1))
		if len(a.Facts.Of(runlog.VocabSize)) == 0 {
			chance = reference.VocabularyDensity(w.Model.Vocab)
		}
		a.accidental = float64(layouts) * chance
		m.Domain = fmt.Sprintf("%d layouts that break no more facts × density %.2g of vocabularies near %d: %.2g expected by chance", layouts, chance, w.Model.Vocab, a.accidental)
	}
	m.Evidence = a.modelEvidence(accounts)
	m.Rivals = a.modelRivals(accounts)
	for _, s := range a.Diagnosis.Solutions {
		if s.cost == best.cost && !sameFLOPs(s.world, w) {
			m.Undecided = append(m.Undecided, differences(w.Model, s.world.Model)...)
		}
	}
	slices.Sort(m.Undecided)
	m.Undecided = slices.Compact(m.Undecided)
}

// settled reports whether the model is known well enough to correct and restate with.
func (a *Audit) settled() bool {
	return a.World.Model != nil && len(a.report.Model.Undecided) == 0 && a.accidental <= ChanceLimit && !a.unsolved && !a.incredible()
}

// incredible reports whether the model was put together from dimensions that nothing declares and does not even explain the
// logged FLOPs: another one, outside the searched domain, is likelier than a mistake.
func (a *Audit) incredible() bool {
	if a.Options.Model != nil || len(a.undeclared()) == 0 || a.Diagnosis == nil || a.Diagnosis.Best == nil {
		return false
	}
	for account, part := range a.Diagnosis.Best.parts {
		if part == nil && len(a.accountTargets(account)) > 0 {
			return true
		}
	}
	return false
}

// declaredWhole reports whether facts declare every dimension that FLOPs depend on.
func (a *Audit) declaredWhole() bool {
	for _, key := range []runlog.FactKey{runlog.Layers, runlog.HiddenSize, runlog.Heads, runlog.KVHeads, runlog.IntermediateSize, runlog.VocabSize, runlog.TiedEmbeddings, runlog.GatedFFN} {
		if len(a.Facts.Of(key)) == 0 {
			return false
		}
	}
	return true
}

// modelEvidence says what the model rests on.
func (a *Audit) modelEvidence(accounts map[Account][]*target) []string {
	w := a.Diagnosis.Best.world
	at := w.Model.First().Attention
	var out []string
	if a.parameters > 0 && !a.unsolved {
		out = append(out, parameterSum(w.Model))
	}
	for _, t := range accounts[AccountBreakdown] {
		if t.Quantity != reference.FFNFLOPsPerLayer {
			continue
		}
		if v, _ := predict(t.Quantity, w, reference.Basis{}); t.matches(v) {
			text, symbols := expression(t.Quantity, w, reference.Basis{})
			out = append(out, fmt.Sprintf("%s %s = %s: %s", lastKey(t.Key), group(t.Value), text, symbols))
			break
		}
	}
	switch {
	case len(a.Facts.Of(runlog.VocabSize)) > 0 || w.Model.Vocab == 0:
	case len(a.Facts.Of(runlog.TokenizerFamily)) > 0:
		x := a.Facts.Of(runlog.TokenizerFamily)[0]
		out = append(out, fmt.Sprintf("V %d is a size of the %s tokenizer, which the %s holds", w.Model.Vocab, x.Str, x.Source))
	default:
		out = append(out, fmt.Sprintf("V %d is not logged; it is a known tokenizer's size (%s)", w.Model.Vocab, vocabSource(w.Model.Vocab)))
	}
	for _, x := range a.Facts.Of(runlog.KVHeads) {
		if x.Source == "label" && int64(x.Num) == at.KVHeads {
			out = append(out, fmt.Sprintf("the label says %d KV heads (%s)", at.KVHeads, x.Text))
		}
	}
	for _, b := range w.Breaks {
		out = append(out, "contradicts the declared "+b)
	}
	return out
}

// parameterSum writes the parameter total as a sum that can be checked by hand.
func parameterSum(m *reference.Architecture) string {
	g := m.First()
	at, p := g.Attention, m.CountParameters()
	head := "tied"
	if !m.Tied {
		head = "untied"
	}
	tables := p.Embedding + p.Head + p.Positions
	matrices := product64(m.Hidden, at.HeadDim, 2*at.Heads+2*at.KVHeads)
	ffn := product64(g.FFN.Matrices(), m.Hidden, g.FFN.Width)
	vectors := p.Vectors
	if !uniform(m) {
		return fmt.Sprintf("parameters %s = tables %s (V %d × H %d, %s) + matrices of %d layers %s + norms and biases %s",
			group(float64(p.Total)), group(float64(tables)), m.Vocab, m.Hidden, head, m.Layers(), group(float64(p.Total-tables-vectors)), group(float64(vectors)))
	}
	s := fmt.Sprintf("parameters %s = tables %s (V %d × H %d, %s) + %d × (attention %s + FFN %s)",
		group(float64(p.Total)), group(float64(tables)), m.Vocab, m.Hidden, head, m.Layers(), group(matrices), group(ffn))
	if vectors > 0 {
		s += " + norms and biases " + group(float64(vectors))
	}
	return s
}

func product64(f ...int64) float64 {
	p := 1.0
	for _, x := range f {
		p *= float64(x)
	}
	return p
}

func vocabSource(size int64) string {
	for _, v := range reference.VocabulariesOfSize(size) {
		return v.Source
	}
	return "declared"
}

// sameFLOPs reports whether two worlds' models cost the same under every convention that is no mistake.
func sameFLOPs(a, b *World) bool {
	if a.Model == b.Model {
		return true
	}
	for _, c := range reference.Conventions() {
		if !c.Suspect && c.TrainingPerToken(a.Model, a.SeqLen) != c.TrainingPerToken(b.Model, b.SeqLen) {
			return false
		}
	}
	basis := reference.Basis{}
	return basis.Layer(a.Model, a.SeqLen) == basis.Layer(b.Model, b.SeqLen)
}

// differences names the dimensions in which two models differ.
func differences(a, b *reference.Architecture) []string {
	var out []string
	x, y := a.First(), b.First()
	for name, differ := range map[string]bool{
		"vocab_size":                    a.Vocab != b.Vocab,
		"tie_word_embeddings":           a.Tied != b.Tied,
		string(runlog.KVHeads):          x.Attention.KVHeads != y.Attention.KVHeads,
		string(runlog.IntermediateSize): x.FFN.Width != y.FFN.Width,
		string(runlog.GatedFFN):         x.FFN.Gated != y.FFN.Gated,
		string(runlog.HeadDim):          x.Attention.HeadDim != y.Attention.HeadDim,
		"learned positions":             a.Positions != b.Positions,
		"norms":                         x.Norms != y.Norms || x.Norm != y.Norm || a.FinalNorm != b.FinalNorm,
		"biases":                        x.Attention.QKVBias != y.Attention.QKVBias || x.FFN.Bias != y.FFN.Bias,
		"query and key norms":           x.Attention.QKNorm != y.Attention.QKNorm,
		string(runlog.Layers):           a.Layers() != b.Layers(),
		string(runlog.HiddenSize):       a.Hidden != b.Hidden,
		string(runlog.Heads):            x.Attention.Heads != y.Attention.Heads,
	} {
		if differ {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// nearTokenizer is how far a vocabulary may be from a known size for its model to be told as a near miss.
const nearTokenizer = 64

// modelRivals lists other models that fit or nearly fit, at most three of each kind: those whose explanation of the run costs
// little more, those that keep the declared FFN width, and near misses that would need a vocabulary which no known tokenizer has.
func (a *Audit) modelRivals(accounts map[Account][]*target) []ModelRival {
	const most = 3
	best := a.Diagnosis.Best
	var out []ModelRival
	for i := range a.worlds {
		w := &a.worlds[i]
		cost, known := a.Diagnosis.Costs[w]
		close := known && cost <= best.cost+2 || len(w.DeclaredWidth) > 0 && a.keepsWidth(w) && plainLayout(w.Model)
		if w == best.world || sameFLOPs(w, best.world) || !close || len(out) >= most {
			continue
		}
		if !known {
			cost = a.costOf(w, accounts)
		}
		out = append(out, a.rival(w, cost))
	}
	near := 0
	for i := range a.nearMisses {
		w := &a.nearMisses[i]
		known := reference.NearestVocabulary(w.Model.Vocab)
		distance := max(known-w.Model.Vocab, w.Model.Vocab-known)
		if len(w.Breaks) > len(best.world.Breaks)+1 || distance > nearTokenizer || near >= most || !a.keepsWidth(w) || !plainLayout(w.Model) || w.Model.First().Norms != best.world.Model.First().Norms {
			continue
		}
		near++
		r := a.rival(w, a.costOf(w, accounts))
		r.Against = append(r.Against, fmt.Sprintf("V %d is no known tokenizer's size (%d is)", w.Model.Vocab, known))
		out = append(out, r)
	}
	return out
}

// plainLayout reports whether a model has no biases and no query and key norms, which nothing declares.
func plainLayout(m *reference.Architecture) bool {
	g := m.First()
	return !g.Attention.QKVBias && !g.FFN.Bias && g.Attention.QKNorm == reference.NoQKNorm
}

// costOf is what the cheapest explanation of the FLOP accounts costs in a world that the search passed over.
func (a *Audit) costOf(w *World, accounts map[Account][]*target) int {
	d := a.diagnose([]World{*w}, accounts)
	if d.Best == nil {
		return len(w.Breaks)
	}
	return d.Best.cost
}

// keepsWidth reports whether a model has a declared FFN width, or none is declared.
func (a *Audit) keepsWidth(w *World) bool {
	return len(w.DeclaredWidth) == 0 || slices.Contains(w.DeclaredWidth, w.Model.First().FFN.Width)
}

func (a *Audit) rival(w *World, cost int) ModelRival {
	return ModelRival{
		Architecture: *w.Model, Describe: Describe(w.Model), Breaks: w.Breaks, InDomain: w.KnownVocab, Cost: cost,
		Against: a.against(w),
	}
}

// against lists what speaks against a model besides the facts that it breaks: logged FLOPs that it does not give.
func (a *Audit) against(w *World) []string {
	var out []string
	for _, t := range a.accountTargets(AccountBreakdown) {
		if t.Quantity != reference.FFNFLOPsPerLayer {
			continue
		}
		if v, ok := predict(t.Quantity, w, reference.Basis{}); ok && !t.matches(v) {
			out = append(out, fmt.Sprintf("%s would be %s, logged %s", lastKey(t.Key), group(v), group(t.Value)))
		}
	}
	return out
}

// rejoin lists strings as prose.
func rejoin(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}
