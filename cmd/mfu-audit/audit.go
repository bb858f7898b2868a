package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/gate"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/internal/terminal"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// session is one run of check: what was found out, and what went wrong on the way.
type session struct {
	*Command
	selected  []audit.Rule   // those whose findings are reported, of any log
	formatIn  *runlog.Format // --format-in, nil if the content is to tell
	gates     []*gate.Gate   // in the order of their first logs
	without   *gate.Gate     // of logs that have no configuration
	baseline  *gate.Baseline // --baseline
	baselines []storedBaseline
	configs   []*config
	abouts    []limits           // of findings about each gate's decisions
	judged    []judged           // the runs in order, then what is about decisions
	decisions map[*decision]bool // in play
	report    audit.Report
	series    bool // what charts show is kept
	failures  *multierror.Error
	otherKind int // files found that are no logs
}

// audit reads and audits every input and writes one report. Its error carries the exit code.
func (c *Command) audit(paths []string, d *decider) error {
	flags := d.flags
	if len(paths) == 0 && flags.printConfig {
		paths = []string{stdin}
	}
	if len(paths) == 0 {
		return usage("no PATH given: name a log, a folder, a pattern, or - for the standard input\nSee mfu-audit --help.")
	}
	s := &session{Command: c, formatIn: flags.formatIn, decisions: map[*decision]bool{}}
	inputs := expand(paths, s.missing)
	if err := s.decide(inputs, paths, d); err != nil {
		return err
	}
	if flags.printConfig {
		return incomplete(s.printConfig(inputs))
	}
	if err := s.openBaselines(flags); err != nil {
		return err
	}
	s.series = c.keepSeries(flags, len(inputs))
	progress := terminal.NewProgress(c.Stderr)
	outcomes := parallel(inputs, runtime.GOMAXPROCS(0), s.auditInput, func(done int) { progress.Tell(done, len(inputs)) })
	progress.Done()
	for i, o := range outcomes {
		s.add(inputs[i], o)
	}
	s.finish()
	if err := s.writeBaselines(flags); err != nil {
		return incomplete(err)
	}
	if flags.restate != "" {
		if err := s.restate(flags.restate, flags.format.latex()); err != nil {
			return err
		}
	} else if err := s.write(flags); err != nil {
		return incomplete(err)
	}
	if s.otherKind > 0 {
		fmt.Fprintf(c.Stderr, "mfu-audit: %s\n", passedOver(s.otherKind))
	}
	return s.verdict(s.allowEmpty(flags))
}

// decide settles what holds for each input, before any is read. Its error names every mistake.
func (s *session) decide(inputs []input, paths []string, d *decider) error {
	for i := range inputs {
		inputs[i].decision = d.of(inputs[i].Main)
		s.decisions[inputs[i].decision] = true
	}
	if len(inputs) == 0 {
		d.of(stdin) // its mistakes are said all the same
	}
	if err := d.configs.err(); err != nil {
		return err
	}
	if err := d.checkSelection(); err != nil {
		return err
	}
	d.wholly(paths)
	s.configs = d.configs.list
	for decided := range s.decisions {
		for _, rule := range decided.selected {
			if _, found := findRule(s.selected, rule.ID); !found {
				s.selected = append(s.selected, rule)
			}
		}
	}
	slices.SortStableFunc(s.selected, func(a, b audit.Rule) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

// allowEmpty reports whether it is well that nothing is audited: --allow-empty says so, or what holds for every log.
func (s *session) allowEmpty(flags *checkFlags) bool {
	if len(s.decisions) == 0 {
		return flags.allowEmpty
	}
	for d := range s.decisions {
		if !d.limits.allowEmpty {
			return false
		}
	}
	return true
}

// mostSparklines is of how many runs a terminal shows the MFU over the steps.
const mostSparklines = 50

// keepSeries reports whether something will be drawn of each run's steps. Those of thousands of runs would fill the memory.
func (c *Command) keepSeries(flags *checkFlags, inputs int) bool {
	if flags.format.has("html") && inputs <= report.MostWithCharts {
		return true
	}
	text := len(flags.format.list) == 0 || flags.format.has("text")
	return text && inputs <= mostSparklines && terminal.Blocks(c.Stdout, c.env)
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
	runs  []*audit.RunReport
	table *audit.ClaimsReport // of a table of claims, whose rows are the runs
	note  string              // for stderr, "" if there is none
	err   error
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
	d := in.decision
	for _, run := range o.runs {
		path := run.Path
		if d.config != nil {
			path = d.config.path(in.Main)
		}
		s.gateOf(d).Judge(run, path)
		keepSelected(run, d.selected)
		s.judged = append(s.judged, judged{nil, run.Coverage.Logged, run.Coverage.Audited, d.limits})
	}
	s.report.Runs = append(s.report.Runs, o.runs...)
	if o.table != nil {
		s.report.Tables = append(s.report.Tables, o.table)
	}
}

// gateOf is the gate of the logs for which a decision holds.
func (s *session) gateOf(d *decision) *gate.Gate {
	c := d.config
	if c == nil {
		if s.without == nil {
			s.without = &gate.Gate{Rules: rules.All(), Now: s.now(), Baseline: s.baseline}
		}
		return s.without
	}
	if c.gate == nil {
		c.gate = &gate.Gate{Config: c.Config, Rules: c.catalogue(), Now: s.now(), Whole: c.whole, Baseline: c.baseline}
		s.gates = append(s.gates, c.gate)
		s.abouts = append(s.abouts, d.limits)
	}
	return c.gate
}

// finish adds what is odd about the decisions themselves, once every log was judged.
func (s *session) finish() {
	for i, g := range s.gates {
		found := slices.DeleteFunc(g.Finish(&s.report), func(f *audit.Finding) bool {
			_, kept := findRule(s.selected, f.Rule)
			return !kept
		})
		s.report.Findings = append(s.report.Findings, found...)
		s.judged = append(s.judged, judged{found, 0, 0, s.abouts[i]})
	}
}

// auditInput reads and audits one input. It keeps nothing of the log but the report.
func (s *session) auditInput(in input) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o.err = fmt.Errorf("internal error: %v\n%s", p, debug.Stack())
		}
	}()
	if o, ok := s.table(in); ok {
		return o
	}
	log, err := s.log(in, s.formatIn)
	if err != nil {
		return outcome{err: err}
	}
	if in.Note != "" {
		log.Problems = append(log.Problems, runlog.Problem{Kind: runlog.ProblemBeside, Message: in.Note, Count: 1, Pos: runlog.Position{File: log.Path, Line: 1, Column: 1}})
	}
	opt := in.decision.opt
	opt.Series = s.series
	if !in.decision.ownModel {
		beside, err := sidecar(in.Main)
		if err != nil {
			o.note = fmt.Sprintf("not used as the model's configuration: %v", err)
		}
		withModel(&opt, beside)
	}
	o.runs, o.err = s.run(log, opt)
	for _, run := range o.runs {
		nameModel(run, opt, in.decision.modelFrom)
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
func (s *session) verdict(allowEmpty bool) error {
	for i, run := range s.report.Runs {
		s.judged[i].findings = run.Findings
	}
	judged := verdictOf(s.judged, allowEmpty)
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
