package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func frameworkTablesPeak() audit.Rule {
	return audit.Rule{
		ID: "MFU316", Name: "framework-tables-peak", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The peak is a figure that a framework's table has for the device, and no data sheet.",
		What:    "Whether the logged peak is what public code is known to have for the run's device and precision, where that is no figure of any device.",
		Why:     "The figures differ from the data sheet by 2 to 70 %: 98 for an RTX 4090's 165.2 prints 1.69 times the MFU, 2382 for a B200's 2250 prints 0.94 of it.",
		How:     "A figure is taken from a blog, computed at a clock that tensor cores do not hold, or typed in by hand.",
		Fix:     "Take the data sheet's dense figure at the precision of the matmuls.",
		Citations: []audit.Citation{
			{Text: "hiyouga/LLaMA-Factory 1fee69f scripts/stat_utils/cal_mfu.py: 98 for an RTX 4090", URL: "https://github.com/hiyouga/LLaMA-Factory/blob/1fee69f874195d227f9f478198a9e890bf5962ca/scripts/stat_utils/cal_mfu.py"},
			{Text: "ByteDance-Seed/VeOmni #986: 2382 for a B200, 2565 for a GB200, at the boost clock", URL: "https://github.com/ByteDance-Seed/VeOmni/pull/986"},
		},
		Needs:    []reference.Quantity{reference.PeakFLOPs, reference.PeakFLOPsPerDevice, reference.MFU},
		Requires: audit.PeakUnknown,
		Deviations: func(w *audit.World) []audit.Edit {
			var edits []audit.Edit
			var figures []float64
			for _, f := range frameworkPeaksOf(w) {
				if known(w, f.Used) || containsFigure(figures, f.Used) {
					continue
				}
				figures = append(figures, f.Used)
				edits = append(edits, audit.Edit{
					Axis: "peak figure", Accounts: []audit.Account{audit.AccountPeak},
					Set:       func(b *reference.Basis) { b.PeakFigure = f.Used },
					Text:      fmt.Sprintf("The peak is the %s TFLOP/s that a framework has for %s; the data sheet says %s.", audit.Number(f.Used/1e12), f.Device.Name, audit.Number(f.Right/1e12)),
					Short:     fmt.Sprintf("%s TFLOP/s of a framework's table", audit.Number(f.Used/1e12)),
					SettledBy: "--peak-flops",
					Rare:      true,
					Seen:      seenPeaks(w, reference.Peak{Dense: f.Used}, false),
				})
			}
			return edits
		},
	}
}

// known reports whether a figure is the run's device's or another's by the table: other rules tell those.
func known(w *audit.World, figure float64) bool {
	for _, p := range w.Device.Peaks {
		dense, _ := p.Equals(figure, false)
		sparse, _ := p.Equals(figure, true)
		if dense && trains(p.Precision) || sparse && p.Precision == w.Precision {
			return true
		}
	}
	for _, d := range reference.Accelerators() {
		if p, ok := d.Peak(w.Precision); ok {
			if equal, _ := p.Equals(figure, false); equal {
				return true
			}
		}
	}
	return false
}

func containsFigure(figures []float64, v float64) bool {
	for _, f := range figures {
		if equal, _ := reference.PeakEquals(v, f); equal {
			return true
		}
	}
	return false
}
