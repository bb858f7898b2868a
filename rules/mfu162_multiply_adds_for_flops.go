package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func multiplyAddsForFlops() audit.Rule {
	return audit.Rule{
		ID: "MFU162", Name: "multiply-adds-for-flops", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Multiply-adds are printed as FLOPs, or FLOPs are doubled once more.",
		What:    "Whether logged FLOPs come out only as half or twice of themselves.",
		Why:     "One multiply-add is two FLOPs, in the peaks as well: MFU is off by a factor of 2.",
		How:     "Profilers print MACs beside FLOPs; a formula that counts both operations is multiplied by 2 again.",
		Fix:     "Count 2 FLOPs for each multiply-add, once.",
		Citations: []audit.Citation{
			{Text: "AI-Hypercomputer/maxdiffusion #111: a factor 2 too much", URL: "https://github.com/AI-Hypercomputer/maxdiffusion/pull/111"},
			{Text: "deepspeedai/DeepSpeed deepspeed/profiling/flops_profiler/profiler.py: MACs and FLOPs side by side", URL: "https://github.com/deepspeedai/DeepSpeed"},
		},
		Needs: append([]reference.Quantity{reference.AttentionFLOPsPerLayer, reference.FFNFLOPsPerLayer, reference.LogitFLOPs}, totalQuantities()...),
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "passes", Accounts: totalAndLayers(),
					Set:       func(b *reference.Basis) { b.Scale = reference.MultiplyAdds },
					Text:      "Multiply-adds are printed as FLOPs; each is two.",
					Short:     "multiply-adds for FLOPs",
					SettledBy: "the unit in the trainer's formula",
				},
				{
					Axis: "passes", Accounts: totalAndLayers(),
					Set:       func(b *reference.Basis) { b.Scale = reference.Doubled },
					Text:      "The FLOPs are doubled: a count of both operations is multiplied by 2 once more.",
					Short:     "FLOPs doubled",
					SettledBy: "the unit in the trainer's formula",
				},
			}
		},
	}
}
