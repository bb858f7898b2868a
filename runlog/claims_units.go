package runlog

import "strings"

// unitScale is the scale of a number that has a unit behind it, in a column of a meaning.
func unitScale(m meaning, unit string) (scale float64, name string, ok bool) {
	switch strings.ToLower(unit) {
	case "%":
		return 0.01, "%", m.share
	case "s", "sec", "seconds":
		return 1, "s", m.key == "step_time_s" || m.key == "step_time_ms"
	case "ms":
		return 1e-3, "ms", m.key == "step_time_s" || m.key == "step_time_ms"
	}
	return 0, "", false
}
