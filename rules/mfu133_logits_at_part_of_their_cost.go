package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func logitsAtPartOfTheirCost() audit.Rule {
	return audit.Rule{
		ID: "MFU133", Name: "logits-at-part-of-their-cost", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The output head is counted at a part of its cost.",
		What:    "Whether logged FLOPs per token come out only with ¾ or ⅓ of 6·H·V.",
		Why:     "For a 0.5 B model with 151 936 tokens the head is a fifth of all FLOPs at S 4096; ¾ of it takes 5 % off MFU.",
		How:     "V/16·L·H belongs under the 96 of four passes; under the 72 of three it is 4.5·H·V. A head added as 2·H·V to training FLOPs lacks its backward pass.",
		Fix:     "Add 6·H·V per token for training: V/12·L·H under 72·L·H².",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM #995: 16 or 12 in the vocabulary term", URL: "https://github.com/NVIDIA/Megatron-LM/pull/995"},
			{Text: "EleutherAI/gpt-neox ea7aefd8 megatron/logging.py: V/16 under 72", URL: "https://github.com/EleutherAI/gpt-neox"},
			{Text: "EleutherAI/cookbook 827ee3b calc/calc_transformer_flops.py: the head's forward pass alone", URL: "https://github.com/EleutherAI/cookbook"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil || !w.VocabKnown || w.Model.Ends.Headless {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "passes", Accounts: total(),
					Set:   func(b *reference.Basis) { b.Head = reference.HeadThreeQuarters },
					Text:  "The output head is counted with 4.5·H·V; forward and backward are 6·H·V.",
					Short: "¾ of the logits",
				},
				{
					Axis: "passes", Accounts: total(),
					Set:   func(b *reference.Basis) { b.Head = reference.HeadThird },
					Text:  "Only the forward pass of the output head is counted, 2·H·V; forward and backward are 6·H·V.",
					Short: "logits forward only",
				},
			}
		},
	}
}
