package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func achievedAgainstFLOPsTimesTokens() audit.Rule {
	return audit.Rule{
		ID: "MFU412", Name: "achieved-against-flops-times-tokens", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The logged achieved FLOP/s are not FLOPs per token × tokens per second.",
		What:    "Step by step, achieved FLOP/s against FLOPs per token × tokens per second, all as logged; and the same metric in two units.",
		Why:     "One of the three is wrong, whatever the model.",
		How:     "The tokens per second are those of another window or scope than the FLOPs.",
		Fix:     "Compute achieved FLOP/s from the numbers that are printed beside it.",
		Citations: []audit.Citation{
			{Text: "NVIDIA-NeMo/RL #933: incorrect MFU printed to console", URL: "https://github.com/NVIDIA-NeMo/RL/issues/933"},
		},
		Needs: []reference.Quantity{reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice},
		Check: func(a *audit.Audit) []audit.Finding {
			for _, q := range []reference.Quantity{reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice} {
				for _, c := range a.Run.ColumnsOf(q) {
					cmp := a.Compare(c, func(row int) (audit.Span, bool) {
						x, ok := a.AchievedFromParts(row)
						if q == reference.AchievedFLOPsPerDevice && a.World.Devices > 0 {
							x = x.Scale(1 / float64(a.World.Devices))
						}
						return x, ok && (q == reference.AchievedFLOPs || a.World.Devices > 0)
					})
					if len(cmp.Bad) == 0 {
						continue
					}
					f := a.FindingOfComparison(cmp)
					f.ExpectedAs = "FLOPs per token × tokens per second"
					f.Message = fmt.Sprintf("The achieved FLOP/s are %s times FLOPs per token × tokens per second as logged beside it%s.", audit.Number(f.Logged/f.Expected), meaning(a, f.Logged/f.Expected))
					f.Evidence.Cause = audit.CauseNone
					return []audit.Finding{f}
				}
			}
			return nil
		},
	}
}

// meaning names a ratio that is a number of the run.
func meaning(a *audit.Audit, ratio float64) string {
	near := func(x float64) bool { return x > 1 && ratio/x > 1-1e-6 && ratio/x < 1+1e-6 }
	switch {
	case near(float64(a.World.Devices)):
		return fmt.Sprintf(" (%d is the number of devices)", a.World.Devices)
	case near(float64(a.World.GradAccum)):
		return fmt.Sprintf(" (%d is the accumulation)", a.World.GradAccum)
	case near(float64(a.World.Tensor)):
		return fmt.Sprintf(" (%d is the tensor-parallel size)", a.World.Tensor)
	case near(float64(a.World.Context)):
		return fmt.Sprintf(" (%d is the context-parallel size)", a.World.Context)
	case near(1000):
		return " (a matter of units)"
	default:
		return ""
	}
}
