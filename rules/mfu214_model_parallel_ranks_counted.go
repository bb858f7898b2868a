package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

func modelParallelRanksCounted() audit.Rule {
	return audit.Rule{
		ID: "MFU214", Name: "model-parallel-ranks-counted", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Tokens are summed over every device, those of one data-parallel rank among them.",
		What:    "Whether the logged tokens of a step are those of the batch facts times the devices of one data-parallel rank: tensor, context and pipeline degrees together.",
		Why:     "With tensor parallelism of 2 and pipeline parallelism of 2 each token is counted four times, and MFU with it.",
		How:     "The tokens of a rank are multiplied by the world size where the data-parallel size is due.",
		Fix:     "Multiply by the data-parallel size.",
		Citations: []audit.Citation{
			{Text: "meta-pytorch/torchtune #2622: tokens per second over-counted by workers that are not data-parallel", URL: "https://github.com/meta-pytorch/torchtune/pull/2622"},
		},
		Needs:    tokenMetrics(),
		Requires: audit.BatchUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			n := shared(w)
			if n < 2 || n == w.Tensor || n == w.Context {
				return nil // one degree alone has a rule of its own
			}
			return []audit.Edit{countedEach(n,
				fmt.Sprintf("The tokens are counted on every device, %d for each data-parallel rank.", n),
				fmt.Sprintf("tokens × %d devices of each data-parallel rank", n))}
		},
	}
}
