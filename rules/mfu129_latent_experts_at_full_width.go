package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func latentExpertsAtFullWidth() audit.Rule {
	return audit.Rule{
		ID: "MFU129", Name: "latent-experts-at-full-width", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Experts behind a latent projection are charged as if they worked at the hidden size.",
		What:    "Whether logged FLOPs come out only with routed experts of H × i_e where the model first projects to a smaller width.",
		Why:     "With a latent width of H ÷ 4 the routed experts are charged four times over.",
		How:     "The formula of ordinary experts holds H; the key moe_latent_size is newer than it.",
		Fix:     "Charge 2·c·ℓ·k·i_e for the experts and 4·H·ℓ for the two projections, ℓ the latent width.",
		Citations: []audit.Citation{
			{Text: "NVIDIA-NeMo/Megatron-Bridge #3029: moe_latent_size is handled", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/pull/3029"},
			{Text: "OFU, section 1: experts assumed at the full hidden dimension", URL: "https://arxiv.org/abs/2605.20799"},
		},
		Needs: ffnQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			x, ok := mixture(w)
			if !ok || x.LatentWidth == 0 || x.LatentWidth == w.Model.Hidden {
				return nil
			}
			return []audit.Edit{{
				Axis: "expert input", Accounts: totalAndLayers(),
				Set:       func(b *reference.Basis) { b.Shape.WideExperts = true },
				Text:      fmt.Sprintf("Experts are charged as matrices on the hidden size %d; they work in a latent width of %d.", w.Model.Hidden, x.LatentWidth),
				Short:     "latent experts at the hidden size",
				SettledBy: "moe_latent_size in the trainer's formula",
			}}
		},
	}
}
