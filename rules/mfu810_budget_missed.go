package rules

import "github.com/mfu-audit/mfu-audit/audit"

func budgetMissed() audit.Rule {
	return audit.Rule{
		ID: "MFU810", Name: "budget-missed", Severity: audit.SeverityError, Since: "0.1.0", Gate: true,
		Summary: "A run misses a bound that its team has set.",
		What:    "Whether a quantity of the run, corrected or restated, keeps the minimum or maximum of a budget in the configuration.",
		Why:     "A run that got slower goes unnoticed for weeks where nobody is told; a bound on the corrected value is not moved by a change in how the log counts.",
		How:     "The run is slower than it was when the bound was set: another batch size, another version, a slow node.",
		Fix:     "Find out what changed (mfu-audit compare), or change the bound and say why.",
		Citations: []audit.Citation{
			{Text: "web.dev: performance budgets", URL: "https://web.dev/articles/performance-budgets-101"},
		},
	}
}
