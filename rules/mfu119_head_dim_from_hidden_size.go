package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func headDimFromHiddenSize() audit.Rule {
	return audit.Rule{
		ID: "MFU119", Name: "head-dim-from-hidden-size", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The head dimension is taken for H ÷ a where the model has its own.",
		What:    "Whether logged FLOPs come out only with heads of H ÷ a, so that projections and core are H wide and not a·d.",
		Why:     "Qwen3-235B-A22B has a·d = 2·H: at S 196 608 its FLOPs are 1.84 times what the narrower heads give.",
		How:     "Formulas from before head_dim was a key of its own hold H where a·d is due.",
		Fix:     "Read head_dim: 2·H·d·(a + 2g) + 2·a·d·H for the projections, 4·a·d·S for the core.",
		Citations: []audit.Citation{
			{Text: "NVIDIA-NeMo/RL #2736: Qwen3's attention was sized by the hidden size, 1.842 times too low at 192K", URL: "https://github.com/NVIDIA-NeMo/RL/pull/2736"},
			{Text: "ByteDance-Seed/VeOmni #125: head_dim was hidden_size // num_attention_heads", URL: "https://github.com/ByteDance-Seed/VeOmni/pull/125"},
			{Text: "allenai/open-instruct #1096: head_dim of the Qwen models", URL: "https://github.com/allenai/open-instruct/pull/1096"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			var a, d int64
			wide := anyLayer(w, func(g *reference.LayerGroup) bool {
				a, d = g.Attention.Heads, g.Attention.HeadDim
				return attends(g) && !g.Attention.IsLatent() && w.Model.Hidden/a != d
			})
			if !wide || w.Model.Hidden < a {
				return nil
			}
			return []audit.Edit{{
				Axis: "head dimension", Accounts: totalAndLayers(),
				Set:       func(b *reference.Basis) { b.Shape.HeadDim = reference.HeadDimOfHidden },
				Text:      fmt.Sprintf("Heads are charged with a dimension of H ÷ a = %d; the model's is %d.", w.Model.Hidden/a, d),
				Short:     "head dimension H ÷ a",
				SettledBy: "head_dim in the trainer's formula",
			}}
		},
	}
}
