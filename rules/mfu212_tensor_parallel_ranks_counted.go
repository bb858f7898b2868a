package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

func tensorParallelRanksCounted() audit.Rule {
	return audit.Rule{
		ID: "MFU212", Name: "tensor-parallel-ranks-counted", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Tokens are summed over tensor-parallel ranks that hold the same ones.",
		What:    "Whether the logged tokens of a step are those of the batch facts times the tensor-parallel size.",
		Why:     "Every rank of a tensor-parallel group is handed the same batch: at size 32 tokens per second and MFU are printed 32 times too high.",
		How:     "A count of the rank's own tokens is summed over all processes.",
		Fix:     "Sum over the data-parallel group only, or divide by the tensor-parallel size.",
		Citations: []audit.Citation{
			{Text: "huggingface/trl #7100: num_tokens is tp_size times the tokens trained on", URL: "https://github.com/huggingface/trl/issues/7100"},
			{Text: "huggingface/trl #7101: two GPUs, tp_size 2: 10 tokens for 5", URL: "https://github.com/huggingface/trl/pull/7101"},
		},
		Needs:    tokenMetrics(),
		Requires: audit.BatchUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Tensor < 2 {
				return nil
			}
			return []audit.Edit{countedEach(w.Tensor,
				fmt.Sprintf("The tokens are counted on each of %d tensor-parallel ranks, which hold the same ones.", w.Tensor),
				fmt.Sprintf("tokens × %d tensor-parallel ranks", w.Tensor))}
		},
	}
}
