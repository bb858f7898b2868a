package rules

import (
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func firstWindowOverWholeInterval() audit.Rule {
	return audit.Rule{
		ID: "MFU232", Name: "first-window-over-whole-interval", Severity: audit.SeverityWarning, Since: "0.1.0",
		Summary: "The first record's step time is divided by the steps of a whole logging interval.",
		What:    "Whether tokens per second × step time of the first record is that of all others divided by the logging interval.",
		Why:     "With a log every 10 steps the first step, which compiles and allocates, is printed at a tenth of its time: 1.2 s for 12 s.",
		How:     "The first step is logged by itself, and its time is divided by the steps between two records all the same.",
		Fix:     "Divide by the steps since the last record.",
		Citations: []audit.Citation{
			{Text: "pytorch/torchtitan 00fbaafa torchtitan/components/metrics.py: time_end_to_end = time_delta / log_freq, at step 1 too", URL: "https://github.com/pytorch/torchtitan/blob/00fbaafa6ea1b54dd1a9b451a648f196781e8b26/torchtitan/components/metrics.py"},
		},
		Needs: []reference.Quantity{reference.StepTime},
		Requires: func(a *audit.Audit) string {
			if _, ok := a.TokensAt(0); len(a.Run.Steps) < enoughWindows || !ok {
				return "no tokens per second and step time of a first record and three more are logged"
			}
			return ""
		},
		Check: func(a *audit.Audit) []audit.Finding {
			interval := a.Run.Steps[2] - a.Run.Steps[1]
			others := reference.Interval{Lo: 0, Hi: math.Inf(1)}
			for row := 1; row < len(a.Run.Steps); row++ {
				if x, ok := a.TokensAt(row); ok {
					others = others.Intersect(x.Interval)
				}
			}
			first, ok := a.TokensAt(0)
			whole := first.Scale(float64(interval))
			if !ok || interval < 2 || a.Run.Steps[0] > 1 || others.Empty() || math.IsInf(others.Hi, 1) || first.Overlaps(others) || !whole.Overlaps(others) {
				return nil
			}
			c := a.Run.ColumnsOf(reference.StepTime)[0]
			f := a.Finding(c, 0)
			f.Expected = f.Logged * float64(interval)
			f.ExpectedAs = fmt.Sprintf("%s s × %d steps of the interval", audit.Number(f.Logged), interval)
			f.Steps = audit.StepRange{First: a.Run.Steps[0], Last: a.Run.Steps[0], Count: 1, Of: c.Count(), List: []int64{a.Run.Steps[0]}}
			f.Evidence = audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseInferred}
			f.Message = fmt.Sprintf("Tokens per second × step time of the first record is 1/%d of every other's: its time is divided by the %d steps between two records, but it is the time of one.", interval, interval)
			return []audit.Finding{f}
		},
	}
}

// enoughWindows is how many records show that the first one is the exception.
const enoughWindows = 4
