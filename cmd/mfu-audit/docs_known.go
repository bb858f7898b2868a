package main

import (
	"fmt"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
)

// knownTable is the known mistakes, each with the rule that finds it and the log that shows it, or why no log can.
func knownTable() string {
	var b strings.Builder
	b.WriteString("| # | thread | what | logged ÷ right | rule | log with it |\n|--:|---|---|---|---|---|")
	for _, k := range rules.KnownMistakes() {
		rule, log := "–", k.Reason
		if k.Rule != "" {
			rule = k.Rule
			log = fmt.Sprintf("[%s](../rules/testdata/%s.txtar)", k.Case(), k.Rule)
		}
		fmt.Fprintf(&b, "\n| %d | [%s](%s) | %s | %s | %s | %s |", k.Number, k.Thread, k.URL, cell(k.What), cell(k.Factor), rule, cell(log))
	}
	return b.String()
}

// frameworkTable is the entries of public peak tables that are wrong.
func frameworkTable() string {
	var b strings.Builder
	b.WriteString("| source | device | precision | TFLOP/s | data sheet | MFU × | how it comes about |\n|---|---|---|--:|--:|--:|---|")
	for _, f := range rules.FrameworkPeaks() {
		entry := f.Entry
		if f.Until != "" {
			entry += " (until " + f.Until + ")"
		}
		source := f.Framework
		if f.Commit != "" {
			source += " " + f.Commit
		}
		fmt.Fprintf(&b, "\n| [%s](%s) | `%s` | %s | %s | %s | %.2f | %s |", source, f.URL(), f.Device.ID, f.Precision, audit.Number(f.Used/1e12), audit.Number(f.Right/1e12), f.Factor(), cell(entry))
	}
	return b.String()
}

// undetectableTable is what a log alone cannot show.
func undetectableTable() string {
	var b strings.Builder
	b.WriteString("| what | why | what settles it | known mistakes |\n|---|---|---|---|")
	for _, u := range rules.Undetectables() {
		var known []string
		for _, n := range u.Known {
			known = append(known, fmt.Sprint(n))
		}
		fmt.Fprintf(&b, "\n| %s | %s | %s | %s |", cell(u.What), cell(u.Why), cell(u.Settles), strings.Join(known, ", "))
	}
	return b.String()
}

// cell keeps a text within its cell of a Markdown table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
