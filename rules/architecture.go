package rules

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// architectureFindings tells a declared architecture that the parameter total refutes.
func architectureFindings(a *audit.Audit) []audit.Finding {
	values := a.Values(reference.Parameters)
	if len(values) == 0 || a.World.Model == nil {
		return nil
	}
	if a.Options.Model != nil || a.Unsolved() {
		return totalAgainstModel(a, &values[0])
	}
	// A label that the configuration beside it puts right is a wrong label, not another architecture.
	broken := slices.DeleteFunc(a.BrokenFacts(), func(x runlog.Fact) bool {
		_, wrong := corrected(a, x)
		return wrong
	})
	if len(broken) == 0 || a.ModelChance() > audit.ChanceLimit || a.Incredible() {
		return nil
	}
	f := a.FactFinding(broken[0], reference.Parameters)
	f.Quantity = reference.Parameters
	f.Logged, f.Expected = math.NaN(), math.NaN()
	var names []string
	for _, x := range broken {
		names = append(names, audit.FactName(x))
	}
	f.Message = fmt.Sprintf("Declared %s; the parameter total %s fits %s.", audit.List(names), audit.Group(float64(a.ParametersTotal())), audit.Describe(a.World.Model))
	f.Derivation = []string{a.PartsOfParameters()} // what else it rests on stands with the model
	f.Evidence = audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseInferred, Hypotheses: a.ModelsTried(), Accidental: a.ModelChance()}
	if a.NoFactKept() {
		f.Evidence.Wrong = audit.WrongProven
	}
	best := a.Diagnosis.Costs[a.BestWorld()]
	f.Evidence.Cause = audit.CauseUnique
	for _, r := range a.Report().Model.Rivals {
		if r.InDomain && r.Cost <= best+1 {
			f.Evidence.Cause = audit.CauseInferred
		}
		if !r.InDomain || r.Cost > best+2 {
			continue
		}
		f.Rivals = append(f.Rivals, audit.Rival{
			Text: r.Describe, Rejected: "contradicts " + audit.List(slices.Concat(r.Breaks, r.Against)), SettledBy: "the shapes of the weights (--model)",
		})
	}
	return []audit.Finding{f}
}

// totalAgainstModel compares a logged total with a model that flags name, or with the declared dimensions where no
// architecture has it.
func totalAgainstModel(a *audit.Audit, o *runlog.Observation) []audit.Finding {
	want, ok := a.Predict(reference.Parameters, reference.Basis{})
	if m := a.Options.Model; m != nil {
		want, ok = float64(m.CountParameters().Total), true // as published, before a padded vocabulary
	}
	if !ok && !a.Unsolved() || math.Round(o.Value()) == want || ok && a.MayBe(o, want) {
		return nil
	}
	f := audit.Finding{Quantity: reference.Parameters, Pos: o.Pos, Logged: o.Value(), Expected: math.NaN()}
	f.Evidence = audit.Evidence{Wrong: audit.WrongProven, Cause: audit.CauseNone, Hypotheses: a.ModelsTried()}
	if a.Options.Model == nil {
		f.Evidence.Wrong = audit.WrongInferred
		if !ok || !a.Declared() {
			f.Severity, f.Evidence = audit.SeverityNote, audit.Evidence{}
		}
		f.Message = "No architecture of the searched domain with the declared dimensions has this total: not corrected, not restated."
		if ok {
			f.Expected = want
			f.Derivation = []string{a.PartsOfParameters()}
		}
		return []audit.Finding{f}
	}
	f.Expected = want
	f.Message = fmt.Sprintf("%s has %s parameters.", a.Options.ModelName, audit.Group(want))
	if padded := audit.PaddedVocabulary(a.Options.Model, int64(math.Round(o.Value()))); padded > 0 {
		f.Severity, f.Evidence = audit.SeverityNote, audit.Evidence{}
		f.Message += fmt.Sprintf(" With its vocabulary padded from %d to %d rows it has as many as logged.", a.Options.Model.Vocab, padded)
	}
	f.Derivation = []string{a.PartsOfParameters()}
	return []audit.Finding{f}
}

