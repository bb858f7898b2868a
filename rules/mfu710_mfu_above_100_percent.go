package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func mfuAbove100Percent() audit.Rule {
	return audit.Rule{
		ID: "MFU710", Name: "mfu-above-100-percent", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "MFU is above 100 % of the dense peak.",
		What:    "Every logged MFU, and the corrected one under the smallest definition that fits.",
		Why:     "No device exceeds its peak: FLOPs, tokens, time or peak are wrong.",
		How:     "A peak of another device or precision, tokens counted twice, or a timer that does not wait for the device.",
		Fix:     "Synchronise before reading the clock; check the peak and the tokens.",
		Citations: []audit.Citation{
			{Text: "karpathy/nanoGPT #464: 104 % on an H100", URL: "https://github.com/karpathy/nanoGPT/pull/464"},
			{Text: "karpathy/nanoGPT #527: the clock is read before the device is waited for", URL: "https://github.com/karpathy/nanoGPT/pull/527"},
		},
		Needs: []reference.Quantity{reference.MFU, reference.HFU},
		Check: func(a *audit.Audit) []audit.Finding {
			return append(aboveFindings(a, 1, "100 % of the dense peak"), hfuAboveFindings(a)...)
		},
	}
}
