package rules

import "github.com/mfu-audit/mfu-audit/audit"

func suppressionWithoutExpiry() audit.Rule {
	return audit.Rule{
		ID: "MFU822", Name: "suppression-without-expiry", Severity: audit.SeverityWarning, Since: "0.1.0", Gate: true,
		Summary: "An impossible value is suppressed without an end.",
		What:    "Whether a suppression that meets an impossible value, such as an MFU above 100 %, has an expiry.",
		Why:     "A value that cannot be is always a defect; it may wait, but not for ever.",
		How:     "The suppression has a reason and no date.",
		Fix:     "Give it an expiry: the day by which the defect will be mended.",
		Citations: []audit.Citation{
			{Text: "aquasecurity/trivy: .trivyignore entries with exp:", URL: "https://trivy.dev/latest/docs/configuration/filtering/"},
		},
	}
}
