package rules_test

import (
	"testing"

	"github.com/mfu-audit/mfu-audit/rules"
)

// A known mistake is found by a rule, or it is of a kind that a log cannot show: never both, never neither.
func TestWhatNoRuleFindsIsListedAsUndetectable(t *testing.T) {
	listed := map[int]int{}
	for _, u := range rules.Undetectables() {
		if u.What == "" || u.Why == "" {
			t.Errorf("%+v: what or why is missing", u)
		}
		for _, n := range u.Known {
			listed[n]++
		}
	}
	for _, k := range rules.KnownMistakes() {
		switch {
		case k.Rule != "" && listed[k.Number] > 0:
			t.Errorf("known %d: %s finds it, and it is listed as undetectable", k.Number, k.Rule)
		case k.Rule == "" && listed[k.Number] != 1:
			t.Errorf("known %d: no rule, and listed %d times as undetectable", k.Number, listed[k.Number])
		case k.Rule != "" && k.Case() == "":
			t.Errorf("known %d: no case of %s names it", k.Number, k.Rule)
		}
		delete(listed, k.Number)
	}
	if len(listed) > 0 {
		t.Errorf("listed as undetectable, and unknown: %v", listed)
	}
}
