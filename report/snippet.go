package report

import (
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// snippet is a metric as it stands in the log, put together again from its key and its value alone. The rest of the line,
// which may hold hosts, paths and keys of another kind, is never read into it.
type snippet struct {
	before, value, after string
}

// longestValue is where a printed value is cut; metrics are shorter.
const longestValue = 48

// snippetOf puts a finding's key and value together as they are joined in the log. ok is false where the log holds no value.
func snippetOf(f *audit.Finding, r *audit.RunReport) (snippet, bool) {
	value := f.Printed
	if value == "" {
		return snippet{}, false
	}
	key := audit.MetricKey(f.Pos.Path)
	s := snippet{value: shorten(clean(value), longestValue)}
	joint := f.Joint
	if r.Source != nil {
		joint = audit.JointOf(r.Source, f)
	}
	switch {
	case key == "":
	case joint.Found && strings.HasPrefix(joint.Glue, `"`):
		s.before = `"` + clean(key) + `": `
		if joint.Comma {
			s.after = ","
		}
	case joint.Found && strings.Contains(joint.Glue, "="):
		s.before = clean(key) + "="
	case joint.Found && strings.Contains(joint.Glue, ":"):
		s.before = clean(key) + ": "
	default:
		s.before = clean(key) + " "
	}
	return s, true
}
