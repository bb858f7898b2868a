package gate

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/reference"
)

// FileName is the name under which a configuration is looked for, in the folder of an audited file and those above it.
const FileName = ".mfu-audit.yaml"

// Config is a configuration file as read.
type Config struct {
	File string
	Settings
	Suppress  []Suppression
	Rules     []CustomRule
	Overrides []Override
	Baseline  *Value // path relative to the file's folder
}

// Settings is what holds for every log, or in an override for some.
type Settings struct {
	Model       *Value
	Set         []Named // keys of the model's configuration
	Facts       []Named // flags that state facts, with _ for -
	Convention  *Value
	Edition     *Value
	FailOn      *Value
	MinCoverage *Value
	AllowEmpty  *Value
	Select      []Value
	Ignore      []Value
	Severity    []Named // rule: severity, or "off"
	Budgets     []Budget
}

// Place is where something stands in a configuration.
type Place struct {
	File         string
	Line, Column int
}

// String is file:line.
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Value is a scalar as written, and where.
type Value struct {
	Text string
	At   Place
}

// Named is a key with its value.
type Named struct {
	Key string
	Value
}

// Override is what holds for the logs that a pattern matches, relative to the configuration's folder.
type Override struct {
	Path string
	Settings
}

// Parse reads a configuration. Its error joins an Error for each mistake; what could be read is returned beside it, so that more
// mistakes can be looked for.
func Parse(file string, data []byte) (*Config, error) {
	r := &reader{file: file}
	c := &Config{File: file}
	fields := r.settings(&c.Settings)
	fields["suppress"] = func(n ast.Node) {
		r.list(n, "suppress", func(n ast.Node) { c.Suppress = append(c.Suppress, r.suppression(n)) })
	}
	fields["rules"] = func(n ast.Node) {
		r.list(n, "rules", func(n ast.Node) { c.Rules = append(c.Rules, r.customRule(n)) })
	}
	fields["overrides"] = func(n ast.Node) {
		r.list(n, "overrides", func(n ast.Node) { c.Overrides = append(c.Overrides, r.override(n)) })
	}
	fields["baseline"] = func(n ast.Node) { c.Baseline = r.value(n, "baseline") }
	if n := r.parse(data); n != nil {
		r.object(n, "the configuration", fields)
	}
	ids := map[string]bool{}
	for _, rule := range c.Rules {
		if ids[rule.ID] {
			r.errs = append(r.errs, &Error{rule.At.File, rule.At.Line, rule.At.Column, "rule " + rule.ID + " is there twice"})
		}
		ids[rule.ID] = true
	}
	return c, errors.Join(r.errs...)
}

// settings are the fields that the configuration and an override share.
func (r *reader) settings(s *Settings) map[string]func(ast.Node) {
	value := func(what string, to **Value) func(ast.Node) {
		return func(n ast.Node) { *to = r.value(n, what) }
	}
	values := func(what string, to *[]Value) func(ast.Node) {
		return func(n ast.Node) {
			*to = []Value{} // an empty list in an override takes away what was selected before
			r.list(n, what, func(n ast.Node) { *to = append(*to, *r.value(n, what)) })
		}
	}
	named := func(what string, to *[]Named) func(ast.Node) {
		return func(n ast.Node) {
			for _, p := range r.pairs(n, what) {
				key := p.Key.GetToken().Value
				*to = append(*to, Named{key, *r.value(p.Value, what+" "+key)})
			}
		}
	}
	return map[string]func(ast.Node){
		"model": value("model", &s.Model), "convention": value("convention", &s.Convention), "edition": value("edition", &s.Edition),
		"min_coverage": value("min_coverage", &s.MinCoverage), "set": named("set", &s.Set), "facts": named("facts", &s.Facts),
		"select": values("select", &s.Select), "ignore": values("ignore", &s.Ignore),
		"fail_on": func(n ast.Node) {
			s.FailOn = &Value{r.oneOf(n, "fail_on", "error", "warning", "note", "never"), r.place(n)}
		},
		"allow_empty": func(n ast.Node) {
			s.AllowEmpty = &Value{strconv.FormatBool(r.boolean(n, "allow_empty")), r.place(n)}
		},
		"severity": func(n ast.Node) {
			for _, p := range r.pairs(n, "severity") {
				key := p.Key.GetToken().Value
				s.Severity = append(s.Severity, Named{key, Value{r.oneOf(p.Value, "severity of "+key, "error", "warning", "note", "off"), r.place(p.Value)}})
			}
		},
		"budgets": func(n ast.Node) {
			s.Budgets = []Budget{}
			r.list(n, "budgets", func(n ast.Node) { s.Budgets = append(s.Budgets, r.budget(n)) })
		},
	}
}

