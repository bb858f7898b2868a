package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// github writes the workflow commands that GitHub turns into annotations ("Workflow commands for GitHub Actions": error,
// warning and notice with file, line, col, endColumn and title; % and line ends are escaped, and : and , in properties).
func github(w io.Writer, d *Document) error {
	b := bufio.NewWriter(w)
	located(d.Report, false, func(run *audit.RunReport, f *audit.Finding) {
		command := map[audit.Severity]string{audit.SeverityError: "error", audit.SeverityWarning: "warning"}[f.Severity]
		if command == "" {
			command = "notice"
		}
		properties := "file=" + githubProperty(fileOf(run, f))
		if f.Pos.Line > 0 {
			properties += fmt.Sprintf(",line=%d,col=%d", f.Pos.Line, f.Pos.Column)
		}
		properties += ",title=" + githubProperty(f.Rule+" "+f.Name)
		text := sentence(f)
		if e := evidence(f); e != "" {
			text += "\n" + e
		}
		if lines := workings(f); len(lines) > 0 {
			text += "\n" + strings.Join(lines, "\n")
		}
		fmt.Fprintf(b, "::%s %s::%s\n", command, properties, githubText(text))
	})
	for _, p := range d.Report.Problems {
		message, _, _ := strings.Cut(p.Message, "\n")
		fmt.Fprintf(b, "::error file=%s,title=not read::%s\n", githubProperty(p.Path), githubText(message))
	}
	if n := suppressedIn(d.Report); n > 0 {
		fmt.Fprintf(b, "::notice title=mfu-audit::%s\n", suppressedText(n))
	}
	return b.Flush()
}

func githubText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
