package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// table audits an input that is a table of claims; ok is false for any other, which is then read as a log.
func (s *session) table(in input) (o outcome, ok bool) {
	if s.formatIn != nil || !in.named {
		return o, false
	}
	src, err := s.tableSource(in.Main)
	if err != nil || src == nil {
		return o, false
	}
	t, err := runlog.ReadTable(src, nil)
	if err != nil {
		return outcome{err: errors.New(err.Error())}, true
	}
	return claimsOutcome(t, in.decision.opt), true
}

// tableSource is the content of a file that is a table of claims, nil for any other.
func (c *Command) tableSource(file string) (*runlog.Source, error) {
	data, err := c.read(file, true)
	if err != nil {
		return nil, err
	}
	if file == stdin {
		c.Stdin = bytes.NewReader(data) // to be read again as a log
	}
	if !runlog.DetectTable(data, filepath.ToSlash(file)) {
		return nil, nil
	}
	src := runlog.NewSource(filepath.ToSlash(file), data)
	if file != stdin {
		src.Beside(file)
	}
	return src, nil
}

// claimsOutcome audits a table.
func claimsOutcome(t *runlog.Table, opt audit.Options) outcome {
	claims := audit.Claims(t, opt)
	return outcome{table: claims, runs: claims.Runs(rules.All())}
}

// restate is what --restate writes in place of the report: every table under one definition.
func (s *session) restate(name string, latex bool) error {
	c, err := conventionByName(name)
	if err != nil {
		return usage("--restate %w", err)
	}
	if len(s.report.Tables) == 0 {
		return usage("--restate: no PATH is a table of claims")
	}
	for i, t := range s.report.Tables {
		if i > 0 {
			fmt.Fprintln(s.Stdout)
		}
		if err := report.Restated(s.Stdout, t, c, Version, latex); err != nil {
			return incomplete(err)
		}
	}
	return nil
}

// claim audits one claim from a line of text.
func (c *Command) claim() *cobra.Command {
	var (
		convention string
		format     *choice
		color      *choice
		failOn     *choice
		verbose    bool
	)
	cmd := &cobra.Command{
		Use:   "claim TEXT",
		Short: "Audit one published claim from a line of text",
		Long: `Audit one claim as people write it: a model, devices, a sequence length, a precision, and what was measured. Whether the
numbers follow from each other is told as for a row of a table, under every definition that fits.`,
		Example: `  mfu-audit claim "Llama-3-8B, 8 x H100 SXM, seq 8192, bf16, 9,870 tokens/s/GPU, 57.8% MFU"`,
		Args:    cobra.MinimumNArgs(1),
	}
	format = addChoice(cmd, "format", "output format", "text", "json", "markdown", "latex", "csv")
	color = addChoice(cmd, "color", "colour the text", "auto", "always", "never")
	failOn = addChoice(cmd, "fail-on", "exit with 1 for findings of this severity and above", "error", "warning", "note", "never")
	cmd.Flags().StringVar(&convention, "convention", "", "the `definition` that the claim states")
	cmd.Flags().BoolVar(&verbose, "verbose", true, "tell every comparison")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		opt := audit.Options{Rules: rules.All()}
		if convention != "" {
			known, err := conventionByName(convention)
			if err != nil {
				return usage("--convention %w", err)
			}
			opt.Convention = known.Name
		}
		t := runlog.ClaimTable(strings.Join(args, " "))
		o := claimsOutcome(t, opt)
		rep := &audit.Report{Tables: []*audit.ClaimsReport{o.table}, Runs: o.runs}
		layout := c.layout(color)
		layout.Verbose = verbose
		if err := writeClaim(c.Stdout, rep, format.value, layout); err != nil {
			return incomplete(err)
		}
		threshold := audit.Severity(failOn.value).Rank()
		for _, run := range o.runs {
			for _, f := range run.Findings {
				if threshold > 0 && f.Severity.Rank() >= threshold {
					return &exit{ExitFindings, nil}
				}
			}
		}
		if o.table.Count(audit.ClaimNotDetermined) == len(o.table.Rows) {
			return &exit{ExitNothing, errors.New("nothing could be compared")}
		}
		return nil
	}
	return cmd
}

func writeClaim(w io.Writer, rep *audit.Report, format string, layout report.TextOptions) error {
	for _, o := range report.Outputs() {
		if o.Name == format {
			return o.Write(w, &report.Document{Report: rep, Rules: rules.All(), Version: Version, Text: layout})
		}
	}
	return nil
}

// initClaims writes a sidecar for a table of claims to start from.
func (c *Command) initClaims() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "claims TABLE",
		Short: "Write the sidecar of a table of claims: what its columns mean, and what holds for all rows",
		Long: `Write TABLE.claims.yaml: each column of the table with what it was taken for, to be corrected, and room for the facts that
the table does not print. Where it stands beside the table it is used.`,
		Example: "  mfu-audit init claims table.tex",
		Args:    exactly(1, "one table"),
	}
	force := cmd.Flags().Bool("force", false, "overwrite a sidecar that is there")
	output := cmd.Flags().StringP("output", "o", "", "write to this `file`, not to TABLE.claims.yaml; - for the standard output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		src, err := c.tableSource(args[0])
		if err == nil && src == nil {
			err = errors.New("no table of claims was found in it")
		}
		if err != nil {
			return incomplete(fmt.Errorf("%s: %w", filepath.ToSlash(args[0]), err))
		}
		t, err := runlog.ReadTable(src, &runlog.ClaimsSidecar{})
		if err != nil {
			return incomplete(err)
		}
		file := *output
		if file == "" {
			file = args[0] + ".claims.yaml"
		}
		text := runlog.ProposeSidecar(t)
		if file == stdin {
			_, err := c.Stdout.Write(text)
			return incomplete(err)
		}
		if _, err := os.Lstat(file); err == nil && !*force {
			return usage("%s exists; --force overwrites it", filepath.ToSlash(file))
		}
		if err := os.WriteFile(file, text, 0o666); err != nil {
			return incomplete(fmt.Errorf("%s: %w", filepath.ToSlash(file), reason(err)))
		}
		_, err = fmt.Fprintf(c.Stdout, "wrote %s\n", filepath.ToSlash(file))
		return incomplete(err)
	}
	return cmd
}
