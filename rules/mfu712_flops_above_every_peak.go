package rules

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func flopsAboveEveryPeak() audit.Rule {
	return audit.Rule{
		ID: "MFU712", Name: "flops-above-every-peak", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The achieved FLOP/s of a device are above its dense peak at every precision.",
		What:    "Achieved FLOP/s, those of all devices divided by their number, against the highest dense figure that the table has for the device.",
		Why:     "No device exceeds its peak: FLOPs, tokens, time or unit are wrong, whatever the precision was.",
		How:     "GFLOP/s are printed as TFLOP/s, tokens are counted on every chunk of a virtual pipeline, or the devices are not divided by.",
		Fix:     "Check the unit, then the tokens and the device count.",
		Citations: []audit.Citation{
			{Text: "NVIDIA-NeMo/Megatron-Bridge #4750: 14,946 for 1,502.74 MODEL_TFLOP/s/GPU", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/pull/4750"},
			{Text: "bigscience-workshop/Megatron-DeepSpeed #221, #223: GFLOPs printed as TFLOPs", URL: "https://github.com/bigscience-workshop/Megatron-DeepSpeed/pull/223"},
		},
		Needs: []reference.Quantity{reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice, reference.HardwareFLOPsPerDevice},
		Requires: func(a *audit.Audit) string {
			if a.World.Device == nil {
				return "needs the device (--device)"
			}
			return ""
		},
		Check: func(a *audit.Audit) []audit.Finding {
			limit, precision := highestPeak(a.World.Device)
			if limit == 0 {
				return nil
			}
			for _, q := range []reference.Quantity{reference.AchievedFLOPsPerDevice, reference.HardwareFLOPsPerDevice, reference.AchievedFLOPs} {
				n := 1.0
				if q == reference.AchievedFLOPs {
					n = float64(a.World.Devices)
				}
				for _, c := range a.Run.ColumnsOf(q) {
					if n < 1 || a.Doubts(c) || told(a, q) {
						continue
					}
					cmp := a.Compare(c, func(row int) (audit.Span, bool) {
						return audit.AtMost(limit * n), !slices.Contains(a.Steps.Asynchronous, row)
					})
					if len(cmp.Bad) == 0 || 2*len(cmp.Bad) < cmp.Rows {
						continue // a few are a matter of their times
					}
					f := a.FindingOfComparison(cmp)
					f.Expected = math.NaN()
					f.Evidence.Cause = audit.CauseNone
					f.Message = fmt.Sprintf("%s TFLOP/s of a device are above every dense peak of %s: the highest is %s TFLOP/s, %s.", audit.Number(f.Logged/n/1e12), a.World.Device.Name, audit.Number(limit/1e12), precision)
					return []audit.Finding{f}
				}
			}
			return nil
		},
	}
}

// highestPeak is the highest dense figure of a device, at whichever floating-point precision.
func highestPeak(d *reference.Accelerator) (float64, reference.Precision) {
	var best reference.Peak
	for _, p := range d.Peaks {
		if p.Dense > best.Dense && p.Precision != reference.INT8 && p.Precision != reference.INT4 {
			best = p
		}
	}
	return best.Dense, best.Precision
}

// told reports whether a finding is about a quantity already.
func told(a *audit.Audit, q reference.Quantity) bool {
	return slices.ContainsFunc(a.Report().Findings, func(f *audit.Finding) bool { return f.Quantity == q && f.Severity != audit.SeverityNote })
}
