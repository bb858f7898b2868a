package rules

import (
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// totalQuantities are those that a mistake in FLOPs per token shows in.
func totalQuantities() []reference.Quantity {
	return []reference.Quantity{
		reference.FLOPsPerToken, reference.WeightFLOPsPerToken, reference.CoreFLOPsPerToken, reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice, reference.MFU,
	}
}

// attentionQuantities are those that a mistake in attention shows in.
func attentionQuantities() []reference.Quantity {
	return append([]reference.Quantity{reference.AttentionFLOPsPerLayer, reference.AttentionToFFNRatio}, totalQuantities()...)
}

// ffnQuantities are those that a mistake in an FFN shows in.
func ffnQuantities() []reference.Quantity {
	return append([]reference.Quantity{reference.FFNFLOPsPerLayer, reference.AttentionToFFNRatio}, totalQuantities()...)
}

// total is the account of FLOPs per token alone.
func total() []audit.Account { return []audit.Account{audit.AccountTotal} }

// totalAndLayers are the accounts of FLOPs per token and of a per-layer breakdown.
func totalAndLayers() []audit.Account {
	return []audit.Account{audit.AccountBreakdown, audit.AccountTotal}
}

// anyLayer reports whether a layer of the model is so; false without a model.
func anyLayer(w *audit.World, is func(g *reference.LayerGroup) bool) bool {
	if w.Model == nil {
		return false
	}
	for i := range w.Model.Groups {
		if is(&w.Model.Groups[i]) {
			return true
		}
	}
	return false
}

// attends reports whether attention mixes a layer's tokens.
func attends(g *reference.LayerGroup) bool {
	return (g.Mixer == nil || g.Parallel) && g.Attention.Heads > 0
}

// attention is that of the first layer that has some.
func attention(w *audit.World) (at reference.Attention, ok bool) {
	ok = anyLayer(w, func(g *reference.LayerGroup) bool {
		at = g.Attention
		return attends(g)
	})
	return at, ok
}

// mixes reports whether a layer has something in place of attention that is no FFN alone.
func mixes(g *reference.LayerGroup) bool {
	return g.Mixer != nil && g.Mixer != reference.Mixer(reference.NoMixer{}) && !g.Parallel
}

// windowed reports whether a layer attends over a window that is shorter than the sequence.
func windowed(w *audit.World) func(g *reference.LayerGroup) bool {
	return func(g *reference.LayerGroup) bool {
		return attends(g) && g.Attention.Window > 0 && g.Attention.Window < w.SeqLen
	}
}

// routed reports whether experts take the place of a layer's FFN.
func routed(g *reference.LayerGroup) bool { return g.FFN.Experts.Count > 0 }

// mixture is the experts of the first layer that has some.
func mixture(w *audit.World) (x reference.Experts, ok bool) {
	if w.Model == nil {
		return x, false
	}
	for _, g := range w.Model.Groups {
		if routed(&g) {
			return g.FFN.Experts, true
		}
	}
	return x, false
}

// denseWidth is the width of the first dense FFN; 0 if there is none.
func denseWidth(w *audit.World) int64 {
	for _, g := range w.Model.Groups {
		if g.FFN.Width > 0 {
			return g.FFN.Width
		}
	}
	return 0
}

// widths lists widths in order, each once, those that are not positive or among without left out.
func widths(list []int64, without ...int64) []int64 {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(v int64) bool { return v <= 0 || slices.Contains(without, v) })
}
