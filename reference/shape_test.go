package reference_test

import (
	"math"
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
)

// presetModel is a published model's architecture.
func presetModel(t *testing.T, name string) *reference.Architecture {
	t.Helper()
	p, ok := reference.PresetByName(name)
	if !ok {
		t.Fatalf("no preset %s", name)
	}
	config, err := p.Config()
	if err != nil {
		t.Fatal(err)
	}
	m, err := config.Architecture()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// misreadings are bases that differ from the reference in one axis that formulas get wrong.
func misreadings() map[string]reference.Basis {
	shape := func(s reference.Shape) reference.Basis { return reference.Basis{Shape: s} }
	return map[string]reference.Basis{
		"core twice":              {Core: reference.CoreTwice},
		"core quarter":            {Core: reference.CoreQuarter},
		"core half capped":        {Core: reference.CoreHalfCapped},
		"core exact halved":       {Core: reference.CoreExactHalved},
		"softmax":                 {Softmax: true},
		"softmax, causal":         {Softmax: true, Core: reference.CoreExact},
		"head ¾":                  {Head: reference.HeadThreeQuarters},
		"head ⅓":                  {Head: reference.HeadThird},
		"vocabulary":              {Vocab: 131072},
		"experts omitted":         {Experts: reference.ExpertsOmitted},
		"head dim":                shape(reference.Shape{HeadDim: reference.HeadDimOfHidden}),
		"windows ignored":         shape(reference.Shape{Windows: reference.WindowsIgnored}),
		"windows everywhere":      shape(reference.Shape{Windows: reference.WindowsEverywhere}),
		"windows added":           shape(reference.Shape{Windows: reference.WindowsAdded}),
		"latent query core":       shape(reference.Shape{Latent: reference.LatentQueryCore}),
		"latent query heads":      shape(reference.Shape{Latent: reference.LatentQueryHeads}),
		"latent multi-head":       shape(reference.Shape{Latent: reference.LatentMultiHead}),
		"expert width":            shape(reference.Shape{ExpertWidth: 4096}),
		"shared width":            shape(reference.Shape{SharedWidth: 512}),
		"no shared experts":       shape(reference.Shape{SharedWidth: reference.NoSharedExperts}),
		"wide experts":            shape(reference.Shape{WideExperts: true}),
		"mixers as attention":     shape(reference.Shape{Mixers: reference.MixersAsAttention}),
		"every layer whole":       shape(reference.Shape{Mixers: reference.MixersFullLayers}),
		"mixers of twice H":       shape(reference.Shape{Mixers: reference.MixersExpandTwo}),
		"mixers omitted":          shape(reference.Shape{Mixers: reference.MixersOmitted}),
		"two readings, causal":    {Core: reference.CoreExact, Shape: reference.Shape{HeadDim: reference.HeadDimOfHidden, Windows: reference.WindowsIgnored}},
		"no experts, no routers":  {Experts: reference.ExpertsOmitted, NoRouter: true},
		"latent reading, no head": {Head: reference.HeadOmitted, Shape: reference.Shape{Latent: reference.LatentMultiHead}},
	}
}

// Terms in exact numbers and Forward in float64 charge the same, whatever is misread.
func TestMisreadingsCostTheSameInExactNumbers(t *testing.T) {
	const seqLen = 6144
	for _, p := range reference.Presets() {
		m := presetModel(t, p.Name)
		if len(m.Encoder) > 0 || m.Ends != (reference.Ends{}) {
			continue
		}
		for name, b := range misreadings() {
			terms, ok := b.Terms(m)
			if !ok {
				t.Errorf("%s, %s: no terms", p.Name, name)
				continue
			}
			q := reference.OfLength(seqLen)
			var sum float64
			for i := range terms {
				v, _ := q.Forward(&terms[i]).Float64()
				sum += v
			}
			if want := b.Forward(m, seqLen).Sum() * seqLen; math.Abs(sum-want) > 1e-12*want {
				t.Errorf("%s, %s: terms give %v, forward %v", p.Name, name, sum, want)
			}
		}
	}
}

// A model that has nothing of a kind costs the same however that kind is misread.
func TestAPlainModelCannotBeMisread(t *testing.T) {
	m := presetModel(t, "Llama-2-7b-hf")
	want := reference.Basis{}.Forward(m, 4096)
	for name, b := range misreadings() {
		if b.Core == 0 && b.Head == 0 && b.Vocab == 0 && !b.Softmax {
			if got := b.Forward(m, 4096); got != want {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
}

// The figures are sums of FORMULAS' terms, worked out by hand.
func TestMisreadingsCostWhatTheFormulasSay(t *testing.T) {
	for _, c := range []struct {
		model, name string
		seqLen      int64
		basis       reference.Basis
		part        func(f reference.FLOPs) float64
		want        float64
	}{
		// 13 windowed layers of 4·8·256·4096 and 13 full ones of 4·8·256·8192
		{"gemma-2-2b", "own windows", 8192, reference.Basis{}, core, 13*33554432 + 13*67108864},
		{"gemma-2-2b", "ignored", 8192, reference.Basis{Shape: reference.Shape{Windows: reference.WindowsIgnored}}, core, 26 * 67108864},
		{"gemma-2-2b", "everywhere", 8192, reference.Basis{Shape: reference.Shape{Windows: reference.WindowsEverywhere}}, core, 26 * 33554432},
		{"gemma-2-2b", "added", 8192, reference.Basis{Shape: reference.Shape{Windows: reference.WindowsAdded}}, core, 26*33554432 + 13*67108864},
		{"gemma-2-2b", "half capped", 8192, reference.Basis{Core: reference.CoreHalfCapped}, core, 13*16777216 + 13*33554432},
		// 3·a·min(S, W): 3·8·4096 and 3·8·8192
		{"gemma-2-2b", "softmax alone", 8192, reference.Basis{Core: reference.CoreOmitted, Softmax: true}, core, 13*98304 + 13*196608},
		// 27 layers of 16 heads: 2·16·(192 + 192)·4096, 4·2048·4096, 4·16·192·4096
		{"DeepSeek-V2-Lite", "query core", 4096, reference.Basis{Shape: reference.Shape{Latent: reference.LatentQueryCore}}, core, 27 * 50331648},
		{"DeepSeek-V2-Lite", "multi-head", 4096, reference.Basis{Shape: reference.Shape{Latent: reference.LatentMultiHead}}, core, 27 * 33554432},
		{"DeepSeek-V2-Lite", "multi-head projections 8·H²", 4096, reference.Basis{Shape: reference.Shape{Latent: reference.LatentMultiHead}}, projections, 27 * 33554432},
		{"DeepSeek-V2-Lite", "query heads 8·H·a·192", 4096, reference.Basis{Shape: reference.Shape{Latent: reference.LatentQueryHeads}}, projections, 27 * 50331648},
		// 6·2048·10944 + 26·6·2048·(6·1408 + shared)
		{"DeepSeek-V2-Lite", "shared as one expert", 4096, reference.Basis{Shape: reference.Shape{SharedWidth: 1408}}, ffn, 134479872 + 26*12288*(8448+1408)},
		{"DeepSeek-V2-Lite", "no shared experts", 4096, reference.Basis{Shape: reference.Shape{SharedWidth: reference.NoSharedExperts}}, ffn, 134479872 + 26*12288*8448},
		// 48 layers of 8 experts: 6·2048·8·6144
		{"Qwen3-30B-A3B", "dense width", 4096, reference.Basis{Shape: reference.Shape{ExpertWidth: 6144}}, ffn, 48 * 603979776},
		// 48 layers with heads of 2048 ÷ 32 = 64: 2·2048·64·(32 + 8) + 2·32·64·2048
		{"Qwen3-30B-A3B", "H ÷ a", 4096, reference.Basis{Shape: reference.Shape{HeadDim: reference.HeadDimOfHidden}}, projections, 48 * 18874368},
		{"Mixtral-8x7B-v0.1", "no experts", 4096, reference.Basis{Experts: reference.ExpertsOmitted}, ffn, 0},
		// ¾ and ⅓ of 2·4096·32000
		{"Mixtral-8x7B-v0.1", "¾ of the head", 4096, reference.Basis{Head: reference.HeadThreeQuarters}, head, 196608000},
		{"Mixtral-8x7B-v0.1", "head of 32768 rows", 4096, reference.Basis{Vocab: 32768}, head, 268435456},
	} {
		got := c.part(c.basis.Forward(presetModel(t, c.model), c.seqLen))
		if math.Abs(got-c.want) > 1e-12*c.want {
			t.Errorf("%s, %s: %.0f, want %.0f", c.model, c.name, got, c.want)
		}
	}
}

func core(f reference.FLOPs) float64        { return f.Core }
func projections(f reference.FLOPs) float64 { return f.Projections }
func ffn(f reference.FLOPs) float64         { return f.FFN }
func head(f reference.FLOPs) float64        { return f.Head }

func TestScalesAndPassesMultiplyTheTotal(t *testing.T) {
	m := presetModel(t, "Llama-2-7b-hf")
	forward := reference.Basis{}.Forward(m, 4096).Sum()
	for _, c := range []struct {
		basis reference.Basis
		times float64
	}{
		{reference.Basis{}, 3},
		{reference.Basis{Passes: reference.BackwardOnce}, 2},
		{reference.Basis{Scale: reference.MultiplyAdds}, 1.5},
		{reference.Basis{Scale: reference.Doubled}, 6},
		{reference.Basis{Scale: reference.ThousandTimes}, 3000},
		{reference.Basis{Scale: reference.OneInAThousand}, 0.003},
		{reference.Basis{Scale: reference.Doubled, Passes: reference.ForwardOnly}, 2},
	} {
		if got, want := c.basis.TrainingPerToken(m, 4096), c.times*forward; math.Abs(got-want) > 1e-12*want {
			t.Errorf("%+v: %v, want %v", c.basis, got, want)
		}
	}
}

// A formula for another shape is suspect where it misreads a model, and nowhere else.
func TestAConventionIsSuspectOnlyWhereItMisreadsTheModel(t *testing.T) {
	for _, c := range []struct {
		convention, model string
		seqLen            int64
		want              bool
	}{
		{"nemo", "Llama-2-7b-hf", 4096, false},
		{"nemo", "Qwen3-4B", 4096, true}, // heads of 128, H ÷ a = 80
		{"levanter", "Qwen3-4B", 4096, true},
		{"llm-foundry", "Meta-Llama-3-8B", 8192, false},
		{"megatron-lm-2024", "Mixtral-8x7B-v0.1", 4096, false},
		{"megatron-lm-2024", "DeepSeek-V2-Lite", 4096, true},
		{"torchtitan-before-4300", "gemma-2-2b", 8192, true},
		{"torchtitan-before-4300", "gemma-2-2b", 4096, false}, // as long as the window
		{"maxtext-before-1988", "Mistral-7B-v0.1", 8192, true},
		{"gpt-neox", "Llama-2-7b-hf", 4096, true}, // on any model
	} {
		convention, ok := reference.ConventionByName(c.convention)
		if !ok {
			t.Fatalf("no convention %s", c.convention)
		}
		if got := convention.SuspectFor(presetModel(t, c.model), c.seqLen); got != c.want {
			t.Errorf("%s on %s at %d: suspect is %v", c.convention, c.model, c.seqLen, got)
		}
	}
}
