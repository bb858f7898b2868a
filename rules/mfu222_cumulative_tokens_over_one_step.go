package rules

import "github.com/mfu-audit/mfu-audit/audit"

func cumulativeTokensOverOneStep() audit.Rule {
	return audit.Rule{
		ID: "MFU222", Name: "cumulative-tokens-over-one-step", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "All tokens since the start are divided by the time of one step.",
		What:    "Whether tokens per second × step time is one number times the steps done, in five records or more.",
		Why:     "Throughput grows with every step: it looks like a run that speeds up, and passes 250 % of the peak on the way.",
		How:     "A counter of tokens is never set back, or the total is logged in place of what came in since the last step.",
		Fix:     "Divide the tokens since the last record by the time since the last record.",
		Citations: []audit.Citation{
			{Text: "allenai/open-instruct #1032: cumulative tokens over the time of the most recent step, about 250 % utilization", URL: "https://github.com/allenai/open-instruct/pull/1032"},
		},
		Needs: tokenMetrics()[:2],
		Requires: func(a *audit.Audit) string {
			for row := range a.Run.Steps {
				if _, ok := a.TokensAt(row); ok {
					return ""
				}
			}
			return "no step time beside tokens per second is logged"
		},
	}
}
