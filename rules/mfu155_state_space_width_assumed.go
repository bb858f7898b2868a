package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func stateSpaceWidthAssumed() audit.Rule {
	return audit.Rule{
		ID: "MFU155", Name: "state-space-width-assumed", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "State-space layers are charged with an inner width of 2·H where theirs is another.",
		What:    "Whether logged FLOPs come out only with 2·H channels in every Mamba-2 layer.",
		Why:     "Nemotron-Nano-9B-v2 has 128 heads of 80, 10 240 channels, where 2·H is 8960: its mixers are charged about an eighth too little.",
		How:     "The expansion factor of the Mamba papers is 2; a configuration that gives heads and their dimension need not keep to it.",
		Fix:     "Use heads × head dimension.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM d98e8a64 megatron/training/training.py: d_inner is 2·H in the hybrid branch", URL: "https://github.com/NVIDIA/Megatron-LM"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			var channels int64
			other := anyLayer(w, func(g *reference.LayerGroup) bool {
				x, ok := g.Mixer.(reference.Mamba2)
				channels = x.Heads * x.HeadDim
				return ok && channels != 2*w.Model.Hidden && x.Heads > 0 && 2*w.Model.Hidden%x.Heads == 0
			})
			if !other {
				return nil
			}
			return []audit.Edit{{
				Axis: "mixers", Accounts: total(),
				Set:       func(b *reference.Basis) { b.Shape.Mixers = reference.MixersExpandTwo },
				Text:      fmt.Sprintf("State-space layers are charged with 2·H = %d channels; they have %d.", 2*w.Model.Hidden, channels),
				Short:     "state-space layers of width 2·H",
				SettledBy: "mamba_num_heads and mamba_head_dim in the trainer's formula",
			}}
		},
	}
}
