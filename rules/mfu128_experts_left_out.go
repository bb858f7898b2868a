package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func expertsLeftOut() audit.Rule {
	return audit.Rule{
		ID: "MFU128", Name: "experts-left-out", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The experts of a mixture are left out.",
		What:    "Whether logged FLOPs come out only without any routed expert.",
		Why:     "Experts are most of a mixture: without them four fifths of Mixtral-8x7B's FLOPs are missing.",
		How:     "A formula for hybrid or alternating layers counts the kinds it knows, and a layer of experts is not among them.",
		Fix:     "Charge k experts and the router in every layer that has them.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM #2198: mixtures in hybrid models are added to the throughput", URL: "https://github.com/NVIDIA/Megatron-LM/pull/2198"},
			{Text: "deepspeedai/Megatron-DeepSpeed #398: the formula lacks the experts", URL: "https://github.com/deepspeedai/Megatron-DeepSpeed/issues/398"},
		},
		Needs: ffnQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, routed) {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "experts", Accounts: totalAndLayers(),
					Set:       func(b *reference.Basis) { b.Experts = reference.ExpertsOmitted },
					Text:      "No routed expert is charged.",
					Short:     "experts left out",
					SettledBy: "the trainer's formula",
				},
			}
		},
	}
}