// labelFindings tells parts of an architecture label that contradict facts which the parameters do not refute.
func labelFindings(a *audit.Audit) []audit.Finding {
	var out []audit.Finding
	for _, label := range a.Facts.All() {
		x, wrong := corrected(a, label)
		if !wrong {
			continue
		}
		f := a.FactFinding(label, "")
		f.Logged = math.NaN()
		f.Message = fmt.Sprintf("The label says %s (%s), the %s says %s.", audit.FactName(label), label.Text, x.Source, audit.FactName(x))
		out = append(out, f)
	}
	return out
}

// corrected finds the fact of another source that a label contradicts and the model does not.
func corrected(a *audit.Audit, label runlog.Fact) (fact runlog.Fact, wrong bool) {
	if label.Source != "label" || label.Void != "" {
		return fact, false
	}
	for _, x := range a.Facts.Of(label.Key) {
		if x.Source != "label" && !sameFact(x, label) && !a.Broken(x) {
			return x, true
		}
	}
	return fact, false
}

func sameFact(x, y runlog.Fact) bool {
	if x.Str != "" || y.Str != "" {
		return x.Str == y.Str
	}
	return x.Num == y.Num
}

// settledKeys lists the facts of which a run has one value.
func settledKeys() []runlog.FactKey {
	return []runlog.FactKey{
		runlog.Devices, runlog.Device, runlog.Precision, runlog.SeqLen, runlog.MicroBatch, runlog.GradAccum, runlog.GlobalBatch, runlog.TokensPerStep,
		runlog.Layers, runlog.HiddenSize, runlog.Heads, runlog.KVHeads, runlog.HeadDim, runlog.IntermediateSize, runlog.VocabSize, runlog.Sparsity, runlog.Recompute,
	}
}

// factFindings tells facts with two values.
func factFindings(a *audit.Audit) []audit.Finding {
	out := modelFinding(a)
	for _, key := range settledKeys() {
		facts := slices.DeleteFunc(a.Facts.Of(key), func(x runlog.Fact) bool { return x.Source == "label" || x.Source == "format" })
		for i, x := range facts {
			if i == 0 || agree(facts[0], x) || a.Broken(x) || a.Broken(facts[0]) {
				continue
			}
			f := a.FactFinding(x, "")
			f.Logged = math.NaN()
			f.Message = fmt.Sprintf("The %s says %s, the %s says %s; the first is believed.", facts[0].Source, audit.FactName(facts[0]), x.Source, audit.FactName(x))
			out = append(out, f)
			break
		}
	}
	return out
}

// modelFinding tells the facts of the log that contradict the model which the user names; the model is believed.
func modelFinding(a *audit.Audit) []audit.Finding {
	m := a.Options.Model
	if m == nil {
		return nil
	}
	var against []string
	var first runlog.Fact
	for _, d := range dimensionsOf(m) {
		for _, x := range a.Facts.Of(d.key) {
			if x.Source == "label" || x.Source == "format" || len(d.values) == 0 || slices.Contains(d.values, int64(x.Num)) || d.key == runlog.VocabSize && int64(x.Num) == a.World.Model.Vocab {
				continue
			}
			if len(against) == 0 {
				first = x
			}
			against = append(against, fmt.Sprintf("%s (the model has %d)", audit.FactName(x), d.values[0]))
			break
		}
	}
	if len(against) == 0 {
		return nil
	}
	f := a.FactFinding(first, "")
	f.Logged = math.NaN()
	f.Message = fmt.Sprintf("The log says %s; %s is believed.", audit.List(against), a.Options.ModelName)
	return []audit.Finding{f}
}

// dimension is the values that a configuration of a model may hold under a key; none if the key says nothing of the model.
type dimension struct {
	key    runlog.FactKey
	values []int64
}

