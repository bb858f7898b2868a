package rules

import "github.com/mfu-audit/mfu-audit/audit"

func budgetNotChecked() audit.Rule {
	return audit.Rule{
		ID: "MFU811", Name: "budget-not-checked", Severity: audit.SeverityWarning, Since: "0.1.0", Gate: true,
		Summary: "A bound that a team has set could not be checked.",
		What:    "Whether the quantity of each budget is logged and audited.",
		Why:     "A budget that is never checked looks like one that is kept.",
		How:     "The metric was renamed or is no longer logged, or a fact that its audit needs is missing.",
		Fix:     "Log the metric, give the missing fact, or drop the budget.",
		Citations: []audit.Citation{
			{Text: "web.dev: performance budgets", URL: "https://web.dev/articles/performance-budgets-101"},
		},
	}
}
