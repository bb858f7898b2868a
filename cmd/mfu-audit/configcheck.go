package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/gate"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// misplaced is a mistake at a place of a configuration.
func misplaced(at gate.Place, format string, args ...any) error {
	return &gate.Error{File: at.File, Line: at.Line, Column: at.Column, Message: fmt.Sprintf(format, args...)}
}

// check holds a configuration against what this program knows: rules, facts, conventions, models.
func (c *config) check() []error {
	errs := c.checkSettings(&c.Settings)
	for i := range c.Overrides {
		errs = append(errs, c.checkSettings(&c.Overrides[i].Settings)...)
	}
	all := c.catalogue()
	for _, s := range c.Suppress {
		errs = append(errs, namesRule(all, gate.Value{Text: s.Rule, At: s.At}, "suppress")...)
	}
	return errs
}

// editionForm is a release, its last numbers left out or not.
var editionForm = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+)*$`)

func (c *config) checkSettings(s *gate.Settings) (errs []error) {
	add := func(at gate.Place, format string, args ...any) { errs = append(errs, misplaced(at, format, args...)) }
	all := c.catalogue()
	for _, v := range s.Select {
		errs = append(errs, namesRule(all, v, "select")...)
	}
	for _, v := range s.Ignore {
		errs = append(errs, namesRule(all, v, "ignore")...)
	}
	for _, n := range s.Severity {
		errs = append(errs, namesRule(all, gate.Value{Text: n.Key, At: n.At}, "severity")...)
	}
	if s.Convention != nil {
		if _, err := conventionByName(s.Convention.Text); err != nil {
			add(s.Convention.At, "convention: %v", err)
		}
	}
	if s.Edition != nil && !editionForm.MatchString(s.Edition.Text) {
		add(s.Edition.At, "edition: want a release such as %s", strings.TrimSuffix(Version, "-dev"))
	}
	if s.MinCoverage != nil {
		if _, err := parseShare(s.MinCoverage.Text); err != nil {
			add(s.MinCoverage.At, "min_coverage: %v", err)
		}
	}
	for _, n := range s.Facts {
		if err := readFact(n, &given{}); err != nil {
			errs = append(errs, err)
		}
	}
	if s.Model != nil {
		if _, err := c.model(s); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// namesRule is an error if what should name a rule names none.
func namesRule(all []audit.Rule, v gate.Value, what string) []error {
	if specificity(all, v.Text) > 0 {
		return nil
	}
	return []error{misplaced(v.At, "%s: %s: no such rule%s", what, v.Text, nearest.Hint(nearest.Names(v.Text, ruleNames(all), 2)))}
}

// given is what a configuration states about runs.
type given struct {
	facts                    []runlog.Fact
	flopsPerToken, peakFLOPs float64
}

// readFact reads a fact of a configuration, which is named as its flag is, with _ for -.
func readFact(n gate.Named, to *given) error {
	name := strings.ReplaceAll(n.Key, "_", "-")
	amounts := map[string]*float64{"flops-per-token": &to.flopsPerToken, "peak-flops": &to.peakFLOPs}
	if v, ok := amounts[name]; ok {
		var err error
		if *v, err = parseNumber(n.Text); err != nil {
			return misplaced(n.At, "facts: %s: %v", n.Key, err)
		}
		return nil
	}
	known := []string{"flops_per_token", "peak_flops"}
	for _, f := range factFlags() {
		if f.name != name {
			known = append(known, strings.ReplaceAll(f.name, "-", "_"))
			continue
		}
		fact, err := f.read(n.Text, "configuration")
		if err != nil {
			return misplaced(n.At, "facts: %s: %v", n.Key, err)
		}
		to.facts = append(to.facts, fact)
		return nil
	}
	return misplaced(n.At, "facts: no fact is called %s%s", n.Key, nearest.Hint(nearest.Names(n.Key, known, 2)))
}

// model loads the model that settings name; nil if they name none.
func (c *config) model(s *gate.Settings) (*model, error) {
	if s.Model == nil {
		return nil, nil
	}
	name := s.Model.Text
	if path := c.within(name); exists(path) {
		name = path
	}
	loaded, err := findModel(name)
	if err != nil {
		return nil, misplaced(s.Model.At, "model: %v", err)
	}
	for _, n := range s.Set {
		if err := loaded.config.Set(n.Key, n.Text); err != nil {
			return nil, misplaced(n.At, "set: %s: %v", n.Key, err)
		}
	}
	if loaded.architecture, err = loaded.config.Architecture(); err != nil {
		return nil, misplaced(s.Model.At, "model: %v", err)
	}
	loaded.from = "model of " + s.Model.At.String() + ": "
	return loaded, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
