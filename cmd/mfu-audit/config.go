package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/gate"
	"github.com/mfu-audit/mfu-audit/rules"
)

// configFlags say where the configuration is.
type configFlags struct {
	file string
	none bool
}

func (f *configFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "config", "", "the configuration `file`; unset: "+gate.FileName+" in a log's folder or one above it")
	cmd.Flags().BoolVar(&f.none, "no-config", false, "use no configuration")
	cmd.MarkFlagsMutuallyExclusive("config", "no-config")
}

// config is a configuration with the folder that its paths are relative to.
type config struct {
	*gate.Config
	folder string // absolute
	whole  bool   // the folder, or one above it, is audited as a whole
	gate   *gate.Gate
	// baseline is that of --baseline, or the configuration's own; nil if there is none.
	baseline *gate.Baseline
}

// path is a file's path relative to the configuration's folder, with slashes. The standard input is "-".
func (c *config) path(file string) string {
	if file == stdin {
		return file
	}
	if absolute, err := filepath.Abs(file); err == nil {
		if relative, err := filepath.Rel(c.folder, absolute); err == nil {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.ToSlash(file)
}

// within is the path of a file that the configuration names.
func (c *config) within(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	if folder := filepath.Dir(filepath.FromSlash(c.File)); folder != "." {
		return filepath.Join(folder, filepath.FromSlash(file))
	}
	return filepath.FromSlash(file)
}

// catalogue is the built-in rules and those of the configuration, which may be nil.
func (c *config) catalogue() []audit.Rule {
	all := rules.All()
	if c == nil {
		return all
	}
	for i := range c.Rules {
		all = append(all, c.Rules[i].Rule())
	}
	return all
}

// configs finds the configurations of logs. Each is read once.
type configs struct {
	flags    configFlags
	named    *config            // --config
	byFolder map[string]*config // nil where there is none
	list     []*config          // in the order in which they were found
	errs     []error
}

func newConfigs(flags configFlags) *configs {
	c := &configs{flags: flags, byFolder: map[string]*config{}}
	if flags.file != "" {
		data, err := os.ReadFile(flags.file)
		if err != nil {
			c.errs = append(c.errs, fmt.Errorf("--config %s: %w", filepath.ToSlash(flags.file), reason(err)))
			return c
		}
		c.named = c.parse(flags.file, data)
	}
	return c
}

// of is the configuration of a file, nil if it has none.
func (c *configs) of(file string) *config {
	switch {
	case c.flags.none:
		return nil
	case c.flags.file != "":
		return c.named
	}
	folder := filepath.Dir(file)
	if file == stdin {
		folder = "."
	}
	return c.in(folder)
}

// in is the configuration in a folder or above it.
func (c *configs) in(folder string) *config {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil
	}
	if known, ok := c.byFolder[absolute]; ok {
		return known
	}
	var found *config
	name := filepath.Join(folder, gate.FileName)
	data, err := os.ReadFile(name)
	parent := filepath.Dir(absolute)
	switch {
	case err == nil:
		found = c.parse(name, data)
	case !errors.Is(err, os.ErrNotExist):
		c.errs = append(c.errs, fmt.Errorf("%s: %w", filepath.ToSlash(name), reason(err)))
	case parent != absolute:
		found = c.in(above(folder))
	}
	c.byFolder[absolute] = found
	return found
}

// above is the folder above one, as the user would type it.
func above(folder string) string {
	folder = filepath.Clean(folder)
	if base := filepath.Base(folder); base == "." || base == ".." {
		return filepath.Join(folder, "..")
	}
	return filepath.Dir(folder)
}

// parse reads a configuration and checks it against what this program knows. Every mistake is collected.
func (c *configs) parse(name string, data []byte) *config {
	absolute, err := filepath.Abs(name)
	if err != nil {
		c.errs = append(c.errs, err)
		return nil
	}
	parsed, err := gate.Parse(filepath.ToSlash(filepath.Clean(name)), data)
	found := &config{Config: parsed, folder: filepath.Dir(absolute)}
	var mistakes []error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		mistakes = joined.Unwrap()
	}
	mistakes = append(mistakes, found.check()...)
	slices.SortStableFunc(mistakes, func(a, b error) int { return cmp.Or(lineOf(a)-lineOf(b), columnOf(a)-columnOf(b)) })
	c.errs = append(c.errs, mistakes...)
	c.list = append(c.list, found)
	return found
}

// lineOf and columnOf are where a mistake stands, 0 where it has no place.
func lineOf(err error) int {
	var e *gate.Error
	if errors.As(err, &e) {
		return e.Line
	}
	return 0
}

func columnOf(err error) int {
	var e *gate.Error
	if errors.As(err, &e) {
		return e.Column
	}
	return 0
}

// err joins the mistakes of all configurations, each once, as a usage error; nil if there are none.
func (c *configs) err() error {
	var lines []error
	for _, err := range c.errs {
		if !slices.ContainsFunc(lines, func(x error) bool { return x.Error() == err.Error() }) {
			lines = append(lines, err)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return usage("%s", oneEach(lines))
}
