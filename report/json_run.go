package report

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

type jsonRun struct {
	Path       string         `json:"path"`
	Format     string         `json:"format"`
	Name       string         `json:"name"`
	Verdict    string         `json:"verdict"`
	Steps      int            `json:"steps"`
	Model      *jsonModel     `json:"model"`
	Hardware   jsonHardware   `json:"hardware"`
	MFU        *jsonMFU       `json:"mfu"`
	Quantities []jsonQuantity `json:"quantities"`
	Findings   []jsonFinding  `json:"findings"`
	Coverage   jsonCoverage   `json:"coverage"`
	Facts      []jsonFact     `json:"facts"`
	Problems   []jsonProblem  `json:"problems"`
	Claim      *jsonClaim     `json:"claim,omitempty"`
}

func newJSONRun(r *audit.RunReport) jsonRun {
	out := jsonRun{
		Path: r.Path, Format: r.Format, Name: r.Name, Verdict: r.Verdict(), Steps: r.Steps,
		Claim: newJSONClaim(r), Model: newJSONModel(r.Model), MFU: newJSONMFU(r.MFU),
		Hardware: jsonHardware{
			Name: text(r.Hardware.Printed), Devices: positiveInt(r.Hardware.Devices),
			Precision: text(string(r.Hardware.Precision)), Peak: positive(r.Hardware.Peak),
		},
		Quantities: []jsonQuantity{}, Findings: []jsonFinding{}, Facts: []jsonFact{}, Problems: []jsonProblem{},
		Coverage: jsonCoverage{
			Logged: r.Coverage.Logged, Audited: r.Coverage.Audited, NotAudited: list(r.Coverage.NotAudited),
			SkippedRules: []jsonSkipped{}, Needs: list(r.Coverage.Needs),
		},
	}
	if d := r.Hardware.Device; d != nil {
		out.Hardware.Device = text(d.ID)
	}
	for _, q := range r.Quantities {
		out.Quantities = append(out.Quantities, jsonQuantity{
			Quantity: q.Quantity, Key: q.Key, Status: q.Status, Unit: text(q.Quantity.Info().Unit),
			Logged: number64(q.Logged), Expected: number64(q.Expected), Restated: number64(q.Restated),
			LoggedUnit: text(q.Unit), Steps: q.Steps, Reason: text(q.Reason), Cause: text(q.Cause),
		})
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, newJSONFinding(f))
	}
	for _, s := range r.Coverage.Skipped {
		out.Coverage.SkippedRules = append(out.Coverage.SkippedRules, jsonSkipped(s))
	}
	for _, f := range r.Facts {
		out.Facts = append(out.Facts, jsonFact{f.Key, f.Value, f.Source, location(f.Pos), text(f.Broken)})
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, jsonProblem{p.Kind, p.Message, max(p.Count, 1), location(p.Pos)})
	}
	return out
}

type jsonHardware struct {
	Device    *string  `json:"device"`
	Name      *string  `json:"name"`
	Devices   *int64   `json:"devices"`
	Precision *string  `json:"precision"`
	Peak      *float64 `json:"peak_flops_per_device"`
}

// jsonDimensions are an architecture's dimensions; those of its layers are the first group's.
type jsonDimensions struct {
	Layers           *int64 `json:"layers"`
	HiddenSize       *int64 `json:"hidden_size"`
	Heads            *int64 `json:"heads"`
	KVHeads          *int64 `json:"kv_heads"`
	HeadDim          *int64 `json:"head_dim"`
	IntermediateSize *int64 `json:"intermediate_size"`
	Gated            *bool  `json:"gated"`
	VocabSize        *int64 `json:"vocab_size"`
	Tied             *bool  `json:"tied"`
}

func newJSONDimensions(m *reference.Architecture) jsonDimensions {
	if m == nil {
		return jsonDimensions{}
	}
	g := m.First()
	gated, tied := g.FFN.Gated, m.Tied
	return jsonDimensions{
		positiveInt(m.Layers()), positiveInt(m.Hidden), positiveInt(g.Attention.Heads), positiveInt(g.Attention.KVHeads),
		positiveInt(g.Attention.HeadDim), positiveInt(g.FFN.Width), &gated, positiveInt(m.Vocab), &tied,
	}
}

