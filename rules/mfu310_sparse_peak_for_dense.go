package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func sparsePeakForDense() audit.Rule {
	return audit.Rule{
		ID: "MFU310", Name: "sparse-peak-for-dense", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The 2:4-sparse peak is used for a dense run.",
		What:    "Whether the logged peak is the sparse figure of the run's device at the run's precision.",
		Why:     "MFU is printed at half its value, on most parts; the ratio is 2.0006 on an RTX A6000 (309.7 and 154.8).",
		How:     "Product pages print the sparse figure first, or only it: 4.5 PFLOP/s for a B200 is sparse, 2.25 dense.",
		Fix:     "Divide by the dense peak, unless weights really are 2:4 sparse.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM #1276: 1979 TFLOP/s is with 2:4 sparsity, 989 without", URL: "https://github.com/NVIDIA/Megatron-LM/issues/1276"},
			{Text: "Lightning-AI/pytorch-lightning #21743: H100 NVL and H200 were stored with sparsity", URL: "https://github.com/Lightning-AI/pytorch-lightning/pull/21743"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Device == nil || w.Sparse {
				return nil
			}
			own, _ := w.Device.Peak(w.Precision)
			return []audit.Edit{{
				Axis: "peak sparsity", Accounts: []audit.Account{audit.AccountPeak},
				Set:       func(b *reference.Basis) { b.PeakSparse = true },
				Text:      fmt.Sprintf("The peak is the 2:4-sparse figure of %s; a dense run is held against the dense one.", w.Device.Name),
				Short:     "2:4-sparse peak for a dense run",
				SettledBy: "--sparsity",
				Seen:      seenPeaks(w, own, true),
			}}
		},
	}
}
