package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func flopsGrowWithTheSteps() audit.Rule {
	return audit.Rule{
		ID: "MFU166", Name: "flops-grow-with-the-steps", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "FLOPs per token add up from step to step.",
		What:    "Whether FLOPs per token of successive records are 1, 2, 3 … times those of the first.",
		Why:     "A token costs the same in every step: after 100 steps the last value is 100 times too large, and every rate made of it.",
		How:     "A profiler is started anew for each step and keeps the counts of the ones before.",
		Fix:     "Reset the profiler, or count once.",
		Citations: []audit.Citation{
			{Text: "deepspeedai/DeepSpeed #2292: the FLOPs become greater and greater", URL: "https://github.com/deepspeedai/DeepSpeed/issues/2292"},
			{Text: "deepspeedai/DeepSpeed #7413: the same, corrected in 0.15.4", URL: "https://github.com/deepspeedai/DeepSpeed/issues/7413"},
		},
		Needs: []reference.Quantity{reference.FLOPsPerToken},
		Check: func(a *audit.Audit) []audit.Finding {
			for _, c := range a.Run.ColumnsOf(reference.FLOPsPerToken) {
				first, ok := a.Cell(reference.FLOPsPerToken, c.FirstRow())
				if !ok || first.Lo <= 0 || c.Count() < 3 {
					continue
				}
				records, last := 0, 0
				cmp := a.Compare(c, func(row int) (audit.Span, bool) {
					records++
					last = row
					return first.Scale(float64(records)), true
				})
				if len(cmp.Bad) > 0 || cmp.Rows < c.Count() {
					continue
				}
				f := a.Finding(c, last)
				f.Expected = first.Point
				f.Message = fmt.Sprintf("The value of record n is n times the first, %s: what was counted before is still in it.", audit.Number(first.Point))
				return []audit.Finding{f}
			}
			return nil
		},
	}
}
