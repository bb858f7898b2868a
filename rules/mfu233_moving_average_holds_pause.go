package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func movingAverageHoldsPause() audit.Rule {
	return audit.Rule{
		ID: "MFU233", Name: "moving-average-holds-pause", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "A moving average of the MFU still holds a step with an evaluation, a checkpoint or a stall in it.",
		What:    "Records of a moving average that follow a step far slower than the median, as long as it weighs more than a tenth of what it did.",
		Why:     "With 0.9 of the last value and 0.1 of the new one, a step of 20 times the time lowers the next 22 records, the first by 9.5 %.",
		How:     "The time of the slow step goes into the average like any other.",
		Fix:     "Leave such steps out of the average, and compare records that come 22 records later or more.",
		Citations: []audit.Citation{
			{Text: "karpathy/nanoGPT 3adf61e1 train.py: running_mfu = 0.9*running_mfu + 0.1*mfu, evaluation inside dt", URL: "https://github.com/karpathy/nanoGPT/blob/3adf61e154c3fe3fca428ad6bc3818b27a3b8291/train.py"},
			{Text: "karpathy/nanoGPT #673: iterations of 20754 ms with an evaluation, of 923 ms without", URL: "https://github.com/karpathy/nanoGPT/pull/673"},
		},
		Needs: []reference.Quantity{reference.MFU},
		Requires: func(a *audit.Audit) string {
			if c := a.Run.ColumnsOf(reference.MFU); len(c) == 0 || !c[0].Smoothed && !a.Run.Smoothed {
				return "no moving average of the MFU is logged"
			}
			return ""
		},
		Check: func(a *audit.Audit) []audit.Finding {
			rows := a.Steps.Tainted
			if len(rows) == 0 {
				return nil
			}
			c := a.Run.ColumnsOf(reference.MFU)[0]
			f := a.Finding(c, rows[0])
			f.Steps = audit.StepRange{First: a.Run.Steps[rows[0]], Last: a.Run.Steps[rows[len(rows)-1]], Count: len(rows), Of: c.Count()}
			if a.Steps.Headline >= 0 {
				f.Expected = audit.Canonical(c, a.Steps.Headline)
				f.ExpectedAs = fmt.Sprintf("step %d, which holds none", a.Run.Steps[a.Steps.Headline])
			}
			f.Message = fmt.Sprintf("The moving average of %d records still holds a step far slower than the median: %s at step %d.", len(rows), audit.Percent(f.Logged), f.Steps.First)
			return []audit.Finding{f}
		},
	}
}
