package page

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/version"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Request is what to audit. The paths are relative to the working folder.
type Request struct {
	// Files are files chosen together: one is a log that the user named, several are looked through as `mfu-audit '*'` does.
	Files   []string `json:"files"`
	Folders []string `json:"folders"` // searched for runs
	Claim   string   `json:"claim"`   // a line of text, audited as `mfu-audit claim` does
	Given   Given    `json:"given"`
}

// Answer is a report and what there is to say beside it.
type Answer struct {
	HTML   string   `json:"html"`  // the whole document
	Notes  []string `json:"notes"` // what the command would write to stderr
	Runs   int      `json:"runs"`
	Failed int      `json:"failed"` // inputs that could not be read
}

// Audit audits files. Its errors are about what is given; a file that cannot be audited is part of the answer. audited is called
// after each of the inputs, with how many are done of how many.
func Audit(r Request, audited func(done, all int)) (*Answer, error) {
	opt, err := r.Given.options()
	if err != nil {
		return nil, err
	}
	a := &auditor{opt: opt, ownModel: opt.Model != nil}
	if text := strings.TrimSpace(r.Claim); text != "" {
		if err := a.claim(text); err != nil {
			return nil, err
		}
	}
	inputs := a.expand(r)
	for i, in := range inputs {
		a.add(in)
		audited(i+1, len(inputs))
	}
	if a.otherKind > 0 {
		a.notes = append(a.notes, passedOver(a.otherKind))
	}
	var b bytes.Buffer
	if err := report.HTML(&b, &report.Document{Report: &a.report, Rules: opt.Rules, Version: version.Version}); err != nil {
		return nil, err
	}
	return &Answer{HTML: b.String(), Notes: a.notes, Runs: len(a.report.Runs), Failed: len(a.report.Problems)}, nil
}

// auditor collects what became of the inputs.
type auditor struct {
	opt       audit.Options
	ownModel  bool // a model is given, so that no config.json is looked for
	report    audit.Report
	notes     []string
	otherKind int // files found that are no logs
}

// add audits one input. A panic, which is a defect of this program, costs that input's report and no other.
func (a *auditor) add(in input) {
	runs, err := a.runs(in)
	switch {
	case errors.Is(err, errNoLog):
		a.otherKind++
	case err != nil:
		a.fail(in.path, err)
	}
	a.report.Runs = append(a.report.Runs, runs...)
}

func (a *auditor) runs(in input) (runs []*audit.RunReport, err error) {
	defer func() {
		if p := recover(); p != nil {
			runs, err = nil, fmt.Errorf("internal error: %v\n%s", p, debug.Stack())
		}
	}()
	log, table, err := read(in)
	switch {
	case err != nil:
		return nil, err
	case table != nil:
		return a.rows(table), nil
	}
	if in.Note != "" {
		log.Problems = append(log.Problems, runlog.Problem{Kind: runlog.ProblemBeside, Message: in.Note, Count: 1, Pos: runlog.Position{File: log.Path, Line: 1, Column: 1}})
	}
	opt := a.opt
	if !a.ownModel {
		m, err := beside(in.Main)
		if err != nil {
			a.notes = append(a.notes, fmt.Sprintf("not used as the model's configuration: %v", err))
		}
		m.use(&opt)
	}
	runs = audit.Run(log, opt)
	for _, run := range runs {
		keepKnown(run, opt.Rules)
		nameModel(run, opt)
		run.Path = filepath.ToSlash(in.path)
		run.Release()
	}
	return runs, nil
}

// rows audits the rows of a table of claims.
func (a *auditor) rows(t *runlog.Table) []*audit.RunReport {
	claims := audit.Claims(t, a.opt)
	a.report.Tables = append(a.report.Tables, claims)
	return claims.Runs(a.opt.Rules)
}

// claim audits a line of text, in which somebody says what was measured.
func (a *auditor) claim(text string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error: %v\n%s", p, debug.Stack())
		}
	}()
	a.report.Runs = append(a.report.Runs, a.rows(runlog.ClaimTable(text))...)
	return nil
}

// fail records that an input could not be audited.
func (a *auditor) fail(path string, err error) {
	path = filepath.ToSlash(path)
	message := withoutPath(err, path)
	a.report.Problems = append(a.report.Problems, audit.InputProblem{Path: path, Message: message})
	a.notes = append(a.notes, path+": "+message)
}

// keepKnown drops what is said in the name of rules that are none of those that were run.
func keepKnown(run *audit.RunReport, known []audit.Rule) {
	dropped := func(id string) bool {
		return !slices.ContainsFunc(known, func(r audit.Rule) bool { return r.ID == id })
	}
	run.Findings = slices.DeleteFunc(run.Findings, func(f *audit.Finding) bool { return dropped(f.Rule) })
	run.Coverage.Skipped = slices.DeleteFunc(run.Coverage.Skipped, func(r audit.SkippedRule) bool { return dropped(r.Rule) })
}

// passedOver counts the files of a folder that are no logs.
func passedOver(n int) string {
	if n == 1 {
		return "1 file is no log of a known format and was passed over"
	}
	return fmt.Sprintf("%d files are no logs of a known format and were passed over", n)
}

// allRules are those that every audit runs: without the right one, diagnosis would find a wrong one, or none.
func allRules() []audit.Rule { return rules.All() }
