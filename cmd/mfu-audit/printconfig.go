package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// printConfig prints what holds for the logs and where each value is from. Logs for which the same holds are told together.
func (s *session) printConfig(inputs []input) error {
	var order []*decision
	logs := map[*decision][]string{}
	for _, in := range inputs {
		if logs[in.decision] == nil {
			order = append(order, in.decision)
		}
		logs[in.decision] = append(logs[in.decision], in.path)
	}
	for i, d := range order {
		if i > 0 {
			fmt.Fprintln(s.Stdout)
		}
		names := logs[d]
		const shown = 3
		more := ""
		if n := len(names) - shown; n > 0 {
			names, more = names[:shown], fmt.Sprintf(" and %d more", n)
		}
		if title := strings.Join(names, ", ") + more; title != stdin {
			fmt.Fprintln(s.Stdout, title)
		}
		table := tabwriter.NewWriter(s.Stdout, 0, 8, 2, ' ', 0)
		for _, v := range d.values {
			line := "  " + v.key + "\t" + v.value
			if v.from != "" {
				line += "\t" + v.from
			}
			fmt.Fprintln(table, line)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}
