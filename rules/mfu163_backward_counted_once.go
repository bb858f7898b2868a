package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func backwardCountedOnce() audit.Rule {
	return audit.Rule{
		ID: "MFU163", Name: "backward-counted-once", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The backward pass is counted like one forward pass.",
		What:    "Whether training FLOPs per token come out only as two forward passes.",
		Why:     "MFU is two thirds of what it is.",
		How:     "The backward pass is taken for a mirror of the forward; it computes two gradients, of inputs and of weights.",
		Fix:     "Multiply forward FLOPs by 3.",
		Citations: []audit.Citation{
			{Text: "Kaplan et al. 2020, section 2.1: the backward pass is about twice the forward", URL: "https://arxiv.org/abs/2001.08361"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "passes", Accounts: total(),
					Set:   func(b *reference.Basis) { b.Passes = reference.BackwardOnce },
					Text:  "Two forward passes' FLOPs are counted; forward and backward cost three.",
					Short: "backward counted once",
				},
			}
		},
	}
}
