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

// snippetOf finds out how a finding's key and value are joined in the source. ok is false where the log holds no value.
func snippetOf(f *audit.Finding, r *audit.RunReport) (snippet, bool) {
	value := f.Printed
	if value == "" {
		return snippet{}, false
	}
	key := lastKey(f.Pos.Path)
	s := snippet{value: shorten(clean(value), longestValue)}
	before, after := around(r, f)
	switch glue, ok := glueBetween(before, key); {
	case key == "":
	case ok && strings.HasPrefix(glue, `"`):
		s.before = `"` + clean(key) + `": `
		if strings.HasPrefix(after, ",") {
			s.after = ","
		}
	case ok && strings.Contains(glue, "="):
		s.before = clean(key) + "="
	case ok && strings.Contains(glue, ":"):
		s.before = clean(key) + ": "
	default:
		s.before = clean(key) + " "
	}
	return s, true
}

// around is the few bytes before and after a value that show how it is joined to its key.
func around(r *audit.RunReport, f *audit.Finding) (before, after string) {
	if r.Source == nil || f.Pos.Length <= 0 {
		return "", ""
	}
	data := r.Source.Of(f.Pos).Bytes
	lo, hi := f.Pos.Offset, f.Pos.Offset+int64(f.Pos.Length)
	if lo < 0 || hi > int64(len(data)) || string(data[lo:hi]) != f.Printed {
		return "", ""
	}
	const most = 256
	return string(data[max(0, lo-most):lo]), string(data[hi:min(hi+1, int64(len(data)))])
}

// glueBetween is what stands between the key and the value if that is punctuation and space only.
func glueBetween(before, key string) (string, bool) {
	if key == "" {
		return "", false
	}
	rest := strings.TrimRight(before, "\" \t:=")
	if !strings.HasSuffix(rest, key) {
		return "", false
	}
	return before[len(rest):], true
}

// lastKey is the metric's own key: the last part of a key path, without an index.
func lastKey(path string) string {
	last := path[strings.LastIndexByte(path, '.')+1:]
	if strings.HasSuffix(last, "]") {
		if i := strings.LastIndexByte(last, '['); i >= 0 {
			return last[:i]
		}
	}
	return last
}
