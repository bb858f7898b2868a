package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func allExpertsCounted() audit.Rule {
	return audit.Rule{
		ID: "MFU123", Name: "all-experts-counted", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "All experts of a mixture are charged instead of the k that a token passes through.",
		What:    "Whether logged FLOPs come out only with the weights of all E routed experts.",
		Why:     "Mixtral-8x7B charges 287.78 TFLOPs a step where 79.98 are due: 3.6 times too much.",
		How:     "N is the number of all parameters, or the expert count stands where the number of experts per token belongs.",
		Fix:     "Charge k of E experts, and the router: 2·c·H·(k·i_e + i_s) + 2·H·E per token and layer.",
		Citations: []audit.Citation{
			{Text: "AI-Hypercomputer/maxtext #678: 287.78 becomes 79.98 TFLOPs for Mixtral-8x7B", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/678"},
			{Text: "PrimeIntellect-ai/prime-rl #778: total in place of active parameters", URL: "https://github.com/PrimeIntellect-ai/prime-rl/issues/778"},
			{Text: "allenai/OLMo-core #511: mixtures corrected", URL: "https://github.com/allenai/OLMo-core/pull/511"},
		},
		Needs: ffnQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			x, ok := mixture(w)
			if !ok || x.Active == x.Count {
				return nil
			}
			return []audit.Edit{{
				Axis: "experts", Accounts: totalAndLayers(),
				Set:       func(b *reference.Basis) { b.Experts = reference.ExpertsAll },
				Text:      fmt.Sprintf("All %d experts are charged; a token passes through %d.", x.Count, x.Active),
				Short:     "all experts counted",
				SettledBy: "num_experts_per_tok in the trainer's formula",
			}}
		},
	}
}
