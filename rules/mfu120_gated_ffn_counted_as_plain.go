package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func gatedFFNCountedAsPlain() audit.Rule {
	return audit.Rule{
		ID: "MFU120", Name: "gated-ffn-counted-as-plain", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "A gated FFN is charged with two matrices instead of three.",
		What:    "Whether logged FLOPs come out only if a gated FFN has two matrices.",
		Why:     "A third of the FFN is missing; for a multi-head SwiGLU model with i = 8H/3 that is 22 % of the FLOPs of the layers' weights.",
		How:     "The formula 4·S·H·i or 16·S·H² is that of a plain FFN. Flags such as --swiglu are not set for other gated units.",
		Fix:     "Charge 6·H·i per token where the FFN has a gate.",
		Citations: []audit.Citation{
			{Text: "bigscience-workshop/Megatron-DeepSpeed #283: 24·B·s·h² corrected to 32·B·s·h² for gated units of 4h", URL: "https://github.com/bigscience-workshop/Megatron-DeepSpeed/pull/283"},
			{Text: "NVIDIA-NeMo/Megatron-Bridge #3947: gated units other than SwiGLU were counted with two matrices", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/pull/3947"},
		},
		Needs: []reference.Quantity{reference.FFNFLOPsPerLayer, reference.AttentionToFFNRatio, reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, func(g *reference.LayerGroup) bool { return g.FFN.Gated }) {
				return nil
			}
			return []audit.Edit{{
				Axis: "ffn kind", Accounts: []audit.Account{audit.AccountBreakdown, audit.AccountTotal},
				Set:   func(b *reference.Basis) { b.FFNKind = reference.FFNPlain },
				Text:  "The FFN is gated and has three matrices; two are charged.",
				Short: "gated FFN counted as plain",
			}}
		},
	}
}
