package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func a100FallbackPeak() audit.Rule {
	return audit.Rule{
		ID: "MFU313", Name: "a100-fallback-peak", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "An A100's 312 TFLOP/s is used for another device.",
		What:    "Whether the logged peak is 312 TFLOP/s for a device that is no A100.",
		Why:     "An H100 prints 3.17 times its MFU, a B200 7.2 times; a V100 prints 0.4 of it.",
		How:     "The peak is hard-coded (nanoGPT), or an unknown device falls back to an A100 (torchtitan, OLMo-core).",
		Fix:     "Refuse to print MFU for an unknown device, or look it up.",
		Citations: []audit.Citation{
			{Text: "karpathy/nanoGPT #464: 104 % on an H100", URL: "https://github.com/karpathy/nanoGPT/pull/464"},
			{Text: "allenai/OLMo-core fa6c5014 train/callbacks/speed_monitor.py", URL: "https://github.com/allenai/OLMo-core"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Device == nil || w.Precision != reference.BF16 && w.Precision != reference.FP16 {
				return nil
			}
			if own, _ := w.Device.Peak(w.Precision); own.Dense == a100 {
				return nil
			}
			return []audit.Edit{{
				Axis: "peak device", Accounts: []audit.Account{audit.AccountPeak},
				Set:       func(b *reference.Basis) { b.PeakDevice = "a100-sxm4-80gb" },
				Text:      fmt.Sprintf("The peak is an A100's 312 TFLOP/s; the run's device is %s.", w.Device.Name),
				Short:     "an A100's peak (fallback)",
				SettledBy: "--device",
				Seen:      seenPeaks(w, reference.Peak{Dense: a100}, false),
			}}
		},
	}
}

// a100 is the dense bf16 peak of every A100, FLOP/s (NVIDIA A100 data sheet).
const a100 = 312e12
