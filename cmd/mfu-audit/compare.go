package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/report"
)

// compareThreshold is how large a change has to be to count.
const compareThreshold = 0.05

// compare holds runs against others.
func (c *Command) compare() *cobra.Command {
	flags := &checkFlags{failOn: &choice{value: "error"}}
	cmd := &cobra.Command{
		Use:   "compare BASE HEAD",
		Short: "Hold a run against another, or several against several: what changed, and is it slower",
		Long: `Hold HEAD against BASE. Each is a log, a run folder, a JSON report that was saved, or a folder or pattern of several.

What ran comes first – the model, the batch, the devices, the convention, the mistakes in counting – and decides what can be
compared at all. Then come medians of the steady steps, corrected, with an interval of the change that knows that steps
depend on each other (of one run each) or one over runs (of four and more each). A change counts where it is above
--threshold and its interval shows it; where too little was measured, that is said, with how much would be enough.

Exit codes: 0 nothing got worse, 1 something did, 2 usage, 3 an input could not be read, 4 there was nothing to compare.`,
		Example: "  mfu-audit compare main.json branch.json\n  mfu-audit compare 'runs/main/*.json' 'runs/branch/*.json' --format markdown",
		Args:    exactly(2, "BASE and HEAD"),
	}
	set := cmd.Flags()
	set.SortFlags = false
	format := addChoice(cmd, "format", "output format", "text", "json", "markdown")
	threshold := number{value: compareThreshold, text: "5%", parse: parseShare}
	set.Var(&threshold, "threshold", "a change counts above this share")
	flags.config.add(cmd)
	flags.addGiven(cmd)
	color := addChoice(cmd, "color", "colour the text", "auto", "always", "never")
	set.BoolVar(&flags.detail, "verbose", false, "tell what is the same as well")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d, err := newDecider(flags, cmd.Flags())
		if err != nil {
			return err
		}
		d.flagged.Steady = true
		base, err := c.side(args[0], d)
		if err != nil {
			return err
		}
		head, err := c.side(args[1], d)
		if err != nil {
			return err
		}
		v := audit.Compare(base, head, threshold.value)
		layout := c.layout(color)
		layout.Verbose = flags.detail
		switch format.value {
		case "json":
			err = report.VersusJSON(c.Stdout, v, Version)
		case "markdown":
			err = report.VersusMarkdown(c.Stdout, v)
		default:
			err = report.VersusText(c.Stdout, v, layout)
		}
		switch {
		case err != nil:
			return incomplete(err)
		case v.Regressed():
			return &exit{ExitFindings, nil}
		case len(v.Metrics) == 0:
			return &exit{ExitNothing, errors.New("there is no metric that both have")}
		}
		return nil
	}
	return cmd
}

// side reads and audits what one of the two is.
func (c *Command) side(path string, d *decider) ([]*audit.RunReport, error) {
	if data, err := os.ReadFile(path); err == nil {
		switch runs, err := report.Read(data); {
		case err == nil && len(runs) > 0:
			return runs, nil
		case err == nil:
			return nil, incomplete(fmt.Errorf("%s: the report holds no run", filepath.ToSlash(path)))
		case !errors.Is(err, report.ErrNoReport):
			return nil, incomplete(fmt.Errorf("%s: %w", filepath.ToSlash(path), err))
		}
	}
	s := &session{Command: c, decisions: map[*decision]bool{}}
	inputs := expand([]string{path}, s.missing)
	if err := s.decide(inputs, []string{path}, d); err != nil {
		return nil, err
	}
	var out []*audit.RunReport
	for _, in := range inputs {
		switch o := s.auditInput(in); {
		case errors.Is(o.err, errNoLog):
		case o.err != nil:
			s.fail(in.path, o.err)
		default:
			out = append(out, o.runs...)
		}
	}
	if s.failures != nil {
		s.failures.ErrorFormat = oneEach
		return nil, incomplete(s.failures)
	}
	if len(out) == 0 {
		return nil, incomplete(fmt.Errorf("%s: no run was found", filepath.ToSlash(path)))
	}
	return out, nil
}
