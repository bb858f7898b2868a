package main

import (
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
)

// selectRules keeps the rules that --select and --ignore leave. Each entry is an ID, a name, or the beginning of IDs; the longer
// match decides, and of two equally long ones --ignore. Without --select every rule is selected.
func selectRules(all []audit.Rule, selected, ignored []string) ([]audit.Rule, error) {
	if err := unknownRules(all, selected, ignored); err != nil {
		return nil, err
	}
	return keepRules(all, selected, ignored), nil
}

// unknownRules is a usage error for the first entry of --select or --ignore that names no rule.
func unknownRules(all []audit.Rule, selected, ignored []string) error {
	for _, list := range []struct {
		flag    string
		entries []string
	}{{"--select", selected}, {"--ignore", ignored}} {
		for _, entry := range list.entries {
			if specificity(all, entry) == 0 {
				return usage("%s %s: no such rule%s", list.flag, entry, nearest.Hint(nearest.Names(entry, ruleNames(all), 2)))
			}
		}
	}
	return nil
}

// keepRules is selectRules for entries that all name rules, or rules of another configuration.
func keepRules(all []audit.Rule, selected, ignored []string) []audit.Rule {
	var kept []audit.Rule
	for _, rule := range all {
		one := []audit.Rule{rule}
		take, drop := 0, 0
		if len(selected) == 0 {
			take = 1
		}
		for _, entry := range selected {
			take = max(take, specificity(one, entry))
		}
		for _, entry := range ignored {
			drop = max(drop, specificity(one, entry))
		}
		if take > drop {
			kept = append(kept, rule)
		}
	}
	return kept
}

// keepSelected drops what other rules have to say of a run.
func keepSelected(run *audit.RunReport, selected []audit.Rule) {
	dropped := func(id string) bool {
		_, found := findRule(selected, id)
		return !found
	}
	run.Findings = slices.DeleteFunc(run.Findings, func(f *audit.Finding) bool { return dropped(f.Rule) })
	run.Coverage.Skipped = slices.DeleteFunc(run.Coverage.Skipped, func(r audit.SkippedRule) bool { return dropped(r.Rule) })
}

// shortestEntry is the length of the shortest beginning of IDs that selects rules.
const shortestEntry = len("MFU")

// specificity is the length of the ID that an entry fixes for any of the rules, 0 if it matches none.
func specificity(rules []audit.Rule, entry string) int {
	for _, rule := range rules {
		if strings.EqualFold(rule.Name, entry) {
			return len(rule.ID)
		}
		if n := len(entry); n >= shortestEntry && n <= len(rule.ID) && strings.EqualFold(rule.ID[:n], entry) {
			return n
		}
	}
	return 0
}

// ruleNames lists the names and IDs by which rules are called.
func ruleNames(rules []audit.Rule) []string {
	var names []string
	for _, rule := range rules {
		names = append(names, rule.ID, rule.Name)
	}
	return names
}

// findRule finds a rule by ID or name, whatever the case.
func findRule(rules []audit.Rule, word string) (audit.Rule, bool) {
	for _, rule := range rules {
		if strings.EqualFold(rule.ID, word) || strings.EqualFold(rule.Name, word) {
			return rule, true
		}
	}
	return audit.Rule{}, false
}
