package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func denseWidthForExperts() audit.Rule {
	return audit.Rule{
		ID: "MFU125", Name: "dense-width-for-experts", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Experts are charged with the width of the dense FFN.",
		What:    "Whether logged FLOPs come out only with the dense intermediate size as the width of every routed expert.",
		Why:     "Qwen3-30B-A3B declares an intermediate size of 6144 and has experts of 768: its FFN is charged eight times over.",
		How:     "ffn_hidden_size is read where moe_ffn_hidden_size is meant; the two are one only in Mixtral's kind of configuration.",
		Fix:     "Read moe_intermediate_size (moe_ffn_hidden_size) for routed experts.",
		Citations: []audit.Citation{
			{Text: "alibaba/Pai-Megatron-Patch #485: ffn_hidden_size is used for mixtures", URL: "https://github.com/alibaba/Pai-Megatron-Patch/issues/485"},
			{Text: "NVIDIA-NeMo/RL #1144: moe_ffn_hidden_size=config.intermediate_size", URL: "https://github.com/NVIDIA-NeMo/RL/issues/1144"},
		},
		Needs: ffnQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			x, ok := mixture(w)
			if !ok {
				return nil
			}
			var edits []audit.Edit
			for _, width := range widths(append([]int64{denseWidth(w)}, w.DeclaredWidth...), x.Width) {
				edits = append(edits, audit.Edit{
					Axis: "expert width", Accounts: totalAndLayers(),
					Set:       func(b *reference.Basis) { b.Shape.ExpertWidth = width },
					Text:      fmt.Sprintf("Experts are charged with the dense width of %d; theirs is %d.", width, x.Width),
					Short:     fmt.Sprintf("experts of the dense width %d", width),
					SettledBy: "moe_intermediate_size in the trainer's formula",
				})
			}
			return edits
		},
	}
}
