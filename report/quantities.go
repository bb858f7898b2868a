package report

import (
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// leastReason is the least room in which the reasons fit into the table; else they follow it, grouped.
const leastReason = 24

// quantities writes every logged metric: what was logged, what is right under the log's own definition, what it is under
// the reference definition, and what became of it.
func (p *page) quantities(r *audit.RunReport) error {
	if len(r.Quantities) == 0 {
		return nil
	}
	var hasExpected, hasRestated bool
	names := metricNames(r.Quantities)
	for _, q := range r.Quantities {
		hasExpected = hasExpected || known(q.Expected)
		hasRestated = hasRestated || known(q.Restated)
	}
	cols := []column{{header: "metric"}, {header: "logged", right: true}}
	if hasExpected {
		cols = append(cols, column{header: "expected", right: true})
	}
	if hasRestated {
		cols = append(cols, column{header: "restated", right: true})
	}
	cols = append(cols, column{header: "unit"}, column{header: "status"})
	var rows [][]cell
	for i, q := range r.Quantities {
		logged, expected, restated, unitName := inOneUnit(q)
		row := []cell{{names[i], plain}, {logged, plain}}
		if hasExpected {
			s := plain
			if q.Status == audit.StatusWrong || q.Status == audit.StatusInherited {
				s = bold
			}
			row = append(row, cell{expected, s})
		}
		if hasRestated {
			row = append(row, cell{restated, plain})
		}
		rows = append(rows, append(row, cell{unitName, dim}, statusCell(q)))
	}
	// A long key gives way to the numbers.
	if over := -p.room(cols, rows) - len(columnGap); over > 0 {
		for i := range rows {
			rows[i][0].text = shorten(names[i], max(longestName(names)-over, 12))
		}
	}
	inTable := p.room(cols, rows) >= leastReason && hasReasons(r.Quantities)
	if inTable {
		cols = append(cols, column{header: "why", wrap: p.room(cols, rows)})
		for i, q := range r.Quantities {
			rows[i] = append(rows[i], cell{q.Reason, dim})
		}
	}
	p.blank()
	if err := p.table(0, cols, rows); err != nil {
		return err
	}
	if !inTable {
		p.reasons(r.Quantities, names)
	}
	return nil
}

// room is how many columns a table leaves free at its right.
func (p *page) room(cols []column, rows [][]cell) int {
	free := p.width
	for c, col := range cols {
		width := columns(col.header)
		for _, row := range rows {
			width = max(width, columns(clean(row[c].text)))
		}
		free -= width + len(columnGap)
	}
	return free
}

func longestName(names []string) int {
	n := 0
	for _, name := range names {
		n = max(n, columns(name))
	}
	return n
}

// metricNames gives each metric's own key, or its whole path where two would be the same.
func metricNames(list []audit.QuantityReport) []string {
	seen := map[string]int{}
	for _, q := range list {
		seen[audit.MetricKey(q.Key)]++
	}
	names := make([]string, len(list))
	for i, q := range list {
		names[i] = audit.MetricKey(q.Key)
		switch {
		case q.Key == "":
			names[i] = string(q.Quantity)
		case seen[names[i]] > 1:
			names[i] = q.Key
		}
		names[i] = shorten(clean(names[i]), 40)
	}
	return names
}

// inOneUnit writes a row's values in one unit, that of the largest, with enough digits to tell them apart.
func inOneUnit(q audit.QuantityReport) (logged, expected, restated, name string) {
	size := 0.0
	for _, v := range []float64{q.Logged, q.Expected, q.Restated} {
		if known(v) {
			size = max(size, math.Abs(v))
		}
	}
	u := unitOf(q.Quantity, size, false)
	for digits := 4; ; digits++ {
		logged = u.digitsOf(q.Quantity, q.Logged, digits)
		expected = u.digitsOf(q.Quantity, q.Expected, digits)
		restated = u.digitsOf(q.Quantity, q.Restated, digits)
		if q.Status != audit.StatusWrong || logged != expected || q.Logged == q.Expected || digits == 12 {
			return logged, expected, restated, u.name
		}
	}
}

func statusCell(q audit.QuantityReport) cell {
	text, s := string(q.Status), plain
	switch q.Status {
	case audit.StatusOK:
		s = green
	case audit.StatusWrong:
		s = red
	case audit.StatusInherited:
		s = yellow
	default:
		text, s = "not audited", dim
	}
	if q.Cause != "" {
		text += " " + q.Cause
	}
	return cell{text, s}
}

func hasReasons(list []audit.QuantityReport) bool {
	return slices.ContainsFunc(list, func(q audit.QuantityReport) bool { return q.Reason != "" })
}

// reasons writes each reason once, with the metrics it is for. What was not audited is told by the coverage line.
func (p *page) reasons(list []audit.QuantityReport, names []string) {
	var order []string
	of := map[string][]string{}
	for i, q := range list {
		if q.Reason == "" || q.Status == audit.StatusNotAudited {
			continue
		}
		if of[q.Reason] == nil {
			order = append(order, q.Reason)
		}
		of[q.Reason] = append(of[q.Reason], names[i])
	}
	for _, reason := range order {
		p.hanging(2, 4, dim, reason+": "+strings.Join(of[reason], ", "))
	}
}
