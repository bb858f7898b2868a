package rules

import "github.com/mfu-audit/mfu-audit/audit"

func suppressionExpired() audit.Rule {
	return audit.Rule{
		ID: "MFU820", Name: "suppression-expired", Severity: audit.SeverityWarning, Since: "0.1.0", Gate: true,
		Summary: "A suppression's last day is over.",
		What:    "Whether the expiry of each suppression in the configuration, or in the log itself, lies in the future.",
		Why:     "What was to be lived with for a while would be lived with for ever.",
		How:     "The date that was agreed on has passed.",
		Fix:     "Mend what it hides, or agree on another date.",
		Citations: []audit.Citation{
			{Text: "aquasecurity/trivy: .trivyignore entries with exp:", URL: "https://trivy.dev/latest/docs/configuration/filtering/"},
		},
	}
}
