package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/spf13/cobra"
)

// page is a generated page, from the root of a checkout, and how it is written.
type page struct {
	path     string
	template string
	write    func() (string, error) // where it is no template
}

// The generated pages: prose from a template, tables from what the tool knows, examples run on the spot.
func pages() []page {
	return []page{
		{path: "docs/reference.md", template: referenceTemplate},
		{path: "docs/known-bugs.md", template: knownTemplate},
		{path: "docs/not-detectable.md", template: undetectableTemplate},
		{path: aliasesPage, write: aliasesText},
	}
}

var (
	//go:embed templates/reference.md.tmpl
	referenceTemplate string
	//go:embed templates/known-bugs.md.tmpl
	knownTemplate string
	//go:embed templates/not-detectable.md.tmpl
	undetectableTemplate string
)

// docs writes the documentation that is generated.
func (c *Command) docs() *cobra.Command {
	cmd := &cobra.Command{
		Use:    "docs",
		Short:  "Write the generated documentation: docs/reference.md, known-bugs.md, not-detectable.md, aliases.md",
		Hidden: true,
		Args:   exactly(0, "no argument"),
	}
	folder := cmd.Flags().String("dir", ".", "`folder` of a checkout")
	cmd.RunE = func(*cobra.Command, []string) error {
		for _, p := range pages() {
			path := filepath.Join(*folder, filepath.FromSlash(p.path))
			if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
				return usage("%s has no folder docs: run this at the root of a checkout, or name it with --dir", *folder)
			}
			text, err := p.text()
			if err != nil {
				return incomplete(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				return incomplete(err)
			}
			if _, err = fmt.Fprintf(c.Stdout, "wrote %s\n", filepath.ToSlash(path)); err != nil {
				return incomplete(err)
			}
		}
		return nil
	}
	return cmd
}

// text is what the page says.
func (p page) text() (string, error) {
	if p.write != nil {
		return p.write()
	}
	t, err := template.New(p.path).Delims("<<", ">>").Funcs(template.FuncMap{
		"console": console, "conventions": conventionTable, "sources": conventionSources, "accelerators": acceleratorTable,
		"known": knownTable, "frameworks": frameworkTable, "undetectable": undetectableTable,
	}).Parse(p.template)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, nil)
	return b.String(), err
}

// console runs a command line of the tool and shows it with what it prints.
func console(line string) (string, error) {
	words, err := splitWords(line)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	c := Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
	if code := c.Main(words); code != ExitOK {
		return "", fmt.Errorf("%s: exit code %d: %s", line, code, out.String())
	}
	return "```console\n$ mfu-audit " + line + "\n" + strings.TrimRight(out.String(), "\n") + "\n```", nil
}

// splitWords splits a command line at spaces outside quotes.
func splitWords(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, open := rune(0), false
	for _, r := range s + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, open = r, true
		case r == ' ':
			if open || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
		}
	}
	if quote != 0 || len(words) == 0 {
		return nil, fmt.Errorf("no command, or a quote that is not closed")
	}
	return words, nil
}
