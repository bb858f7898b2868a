package rules

import (
	"fmt"
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func anotherDevicesPeak() audit.Rule {
	return audit.Rule{
		ID: "MFU311", Name: "another-devices-peak", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The peak is that of another device.",
		What:    "Whether the logged peak is the table's figure for a device other than the run's.",
		Why:     "MFU is off by the ratio of the two peaks: an A100's 312 under an H100 prints 3.17 times the MFU.",
		How:     "A default was kept, or a device name was matched by substring (L40S as L4, GB200 as B200).",
		Fix:     "Look the device up by its whole name.",
		Citations: []audit.Citation{
			{Text: "karpathy/autoresearch #5: an H100's peak for every GPU", URL: "https://github.com/karpathy/autoresearch/issues/5"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Device == nil {
				return nil
			}
			own, _ := w.Device.Peak(w.Precision)
			halves := otherOfPackage(w.Device.ID)
			var edits []audit.Edit
			for _, d := range reference.Accelerators() {
				p, ok := d.Peak(w.Precision)
				if d.ID == w.Device.ID || !ok || slices.Contains(halves, d.ID) || p.Dense == own.Dense || p.Dense == a100 && (w.Precision == reference.BF16 || w.Precision == reference.FP16) {
					continue
				}
				edits = append(edits, audit.Edit{
					Axis: "peak device", Accounts: []audit.Account{audit.AccountPeak},
					Set:   func(b *reference.Basis) { b.PeakDevice = d.ID },
					Text:  fmt.Sprintf("The peak is that of %s; the run's device is %s.", d.Name, w.Device.Name),
					Short: "the peak of " + d.Name,
					Seen:  seenPeaks(w, p, false),
				})
			}
			return edits
		},
	}
}