type jsonModel struct {
	Parameters *int64 `json:"parameters"`
	jsonDimensions
	SeqLen    *int64           `json:"seq_len"`
	Source    *string          `json:"source"`
	Domain    *string          `json:"domain"`
	Evidence  []string         `json:"evidence"`
	Undecided []string         `json:"undecided"`
	Rivals    []jsonModelRival `json:"rivals"`
}

type jsonModelRival struct {
	jsonDimensions
	Text     string   `json:"text"`
	Breaks   []string `json:"breaks"`
	Against  []string `json:"against"`
	InDomain bool     `json:"in_domain"`
	Cost     int      `json:"cost"`
	MFU      *float64 `json:"mfu"`
}

// newJSONModel is nil where nothing is known of the model.
func newJSONModel(m audit.ModelReport) *jsonModel {
	if m.Architecture == nil && m.Parameters == 0 {
		return nil
	}
	out := &jsonModel{
		Parameters: positiveInt(parametersOf(m)), jsonDimensions: newJSONDimensions(m.Architecture), SeqLen: positiveInt(m.SeqLen),
		Source: text(m.Source), Domain: text(m.Domain),
		Evidence: list(m.Evidence), Undecided: list(m.Undecided), Rivals: []jsonModelRival{},
	}
	for i := range m.Rivals {
		v := &m.Rivals[i]
		out.Rivals = append(out.Rivals, jsonModelRival{
			newJSONDimensions(&v.Architecture), v.Describe, list(v.Breaks), list(v.Against), v.InDomain, v.Cost, positive(v.MFU),
		})
	}
	return out
}

type jsonMFU struct {
	Logged        *float64           `json:"logged"`
	Corrected     *float64           `json:"corrected"`
	OwnConvention *string            `json:"own_convention"`
	Also          []string           `json:"also"`
	Restated      *float64           `json:"restated"`
	Convention    *string            `json:"convention"`
	Step          *int64             `json:"step"`
	Over          string             `json:"over"`
	Steps         int                `json:"steps"`
	Excluded      []jsonExcluded     `json:"excluded"`
	Peak          *string            `json:"peak"`
	RestatedText  *string            `json:"restated_text"`
	Others        map[string]float64 `json:"others"`
	Waterfall     []jsonWaterfallRow `json:"waterfall"`
}

// mostExcluded is how many left-out steps a report lists; of a long run, nobody reads them all.
const mostExcluded = 1000

type jsonExcluded struct {
	Step   int64  `json:"step"`
	Reason string `json:"reason"`
}

type jsonWaterfallRow struct {
	Rule   *string             `json:"rule"`
	Kind   audit.WaterfallKind `json:"kind"`
	Factor *float64            `json:"factor"`
	MFU    *float64            `json:"mfu"`
	Text   string              `json:"text"`
	Cause  *string             `json:"cause"`
	Rivals []string            `json:"rivals"`
}

// newJSONMFU is nil where there is no MFU to tell.
func newJSONMFU(m *audit.MFUReport) *jsonMFU {
	if m == nil {
		return nil
	}
	out := &jsonMFU{
		Logged: number64(m.Logged), Corrected: number64(m.Corrected), OwnConvention: text(m.OwnConvention), Also: list(m.Also),
		Restated: number64(m.Restated), Convention: text(m.Convention), Over: m.Over, Steps: m.Steps,
		Excluded: []jsonExcluded{}, Peak: text(m.PeakText), RestatedText: text(m.RestatedText),
		Others: map[string]float64{}, Waterfall: []jsonWaterfallRow{},
	}
	if m.HasStep {
		out.Step = &m.Step
	}
	for i, e := range m.Excluded {
		if i == mostExcluded && i < len(m.Excluded)-1 {
			last := m.Excluded[len(m.Excluded)-1]
			out.Excluded = append(out.Excluded, jsonExcluded{last.Step, fmt.Sprintf("the last of %d more, which are not listed", len(m.Excluded)-i)})
			break
		}
		out.Excluded = append(out.Excluded, jsonExcluded(e))
	}
	for name, v := range m.Others { // the encoder sorts keys
		if known(v) {
			out.Others[name] = v
		}
	}
	for _, w := range m.Waterfall {
		out.Waterfall = append(out.Waterfall, jsonWaterfallRow{
			text(w.Rule), w.Kind, number64(w.Factor), number64(w.MFU), w.Text, text(string(w.Cause)), list(w.Rivals),
		})
	}
	return out
}
