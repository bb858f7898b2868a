package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func routerLeftOut() audit.Rule {
	return audit.Rule{
		ID: "MFU127", Name: "router-left-out", Severity: audit.SeverityWarning, Since: "0.1.0",
		Summary: "The routers of a mixture are left out.",
		What:    "Whether logged FLOPs come out only without 2·H·E per token and layer for the routers, under a definition that counts them.",
		Why:     "A router is a matrix like any other. It is small: 0.01 % of Mixtral-8x7B, 0.3 % of Qwen3-30B-A3B with its 128 narrow experts.",
		How:     "Formulas that list attention, experts and head by name pass over the router.",
		Fix:     "Add 6·H·E per token and layer of experts, or name the convention (megatron-lm leaves routers out).",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM d98e8a64 megatron/training/training.py num_floating_point_operations: no router", URL: "https://github.com/NVIDIA/Megatron-LM"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, routed) {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "router", Accounts: total(),
					Set:   func(b *reference.Basis) { b.NoRouter = true },
					Text:  "The routers are not charged.",
					Short: "routers left out",
				},
			}
		},
	}
}