func (r *reader) value(n ast.Node, what string) *Value { return &Value{r.text(n, what), r.place(n)} }

func (r *reader) override(n ast.Node) Override {
	var o Override
	fields := r.settings(&o.Settings)
	fields["path"] = func(n ast.Node) { o.Path = r.pattern(n, "path") }
	r.object(n, "an override", fields)
	if o.Path == "" {
		r.fail(n, "an override needs a path, the pattern of the logs it is for")
	}
	return o
}

// pattern reads a pattern of paths.
func (r *reader) pattern(n ast.Node, what string) string {
	s := r.text(n, what)
	if !validPattern(s) {
		r.fail(n, "%s: %s is no pattern of paths", what, s)
	}
	return s
}

// quantity reads the name of a quantity.
func (r *reader) quantity(n ast.Node, what string) reference.Quantity {
	q := reference.Quantity(r.text(n, what))
	if q != "" && q.Info().Unit == "" {
		var known []string
		for _, i := range reference.Quantities() {
			known = append(known, string(i.Quantity))
		}
		r.fail(n, "%s: no quantity is called %s%s", what, q, nearest.Hint(nearest.Names(string(q), known, 2)))
	}
	return q
}

// date reads a day; it ends with its midnight in UTC.
func (r *reader) date(n ast.Node, what string) time.Time {
	t, err := time.Parse(time.DateOnly, r.text(n, what))
	if err != nil {
		r.fail(n, "%s: want a date such as 2027-01-31", what)
	}
	return t
}

// ruleNames are what a rule may be called where one is named: its ID, its name, or the beginning of IDs.
func matchesRule(pattern string, f *audit.Finding) bool {
	return pattern == f.Rule || pattern == f.Name || rulePrefix.MatchString(pattern) && strings.HasPrefix(f.Rule, pattern)
}

var (
	rulePrefix = regexp.MustCompile(`^[A-Z]+[0-9]*$`)
	ruleID     = regexp.MustCompile(`^[A-Z]+[0-9]{3}$`)
	ruleName   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// Matching lists the overrides, by index, that a path matches.
func (c *Config) Matching(path string) []int {
	var out []int
	for i, o := range c.Overrides {
		if matchPath(o.Path, path) {
			out = append(out, i)
		}
	}
	return out
}

// For is what holds for a log: the settings, with those of every override that its path matches laid over them, the last one on
// top. path is relative to the configuration's folder, with slashes.
func (c *Config) For(path string) Settings {
	s := c.Settings
	s.Set, s.Facts, s.Severity = slices.Clone(s.Set), slices.Clone(s.Facts), slices.Clone(s.Severity)
	for _, i := range c.Matching(path) {
		s.overlay(c.Overrides[i].Settings)
	}
	return s
}

func (s *Settings) overlay(o Settings) {
	for _, p := range []struct{ to, from **Value }{
		{&s.Model, &o.Model},
		{&s.Convention, &o.Convention},
		{&s.Edition, &o.Edition},
		{&s.FailOn, &o.FailOn},
		{&s.MinCoverage, &o.MinCoverage},
		{&s.AllowEmpty, &o.AllowEmpty},
	} {
		if *p.from != nil {
			*p.to = *p.from
		}
	}
	s.Set, s.Facts, s.Severity = merge(s.Set, o.Set), merge(s.Facts, o.Facts), merge(s.Severity, o.Severity)
	if o.Select != nil {
		s.Select = o.Select
	}
	if o.Ignore != nil {
		s.Ignore = o.Ignore
	}
	if o.Budgets != nil {
		s.Budgets = o.Budgets
	}
}

// merge lays keys over others.
func merge(below, above []Named) []Named {
	for _, n := range above {
		if i := slices.IndexFunc(below, func(x Named) bool { return x.Key == n.Key }); i >= 0 {
			below[i] = n
		} else {
			below = append(below, n)
		}
	}
	return below
}
