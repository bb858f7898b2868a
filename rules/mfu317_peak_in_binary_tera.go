package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func peakInBinaryTera() audit.Rule {
	return audit.Rule{
		ID: "MFU317", Name: "peak-in-binary-tera", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The peak is counted in tera of 2⁴⁰.",
		What:    "Whether the logged peak is a figure of the table times 2⁴⁰ ÷ 10¹².",
		Why:     "MFU is printed 9 % too low; with the sparse figure as well it is 2.2 times too low.",
		How:     "TFLOP/s are turned into FLOP/s as if they were tebibytes.",
		Fix:     "A TFLOP/s is 10¹² FLOP/s.",
		Citations: []audit.Citation{
			{Text: "focusunsink/timeflies: 1979 * 2**40 for an H100", URL: "https://github.com/focusunsink/timeflies"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Device == nil {
				return nil
			}
			return []audit.Edit{{
				Axis: "peak unit", Accounts: []audit.Account{audit.AccountPeak},
				Set:   func(b *reference.Basis) { b.PeakBinary = true },
				Text:  "The peak is counted in tera of 2⁴⁰ = 1.0995 × 10¹².",
				Short: "a tera of 2⁴⁰",
				Rare:  true,
			}}
		},
	}
}
