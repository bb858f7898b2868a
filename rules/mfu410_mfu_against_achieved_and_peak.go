package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func mfuAgainstAchievedAndPeak() audit.Rule {
	return audit.Rule{
		ID: "MFU410", Name: "mfu-against-achieved-and-peak", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The logged MFU is not the logged achieved FLOP/s ÷ the logged peak.",
		What:    "Step by step, MFU against achieved ÷ peak, or FLOPs per token × tokens per second ÷ peak, all as logged.",
		Why:     "One of the numbers in one line is wrong, whatever the model.",
		How:     "The metrics are computed at different times, or on different ranks, or one of them is smoothed.",
		Fix:     "Compute MFU from the numbers that are printed beside it.",
		Citations: []audit.Citation{
			{Text: "karpathy/nanochat #175: the tokens per second beside the MFU left out the accumulation, the MFU did not", URL: "https://github.com/karpathy/nanochat/pull/175"},
		},
		Needs:    []reference.Quantity{reference.MFU},
		Requires: mfuPartsUnknown,
		Check: func(a *audit.Audit) []audit.Finding {
			for _, c := range a.Run.ColumnsOf(reference.MFU) {
				if c.Smoothed || a.Run.Smoothed && c.Key == "mfu" {
					continue
				}
				cmp := a.Compare(c, a.MFUFromParts)
				if len(cmp.Bad) == 0 || allPercent(cmp.Ratio) {
					continue
				}
				f := a.FindingOfComparison(cmp)
				f.Message = fmt.Sprintf("The logged MFU is %s times achieved ÷ peak as logged beside it.", audit.Number(f.Logged/f.Expected))
				f.LoggedAs, f.ExpectedAs = "", mfuParts(a, cmp.Row)
				f.Evidence.Cause = audit.CauseNone
				a.AddFactor("MFU410", cmp, "MFU is not achieved ÷ peak", audit.CauseNone)
				return []audit.Finding{f}
			}
			return nil
		},
	}
}

// mfuPartsUnknown says which logged parts an MFU cannot be held against; "" if they are there.
func mfuPartsUnknown(a *audit.Audit) string {
	for row := range a.Run.Steps {
		if _, ok := a.MFUFromParts(row); ok {
			return ""
		}
	}
	return "no achieved FLOP/s (or FLOPs per token and tokens per second) and peak are logged beside the MFU"
}

// mfuParts writes the division with its numbers.
func mfuParts(a *audit.Audit, row int) string {
	achieved, _ := a.LoggedAchieved(row)
	peak, _ := a.LoggedPeak(row)
	return fmt.Sprintf("%s TFLOP/s ÷ %s TFLOP/s", audit.Number(achieved.Point/1e12), audit.Number(peak.Point/1e12))
}

// allPercent reports whether every ratio is 100 or 1/100: a matter of units, which another rule tells.
func allPercent(x reference.Interval) bool { return x.Contains(100) || x.Contains(0.01) }
