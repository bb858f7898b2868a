package rules

import (
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func meanOfRates() audit.Rule {
	return audit.Rule{
		ID: "MFU613", Name: "mean-of-rates", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "A logged average is the mean of rates, not what was done ÷ the time it took.",
		What:    "Whether an average MFU, throughput or FLOP/s is the plain mean of the records' values, and differs by one percent and more from their mean weighted with the step times.",
		Why:     "A step that takes ten times as long counts as one step of the mean, but is ten steps of the time: one in ten leaves the mean at 91 % of the steady rate, and tokens ÷ time at 53 %.",
		How:     "mean(values) is shorter to write than sum(tokens) ÷ sum(time).",
		Fix:     "Say which of the two it is, or divide the sums.",
		Citations: []audit.Citation{
			{Text: "PrimeIntellect-ai/prime-diloco #10: tokens over a window ÷ its time in place of the steps' own rates", URL: "https://github.com/PrimeIntellect-ai/prime-diloco/pull/10"},
		},
		Needs:    []reference.Quantity{reference.MFU, reference.HFU, reference.TokensPerSec, reference.TokensPerSecPerDevice, reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice},
		Requires: audit.AveragesUnknown,
		Check: func(a *audit.Audit) []audit.Finding {
			const telling = 0.01 // less is of no consequence
			var out []audit.Finding
			for _, av := range a.Averages() {
				if av.Observation.Quantity == reference.StepTime || !av.Reproduced {
					continue
				}
				over := a.OverTime(&av)
				value := av.Observation.Value()
				if !audit.IsNumber(over) || math.Abs(over/value-1) < telling || a.MayBe(av.Observation, over) {
					continue
				}
				f := a.SummaryFinding(av.Observation)
				f.Expected = over
				f.ExpectedAs = fmt.Sprintf("the same %d records, each as long as it took", len(av.Rows))
				f.Message = fmt.Sprintf("The average is the plain mean of %d rates; what was done ÷ the time that it took is %s times it.", len(av.Rows), audit.Number(over/value))
				out = append(out, f)
			}
			return out
		},
	}
}
