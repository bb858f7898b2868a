package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func flopsOffBy1000() audit.Rule {
	return audit.Rule{
		ID: "MFU164", Name: "flops-off-by-1000", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "FLOPs are printed in the wrong unit, off by 1000.",
		What:    "Whether FLOPs per token, or achieved FLOP/s over tokens per second, come out only if multiplied or divided by 1000.",
		Why:     "A GPU that reaches 150 TFLOP/s is printed with 150 000.",
		How:     "GFLOPs are printed as TFLOPs: one division by 1000 is missing, or one too many is made.",
		Fix:     "Divide FLOPs by 10¹² for TFLOPs, by 10⁹ for GFLOPs.",
		Citations: []audit.Citation{
			{Text: "bigscience-workshop/Megatron-DeepSpeed #221, corrected by #223: GFLOPs printed as TFLOPs", URL: "https://github.com/bigscience-workshop/Megatron-DeepSpeed/issues/221"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "passes", Accounts: total(),
					Set:   func(b *reference.Basis) { b.Scale = reference.ThousandTimes },
					Text:  "The FLOPs are 1000 times too large: the unit is not the one that is printed.",
					Short: "FLOPs 1000 times too large",
				},
				{
					Axis: "passes", Accounts: total(),
					Set:   func(b *reference.Basis) { b.Scale = reference.OneInAThousand },
					Text:  "The FLOPs are 1000 times too small: the unit is not the one that is printed.",
					Short: "FLOPs 1000 times too small",
				},
			}
		},
	}
}
