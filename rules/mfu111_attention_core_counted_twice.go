package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func attentionCoreCountedTwice() audit.Rule {
	return audit.Rule{
		ID: "MFU111", Name: "attention-core-counted-twice", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The attention core is counted twice.",
		What:    "Whether logged FLOPs come out only with 8·S²·a·d for the core of a layer where 4·S²·a·d is due: 24·L·a·d·S per token in place of 12.",
		Why:     "At S = 6·H the core is as large as all matrices of a multi-head model with a 4H FFN, so the total is half too high.",
		How:     "A profiler that counts fused attention and the matmuls inside it, or the printed formula for selective recompute, whose S/3H is the core twice where the core and its forward again are 2S/9H.",
		Fix:     "Count 12·L·a·d·S for training; hardware FLOPs under selective recompute are 16·L·a·d·S.",
		Citations: []audit.Citation{
			{Text: "pytorch/pytorch #134804: the FLOP counter counts scaled_dot_product_attention twice", URL: "https://github.com/pytorch/pytorch/issues/134804"},
			{Text: "NVIDIA/Megatron-LM #523: 24·B·L·s²·h in the paper should be 16", URL: "https://github.com/NVIDIA/Megatron-LM/issues/523"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, attends) {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "core", Accounts: totalAndLayers(),
					Set:       func(b *reference.Basis) { b.Core = reference.CoreTwice },
					Text:      "The attention core is counted twice: QKᵀ and AV are two matmuls, four are charged.",
					Short:     "attention core counted twice",
					SettledBy: "the trainer's formula",
				},
			}
		},
	}
}
