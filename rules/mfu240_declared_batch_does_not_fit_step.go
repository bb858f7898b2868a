package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func declaredBatchDoesNotFitStep() audit.Rule {
	return audit.Rule{
		ID: "MFU240", Name: "declared-batch-does-not-fit-step", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The declared batch cannot have run in the logged step time.",
		What:    "Whether tokens per second × step time are a whole number of micro-batches, but another one than declared, and the declared ones in the same time would exceed the dense peak.",
		Why:     "A configuration of 64 accumulation steps over a step of 4 declares 16 times the work that ran; every figure derived from it (tokens per step, tokens seen, cost) is off by that factor.",
		How:     "The number of accumulation steps is overridden or divided among the ranks after it was printed.",
		Fix:     "Print the batch that is in force, after every override.",
		Citations: []audit.Citation{
			{Text: "karpathy/nanoGPT train.py: gradient_accumulation_steps is divided by the ranks after the configuration is read", URL: "https://github.com/karpathy/nanoGPT/blob/master/train.py"},
		},
		Needs:    []reference.Quantity{reference.TokensPerSec, reference.TokensPerSecPerDevice},
		Requires: audit.BatchUnknown,
	}
}
