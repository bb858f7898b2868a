package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func outlierInAverage() audit.Rule {
	return audit.Rule{
		ID: "MFU614", Name: "outlier-in-average", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "A logged average holds steps that stalled.",
		What:    "Which steps reproduce a logged average, and whether steps beyond 5 median absolute deviations and 10 % of the median are among them, with no evaluation or checkpoint logged that explains their time.",
		Why:     "One stall of 20 steps' time among a hundred raises the mean step time by 19 %. It is part of what the run cost, and no part of how fast it steps.",
		How:     "A slow file system, a restarted rank, a garbage collection.",
		Fix:     "Print the median beside the mean.",
		Citations: []audit.Citation{
			{Text: "karpathy/nanoGPT #673: iterations of 20754 ms among such of 923 ms", URL: "https://github.com/karpathy/nanoGPT/pull/673"},
		},
		Needs:    []reference.Quantity{reference.MFU, reference.StepTime, reference.TokensPerSec},
		Requires: audit.AveragesUnknown,
		Check: func(a *audit.Audit) []audit.Finding {
			var out []audit.Finding
			for _, av := range a.Averages() {
				if len(av.Outliers) == 0 || worst(av.Holds) != 0 {
					continue // told with what else it holds
				}
				f := a.SummaryFinding(av.Observation)
				f.Expected = av.Steady
				f.ExpectedAs = fmt.Sprintf("mean of %d steady steps", av.SteadySteps)
				var steps []string
				for _, row := range av.Outliers {
					steps = append(steps, fmt.Sprint(a.Run.Steps[row]))
				}
				f.Message = fmt.Sprintf("The average holds iteration %s, which took far longer than the median %s s.", audit.List(steps), audit.Number(a.Steps.Median))
				out = append(out, f)
			}
			return out
		},
	}
}
