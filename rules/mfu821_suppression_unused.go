package rules

import "github.com/mfu-audit/mfu-audit/audit"

func suppressionUnused() audit.Rule {
	return audit.Rule{
		ID: "MFU821", Name: "suppression-unused", Severity: audit.SeverityWarning, Since: "0.1.0", Gate: true,
		Summary: "A suppression matches nothing.",
		What:    "Whether each suppression in the configuration, or in the log itself, matches a finding of the audited logs.",
		Why:     "A suppression that hides nothing today hides the next finding that it matches.",
		How:     "What it hid was mended, the log was renamed, or the rule is misspelled.",
		Fix:     "Remove it.",
		Citations: []audit.Citation{
			{Text: "eslint: --report-unused-disable-directives", URL: "https://eslint.org/docs/latest/use/command-line-interface"},
		},
	}
}
