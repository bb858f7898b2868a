package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// explain shows one rule or one convention.
func (c *Command) explain() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "explain ID|NAME",
		Short:   "Explain a rule or a convention: what it checks, why, how to fix it, where it was seen",
		Example: "  mfu-audit explain MFU110\n  mfu-audit explain palm",
		Args:    exactly(1, "one rule or convention"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return explained(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	view := addView(cmd)
	var flags configFlags
	flags.add(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		own, failure := ownRules(flags)
		if rule, ok := findRule(append(rules.All(), own...), args[0]); ok {
			return c.show(view,
				func(w io.Writer, o report.TextOptions) error { return explainRule(w, rule, o) },
				func(w io.Writer) error { return report.RulesJSON(w, []audit.Rule{rule}) })
		}
		if convention, ok := reference.ConventionByName(args[0]); ok {
			return c.show(view,
				func(w io.Writer, o report.TextOptions) error { return report.ConventionText(w, convention, o) },
				func(w io.Writer) error { return report.ConventionsJSON(w, []reference.Convention{convention}) })
		}
		if failure != nil {
			return failure
		}
		return usage("%w", notKnown("rule or convention", args[0], append(explained(), ruleNames(own)...)))
	}
	return cmd
}

// ownRules are the rules of the configuration of the working folder, if there is one.
func ownRules(flags configFlags) ([]audit.Rule, error) {
	found := newConfigs(flags)
	c := found.of(stdin)
	if err := found.err(); err != nil || c == nil {
		return nil, err
	}
	var own []audit.Rule
	for i := range c.Rules {
		own = append(own, c.Rules[i].Rule())
	}
	return own, nil
}

// explained lists what explain knows: IDs and names of rules, and names of conventions.
func explained() []string {
	known := ruleNames(rules.All())
	for _, convention := range reference.Conventions() {
		known = append(known, convention.Name)
	}
	return known
}

// explainRule writes a rule's page and below it what the rule reports on the first bad log of its fixture, audited now.
func explainRule(w io.Writer, rule audit.Rule, o report.TextOptions) error {
	err := report.RuleText(w, rule, o)
	example, found := exampleOf(rule)
	if err != nil || !found {
		return err
	}
	_, err = fmt.Fprint(w, "\nAn example\n\n")
	return errors.Join(err, report.Text(w, &audit.Report{Runs: []*audit.RunReport{example}}, o))
}

// exampleOf audits the bad logs of a rule's fixture until the rule has something to say of one. What else a report tells of the
// run is left out.
func exampleOf(rule audit.Rule) (*audit.RunReport, bool) {
	for _, c := range rules.Cases(rule.ID) {
		if !c.Bad() {
			continue
		}
		log, err := runlog.Read(c.File, c.Log)
		opt, errModel := c.Options()
		if err != nil || errModel != nil {
			continue
		}
		for _, run := range audit.Run(log, opt) {
			if keepSelected(run, []audit.Rule{rule}); len(run.Findings) > 0 {
				return &audit.RunReport{
					Path: run.Path, Format: run.Format, Source: run.Source, Steps: run.Steps,
					Findings: run.Findings[:1], Coverage: audit.Coverage{Logged: run.Coverage.Logged, Audited: run.Coverage.Audited},
				}, true
			}
		}
	}
	return nil, false
}
