package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func halfPrecisionAccumulation() audit.Rule {
	return audit.Rule{
		ID: "MFU319", Name: "half-precision-accumulation", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The peak is that of matmuls that accumulate in FP16.",
		What:    "Whether the logged peak is the device's FP16 figure with FP16 accumulation.",
		Why:     "GeForce parts run at half that rate with FP32 accumulation, which training uses: an RTX 4090 does 165.2 TFLOP/s, not 330.3, and MFU is printed at half.",
		How:     "The higher of two figures in the data sheet is taken.",
		Fix:     "Take the figure with FP32 accumulation.",
		Citations: []audit.Citation{
			{Text: "NVIDIA Ada GPU architecture, appendix A: peak FP16 tensor TFLOPS with FP16 and with FP32 accumulate", URL: "https://images.nvidia.com/aem-dam/Solutions/geforce/ada/nvidia-ada-gpu-architecture.pdf"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Device == nil || w.Precision != reference.BF16 && w.Precision != reference.FP16 {
				return nil
			}
			if _, ok := w.Device.Peak(reference.FP16Acc16); !ok {
				return nil
			}
			return []audit.Edit{{
				Axis: "peak precision", Accounts: []audit.Account{audit.AccountPeak},
				Set:   func(b *reference.Basis) { b.PeakPrecision = reference.FP16Acc16 },
				Text:  fmt.Sprintf("The peak is the figure of %s with FP16 accumulation; training accumulates in FP32.", w.Device.Name),
				Short: "the peak with FP16 accumulation",
			}}
		},
	}
}
