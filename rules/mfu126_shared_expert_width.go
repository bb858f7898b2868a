package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func sharedExpertWidth() audit.Rule {
	return audit.Rule{
		ID: "MFU126", Name: "shared-expert-width", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Shared experts are charged with another width than theirs, or not at all.",
		What:    "Whether logged FLOPs come out only with shared experts as wide as one routed expert, as wide as the dense FFN, or left out.",
		Why:     "Gemma4-26B's shared expert is three times as wide as a routed one: charged as one, MFU comes out 9 % low.",
		How:     "One width is read for all experts; several shared experts are one matrix in the weights and several in the configuration.",
		Fix:     "Charge the shared experts with their own width: 2·c·H·i_s per token and layer.",
		Citations: []audit.Citation{
			{Text: "AI-Hypercomputer/maxtext #4017: the shared expert of Gemma4 at moe_mlp_dim, and a unit test with the same mistake", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/4017"},
			{Text: "verl-project/verl b178a3cd verl/utils/flops_counter.py: the shared expert of qwen2_moe is left out", URL: "https://github.com/verl-project/verl"},
		},
		Needs: ffnQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			x, ok := mixture(w)
			if !ok || x.SharedWidth == 0 {
				return nil
			}
			edit := func(width int64, text, short string) audit.Edit {
				return audit.Edit{
					Axis: "shared experts", Accounts: totalAndLayers(), Text: text, Short: short, SettledBy: "the shared experts' width in the trainer's formula",
					Set: func(b *reference.Basis) { b.Shape.SharedWidth = width },
				}
			}
			edits := []audit.Edit{edit(reference.NoSharedExperts, fmt.Sprintf("The shared experts, %d wide, are not charged.", x.SharedWidth), "shared experts left out")}
			for _, width := range widths([]int64{x.Width, denseWidth(w)}, x.SharedWidth) {
				edits = append(edits, edit(width,
					fmt.Sprintf("The shared experts are charged with a width of %d; theirs is %d.", width, x.SharedWidth), fmt.Sprintf("shared experts of width %d", width)))
			}
			return edits
		},
	}
}
