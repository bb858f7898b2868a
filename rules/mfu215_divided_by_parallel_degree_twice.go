package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

func dividedByParallelDegreeTwice() audit.Rule {
	return audit.Rule{
		ID: "MFU215", Name: "divided-by-parallel-degree-twice", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Tokens are divided by a parallel degree, or by the devices, once more than is due.",
		What:    "Whether the logged tokens of a step are those of the batch facts divided by the context-parallel size, the tensor-parallel size or the number of devices.",
		Why:     "Throughput and MFU are understated by that degree: a context-parallel size of 8 prints 5 % for 40 %.",
		How:     "A rank's part of a sequence is counted, which is divided already, and divided by the degree again before or after the sum over ranks.",
		Fix:     "Divide once: sum what the ranks really hold, then divide by the number of devices.",
		Citations: []audit.Citation{
			{Text: "EvolvingLMMs-Lab/lmms-engine #158: tokens_per_gpu divided by sp_size twice", URL: "https://github.com/EvolvingLMMs-Lab/lmms-engine/pull/158"},
			{Text: "NVIDIA-NeMo/Megatron-Bridge #4161: tokens of a context-parallel rank for those of the sequence", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/pull/4161"},
		},
		Needs:    tokenMetrics(),
		Requires: audit.BatchUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			var edits []audit.Edit
			for _, d := range []struct {
				n    int64
				what string
			}{{w.Context, "the context-parallel size"}, {w.Tensor, "the tensor-parallel size"}, {w.Devices, "the number of devices"}} {
				if d.n < 2 || d.n == w.Ranks {
					continue // divided by the data-parallel size: the tokens of one rank, another rule's
				}
				edits = append(edits, dividedAgain(d.n,
					fmt.Sprintf("The tokens are divided by %s, %d, once too often.", d.what, d.n),
					fmt.Sprintf("tokens ÷ %s, %d, once too often", d.what, d.n)))
			}
			return edits
		},
	}
}
