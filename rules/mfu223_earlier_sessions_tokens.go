package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func earlierSessionsTokens() audit.Rule {
	return audit.Rule{
		ID: "MFU223", Name: "earlier-sessions-tokens", Severity: audit.SeverityWarning, Since: "0.1.0",
		Summary: "After a resume, the tokens of all sessions are divided by the time of the last one.",
		What:    "Whether tokens seen ÷ tokens per second, which is the time since the start where the rate is an average since then, falls to less than half from one record to the next, and the rate sinks afterwards to twice what it should be and more.",
		Why:     "The rate leaps when the run is resumed, 571 to 224 413 tokens per second in one report, and takes as long as the earlier sessions to come down.",
		How:     "The count of tokens comes back with the checkpoint, the clock starts anew.",
		Fix:     "Divide the tokens since the resume by the time since the resume.",
		Citations: []audit.Citation{
			{Text: "huggingface/transformers #41156: train_tokens_per_second after a resume", URL: "https://github.com/huggingface/transformers/pull/41156"},
			{Text: "hiyouga/LlamaFactory #7415: 571.74 tokens/s before, 224413.85 after", URL: "https://github.com/hiyouga/LlamaFactory/issues/7415"},
		},
		Needs: []reference.Quantity{reference.TotalTokens},
		Requires: func(a *audit.Audit) string {
			if sinceStart(a) == nil {
				return "no average of tokens per second since the start is logged"
			}
			return ""
		},
		Check: func(a *audit.Audit) []audit.Finding {
			c := sinceStart(a)
			seen := a.Run.ColumnsOf(reference.TotalTokens)
			if len(seen) == 0 {
				return nil
			}
			var rows []int
			for row := range a.Run.Steps {
				if audit.Canonical(c, row) > 0 && audit.Canonical(seen[0], row) > 0 {
					rows = append(rows, row)
				}
			}
			for i := 1; i+1 < len(rows); i++ {
				before, at, last := rows[i-1], rows[i], rows[len(rows)-1]
				tokens := func(row int) float64 { return audit.Canonical(seen[0], row) }
				seconds := func(row int) float64 { return tokens(row) / audit.Canonical(c, row) }
				if tokens(at) < tokens(before) || 2*seconds(at) >= seconds(before) || seconds(last) <= seconds(at) {
					continue
				}
				session := (tokens(last) - tokens(at)) / (seconds(last) - seconds(at))
				if audit.Canonical(c, at) < 2*session || audit.Canonical(c, last) >= audit.Canonical(c, at) {
					continue
				}
				f := a.Finding(c, at)
				f.Expected = session
				f.ExpectedAs = fmt.Sprintf("%s tokens of steps %d to %d ÷ %s s", audit.Number(tokens(last)-tokens(at)), a.Run.Steps[at], a.Run.Steps[last], audit.Number(seconds(last)-seconds(at)))
				f.Steps = audit.StepRange{First: a.Run.Steps[at], Last: a.Run.Steps[last], Count: len(rows) - i, Of: c.Count()}
				f.Evidence = audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseInferred}
				f.Message = fmt.Sprintf("Tokens seen ÷ tokens per second is %s s at step %d and %s s at step %d: the clock started anew, and the tokens of before are still counted.",
					audit.Number(seconds(before)), a.Run.Steps[before], audit.Number(seconds(at)), a.Run.Steps[at])
				return []audit.Finding{f}
			}
			return nil
		},
	}
}

// sinceStart is the column of tokens per second that is an average since the start; nil if there is none.
func sinceStart(a *audit.Audit) *runlog.Column {
	for _, q := range tokenMetrics()[:2] {
		for _, c := range a.Run.ColumnsOf(q) {
			if c.Smoothed {
				return c
			}
		}
	}
	for _, o := range a.Open() { // one device's or all devices': what is found does not depend on it
		if q := o.Column.Quantity; o.Column.Smoothed && (q == reference.TokensPerSec || q == reference.TokensPerSecPerDevice) {
			return o.Column
		}
	}
	return nil
}
