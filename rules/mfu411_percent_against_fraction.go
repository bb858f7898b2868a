package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func percentAgainstFraction() audit.Rule {
	return audit.Rule{
		ID: "MFU411", Name: "percent-against-fraction", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "MFU is logged as a percentage where a fraction is meant, or the two disagree.",
		What:    "Whether two MFU metrics of one run are equal, and whether an MFU is off its parts by exactly 100.",
		Why:     "Off by 100, or two values for one thing.",
		How:     "mfu and mfu_percent are filled from different variables.",
		Fix:     "Keep one of them, as a fraction, and print it as a percentage.",
		Citations: []audit.Citation{
			{Text: "karpathy/nanoGPT train.py: the MFU is a fraction in the code and a percentage in the log", URL: "https://github.com/karpathy/nanoGPT/blob/master/train.py"},
		},
		Needs: []reference.Quantity{reference.MFU},
		Check: func(a *audit.Audit) []audit.Finding {
			columns := a.Run.ColumnsOf(reference.MFU)
			for i, c := range columns {
				if c.Smoothed || a.Run.Smoothed && c.Key == "mfu" {
					continue
				}
				if cmp := a.Compare(c, a.MFUFromParts); len(cmp.Bad) > 0 && allPercent(cmp.Ratio) {
					f := a.FindingOfComparison(cmp)
					f.Message = fmt.Sprintf("The logged MFU is %s times achieved ÷ peak: a percentage and a fraction are mixed up.", audit.Number(f.Logged/f.Expected))
					a.AddFactor("MFU411", cmp, "a percentage taken for a fraction", audit.CauseUnique)
					return []audit.Finding{f}
				}
				if i == 0 {
					continue
				}
				cmp := a.Compare(c, func(row int) (audit.Span, bool) { return a.Cell(reference.MFU, row) })
				if len(cmp.Bad) == 0 {
					continue
				}
				f := a.FindingOfComparison(cmp)
				f.Message = fmt.Sprintf("%s and %s are the same metric and differ: %s and %s.", columns[0].Key, c.Key, audit.Percent(f.Expected), audit.Percent(f.Logged))
				return []audit.Finding{f}
			}
			return nil
		},
	}
}
