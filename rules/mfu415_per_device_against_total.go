package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func perDeviceAgainstTotal() audit.Rule {
	return audit.Rule{
		ID: "MFU415", Name: "per-device-against-total", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "A metric per device equals the one of all devices.",
		What:    "Step by step, whether tokens per second, FLOP/s or the peak of one device are the figure of all devices, or that divided by the data-parallel ranks only.",
		Why:     "With 8 GPUs one of the two is off by 8: 1545 TFLOP/s per rank of 1545 in all is an MFU of 156 % on an H100.",
		How:     "The total is not divided by the devices, or a rank's own figure is printed as the total.",
		Fix:     "Divide the total by the number of devices, those of model parallelism included.",
		Citations: []audit.Citation{
			{Text: "NVIDIA-NeMo/RL #1015: 1545.38 TFLOPS (1545.38 TFLOPS per rank), 156.18 %", URL: "https://github.com/NVIDIA-NeMo/RL/issues/1015"},
		},
		Needs: []reference.Quantity{reference.TokensPerSecPerDevice, reference.AchievedFLOPsPerDevice, reference.PeakFLOPsPerDevice},
		Requires: func(a *audit.Audit) string {
			switch {
			case a.World.Devices == 0:
				return "needs the number of devices (--devices)"
			case len(scopedPairs(a)) == 0:
				return "no metric per device and of all devices is logged"
			default:
				return ""
			}
		},
		Check: func(a *audit.Audit) []audit.Finding {
			for _, p := range scopedPairs(a) {
				for _, d := range []struct {
					n    int64
					what string
				}{{1, "all devices"}, {a.World.Ranks, "all devices divided by the data-parallel ranks"}} {
					if d.n < 1 || d.n >= a.World.Devices {
						continue
					}
					if f, ok := notDivided(a, p, d.n); ok {
						f.Message = fmt.Sprintf("%s per device is the figure of %s, in every record: with %d devices one of the two is not what it is called.", p.each.Quantity.Info().Unit, d.what, a.World.Devices)
						return []audit.Finding{f}
					}
				}
			}
			return nil
		},
	}
}

// scopedPair is a metric of one device and the same of all.
type scopedPair struct {
	each  *runlog.Column
	total reference.Quantity
}

// scopedPairs lists the metrics that are logged in both scopes, each as its own name defines it.
func scopedPairs(a *audit.Audit) []scopedPair {
	var out []scopedPair
	for _, q := range [][2]reference.Quantity{
		{reference.TokensPerSecPerDevice, reference.TokensPerSec},
		{reference.AchievedFLOPsPerDevice, reference.AchievedFLOPs},
		{reference.PeakFLOPsPerDevice, reference.PeakFLOPs},
	} {
		each, total := a.Run.ColumnsOf(q[0]), a.Run.ColumnsOf(q[1])
		if len(each) == 0 || len(total) == 0 || each[0].Smoothed || total[0].Smoothed || a.Doubts(each[0]) || a.Doubts(total[0]) {
			continue
		}
		out = append(out, scopedPair{each[0], q[1]})
	}
	return out
}

// notDivided reports whether a metric per device is the total ÷ n in every record, and not the total ÷ devices in any.
func notDivided(a *audit.Audit, p scopedPair, n int64) (audit.Finding, bool) {
	over := func(k int64) func(row int) (audit.Span, bool) {
		return func(row int) (audit.Span, bool) {
			x, ok := a.Cell(p.total, row)
			return x.Scale(1 / float64(k)), ok
		}
	}
	right := a.Compare(p.each, over(a.World.Devices))
	same := a.Compare(p.each, over(n))
	if right.Rows == 0 || len(right.Bad) < right.Rows || len(same.Bad) > 0 {
		return audit.Finding{}, false
	}
	f := a.FindingOfComparison(right)
	f.ExpectedAs = fmt.Sprintf("the total ÷ %d devices", a.World.Devices)
	f.Evidence = audit.Evidence{Wrong: audit.WrongProven, Cause: audit.CauseAmbiguous}
	return f, true
}
