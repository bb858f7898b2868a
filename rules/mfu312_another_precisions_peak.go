package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func anotherPrecisionsPeak() audit.Rule {
	return audit.Rule{
		ID: "MFU312", Name: "another-precisions-peak", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The peak is that of another precision than the matmuls'.",
		What:    "Whether the logged peak is the device's dense figure for another precision.",
		Why:     "FP8 peaks are twice bf16 on Hopper, TF32 half: MFU is off by 2 either way.",
		How:     "The data type is read from the weights or the gradient reduction instead of the matmuls.",
		Fix:     "Take the peak at the dtype in which the matmuls run.",
		Citations: []audit.Citation{
			{Text: "Lightning-AI/pytorch-lightning 7f0c343: FSDPPrecision picks the peak of reduce_dtype", URL: "https://github.com/Lightning-AI/pytorch-lightning"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Device == nil {
				return nil
			}
			own, _ := w.Device.Peak(w.Precision)
			var edits []audit.Edit
			for _, p := range w.Device.Peaks {
				if !trains(p.Precision) || p.Precision == w.Precision || p.Dense == own.Dense {
					continue
				}
				if bf16, ok := w.Device.Peak(reference.BF16); ok && p.Precision == reference.FP16 && p.Dense == bf16.Dense {
					continue // one figure
				}
				edits = append(edits, audit.Edit{
					Axis: "peak precision", Accounts: []audit.Account{audit.AccountPeak},
					Set:       func(b *reference.Basis) { b.PeakPrecision = p.Precision },
					Text:      fmt.Sprintf("The peak is the %s figure of %s; the matmuls run in %s.", p.Precision, w.Device.Name, w.Precision),
					Short:     fmt.Sprintf("the %s peak for %s matmuls", p.Precision, w.Precision),
					SettledBy: "--precision",
					Seen:      seenPeaks(w, p, false),
				})
			}
			return edits
		},
	}
}

// trains reports whether matmuls of training run in a precision: integer and 4-bit figures are of inference.
func trains(p reference.Precision) bool {
	switch p {
	case reference.BF16, reference.FP16, reference.FP8, reference.TF32, reference.FP32:
		return true
	default:
		return false
	}
}
