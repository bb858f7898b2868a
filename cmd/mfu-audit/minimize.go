package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/minimize"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// What minimize may take: audits, and time after which nothing more is dropped.
const (
	minimizeTries = 400
	minimizeTime  = 3 * time.Minute
)

// minimize writes the smallest log that shows the findings of one, safe to attach to a report of a bug.
func (c *Command) minimize() *cobra.Command {
	flags := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "minimize LOG",
		Short: "Write a small log with the same findings and nothing private in it, for a bug report",
		Long: `Drop from a log what its findings do not need, and blank what remains of names, paths and other words: the result has the
same findings (rule, metric and how sure) and the same verdict, and can be attached to a bug report. Only metric keys, numbers,
names of devices and precisions, and words without which the findings would be others are left. Look at it all the same.

It reads one text log; what the files beside it say is not used. The log itself is not changed.`,
		Example: "  mfu-audit minimize run.json -o small.json\n  mfu-audit minimize train.log > small.log",
		Args:    exactly(1, "one log"),
	}
	output := cmd.Flags().StringP("output", "o", "", "write to this `file`, not to the standard output")
	flags.addGiven(cmd)
	tries := cmd.Flags().Int("tries", minimizeTries, "how many audits it may take")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opt, err := flags.options(cmd.Flags())
		if err != nil {
			return err
		}
		m, err := flags.model.load()
		if err != nil {
			return err
		}
		withModel(&opt, m)
		if *tries < 10 {
			return usage("--tries %d: want 10 or more", *tries)
		}
		if sameFile(args[0], *output) {
			return usage("-o %s is the log itself, which is not changed", *output)
		}
		small, err := c.minimal(args[0], opt, *tries)
		if err != nil {
			return err
		}
		if *output == "" {
			_, err = c.Stdout.Write(small)
		} else {
			err = os.WriteFile(*output, small, 0o666)
		}
		return incomplete(err)
	}
	return cmd
}

// sameFile reports whether two paths lead to one file.
func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// minimal makes a log small, and tells on stderr how small.
func (c *Command) minimal(path string, opt audit.Options, tries int) ([]byte, error) {
	data, err := c.textOf(path)
	if err != nil {
		return nil, err
	}
	name := filepath.ToSlash(path)
	before, format, err := showing(name, data, opt)
	switch {
	case err != nil:
		return nil, incomplete(err)
	case isBinary(format):
		return nil, notText(name)
	case len(before) == 1: // the verdict alone
		return nil, &exit{ExitNothing, fmt.Errorf("%s: no findings: there is nothing to keep", name)}
	}
	r, err := minimize.Log(data, func(data []byte) bool {
		after, as, err := showing(name, data, opt)
		return err == nil && as == format && slices.Equal(before, after)
	}, minimize.Options{Tries: tries, Deadline: time.Now().Add(minimizeTime), Known: runlog.Words()})
	switch {
	case errors.Is(err, minimize.ErrUnsafe):
		return nil, incomplete(fmt.Errorf("%s: nothing is written: %w (%d; see --tries)", name, err, r.Tries))
	case err != nil:
		return nil, incomplete(fmt.Errorf("%s: %w", name, err))
	}
	fmt.Fprintf(c.Stderr, "%s: kept %d of %d bytes in %d audits; findings kept:\n", name, len(r.Data), len(data), r.Tries)
	for _, f := range before {
		fmt.Fprintf(c.Stderr, "  %s\n", f)
	}
	if r.Cut {
		fmt.Fprintln(c.Stderr, "The bound was reached: --tries may make it smaller.")
	}
	return r.Data, nil
}

// textOf reads a log that can be minimized. Folders and binary logs cannot.
func (c *Command) textOf(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, usage("%s: is a folder; minimize takes one text log", filepath.ToSlash(path))
	}
	data, err := c.read(path, true)
	if err == nil {
		data, err = runlog.Text(data)
	}
	if err != nil {
		return nil, incomplete(fmt.Errorf("%s: %w", filepath.ToSlash(path), err))
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, notText(filepath.ToSlash(path))
	}
	return data, nil
}

func isBinary(format string) bool {
	f, ok := runlog.FormatByName(format)
	return ok && f.Binary
}

func notText(path string) error {
	return usage("%s: is a binary log; minimize takes one text log", path)
}

// showing is what an audit of a log shows: the verdict, and each kind of finding once. format is the log's.
func showing(name string, data []byte, opt audit.Options) (shown []string, format string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error: %v", p)
		}
	}()
	read, err := runlog.Read(name, data)
	if err != nil {
		return nil, "", err
	}
	verdict := "verdict pass"
	for _, run := range audit.Run(read, opt) {
		if v := run.Verdict(); v != "pass" && verdict != "verdict fail" {
			verdict = "verdict " + v
		}
		for _, f := range run.Findings {
			line := fmt.Sprintf("%s %s %s", f.Severity, f.Rule, f.Name)
			for _, part := range []struct{ label, text string }{
				{" of ", string(f.Quantity)}, {", wrong: ", string(f.Evidence.Wrong)}, {", cause: ", string(f.Evidence.Cause)},
			} {
				if part.text != "" {
					line += part.label + part.text
				}
			}
			if !slices.Contains(shown, line) {
				shown = append(shown, line)
			}
		}
	}
	slices.Sort(shown)
	return append(shown, verdict), read.Format, nil
}
