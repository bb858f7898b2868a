package rules

import "github.com/mfu-audit/mfu-audit/audit"

func claimNotReproduced() audit.Rule {
	return audit.Rule{
		ID: "MFU930", Name: "claim-not-reproduced", Severity: audit.SeverityWarning, Since: "0.1.0", Table: true,
		Summary: "The numbers of a row do not follow from each other under any definition tried.",
		What:    "Whether the metrics that a row of a table prints come out of its other cells, under any definition of FLOPs and any spelling of the device's peak.",
		Why:     "A number that nobody can reproduce cannot be compared with another.",
		How:     "A definition that is not stated, a cell of another run, a dimension that is not printed.",
		Fix:     "State the definition, the peak and the dimensions, or correct the cell that the report names.",
		Citations: []audit.Citation{
			{Text: "Chowdhery et al. 2022, PaLM, appendix B: why MFU needs a definition", URL: "https://arxiv.org/abs/2204.02311"},
		},
	}
}
