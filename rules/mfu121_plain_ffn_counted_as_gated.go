package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func plainFFNCountedAsGated() audit.Rule {
	return audit.Rule{
		ID: "MFU121", Name: "plain-ffn-counted-as-gated", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "A plain FFN is charged with three matrices instead of two.",
		What:    "Whether logged FLOPs come out only if a plain FFN has three matrices.",
		Why:     "The FFN is overstated by half; for a GPT-2 style model (i = 4H) that adds a third to the FLOPs of the layers' weights.",
		How:     "A formula written for SwiGLU models is used for all.",
		Fix:     "Charge 4·H·i per token where the FFN has no gate.",
		Citations: []audit.Citation{
			{Text: "huggingface/nanotron 2411b022 src/nanotron/models/llama.py get_flops: 6·H·i, a gate whatever the model", URL: "https://github.com/huggingface/nanotron"},
		},
		Needs: []reference.Quantity{reference.FFNFLOPsPerLayer, reference.AttentionToFFNRatio, reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, func(g *reference.LayerGroup) bool { return !g.FFN.Gated && (g.FFN.Width > 0 || routed(g)) }) {
				return nil
			}
			return []audit.Edit{{
				Axis: "ffn kind", Accounts: []audit.Account{audit.AccountBreakdown, audit.AccountTotal},
				Set:   func(b *reference.Basis) { b.FFNKind = reference.FFNGated },
				Text:  "The FFN is plain and has two matrices; three are charged.",
				Short: "plain FFN counted as gated",
			}}
		},
	}
}
