package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// rules lists the rules.
func (c *Command) rules() *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "List the rules", Args: exactly(0, "no argument; `mfu-audit explain` shows one rule")}
	view := addView(cmd)
	var flags configFlags
	flags.add(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		own, err := ownRules(flags)
		if err != nil {
			return err
		}
		all := append(rules.All(), own...)
		return c.show(view,
			func(w io.Writer, o report.TextOptions) error { return report.RulesText(w, all, o) },
			func(w io.Writer) error { return report.RulesJSON(w, all) })
	}
	return cmd
}

// conventions lists the definitions of training FLOPs per token.
func (c *Command) conventions() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "conventions",
		Short: "List the definitions of training FLOPs per token, and who uses them",
		Args:  exactly(0, "no argument; `mfu-audit explain` shows one convention"),
	}
	view := addView(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		list := reference.Conventions()
		return c.show(view,
			func(w io.Writer, o report.TextOptions) error { return report.ConventionsText(w, list, o) },
			func(w io.Writer) error { return report.ConventionsJSON(w, list) })
	}
	return cmd
}

// formats lists the log formats, or shows one.
func (c *Command) formats() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "formats [NAME]",
		Short:   "List the log formats: what they look like, what they tell an auditor and what they do not",
		Example: "  mfu-audit formats torchtitan",
		Args:    atMostOne("one name"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return formatNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	view := addView(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		list := runlog.Formats()
		if len(args) == 1 {
			format, err := formatByName(args[0])
			if err != nil {
				return usage("%w", err)
			}
			list = []runlog.Format{format}
		}
		return c.show(view,
			func(w io.Writer, o report.TextOptions) error { return report.FormatsText(w, list, o) },
			func(w io.Writer) error { return report.FormatsJSON(w, list) })
	}
	return cmd
}

// formatByName finds a format; the error names those that are spelled like it.
func formatByName(name string) (runlog.Format, error) {
	format, ok := runlog.FormatByName(name)
	if !ok {
		return format, notKnown("format", name, formatNames())
	}
	return format, nil
}

func formatNames() []string {
	var names []string
	for _, f := range runlog.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// hardware lists the accelerators and their peaks, or shows one.
func (c *Command) hardware() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "hardware [NAME]",
		Short:   "List accelerators and their peaks, or show one with its sources",
		Example: "  mfu-audit hardware h100-sxm\n  mfu-audit hardware \"NVIDIA A100-SXM4-80GB\"",
		Args:    atMostOne("one name; quote a name that holds spaces"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var ids []cobra.Completion
			for _, a := range reference.Accelerators() {
				ids = append(ids, a.ID)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
	}
	view := addView(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			list := reference.Accelerators()
			return c.show(view,
				func(w io.Writer, o report.TextOptions) error { return report.HardwareText(w, list, o) },
				func(w io.Writer) error { return report.HardwareJSON(w, list) })
		}
		device, err := deviceByName(args[0])
		if err != nil {
			return usage("%s: %w", args[0], err)
		}
		return c.show(view,
			func(w io.Writer, o report.TextOptions) error { return report.AcceleratorText(w, device, o) },
			func(w io.Writer) error { return report.HardwareJSON(w, []*reference.Accelerator{device}) })
	}
	return cmd
}

// models lists the published models, or shows one.
func (c *Command) models() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "models [NAME]",
		Short:   "List published models and their parameter totals, or show one",
		Example: "  mfu-audit models meta-llama/Meta-Llama-3-8B",
		Args:    atMostOne("one name"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return presetNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	view := addView(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			list := reference.Presets()
			return c.show(view,
				func(w io.Writer, o report.TextOptions) error { return report.ModelsText(w, list, o) },
				func(w io.Writer) error { return report.ModelsJSON(w, list) })
		}
		preset, ok := reference.PresetByName(args[0])
		if !ok {
			return usage("%s: no published model that is known%s", args[0], nearest.Hint(reference.NearestPresets(args[0])))
		}
		return c.show(view,
			func(w io.Writer, o report.TextOptions) error { return report.ModelText(w, preset, o) },
			func(w io.Writer) error { return report.ModelsJSON(w, []reference.Preset{preset}) })
	}
	return cmd
}

// presetNames lists the published models for completion.
func presetNames() []cobra.Completion {
	var names []cobra.Completion
	for _, p := range reference.Presets() {
		names = append(names, p.Name)
	}
	return names
}
