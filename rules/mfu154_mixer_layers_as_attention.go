package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func mixerLayersAsAttention() audit.Rule {
	return audit.Rule{
		ID: "MFU154", Name: "mixer-layers-as-attention", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "State-space or linear-attention layers are charged as attention.",
		What:    "Whether logged FLOPs come out only if layers that have a mixer in place of attention are charged as attention, as whole transformer layers, or not at all.",
		Why:     "A 52-layer hybrid of 8 B parameters whose every layer is charged as attention and an FFN is charged with about 1.75 times its FLOPs.",
		How:     "The formula multiplies one layer by num_hidden_layers.",
		Fix:     "Charge each kind of layer with its own matrices, and mixers with their chunk and state matmuls.",
		Citations: []audit.Citation{
			{Text: "OFU, section 1: a branch without per-layer-type accounting", URL: "https://arxiv.org/abs/2605.20799"},
			{Text: "NVIDIA/Megatron-LM #2198: layer types of hybrid models", URL: "https://github.com/NVIDIA/Megatron-LM/pull/2198"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, mixes) {
				return nil
			}
			edit := func(reading reference.MixerReading, text, short string) audit.Edit {
				return audit.Edit{
					Axis: "mixers", Accounts: total(), Text: text, Short: short, SettledBy: "the layer types in the trainer's formula",
					Set: func(b *reference.Basis) { b.Shape.Mixers = reading },
				}
			}
			edits := []audit.Edit{
				edit(reference.MixersAsAttention, "Layers without attention are charged as if they had the attention of the others.", "mixers as attention"),
				edit(reference.MixersOmitted, "What layers have in place of attention is not charged.", "mixers left out"),
			}
			bare := func(g *reference.LayerGroup) bool { return g.FFN.Width == 0 && !routed(g) || !attends(g) && !mixes(g) }
			if anyLayer(w, bare) { // else the first says the same
				edits = append(edits, edit(reference.MixersFullLayers, "Every layer is charged as attention and an FFN, whatever its kind.", "every layer as attention and FFN"))
			}
			return edits
		},
	}
}
