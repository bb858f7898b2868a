package report

import (
	"math"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// A model of round numbers: one layer, H 4, two heads of 2, plain FFN of 16, V 10, S 8. A token's forward FLOPs are 2·4·H² = 128 for the
// projections, 4·S·H = 128 for the core, 2·2·H·16 = 256 for the FFN and 2·H·V = 80 for the head; training is three times that.
func roundRun() *audit.RunReport {
	m := &reference.Architecture{Hidden: 4, Vocab: 10, Groups: []reference.LayerGroup{{
		Count: 1, Attention: reference.Attention{Heads: 2, KVHeads: 2, HeadDim: 2}, FFN: reference.FFN{Width: 16},
	}}}
	return &audit.RunReport{
		Model:     audit.ModelReport{Architecture: m, SeqLen: 8},
		MFU:       &audit.MFUReport{Logged: 0.4, Corrected: 0.4, Restated: 0.4, Convention: reference.MatmulFull, OwnConvention: reference.MatmulFull},
		Breakdown: &audit.Breakdown{Attention: 1000, FFN: 768, Head: math.NaN(), Total: 1776, Recompute: reference.RecomputeFull},
	}
}

func TestBarsOfFLOPsAreThoseOfTheLedger(t *testing.T) {
	bars := flopsBars(roundRun())
	want := []struct {
		name  string
		parts []float64
	}{
		{"Reference: matmul-full", []float64{384, 384, 768, 240}},
		{"What the devices compute, full recompute", []float64{384, 384, 768, 240, 512}}, // the layer's forward pass once more
		{"Claimed by the log’s breakdown", []float64{1000, 768}},
		{"Claimed by the logged FLOPs per token", []float64{1776}},
	}
	if len(bars) != len(want) {
		t.Fatalf("%d bars: %+v", len(bars), bars)
	}
	for i, w := range want {
		if bars[i].name != w.name || len(bars[i].parts) != len(w.parts) {
			t.Errorf("%+v, want %+v", bars[i], w)
			continue
		}
		for k, v := range w.parts {
			if bars[i].parts[k].flops != v {
				t.Errorf("%s: %s %v, want %v", w.name, bars[i].parts[k].name, bars[i].parts[k].flops, v)
			}
		}
	}
	if bars[2].note != "not logged: output head" {
		t.Errorf("note %q", bars[2].note)
	}
}

func TestOnlyTheCoreIsComputedAgainUnderSelectiveRecompute(t *testing.T) {
	r := roundRun()
	r.Breakdown.Recompute = reference.RecomputeSelective
	parts := flopsBars(r)[1].parts
	if last := parts[len(parts)-1]; last.class != "part-recompute" || last.flops != 128 {
		t.Errorf("%+v", last)
	}
}

func TestAModelThatIsNotSettledHasNoBars(t *testing.T) {
	r := roundRun()
	r.Model.Undecided = []string{"KV heads"}
	if bars := flopsBars(r); bars != nil {
		t.Errorf("%+v", bars)
	}
}

// 6N leaves out the core: (1776 − 384) ÷ 1776 of 40 %, and the embedding is charged: N = 4·H² + 2·H·16 + 2·H·V = 64 + 128 + 80 = 272,
// 6N = 1632, so 40 % · 1632 ÷ 1776.
func TestTheSameRunUnderEveryConvention(t *testing.T) {
	r := roundRun()
	r.MFU.Others = map[string]float64{"matmul-full": 0.4, "6n": 0.4 * 1632 / 1776}
	list := underAll(r)
	found := 0
	for _, c := range list {
		for _, name := range c.names {
			switch name {
			case "matmul-full":
				found++
				if c.mfu != 0.4 || !c.own {
					t.Errorf("%+v", c)
				}
			case "torchtitan", "megatron-lm":
				found++
				if c.kind != reference.Implementation {
					t.Errorf("%+v", c)
				}
			}
		}
	}
	if found != 3 {
		t.Errorf("%d of 3 found in %+v", found, list)
	}
	// What the audit computed otherwise, as of a run with frozen weights, no formula of the model alone can follow.
	r.MFU.Others["6n"] = 0.3
	for _, c := range underAll(r) {
		if c.kind == reference.Implementation {
			t.Errorf("%+v", c)
		}
	}
}
