package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func oneExpertCounted() audit.Rule {
	return audit.Rule{
		ID: "MFU124", Name: "one-expert-counted", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "One expert is charged whatever the number of experts per token.",
		What:    "Whether logged FLOPs come out only with one routed expert where a token passes through k.",
		Why:     "Of Mixtral-8x7B, with two experts a token, 45 % of the FLOPs of the layers' weights are missing.",
		How:     "The formula of a dense FFN is kept, or the router's top-k is not among the arguments that it reads.",
		Fix:     "Charge k experts: 2·c·H·k·i_e per token and layer.",
		Citations: []audit.Citation{
			{Text: "deepspeedai/Megatron-DeepSpeed #398: the formula lacks the experts", URL: "https://github.com/deepspeedai/Megatron-DeepSpeed/issues/398"},
			{Text: "NVIDIA-NeMo/RL #1144: moe_router_topk=1", URL: "https://github.com/NVIDIA-NeMo/RL/issues/1144"},
		},
		Needs: ffnQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			x, ok := mixture(w)
			if !ok || x.Active < 2 {
				return nil
			}
			return []audit.Edit{{
				Axis: "experts", Accounts: totalAndLayers(),
				Set:       func(b *reference.Basis) { b.Experts = reference.ExpertsOne },
				Text:      fmt.Sprintf("One expert is charged; a token passes through %d.", x.Active),
				Short:     "one expert counted",
				SettledBy: "num_experts_per_tok in the trainer's formula",
			}}
		},
	}
}
