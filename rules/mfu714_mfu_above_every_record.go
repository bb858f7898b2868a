package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func mfuAboveEveryRecord() audit.Rule {
	return audit.Rule{
		ID: "MFU714", Name: "mfu-above-every-record", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "The MFU is above every published one on the device at the precision.",
		What:    "The corrected MFU, under the smallest definition that fits, against the best published training MFU.",
		Why:     "It may be true: records fall. It deserves a second look at tokens, time and peak before it is published.",
		How:     "A short or small run without input pipeline and checkpoints, a better kernel, or a mistake that nothing in the log shows.",
		Fix:     "Nothing to fix if a second look finds nothing.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM README: 47 to 48 % on 6144 H100", URL: "https://github.com/NVIDIA/Megatron-LM"},
			{Text: "mosaicml/llm-foundry scripts/train/benchmarking/README.md", URL: "https://github.com/mosaicml/llm-foundry/blob/main/scripts/train/benchmarking/README.md"},
		},
		Needs:    []reference.Quantity{reference.MFU},
		Requires: audit.PeakUnknown,
		Check: func(a *audit.Audit) []audit.Finding {
			if a.Found("MFU710") || a.Found("MFU711") || a.World.Device == nil {
				return nil
			}
			best, ok := reference.BestRecord(a.World.Device.ID, a.World.Precision)
			if !ok {
				return nil
			}
			return aboveFindings(a, best.MFU, fmt.Sprintf("the best published MFU of the device in the table, %s at %s (%s: %s)", audit.Percent(best.MFU), a.World.Precision, best.Source, best.Run))
		},
	}
}
