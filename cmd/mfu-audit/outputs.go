package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/report"
)

// output is one format in which an audit is written, to a file or to stdout.
type output struct {
	report.Output
	file string // "" is stdout
}

// outputs is the flag --format of an audit: NAME or NAME=FILE, any number of times, at most one of them to stdout.
type outputs struct{ list []output }

func (o *outputs) String() string {
	var parts []string
	for _, x := range o.list {
		part := x.Name
		if x.file != "" {
			part += "=" + x.file
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// Type is what help prints after the flag's name.
func (o *outputs) Type() string { return "NAME[=FILE]" }

// Set adds one.
func (o *outputs) Set(s string) error {
	name, file, toFile := strings.Cut(s, "=")
	if toFile && file == "" {
		return errors.New("want a file's name after =")
	}
	for _, x := range o.list {
		if x.file == file {
			if file == "" {
				return fmt.Errorf("%s goes to stdout already; write one of the two to a file: %s=FILE", x.Name, name)
			}
			return fmt.Errorf("%s is written already", file)
		}
	}
	for _, known := range report.Outputs() {
		if known.Name == name {
			o.list = append(o.list, output{known, file})
			return nil
		}
	}
	return notOneOf(name, outputNames())
}

// latex reports whether LaTeX is asked for.
func (o *outputs) latex() bool {
	return len(o.list) > 0 && o.list[0].Name == "latex"
}

func outputNames() []string {
	var names []string
	for _, o := range report.Outputs() {
		names = append(names, o.Name)
	}
	return names
}

// addOutputs defines --format as an audit has it.
func addOutputs(cmd *cobra.Command) *outputs {
	o := &outputs{}
	cmd.Flags().Var(o, "format", "output `NAME[=FILE]`, repeatable: "+strings.Join(outputNames(), ", "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(outputNames(), cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	return o
}

// has reports whether a format is asked for by name.
func (o *outputs) has(name string) bool {
	return slices.ContainsFunc(o.list, func(x output) bool { return x.Name == name })
}

// write writes the report in each format asked for, as text to stdout if none is. Where all go to files, stdout stays empty.
func (s *session) write(flags *checkFlags) error {
	list := flags.format.list
	if len(list) == 0 {
		list = []output{{Output: report.Outputs()[0]}}
	}
	layout := s.layout(flags.color)
	layout.Verbose = flags.detail
	var failed *multierror.Error
	for _, o := range list {
		if err := s.writeOne(o, layout); err != nil {
			failed = multierror.Append(failed, err)
		}
	}
	if failed != nil {
		failed.ErrorFormat = oneEach
	}
	return failed.ErrorOrNil()
}

// writeOne writes one format. Text leaves out the inputs that could not be read: stderr has them.
func (s *session) writeOne(o output, layout report.TextOptions) error {
	doc := &report.Document{Report: &s.report, Rules: s.selected, Version: Version, Text: layout}
	if o.Name == "text" {
		readable := s.report
		readable.Problems = nil
		doc.Report = &readable
		if len(readable.Runs) == 0 && o.file == "" {
			return nil
		}
	}
	if o.Name == "github" {
		if err := s.stepSummary(doc); err != nil {
			return err
		}
	}
	if o.file == "" {
		return o.Write(s.Stdout, doc)
	}
	doc.Text = report.TextOptions{Width: defaultWidth, Verbose: layout.Verbose}
	var b bytes.Buffer
	if err := o.Write(&b, doc); err != nil {
		return fmt.Errorf("%s: %w", filepath.ToSlash(o.file), err)
	}
	if err := os.WriteFile(o.file, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("%s: %w", filepath.ToSlash(o.file), reason(err))
	}
	return nil
}

// stepSummary adds the report as Markdown to the page of a GitHub workflow's run, if one is running.
func (s *session) stepSummary(doc *report.Document) error {
	file, ok := s.env("GITHUB_STEP_SUMMARY")
	if !ok || file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", reason(err))
	}
	for _, o := range report.Outputs() {
		if o.Name == "markdown" {
			err = o.Write(f, doc)
		}
	}
	return errors.Join(err, f.Close())
}
