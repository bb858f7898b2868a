package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/go-multierror"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/internal/terminal"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// session is one run of check: what was found out, and what went wrong on the way.
type session struct {
	*Command
	opt       audit.Options
	selected  []audit.Rule   // those whose findings are reported
	formatIn  *runlog.Format // --format-in, nil if the content is to tell
	ownModel  bool           // --model is given, so that no config.json is looked for
	report    audit.Report
	failures  *multierror.Error
	otherKind int // files found that are no logs
}

// audit reads and audits every input and writes one report. Its error carries the exit code.
func (c *Command) audit(paths []string, opt audit.Options, selected []audit.Rule, flags *checkFlags) error {
	if len(paths) == 0 {
		return usage("no PATH given: name a log, a folder, a pattern, or - for the standard input\nSee mfu-audit --help.")
	}
	s := &session{Command: c, opt: opt, selected: selected, formatIn: flags.formatIn, ownModel: opt.Model != nil}
	inputs := expand(paths, s.missing)
	progress := terminal.NewProgress(c.Stderr)
	outcomes := parallel(inputs, runtime.GOMAXPROCS(0), s.auditInput, func(done int) { progress.Tell(done, len(inputs)) })
	progress.Done()
	for i, o := range outcomes {
		s.add(inputs[i], o)
	}
	if err := s.write(flags); err != nil {
		return incomplete(err)
	}
	if s.otherKind > 0 {
		fmt.Fprintf(c.Stderr, "mfu-audit: %s\n", passedOver(s.otherKind))
	}
	return s.verdict(flags)
}

// missing records a PATH that leads to no file. A mistyped command looks like one.
func (s *session) missing(path string, err error) {
	var commands []string
	for _, cmd := range s.root().Commands() {
		commands = append(commands, cmd.Name())
	}
	hint := ""
	if !strings.ContainsAny(path, `./\`) {
		hint = nearest.Hint(nearest.Names(path, commands, 1))
	}
	s.fail(path, fmt.Errorf("%w%s", err, hint))
}

// fail records that an input could not be audited.
func (s *session) fail(path string, err error) {
	path = filepath.ToSlash(path)
	message := strings.TrimPrefix(err.Error(), path+": ") // a reader's errors name the file
	s.report.Problems = append(s.report.Problems, audit.InputProblem{Path: path, Message: message})
	s.failures = multierror.Append(s.failures, fmt.Errorf("%s: %s", path, message))
}

// outcome is what became of one input.
type outcome struct {
	runs []*audit.RunReport
	note string // for stderr, "" if there is none
	err  error
}

// add records what became of an input.
func (s *session) add(in input, o outcome) {
	if o.note != "" {
		fmt.Fprintf(s.Stderr, "mfu-audit: %s\n", o.note)
	}
	switch {
	case errors.Is(o.err, errNoLog):
		s.otherKind++
	case o.err != nil:
		s.fail(in.path, o.err)
	}
	s.report.Runs = append(s.report.Runs, o.runs...)
}

// auditInput reads and audits one input. It keeps nothing of the log but the report.
func (s *session) auditInput(in input) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o.err = fmt.Errorf("internal error: %v\n%s", p, debug.Stack())
		}
	}()
	log, err := s.log(in, s.formatIn)
	if err != nil {
		return outcome{err: err}
	}
	if in.Note != "" {
		log.Problems = append(log.Problems, runlog.Problem{Kind: runlog.ProblemBeside, Message: in.Note, Count: 1, Pos: runlog.Position{File: log.Path, Line: 1, Column: 1}})
	}
	opt := s.opt
	if !s.ownModel {
		beside, err := sidecar(in.Main)
		if err != nil {
			o.note = fmt.Sprintf("not used as the model's configuration: %v", err)
		}
		withModel(&opt, beside)
	}
	o.runs, o.err = s.run(log, opt)
	for _, run := range o.runs {
		keepSelected(run, s.selected)
		nameModel(run, opt)
		run.Path = filepath.ToSlash(in.path)
		run.Release()
	}
	return o
}

// run audits one log. A panic, which is a defect of this program, costs that log's report and no other.
func (s *session) run(log *runlog.Log, opt audit.Options) (runs []*audit.RunReport, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error: %v\n%s", p, debug.Stack())
		}
	}()
	return audit.Run(log, opt), nil
}

// verdict is the error whose code the process exits with; nil for 0.
func (s *session) verdict(flags *checkFlags) error {
	judged := flags.gate(&s.report)
	switch {
	case s.failures != nil:
		s.failures.ErrorFormat = oneEach
		return incomplete(s.failures) // comes before all that the gate may say
	case judged != nil:
		return judged
	}
	return nil
}

// oneEach writes errors a line each, as they would look alone.
func oneEach(errs []error) string {
	lines := make([]string, len(errs))
	for i, err := range errs {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\nmfu-audit: ")
}

// passedOver counts the files of a folder that are no logs.
func passedOver(n int) string {
	if n == 1 {
		return "1 file is no log of a known format and was passed over"
	}
	return fmt.Sprintf("%d files are no logs of a known format and were passed over", n)
}
