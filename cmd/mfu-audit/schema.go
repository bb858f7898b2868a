package main

import (
	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/gate"
	"github.com/mfu-audit/mfu-audit/report"
)

// schemas are the JSON Schemas that the tool publishes, by name.
var schemas = map[string]func() []byte{"config": gate.ConfigSchema, "report": report.ReportSchema, "compare": report.CompareSchema}

// schemaNames are the names in the order in which help lists them.
var schemaNames = []string{"config", "report", "compare"}

// schema prints a JSON Schema.
func (c *Command) schema() *cobra.Command {
	cmd := &cobra.Command{
		Use:       "schema NAME",
		Short:     "Print a JSON Schema: config (of .mfu-audit.yaml), report or compare (of --format json)",
		Example:   "  mfu-audit schema config > .vscode/mfu-audit.json",
		Args:      exactly(1, "one name"),
		ValidArgs: schemaNames,
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		text, ok := schemas[args[0]]
		if !ok {
			return usage("%w", notKnown("schema", args[0], schemaNames))
		}
		_, err := c.Stdout.Write(text())
		return incomplete(err)
	}
	return cmd
}
