package main

import (
	"errors"
	"flag"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	_ "github.com/sebdah/goldie/v2" // defines -update, which every test of the project shares
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mfu-audit": main})
}

// updating reports whether the tests run with -update: expectations are written instead of compared.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       updating(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // a program with the race detector waits a second at its end otherwise
			runs, err := filepath.Abs(filepath.Join("..", "..", "testdata", "runs"))
			env.Setenv("RUNS", runs) // the bundled runs
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
		},
	})
}

// exits runs the program and checks its exit code: `exits CODE mfu-audit ARG…`. testscript itself knows only success and failure.
func exits(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG…")
	}
	// ts.Exec keeps stdout and stderr for the script's own commands to look at.
	err := ts.Exec(args[1], args[2:]...)
	if got := codeOf(ts, err); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// codeOf is the exit code of a command that ran.
func codeOf(ts *testscript.TestScript, err error) string {
	var failed *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case errors.As(err, &failed):
		return strconv.Itoa(failed.ExitCode())
	}
	ts.Fatalf("%v", err)
	return ""
}
