package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

func contextParallelRanksCounted() audit.Rule {
	return audit.Rule{
		ID: "MFU213", Name: "context-parallel-ranks-counted", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Whole sequences are counted on every context-parallel rank.",
		What:    "Whether the logged tokens of a step are those of the batch facts times the context-parallel size.",
		Why:     "Context parallelism splits a sequence: counted before the split and summed over the ranks, 327 680 tokens become 655 360 at size 2.",
		How:     "The tokens of a batch are counted before each rank takes its part of the sequence, and then summed over a group that holds those ranks.",
		Fix:     "Count after the split, or divide by the context-parallel size.",
		Citations: []audit.Citation{
			{Text: "pytorch/torchtitan #2983: n_tokens_seen inflated by the context-parallel degree", URL: "https://github.com/pytorch/torchtitan/issues/2983"},
			{Text: "pytorch/torchtitan #2990: 327680 and 655360 tokens for one batch", URL: "https://github.com/pytorch/torchtitan/pull/2990"},
		},
		Needs:    tokenMetrics(),
		Requires: audit.BatchUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Context < 2 {
				return nil
			}
			return []audit.Edit{countedEach(w.Context,
				fmt.Sprintf("The tokens of whole sequences are counted on each of %d context-parallel ranks, which split them.", w.Context),
				fmt.Sprintf("tokens × %d context-parallel ranks", w.Context))}
		},
	}
}
