package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func attentionCoreOmitted() audit.Rule {
	return audit.Rule{
		ID: "MFU118", Name: "attention-core-omitted", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The attention core is left out of per-layer attention FLOPs or of a total that is not Kaplan's 6N.",
		What:    "Whether logged FLOPs come out only without QKᵀ and AV.",
		Why:     "At S = H the core is a third of multi-head attention; profilers that hook modules never see it.",
		How:     "Fused kernels and @ are invisible to profilers that patch torch functions.",
		Fix:     "Add 4·S²·a·d per layer and sequence.",
		Citations: []audit.Citation{
			{Text: "deepspeedai/DeepSpeed #4723: scaled_dot_product_attention and @ are not counted", URL: "https://github.com/deepspeedai/DeepSpeed/issues/4723"},
		},
		Needs: []reference.Quantity{reference.AttentionFLOPsPerLayer, reference.AttentionToFFNRatio, reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, attends) {
				return nil
			}
			return []audit.Edit{{
				Axis: "core", Accounts: []audit.Account{audit.AccountBreakdown, audit.AccountTotal},
				Set:   func(b *reference.Basis) { b.Core = reference.CoreOmitted },
				Text:  "The projections are counted, the attention core (QKᵀ and AV) is not.",
				Short: "attention core left out",
			}}
		},
	}
}
