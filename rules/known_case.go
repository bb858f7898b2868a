package rules

import (
	"slices"
	"strconv"
	"strings"
)

// Case names the log of the rule's archive that has the mistake, "bad/two-ranks"; "" if none has.
func (k Known) Case() string {
	if k.Rule == "" {
		return ""
	}
	for _, c := range Cases(k.Rule) {
		if slices.Contains(knownIn(c.Want), k.Number) {
			return c.Name
		}
	}
	return ""
}

// knownIn lists the numbers in the lines of a .want file that name the known mistakes in its log: "# known 12 and 44: all experts".
func knownIn(want []byte) []int {
	var out []int
	for _, line := range strings.Split(string(want), "\n") {
		list, ok := strings.CutPrefix(line, "# known ")
		list, _, stop := strings.Cut(list, ":")
		if !ok || !stop {
			continue
		}
		for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r < '0' || r > '9' }) {
			if n, err := strconv.Atoi(word); err == nil {
				out = append(out, n)
			}
		}
	}
	return out
}
