package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/gate"
	"github.com/mfu-audit/mfu-audit/rules"
)

// schemaAddress is where editors find the schema of a configuration: the $id of gate/schema/config.v1.json.
const schemaAddress = "https://raw.githubusercontent.com/mfu-audit/mfu-audit/main/gate/schema/config.v1.json"

// baselineName is what the configuration that init writes calls the baseline.
const baselineName = ".mfu-audit-baseline.json"

// initConfig writes a configuration to start from.
func (c *Command) initConfig() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [LOG]",
		Short: "Write a commented .mfu-audit.yaml to start from, filled in from a log",
		Long: `Write .mfu-audit.yaml in the working folder: every setting with a comment, all of them off, so that audits stay as they
are until a line is taken in. With a LOG, the facts that its audit lacks stand there to be filled in, and those that were
found are told.`,
		Example: "  mfu-audit init runs/today.json",
		Args:    atMostOne("one log"),
	}
	force := cmd.Flags().Bool("force", false, "overwrite a configuration that is there")
	output := cmd.Flags().StringP("output", "o", gate.FileName, "write to this `file`")
	cmd.AddCommand(c.initClaims())
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if _, err := os.Lstat(*output); !errors.Is(err, fs.ErrNotExist) && !*force {
			return usage("%s exists; --force overwrites it", filepath.ToSlash(*output))
		}
		var runs []*audit.RunReport
		if len(args) == 1 {
			var err error
			if runs, err = c.firstRun(args[0]); err != nil {
				return incomplete(fmt.Errorf("%s: %w", filepath.ToSlash(args[0]), err))
			}
		}
		text := startingConfig(runs)
		if err := os.WriteFile(*output, text, 0o666); err != nil {
			return incomplete(fmt.Errorf("%s: %w", filepath.ToSlash(*output), reason(err)))
		}
		_, err := fmt.Fprintf(c.Stdout, "wrote %s\n", filepath.ToSlash(*output))
		return incomplete(err)
	}
	return cmd
}

// firstRun audits a log as check does without a configuration.
func (c *Command) firstRun(path string) ([]*audit.RunReport, error) {
	s := &session{Command: c}
	var missing error
	inputs := expand([]string{path}, func(_ string, err error) { missing = err })
	if missing != nil {
		return nil, missing
	}
	for _, in := range inputs {
		in.decision = &decision{opt: audit.Options{Rules: rules.All()}}
		o := s.auditInput(in)
		if errors.Is(o.err, errNoLog) {
			continue
		}
		return o.runs, o.err
	}
	return nil, errNoLog
}

// startingConfig is a configuration in which nothing is set yet.
func startingConfig(runs []*audit.RunReport) []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# yaml-language-server: $schema=%s", schemaAddress)
	line("# What this project has decided about its audits. A line counts once its # is gone; mfu-audit --print-config shows what holds.")
	line("")
	needs, found := []string{}, []string{}
	errorsFound := 0
	for _, r := range runs {
		for _, n := range r.Coverage.Needs {
			if !slices.Contains(needs, n) {
				needs = append(needs, n)
			}
		}
		for _, f := range r.Facts {
			told := fmt.Sprintf("%s %s", f.Key, f.Value)
			stateable := slices.ContainsFunc(factFlags(), func(x factFlag) bool { return string(x.key) == f.Key })
			if stateable && f.Broken == "" && !slices.Contains(found, told) {
				found = append(found, told)
			}
		}
		for _, f := range r.Findings {
			if f.Severity == audit.SeverityError {
				errorsFound++
			}
		}
	}
	line("# The model: a published name, a config.json, or a folder that holds one.")
	if slices.Contains(needs, "--model") {
		line("# The log that this was written from lacks it.")
	}
	line("# model: meta-llama/Meta-Llama-3-8B")
	line("")
	line("# Facts that the logs lack: the flags of mfu-audit check, with _ for -.")
	if len(found) > 0 {
		line("# The log says: %s.", strings.Join(found, ", "))
	}
	examples := map[string]string{}
	for _, f := range [][2]string{{"device", "h100-sxm"}, {"devices", "64"}, {"seq-len", "8192"}, {"precision", "bf16"}, {"global-batch-size", "512"}, {"tokens-per-step", "4M"}} {
		examples[f[0]] = f[1]
	}
	var lacking []string
	for _, f := range factFlags() {
		if slices.Contains(needs, "--"+f.name) {
			lacking = append(lacking, f.name)
		}
	}
	if len(lacking) > 0 {
		line("# It lacks these; with them more can be audited:")
	} else {
		lacking = []string{"device", "devices"}
	}
	line("# facts:")
	for _, name := range lacking {
		example := examples[name]
		if example == "" {
			example = "…"
		}
		line("#   %s: %s", strings.ReplaceAll(name, "-", "_"), example)
	}
	b.WriteString(`
# Judge logs under this definition of FLOPs, not under their own (mfu-audit conventions).
# convention: palm

# When an audit fails: error, warning, note, never; and how much of what is logged has to be audited.
# fail_on: error
# min_coverage: 80%

# Rules by ID, name, or the beginning of IDs (mfu-audit rules).
# select: [MFU1, MFU3]
# ignore: [MFU130]
# severity: {MFU310: warning, peak-rounded: "off"}

# Rules newer than this release note only, until it is raised.
# edition: "` + strings.TrimSuffix(Version, "-dev") + `"

# What is to be lived with, and why. An impossible value (MFU710) needs an expiry.
# suppress:
#   - {rule: MFU310, path: "legacy/**", reason: the old trainer, expires: 2027-01-31}

# Bounds on corrected values, at the median of the steady steps.
# budgets:
#   - {quantity: mfu, min: 40%}
#   - {quantity: step_time, max: 2.5s}

# Rules of your own, over the quantities of a run.
# rules:
#   - {id: TEAM001, name: slow-step, when: "step_time > 2 && devices == 8", message: Slower than this cluster should be.}

# Settings for some logs; of several that match, the last wins.
# overrides:
#   - {path: "runs/a100/**", facts: {device: a100-sxm4-80gb}}

`)
	if errorsFound > 0 {
		line("# The log has %s. To begin with what is new, write a baseline (mfu-audit --write-baseline %s PATH…)", plural(errorsFound, "error"), baselineName)
		line("# and take this line in:")
	} else {
		line("# Findings that were there before and do not count (mfu-audit --write-baseline %s PATH…).", baselineName)
	}
	line("# baseline: %s", baselineName)
	return b.Bytes()
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
