package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/report"
)

// plot writes one chart of one run.
func (c *Command) plot() *cobra.Command {
	flags := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "plot LOG",
		Short: "Draw one chart of a run as SVG, for a paper or a slide",
		Long: `Audit a log and draw one chart of it, as the HTML report has it:

  waterfall    from the logged to the corrected and the restated MFU, a bar for each cause
  series       MFU, tokens per second and step time over the steps, logged and corrected
  breakdown    where the FLOPs go, beside what the log says
  conventions  the same run's MFU under every convention

The image is light, needs nothing else, and keeps its text as text.`,
		Example: "  mfu-audit plot --kind waterfall -o waterfall.svg run.json",
		Args:    exactly(1, "one log"),
	}
	cmd.Flags().SortFlags = false
	kind := addChoice(cmd, "kind", "which chart", report.PlotKinds()...)
	output := cmd.Flags().StringP("output", "o", "", "write to this `file`, not to the standard output")
	number := cmd.Flags().Int("run", 1, "which run of a log that holds several, from 1")
	flags.config.add(cmd)
	flags.addGiven(cmd)
	cmd.Flags().Int64Var(&flags.step, "step", 0, "tell the MFU of this `step`, not of the lower median of the steady ones")
	flags.failOn = &choice{value: "never"} // a chart passes no judgement
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d, err := newDecider(flags, cmd.Flags())
		if err != nil {
			return err
		}
		if sameFile(args[0], *output) {
			return usage("-o %s is the log itself, which is not changed", *output)
		}
		run, err := c.oneRun(args[0], d, *number)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := report.Plot(&b, run, kind.value); err != nil {
			return incomplete(fmt.Errorf("%s: %w", filepath.ToSlash(args[0]), err))
		}
		if *output == "" {
			_, err = c.Stdout.Write(b.Bytes())
		} else if err = os.WriteFile(*output, b.Bytes(), 0o666); err != nil {
			err = fmt.Errorf("%s: %w", filepath.ToSlash(*output), reason(err))
		}
		return incomplete(err)
	}
	return cmd
}

// oneRun audits a log as check does and picks one of its runs.
func (c *Command) oneRun(path string, d *decider, number int) (*audit.RunReport, error) {
	s := &session{Command: c, series: true, decisions: map[*decision]bool{}}
	inputs := expand([]string{path}, s.missing)
	if s.failures != nil {
		s.failures.ErrorFormat = oneEach
		return nil, incomplete(s.failures)
	}
	if err := s.decide(inputs, []string{path}, d); err != nil {
		return nil, err
	}
	var runs []*audit.RunReport
	for _, in := range inputs {
		o := s.auditInput(in)
		if o.err != nil {
			return nil, incomplete(fmt.Errorf("%s: %w", in.path, o.err))
		}
		runs = append(runs, o.runs...)
	}
	if number < 1 || number > len(runs) {
		return nil, usage("--run %d: %s holds %d", number, filepath.ToSlash(path), len(runs))
	}
	return runs[number-1], nil
}
