package main

import (
	"errors"
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

// judged is a run, or findings about a team's decisions, with the limits that they are held to.
type judged struct {
	findings        []*audit.Finding
	logged, audited int
	limits
}

// verdictOf judges what was audited: whether there are findings that count, and whether enough was audited. allowEmpty says whether
// nothing at all is enough. What it returns is nil or carries the exit code.
func verdictOf(list []judged, allowEmpty bool) *exit {
	for _, j := range list {
		for _, f := range j.findings {
			if f.Suppressed == "" && j.fails(f.Severity) {
				return &exit{ExitFindings, nil} // the report says which
			}
		}
	}
	type group struct {
		config *config
		least  float64
	}
	var order []judged // one for each group, with its sums
	at := map[group]int{}
	audited := 0
	for _, j := range list {
		audited += j.audited
		key := group{j.config, j.minCoverage.value}
		if i, ok := at[key]; ok {
			order[i].logged += j.logged
			order[i].audited += j.audited
			continue
		}
		at[key] = len(order)
		order = append(order, j)
	}
	switch {
	case audited == 0 && allowEmpty:
		return nil
	case audited == 0:
		return &exit{ExitNothing, errors.New("nothing was audited")}
	}
	for _, g := range order {
		if float64(g.audited) < g.minCoverage.value*float64(g.logged) {
			return &exit{ExitNothing, fmt.Errorf("%d of %d logged metrics were audited, less than %s %s", g.audited, g.logged, g.least, g.minCoverage.text)}
		}
	}
	return nil
}

// fails reports whether a finding of this severity is at or above --fail-on.
func (l limits) fails(s audit.Severity) bool {
	threshold := audit.Severity(l.failOn).Rank() // 0 for "never"
	return threshold > 0 && s.Rank() >= threshold
}
