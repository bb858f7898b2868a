package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/gate"
)

// decision is what holds for a log: flags, over the overrides that match it, over its configuration.
type decision struct {
	config    *config // nil if it has none
	opt       audit.Options
	ownModel  bool         // a model is stated, so that no config.json is looked for
	modelFrom string       // what evidence says before the model's name
	selected  []audit.Rule // those whose findings are reported
	limits    limits
	values    []effective // for --print-config
}

// limits say when a run fails its audit.
type limits struct {
	config      *config
	failOn      string
	minCoverage number
	least       string // what min-coverage is called where it was set
	allowEmpty  bool
}

// effective is a value that holds and where it is from.
type effective struct{ key, value, from string }

// decider finds the decision for each log. Logs for which the same holds share one.
type decider struct {
	flags   *checkFlags
	set     *pflag.FlagSet
	configs *configs
	flagged audit.Options // what the flags say
	model   *model        // --model, nil if unset
	cache   map[string]*decision
}

// newDecider reads the flags. Its errors are the user's.
func newDecider(flags *checkFlags, set *pflag.FlagSet) (*decider, error) {
	opt, err := flags.options(set)
	if err != nil {
		return nil, err
	}
	d := &decider{flags: flags, set: set, configs: newConfigs(flags.config), flagged: opt, cache: map[string]*decision{}}
	if flags.model.name != "" {
		if d.model, err = flags.model.load(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// of is the decision for a file.
func (d *decider) of(file string) *decision {
	c := d.configs.of(file)
	key := ""
	var s gate.Settings
	if c != nil {
		path := c.path(file)
		s = c.For(path)
		key = c.folder + "\x00" + c.File + "\x00" + fmt.Sprint(c.Matching(path))
	}
	if known, ok := d.cache[key]; ok {
		return known
	}
	out := d.decide(c, &s)
	d.cache[key] = out
	return out
}

// decide lays the flags over settings.
func (d *decider) decide(c *config, s *gate.Settings) *decision {
	out := &decision{config: c, opt: d.flagged}
	if c != nil {
		out.note("configuration", c.File, "")
	}
	d.decideModel(out, s)
	d.decideFacts(out, s)
	switch {
	case d.set.Changed("convention"):
		out.note("convention", out.opt.Convention, "flag")
	case s.Convention != nil:
		if found, err := conventionByName(s.Convention.Text); err == nil { // checked when it was read
			out.opt.Convention = found.Name
		}
		out.note("convention", out.opt.Convention, s.Convention.At.String())
	default:
		out.note("convention", "the log's own", "default")
	}
	d.decideRules(out, s)
	d.decideLimits(out, s)
	out.noteDecisions(s)
	return out
}

func (d *decision) note(key, value, from string) {
	d.values = append(d.values, effective{key, value, from})
}

// decideModel takes the model of --model, with --set, or that of the settings with their keys set and --set over these.
func (d *decider) decideModel(out *decision, s *gate.Settings) {
	m, c := d.model, out.config
	switch {
	case m != nil:
		out.note("model", m.name, "flag")
	case c != nil && s.Model != nil:
		merged := *s
		merged.Set = slices.Clone(s.Set)
		for _, o := range d.flags.model.overrides {
			key, value, _ := strings.Cut(o, "=")
			merged.Set = append(merged.Set, gate.Named{Key: key, Value: gate.Value{Text: value, At: s.Model.At}})
		}
		var err error
		if m, err = c.model(&merged); err != nil {
			d.configs.errs = append(d.configs.errs, err)
			return
		}
		out.note("model", m.name, s.Model.At.String())
		for _, n := range s.Set {
			out.note("set."+n.Key, n.Text, n.At.String())
		}
	case len(d.flags.model.overrides) > 0:
		d.configs.errs = append(d.configs.errs, errSetWithoutModel)
	case len(s.Set) > 0:
		d.configs.errs = append(d.configs.errs, misplaced(s.Set[0].At, "set: overrides keys of the model's configuration: name the model"))
	default:
		out.note("model", "the log's, or a config.json beside it", "default")
	}
	for _, o := range d.flags.model.overrides {
		key, value, _ := strings.Cut(o, "=")
		out.note("set."+key, value, "flag")
	}
	if m != nil {
		out.ownModel, out.modelFrom = true, m.from
		withModel(&out.opt, m)
	}
}

// decideFacts adds the facts of the settings that no flag states.
func (d *decider) decideFacts(out *decision, s *gate.Settings) {
	for _, f := range factFlags() {
		if d.set.Changed(f.name) {
			out.note("facts."+strings.ReplaceAll(f.name, "-", "_"), d.set.Lookup(f.name).Value.String(), "flag")
		}
	}
	for _, name := range []string{"flops-per-token", "peak-flops"} {
		if d.set.Changed(name) {
			out.note("facts."+strings.ReplaceAll(name, "-", "_"), d.set.Lookup(name).Value.String(), "flag")
		}
	}
	out.opt.Facts = slices.Clone(out.opt.Facts)
	for _, n := range s.Facts {
		if d.set.Changed(strings.ReplaceAll(n.Key, "_", "-")) {
			continue
		}
		var g given
		if readFact(n, &g) != nil {
			continue // said when the configuration was read
		}
		out.opt.Facts = append(out.opt.Facts, g.facts...)
		out.opt.FLOPsPerToken = max(out.opt.FLOPsPerToken, g.flopsPerToken)
		out.opt.PeakFLOPs = max(out.opt.PeakFLOPs, g.peakFLOPs)
		out.note("facts."+n.Key, n.Text, n.At.String())
	}
}

// decideRules selects rules: the flags' lists, or the settings'.
func (d *decider) decideRules(out *decision, s *gate.Settings) {
	list := func(flag string, flagged []string, settings []gate.Value) []string {
		switch {
		case d.set.Changed(flag):
			out.note(flag, strings.Join(flagged, ", "), "flag")
			return flagged
		case len(settings) > 0:
			var entries []string
			for _, v := range settings {
				entries = append(entries, v.Text)
			}
			out.note(flag, strings.Join(entries, ", "), settings[0].At.String())
			return entries
		}
		return nil
	}
	selected := list("select", d.flags.selected, s.Select)
	ignored := list("ignore", d.flags.ignored, s.Ignore)
	out.selected = keepRules(out.config.catalogue(), selected, ignored)
}

// decideLimits settles when a run fails.
func (d *decider) decideLimits(out *decision, s *gate.Settings) {
	f := d.flags
	out.limits = limits{config: out.config, failOn: f.failOn.value, minCoverage: f.minCoverage, least: "--min-coverage", allowEmpty: f.allowEmpty}
	from := func(flag string, v *gate.Value) string {
		switch {
		case d.set.Changed(flag):
			return "flag"
		case v != nil:
			return v.At.String()
		}
		return "default"
	}
	if v := s.FailOn; v != nil && !d.set.Changed("fail-on") {
		out.limits.failOn = v.Text
	}
	if v := s.MinCoverage; v != nil && !d.set.Changed("min-coverage") {
		out.limits.minCoverage.value, _ = parseShare(v.Text) // checked when it was read
		out.limits.minCoverage.text, out.limits.least = v.Text, "min_coverage of "+v.At.String()+","
	}
	if v := s.AllowEmpty; v != nil && !d.set.Changed("allow-empty") {
		out.limits.allowEmpty = v.Text == "true"
	}
	least := out.limits.minCoverage.text
	if least == "" {
		least = "0"
	}
	out.note("fail_on", out.limits.failOn, from("fail-on", s.FailOn))
	out.note("min_coverage", least, from("min-coverage", s.MinCoverage))
	out.note("allow_empty", fmt.Sprint(out.limits.allowEmpty), from("allow-empty", s.AllowEmpty))
}

// noteDecisions notes what the gate does by itself.
func (d *decision) noteDecisions(s *gate.Settings) {
	if s.Edition != nil {
		d.note("edition", s.Edition.Text, s.Edition.At.String())
	}
	for _, n := range s.Severity {
		d.note("severity."+n.Key, n.Text, n.At.String())
	}
	for _, b := range s.Budgets {
		d.note("budgets", b.String(), b.At.String())
	}
	if d.config == nil {
		return
	}
	for _, x := range d.config.Suppress {
		d.note("suppress", strings.TrimSpace(x.Rule+" "+x.Path), x.At.String())
	}
	for _, x := range d.config.Rules {
		d.note("rules", x.ID+" "+x.Name, x.At.String())
	}
}

// checkSelection is an error if --select or --ignore name a rule that no configuration in play and this program do not have.
func (d *decider) checkSelection() error {
	all := (*config)(nil).catalogue()
	for _, c := range d.configs.list {
		for i := range c.Rules {
			all = append(all, c.Rules[i].Rule())
		}
	}
	return unknownRules(all, d.flags.selected, d.flags.ignored)
}

// wholly marks the configurations whose folder is audited as a whole.
func (d *decider) wholly(paths []string) {
	for _, c := range d.configs.list {
		for _, path := range paths {
			absolute, err := filepath.Abs(path)
			if err != nil {
				continue
			}
			relative, err := filepath.Rel(absolute, c.folder)
			c.whole = c.whole || err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
		}
	}
}
