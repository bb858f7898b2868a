package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/internal/terminal"
	"github.com/mfu-audit/mfu-audit/report"
)

// viewFlags are the flags of commands that show something: --format and --color.
type viewFlags struct {
	format, color *choice
}

func addView(cmd *cobra.Command) viewFlags {
	return viewFlags{
		format: addFormat(cmd),
		color:  addChoice(cmd, "color", "colour the text", "auto", "always", "never"),
	}
}

// show writes a view as text or JSON.
func (c *Command) show(f viewFlags, text func(io.Writer, report.TextOptions) error, json func(io.Writer) error) error {
	if f.format.value == "json" {
		return incomplete(json(c.Stdout))
	}
	return incomplete(text(c.Stdout, c.layout(f.color)))
}

// layout is how text is laid out on what stdout is connected to.
func (c *Command) layout(color *choice) report.TextOptions {
	return report.TextOptions{
		Width: terminal.Width(c.Stdout, c.env, defaultWidth),
		Color: terminal.Color(color.value, c.Stdout, c.env),
		Spark: terminal.Blocks(c.Stdout, c.env),
	}
}

// defaultWidth is that of text that goes to no terminal.
const defaultWidth = 100
