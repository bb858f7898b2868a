package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func peakUnstated() audit.Rule {
	return audit.Rule{
		ID: "MFU912", Name: "peak-unstated", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "An MFU is logged without the precision or the peak that it is a share of.",
		What:    "Whether a log with an MFU and a device states a precision or a peak.",
		Why:     "40 % of an H100 is 396 TFLOP/s of its bf16 peak, 792 of its fp8 one: the number means either.",
		How:     "The trainer knows the precision and does not print it.",
		Fix:     "Print the peak beside the MFU, or the precision of the matmuls (--precision states it for an audit).",
		Citations: []audit.Citation{
			{Text: "NVIDIA/TransformerEngine #1151: an fp8 MFU is lower than a bf16 one because its peak is twice as high", URL: "https://github.com/NVIDIA/TransformerEngine/issues/1151"},
		},
		Needs: []reference.Quantity{reference.MFU},
		Requires: func(a *audit.Audit) string {
			if a.World.Device == nil {
				return "needs the device (--device)"
			}
			return ""
		},
		Check: func(a *audit.Audit) []audit.Finding {
			columns := a.Run.ColumnsOf(reference.MFU)
			if a.World.Precision != "" || a.World.StatedPeak > 0 || a.Logs(reference.PeakFLOPs) || a.Logs(reference.PeakFLOPsPerDevice) || len(columns) == 0 {
				return nil
			}
			bf16, ok1 := a.World.Device.Peak(reference.BF16)
			fp8, ok2 := a.World.Device.Peak(reference.FP8)
			if !ok1 || !ok2 || fp8.Dense == bf16.Dense {
				return nil // one peak is meant, as good as certainly
			}
			row := a.Steps.Headline
			if !audit.IsNumber(audit.Canonical(columns[0], row)) {
				row = columns[0].FirstRow()
			}
			f := a.Finding(columns[0], row)
			f.Message = fmt.Sprintf("The log states neither precision nor peak: %s of %s are %s TFLOP/s at bf16 and %s at fp8.", audit.Percent(f.Logged), a.World.Device.Name,
				audit.Number(f.Logged*bf16.Dense/1e12), audit.Number(f.Logged*fp8.Dense/1e12))
			return []audit.Finding{f}
		},
	}
}
