package runlog

import (
	"bytes"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// Allow is a finding that the log itself asks to live with: {"mfu_audit": {"allow": [{"rule": "MFU310", "reason": "…"}]}} at its top
// level or in its config object. The reason is due and is not kept: it is somebody's words inside a log.
type Allow struct {
	Rule     string    // ID, name, or the beginning of IDs, as written
	Quantity string    // "" is any
	Expires  time.Time // the last day on which it holds, at midnight UTC; zero for ever
	Pos      Position  // of the entry
}

// The keys of an allowance.
const (
	allowKey     = "mfu_audit"
	allowListKey = "allow"
)

// allowances reads what an object allows at its top level and in its config. An entry that is not as it should be is a Problem and
// allows nothing.
func allowances(root node) []Allow {
	var out []Allow
	for _, m := range root.members(nil) {
		switch m.key {
		case allowKey:
			out = append(out, allowancesIn(root.child(m, allowKey))...)
		case "config":
			config := root.child(m, "config")
			for _, inner := range config.members(nil) {
				if inner.key == allowKey {
					out = append(out, allowancesIn(config.child(inner, "config."+allowKey))...)
				}
			}
		}
	}
	return out
}

func allowancesIn(n node) []Allow {
	var out []Allow
	if !n.isObject() {
		n.wrongType("an object")
		return nil
	}
	for _, m := range n.members(nil) {
		if m.key != allowListKey {
			continue
		}
		list := n.child(m, n.at.key+"."+allowListKey)
		if !list.isArray() {
			list.wrongType("a list")
			continue
		}
		list.each(func(i int, value gjson.Result) {
			const most = 1000
			if i >= most {
				return
			}
			if a, ok := allowance(node{list.doc, value, place{list: list.at.key, index: i}}); ok {
				out = append(out, a)
			}
		})
	}
	return out
}

// allowance reads an entry.
func allowance(n node) (Allow, bool) {
	if !n.isObject() {
		n.wrongType("an object")
		return Allow{}, false
	}
	text := map[string]string{}
	for _, m := range n.members(nil) {
		switch m.key {
		case "rule", "reason", "expires", "quantity":
			if s, ok := n.child(m, m.key).str(); ok {
				text[m.key] = strings.TrimSpace(strings.Clone(s))
			}
		}
	}
	a := Allow{Rule: text["rule"], Quantity: text["quantity"], Pos: n.pos()}
	if text["rule"] == "" || text["reason"] == "" {
		n.problem(ProblemWrongType, "lacks a rule or a reason; it allows nothing")
		return a, false
	}
	if day, ok := text["expires"]; ok {
		var err error
		if a.Expires, err = time.Parse(time.DateOnly, day); err != nil {
			n.problem(ProblemWrongType, "has an expiry that is no date such as 2027-01-31; it allows nothing")
			return a, false
		}
	}
	return a, true
}

// allowHead is how far into a log of lines allowances are looked for: they stand in its first lines, with its configuration.
const allowHead = 64 << 10

// allowancesOfLines reads the allowances of a log of JSON Lines.
func allowancesOfLines(report *problems) []Allow {
	var out []Allow
	data := report.src.Bytes
	for at := 0; at < min(len(data), allowHead); {
		end := lineEnd(data, at)
		line := data[at:end]
		if start := bytes.IndexByte(line, '{'); start >= 0 && bytes.Contains(line, []byte(`"`+allowKey+`"`)) {
			// What else is odd about the line is told by whoever reads it as a record.
			root := openJSON(&problems{src: report.src}, int64(at+start), int64(end), knownJSONName).root()
			root.doc.problems = report
			out = append(out, allowances(root)...)
		}
		at = end + 1
	}
	return out
}
