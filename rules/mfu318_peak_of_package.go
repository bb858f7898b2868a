package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func peakOfPackage() audit.Rule {
	return audit.Rule{
		ID: "MFU318", Name: "peak-of-package", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The peak is that of a package or chip of which a device is one half, or the other way round.",
		What:    "Whether the logged peak is the package's figure where software counts its dies, cores or GPUs as devices, or the part's where it counts packages.",
		Why:     "MFU is half or twice what it is: an MI250X is two devices of 191.5 TFLOP/s, a TPU v3 chip two of 61.5, a GB200 superchip two of 2500.",
		How:     "Data sheets give the package; torch and JAX count what runs a program of its own.",
		Fix:     "Divide the package's figure by the devices in it.",
		Citations: []audit.Citation{
			{Text: "stas00/ml-engineering #76: one die of an MI250X against the 383 TFLOP/s of both", URL: "https://github.com/stas00/ml-engineering/issues/76"},
			{Text: "karpathy/nanochat 92d63d4 nanochat/common.py: MI250X 383", URL: "https://github.com/karpathy/nanochat/blob/92d63d4/nanochat/common.py"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Device == nil {
				return nil
			}
			var edits []audit.Edit
			for _, id := range otherOfPackage(w.Device.ID) {
				d, ok := reference.AcceleratorByID(id)
				if !ok {
					continue
				}
				figure, _ := d.Peak(w.Precision)
				edits = append(edits, audit.Edit{
					Axis: "peak package", Accounts: []audit.Account{audit.AccountPeak},
					Set:       func(b *reference.Basis) { b.PeakDevice = d.ID },
					Text:      fmt.Sprintf("The peak is that of %s; a device of this run is %s.", d.Name, w.Device.Name),
					Short:     "the peak of " + d.Name,
					SettledBy: "--device",
					Seen:      seenPeaks(w, figure, false),
				})
			}
			if own, ok := w.Device.Peak(w.Precision); ok && superchip(w.Device.ID) {
				edits = append(edits, audit.Edit{
					Axis: "peak package", Accounts: []audit.Account{audit.AccountPeak},
					Set:       func(b *reference.Basis) { b.PeakFigure = 2 * own.Dense },
					Text:      fmt.Sprintf("The peak is that of a superchip of two %s; a device of this run is one.", w.Device.Name),
					Short:     "the peak of a superchip of two GPUs",
					SettledBy: "--device",
				})
			}
			return edits
		},
	}
}

// packages lists parts that software counts as devices, and the packages or chips that hold two of them, by ID.
func packages() [][2]string {
	return [][2]string{
		{"mi250x-gcd", "mi250x-oam"},
		{"mi250-gcd", "mi250-oam"},
		{"tpu-v2-core", "tpu-v2"},
		{"tpu-v3-core", "tpu-v3"},
		{"tpu-v7x-core", "tpu-v7x"},
		{"pvc-1550-stack", "pvc-1550"},
	}
}

// otherOfPackage is the package of a part, or the part of a package.
func otherOfPackage(id string) []string {
	for _, p := range packages() {
		switch id {
		case p[0]:
			return p[1:]
		case p[1]:
			return p[:1]
		}
	}
	return nil
}

// superchip reports whether a GPU is sold two to a superchip whose figure vendors print.
func superchip(id string) bool { return id == "gb200" || id == "gb300" }
