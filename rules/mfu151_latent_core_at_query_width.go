package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func latentCoreAtQueryWidth() audit.Rule {
	return audit.Rule{
		ID: "MFU151", Name: "latent-core-at-query-width", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Both matmuls of latent attention are charged with the width of queries and keys.",
		What:    "Whether logged FLOPs come out only with 4·a·(d_n + d_r)·S for the core of multi-head latent attention.",
		Why:     "DeepSeek-V3 has d_n + d_r = 192 and d_v = 128: the core is a fifth too large.",
		How:     "The formula of ordinary attention has one head dimension.",
		Fix:     "Charge 2·a·(d_n + d_r + d_v)·S.",
		Citations: []audit.Citation{
			{Text: "verl-project/verl #4929 and #4959: 12·q becomes 3·(q + v)", URL: "https://github.com/verl-project/verl/pull/4959"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			latent := anyLayer(w, func(g *reference.LayerGroup) bool {
				qk, v := g.Attention.CoreDims()
				return attends(g) && g.Attention.IsLatent() && qk != v
			})
			if !latent {
				return nil
			}
			return []audit.Edit{{
				Axis: "latent attention", Accounts: totalAndLayers(),
				Set:       func(b *reference.Basis) { b.Shape.Latent = reference.LatentQueryCore },
				Text:      "Attention over values is charged with the width of queries and keys, d_n + d_r; values are d_v wide.",
				Short:     "values as wide as queries",
				SettledBy: "v_head_dim in the trainer's formula",
			}}
		},
	}
}
