package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strconv"

	"github.com/mfu-audit/mfu-audit/audit"
)

// gitlabIssue is an issue of GitLab's code quality report (docs.gitlab.com, "Code Quality report format").
type gitlabIssue struct {
	Description string         `json:"description"`
	Check       string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// gitlab writes the findings as a code quality report. Equal fingerprints hide each other, so findings of one cause in a file are
// numbered.
func gitlab(w io.Writer, d *Document) error {
	issues := []gitlabIssue{}
	seen := map[string]int{}
	located(d.Report, false, func(run *audit.RunReport, f *audit.Finding) {
		file := path.Clean(fileOf(run, f))
		identity := f.Fingerprint + "\x00" + file
		seen[identity]++
		sum := sha256.Sum256([]byte(identity + "\x00" + strconv.Itoa(seen[identity])))
		issues = append(issues, gitlabIssue{
			Description: f.Rule + " " + f.Name + ": " + sentence(f), Check: f.Rule, Fingerprint: hex.EncodeToString(sum[:16]),
			Severity: map[audit.Severity]string{audit.SeverityError: "major", audit.SeverityWarning: "minor", audit.SeverityNote: "info"}[f.Severity],
			Location: gitlabLocation{file, gitlabLines{max(f.Pos.Line, 1)}},
		})
	})
	for _, p := range d.Report.Problems {
		sum := sha256.Sum256([]byte("not read\x00" + p.Path))
		issues = append(issues, gitlabIssue{
			Description: "not read: " + oneLine(p.Message), Check: "not-read", Fingerprint: hex.EncodeToString(sum[:16]), Severity: "blocker",
			Location: gitlabLocation{path.Clean(p.Path), gitlabLines{1}},
		})
	}
	if n := suppressedIn(d.Report); n > 0 {
		// The format has no place for a count: it is an issue of the least severity, always the same one.
		sum := sha256.Sum256([]byte("suppressed"))
		issue := gitlabIssue{Description: suppressedText(n), Check: "suppressed", Fingerprint: hex.EncodeToString(sum[:16]), Severity: "info"}
		located(d.Report, true, func(run *audit.RunReport, f *audit.Finding) {
			if f.Suppressed != "" && issue.Location.Path == "" {
				issue.Location = gitlabLocation{path.Clean(fileOf(run, f)), gitlabLines{max(f.Pos.Line, 1)}}
			}
		})
		issues = append(issues, issue)
	}
	return encode(w, issues)
}
