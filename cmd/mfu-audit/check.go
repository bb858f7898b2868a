package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// checkFlags is what the command line says about an audit.
type checkFlags struct {
	model              modelFlags
	facts              []runlog.Fact
	flopsPerToken      number
	peakFLOPs          number
	convention         string
	restate            string // --restate: tables of claims under one definition
	step               int64
	selected, ignored  []string
	format             *outputs
	failOn             *choice
	formatInName       string
	formatIn           *runlog.Format
	color              *choice
	minCoverage        number
	allowEmpty, detail bool
	config             configFlags
	baseline           baselineFlags
	printConfig        bool
}

// check audits: it is the root command and the subcommand check.
func (c *Command) check() *cobra.Command {
	flags := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check [flags] PATH…",
		Short: "Audit logs (the default: `mfu-audit PATH` does the same)",
		Long: `Audit the logs of training runs: recompute every efficiency metric in them from first principles, and report
which are wrong, by how much, which mistake reproduces them, and what they should have been.

A PATH is a file, a folder to walk, a pattern (quote it: 'runs/**/*.json'), or - for the standard input. Facts that a log
lacks are given by flags; a flag that contradicts the log is a finding, and the flag wins. Without --model, a config.json
beside a log is used, and named in the report. What a team has decided stands in .mfu-audit.yaml, in the log's folder or
one above it: facts, limits, budgets, rules of its own, and what is to be lived with (mfu-audit init writes one).

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage, 3 an input could not be read or a rule failed, 4 nothing
was audited or too little.`,
		Example: `  mfu-audit run.json
  mfu-audit --model meta-llama/Meta-Llama-3-8B --device h100-sxm --devices 64 train.log
  mfu-audit --select MFU1,MFU3 --ignore MFU130 --format json 'runs/**/*.json'`,
		Args: cobra.ArbitraryArgs,
		// Beside the subcommands, which cobra completes by itself, shells complete files.
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(cmd *cobra.Command, paths []string) error {
			d, err := newDecider(flags, cmd.Flags())
			if err != nil {
				return err
			}
			return c.audit(paths, d)
		},
	}
	flags.add(cmd)
	return cmd
}

func (f *checkFlags) add(cmd *cobra.Command) {
	set := cmd.Flags()
	set.SortFlags = false
	f.format = addOutputs(cmd)
	set.StringVar(&f.formatInName, "format-in", "", "read the logs in this `format`, whatever they look like; see mfu-audit formats")
	_ = cmd.RegisterFlagCompletionFunc("format-in", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	set.StringSliceVar(&f.selected, "select", nil, "report only these `rules`: IDs, names, beginnings of IDs; repeatable")
	set.StringSliceVar(&f.ignored, "ignore", nil, "leave these `rules` out; the longer match of --select and --ignore decides")
	f.failOn = addChoice(cmd, "fail-on", "exit with 1 for findings of this severity and above", "error", "warning", "note", "never")
	f.minCoverage.parse = parseShare
	set.Var(&f.minCoverage, "min-coverage", "exit with 4 if less than this share of the logged metrics was audited")
	set.BoolVar(&f.allowEmpty, "allow-empty", false, "exit with 0, not 4, if nothing was audited")
	f.config.add(cmd)
	f.baseline.add(cmd)
	set.BoolVar(&f.printConfig, "print-config", false, "audit nothing; print what holds for each log and where it was said")
	f.addGiven(cmd)
	set.StringVar(&f.restate, "restate", "", "write tables of claims with every row under this `definition`, as Markdown or, with --format latex, LaTeX")
	set.Int64Var(&f.step, "step", 0, "tell the MFU of this `step`, not of the lower median of the steady ones")
	f.color = addChoice(cmd, "color", "colour the text report", "auto", "always", "never")
	set.BoolVar(&f.detail, "verbose", false, "report what was right and what was skipped as well")
}

// addGiven defines the flags that give what a log lacks.
func (f *checkFlags) addGiven(cmd *cobra.Command) {
	set := cmd.Flags()
	f.model.add(cmd)
	addFacts(cmd, &f.facts)
	f.flopsPerToken.parse, f.peakFLOPs.parse = parseNumber, parseNumber
	set.Var(&f.flopsPerToken, "flops-per-token", "training FLOPs per token, in FLOP")
	set.Var(&f.peakFLOPs, "peak-flops", "dense peak of one device, in FLOP/s (312T)")
	set.StringVar(&f.convention, "convention", "", "judge the log under this `definition`, not under its own; see `mfu-audit conventions`")
}

// options makes of the flags what an audit needs. Its errors are the user's.
func (f *checkFlags) options(set *pflag.FlagSet) (audit.Options, error) {
	// Diagnosis knows every mistake, whatever is selected: without the right one it would find a wrong one, or none.
	opt := audit.Options{Rules: rules.All(), Facts: f.facts, FLOPsPerToken: f.flopsPerToken.value, PeakFLOPs: f.peakFLOPs.value}
	if set.Changed("step") {
		opt.Step = &f.step
	}
	if f.convention != "" {
		convention, err := conventionByName(f.convention)
		if err != nil {
			return opt, usage("--convention %w", err)
		}
		opt.Convention = convention.Name
	}
	if f.formatInName != "" {
		format, err := formatByName(f.formatInName)
		if err != nil {
			return opt, usage("--format-in %w", err)
		}
		f.formatIn = &format
	}
	return opt, nil
}

// withModel adds a model, if there is one.
func withModel(opt *audit.Options, m *model) {
	if m != nil {
		opt.Model, opt.ModelSource, opt.ModelName = m.architecture, m.source, m.name
	}
}

// conventionByName finds a convention; the error names those that are spelled like it.
func conventionByName(name string) (reference.Convention, error) {
	convention, ok := reference.ConventionByName(name)
	if ok {
		return convention, nil
	}
	var known []string
	for _, c := range reference.Conventions() {
		known = append(known, c.Name)
	}
	return convention, notKnown("convention", name, known)
}
