package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func softmaxCounted() audit.Rule {
	return audit.Rule{
		ID: "MFU114", Name: "softmax-counted", Severity: audit.SeverityWarning, Since: "0.1.0",
		Summary: "The softmax of the attention scores is counted as matmul FLOPs.",
		What:    "Whether logged FLOPs come out only with 3·a·S per token and layer for the softmax beside the matmuls.",
		Why:     "Peaks are those of matrix units, on which no softmax runs; it adds 3 ÷ 4d to the core, 0.6 % with heads of 128.",
		How:     "Tables of all operations, such as Chinchilla's, are taken for model FLOPs.",
		Fix:     "Leave elementwise work out, or name the convention (chinchilla and levanter count the softmax).",
		Citations: []audit.Citation{
			{Text: "Hoffmann et al. 2022, Chinchilla, appendix F: 3·S²·heads for the softmax", URL: "https://arxiv.org/abs/2203.15556"},
			{Text: "stanford-crfm/levanter src/levanter/utils/flop_utils.py lm_flops_per_token", URL: "https://github.com/stanford-crfm/levanter"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, attends) {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "softmax", Accounts: totalAndLayers(),
					Set:   func(b *reference.Basis) { b.Softmax = true },
					Text:  "The softmax is charged with 3 FLOPs a score; no matrix multiplication computes it.",
					Short: "softmax counted",
				},
			}
		},
	}
}
