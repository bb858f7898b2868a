package audit

import (
	"strings"

	"github.com/mfu-audit/mfu-audit/runlog"
)

// Joint is how a value is joined to its key in a log: blanks and the punctuation " : = only, since the rest of a line may hold
// anything.
type Joint struct {
	Glue  string // between key and value
	Found bool   // the key stands before the value, joined by Glue
	Comma bool   // a comma follows the value
	// From and To are where the value starts and ends on its line in UTF-16 code units, from 1; 0 in a log without lines.
	From, To int
}

// JointOf looks a finding's value up in its log.
func JointOf(src *runlog.Source, f *Finding) Joint {
	if src == nil || f.Pos.Length <= 0 {
		return Joint{}
	}
	data := src.Of(f.Pos).Bytes
	lo, hi := f.Pos.Offset, f.Pos.Offset+int64(f.Pos.Length)
	if lo < 0 || hi > int64(len(data)) || string(data[lo:hi]) != f.Printed {
		return Joint{}
	}
	const most = 256 // a key is shorter
	var j Joint
	if f.Pos.Line > 0 {
		j.From, j.To = src.UTF16(f.Pos)
	}
	j.Comma = hi < int64(len(data)) && data[hi] == ','
	if key := MetricKey(f.Pos.Path); key != "" {
		before := string(data[max(0, lo-most):lo])
		rest := strings.TrimRight(before, "\" \t:=")
		if j.Found = strings.HasSuffix(rest, key); j.Found {
			j.Glue = before[len(rest):]
		}
	}
	return j
}

// MetricKey is the metric's own key: the last part of a key path, without an index.
func MetricKey(path string) string {
	last := path[strings.LastIndexByte(path, '.')+1:]
	if strings.HasSuffix(last, "]") {
		if i := strings.LastIndexByte(last, '['); i >= 0 {
			return last[:i]
		}
	}
	return last
}

// Release keeps of the log what a report shows, and lets its bytes go: a report of thousands of runs would hold them all.
func (r *RunReport) Release() {
	for _, f := range r.Findings {
		f.Joint = JointOf(r.Source, f)
	}
	r.Source = nil
}
