package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/rules"
)

// knownLine is a line of a .want file that names the known mistakes in its log: "# known 12 and 44: all experts".
var knownLine = regexp.MustCompile(`(?m)^# known ([\d, and]+):`)

// knownIn lists the known mistakes that a rule's archive names.
func knownIn(t *testing.T, id string) []int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", id+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, m := range knownLine.FindAllStringSubmatch(string(data), -1) {
		for _, word := range strings.FieldsFunc(m[1], func(r rune) bool { return r < '0' || r > '9' }) {
			n, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, n)
		}
	}
	return out
}

func TestEveryKnownMistakeHasAFixtureOrAReason(t *testing.T) {
	open := 0
	for i, k := range rules.KnownMistakes() {
		name := fmt.Sprintf("known %d (%s)", k.Number, k.Thread)
		if k.Number != i+1 || k.Thread == "" || !strings.HasPrefix(k.URL, "https://") || k.What == "" || k.Factor == "" {
			t.Errorf("%s: not in order, or something is not written", name)
		}
		switch {
		case k.Rule != "" && !isRule(k.Rule):
			t.Errorf("%s: no rule %s", name, k.Rule)
		case k.Rule != "" && k.Reason != "":
			t.Errorf("%s: a rule finds it, and a log cannot show it", name)
		case k.Open:
			open++
		case k.Rule == "" && k.Reason == "":
			t.Errorf("%s: neither a rule nor a reason", name)
		case k.Rule != "" && !slices.Contains(knownIn(t, k.Rule), k.Number):
			t.Errorf("%s: no bad case of testdata/%s.txtar says \"# known %d: …\"", name, k.Rule, k.Number)
		}
	}
	t.Logf("%d known mistakes, %d of them open", len(rules.KnownMistakes()), open)
}

// A number in an archive that is no known mistake's would look like a proof of one.
func TestArchivesNameKnownMistakesOnly(t *testing.T) {
	for _, r := range rules.All() {
		if rules.Cases(r.ID) == nil {
			continue // a rule of the gate
		}
		for _, n := range knownIn(t, r.ID) {
			if n < 1 || n > len(rules.KnownMistakes()) {
				t.Errorf("testdata/%s.txtar names %d, which is no known mistake", r.ID, n)
			}
		}
	}
}
