package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mfu-audit/mfu-audit/internal/nearest"
)

// Command is the program with everything that it reads and writes, so that a test can run it.
type Command struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	LookupEnv      func(name string) (string, bool) // nil is an empty environment
	Now            func() time.Time                 // nil is the system's clock
}

// Main runs the command line that follows the program's name and returns the exit code.
func (c *Command) Main(args []string) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(c.Stderr, "mfu-audit: internal error: %v\n%s", p, debug.Stack())
			code = ExitIncomplete
		}
	}()
	root := c.root()
	root.SetArgs(append([]string{}, args...)) // cobra takes nil for "use os.Args"
	err := root.Execute()
	if err == nil {
		return ExitOK
	}
	if message := err.Error(); message != "" {
		fmt.Fprintf(c.Stderr, "mfu-audit: %s\n", message)
	}
	var e *exit
	if errors.As(err, &e) {
		return e.code
	}
	return ExitUsage // cobra's own errors are all about the command line
}

// env reads an environment variable.
func (c *Command) env(name string) (string, bool) {
	if c.LookupEnv == nil {
		return "", false
	}
	return c.LookupEnv(name)
}

// now is the time at which expiries and ages are reckoned.
func (c *Command) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// root assembles the commands. The root itself is check, so that `mfu-audit run.json` works; a subcommand's name wins over a
// file of the same name.
func (c *Command) root() *cobra.Command {
	root := c.check()
	root.Use = "mfu-audit [flags] PATH…"
	root.Short = "Find out which efficiency metrics in a training log are wrong, and why"
	root.Version = Version
	root.SetVersionTemplate(versionText() + "\n")
	root.AddCommand(
		c.check(), c.explain(), c.rules(), c.conventions(), c.formats(), c.hardware(), c.models(), c.flops(), c.identify(), c.minimize(), c.compare(), c.plot(), c.web(), c.initConfig(), c.claim(), c.schema(), c.dev(), c.version(),
	)
	root.SetIn(c.Stdin)
	root.SetOut(c.Stdout)
	root.SetErr(c.Stderr)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(flagError)
	return root
}

// flagError says what is wrong with a flag, which one was perhaps meant, and where help is.
func flagError(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		invalid *pflag.InvalidValueError
		syntax  *strconv.NumError
	)
	switch {
	case errors.As(err, &unknown):
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
		err = fmt.Errorf("%w%s", err, nearest.Hint(nearest.Names("--"+unknown.GetSpecifiedName(), known, 2)))
	case errors.As(err, &invalid):
		cause := errors.Unwrap(invalid)
		if errors.As(cause, &syntax) {
			cause = errors.New("want a whole number")
		}
		err = fmt.Errorf("--%s %s: %w", invalid.GetFlag().Name, invalid.GetValue(), cause)
	}
	return usage("%w\nSee %s --help.", err, cmd.CommandPath())
}

// exactly is cobra's argument count check with an error that says what is due.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usage("%s takes %s, not %d", cmd.CommandPath(), what, len(args))
		}
		return nil
	}
}

// atMostOne allows one optional argument.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usage("%s takes at most %s, not %d", cmd.CommandPath(), what, len(args))
		}
		return nil
	}
}