// dimensionsOf lists what configurations declare of a model. Where layers differ, each layer's value is one: the width of dense
// layers stands beside that of experts. A mixture without dense layers may hold an intermediate_size that nothing uses (Qwen3-MoE).
func dimensionsOf(m *reference.Architecture) []dimension {
	var heads, kv, dims, widths, experts []int64
	dense := false
	for _, g := range m.Groups {
		at, x := g.Attention, g.FFN.Experts
		dense = dense || g.FFN.Width > 0
		widths, experts = append(widths, g.FFN.Width, x.Width, x.SharedWidth), append(experts, x.Count)
		if at.Heads == 0 {
			continue
		}
		heads, kv = append(heads, at.Heads), append(kv, at.KVHeads)
		switch {
		case at.IsLatent():
			kv = append(kv, at.Heads)
		default:
			dims = append(dims, at.HeadDim)
		}
	}
	positive := func(list []int64) []int64 {
		return slices.DeleteFunc(list, func(v int64) bool { return v <= 0 })
	}
	out := []dimension{
		{runlog.Layers, []int64{m.Layers()}},
		{runlog.HiddenSize, []int64{m.Hidden}},
		{runlog.Heads, positive(heads)},
		{runlog.KVHeads, positive(kv)},
		{runlog.HeadDim, positive(dims)},
		{runlog.Experts, positive(experts)},
		{runlog.VocabSize, []int64{m.Vocab}},
	}
	if dense {
		out = append(out, dimension{runlog.IntermediateSize, positive(widths)})
	}
	return out
}

// agree reports whether two facts of a key mean the same.
func agree(x, y runlog.Fact) bool {
	switch x.Key {
	case runlog.Precision:
		p, okP := reference.ParsePrecision(x.Str)
		q, okQ := reference.ParsePrecision(y.Str)
		return !okP || !okQ || p == q
	case runlog.Device:
		p, okP := reference.ResolveDevice(x.Str)
		q, okQ := reference.ResolveDevice(y.Str)
		return !okP || !okQ || p.Device.ID == q.Device.ID || slices.Contains(p.Ambiguous, q.Device) || slices.Contains(q.Ambiguous, p.Device)
	default:
		return sameFact(x, y)
	}
}

// parameterCountFindings tells logged totals that differ.
func parameterCountFindings(a *audit.Audit) []audit.Finding {
	totals := a.Values(reference.Parameters)
	if len(totals) == 0 {
		return nil
	}
	for i := range totals {
		if o := &totals[i]; !a.SameNumber(&totals[0], o) {
			f := a.SummaryFinding(o)
			f.Expected = totals[0].Value()
			f.Evidence.Cause = audit.CauseNone
			f.Message = fmt.Sprintf("%s says %s parameters, %s says %s.", totals[0].Key, audit.Group(totals[0].Value()), o.Key, audit.Group(o.Value()))
			return []audit.Finding{f}
		}
	}
	trained := a.Values(reference.TrainableParameters)
	for i := range trained {
		if o := &trained[i]; o.Value() > totals[0].Value() && !a.SameNumber(&totals[0], o) {
			f := a.SummaryFinding(o)
			f.Expected = totals[0].Value()
			f.Evidence.Cause = audit.CauseNone
			f.Message = "More parameters are trained than the model has."
			return []audit.Finding{f}
		}
	}
	return nil
}

// nonEmbeddingFindings tells non-embedding parameters that are not.
func nonEmbeddingFindings(a *audit.Audit) []audit.Finding {
	if a.World.Model == nil || !a.Settled() {
		return nil
	}
	p := a.World.Model.CountParameters()
	values := a.Values(reference.NonEmbeddingParameters)
	for i := range values {
		o := &values[i]
		v := int64(math.Round(o.Value()))
		// An untied head is a matrix of its own; keeping it is a reading that people state.
		if v == p.NonEmbedding() || v == p.NonEmbedding()+p.Head {
			continue
		}
		f := a.SummaryFinding(o)
		f.Expected = float64(p.NonEmbedding())
		f.ExpectedAs = fmt.Sprintf("%s − tables %s", audit.Group(float64(p.Total)), audit.Group(float64(p.Embedding+p.Positions+p.Head)))
		switch v {
		case p.Total:
			f.Message = "The value is the total: the embedding tables are still in it. nanoGPT subtracts the position table only, and there is none."
			if p.Positions > 0 {
				f.Message = "The value is the total: the embedding tables are still in it."
			}
		case p.Total - p.Positions:
			f.Message = "Only the position table is subtracted, as nanoGPT does; the token table is still in it."
		default:
			f.Evidence.Cause = audit.CauseNone
			f.Message = "The value is not the total less the embedding tables."
		}
		return []audit.Finding{f}
	}
	return nil
}
