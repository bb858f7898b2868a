package runlog

import (
	"bytes"
	"strconv"
	"strings"
)

// resemblance says what unrecognised content looks like, without quoting it, and which format is nearest to it, if one is.
func resemblance(data []byte) (what string, nearest Format) {
	nearest = Formats()[0]
	head := strings.TrimSpace(strings.TrimPrefix(string(data[:min(len(data), 4096)]), byteOrderMark))
	switch {
	case len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte(byteOrderMark)))) == 0:
		return "the file is empty", nearest
	case strings.IndexByte(head, 0) >= 0:
		return "looks like a binary file", nearest
	case strings.HasPrefix(head, "{") && jsonLines(data):
		return "looks like JSON Lines", nearest
	case strings.HasPrefix(head, "{"):
		return "looks like a JSON object without " + recordsKey + ", or without run_name and config", nearest
	case jsonList(head):
		return "looks like a JSON list", nearest
	}
	return "looks like plain text", Format{} // a console may be anybody's
}

// jsonList reports whether text begins as a list of objects, lists, strings or numbers does; many logs begin with a time in brackets.
func jsonList(head string) bool {
	rest, ok := strings.CutPrefix(head, "[")
	rest = strings.TrimSpace(rest)
	if !ok || rest == "" {
		return false
	}
	if end := strings.IndexAny(rest, ",]"); end > 0 {
		if _, err := strconv.ParseFloat(strings.TrimSpace(rest[:end]), 64); err == nil {
			return true
		}
	}
	return strings.IndexByte(`{["]`, rest[0]) >= 0
}

// jsonLines reports whether the first two lines that are not blank are each a closed object.
func jsonLines(data []byte) bool {
	n := 0
	for line := range bytes.Lines(data) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if line[0] != '{' || line[len(line)-1] != '}' {
			return false
		}
		if n++; n == 2 {
			return true
		}
	}
	return false
}
