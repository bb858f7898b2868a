package rules

import "github.com/mfu-audit/mfu-audit/audit"

func claimWithASlip() audit.Rule {
	return audit.Rule{
		ID: "MFU931", Name: "claim-with-a-slip", Severity: audit.SeverityError, Since: "0.1.0", Table: true,
		Summary: "A row is reproduced once one slip of typing is undone.",
		What:    "Whether a row comes out with a unit off by 1000, two columns swapped, one device's rate for all devices', a count off by an integer, or another model's numbers.",
		Why:     "A reader who computes with the cell gets another result by that factor.",
		How:     "A row was copied and not changed throughout, or two columns were exchanged.",
		Fix:     "Correct the cell that the report names; the others agree with each other.",
		Citations: []audit.Citation{
			{Text: "bigscience-workshop/bigscience experiments: tables of throughput by hand", URL: "https://github.com/bigscience-workshop/bigscience"},
		},
	}
}
