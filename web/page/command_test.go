package page

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// command is the program mfu-audit, built from this source.
var command = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "mfu-audit-page")
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, "mfu-audit")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.Command("go", "build", "-o", name, "../../cmd/mfu-audit")
	build.Dir = here
	out, err := build.CombinedOutput()
	if err != nil {
		err = errors.New(string(out))
	}
	return name, err
})

// here is this package's folder, which tests leave.
var here, _ = os.Getwd()

func TestMain(m *testing.M) {
	code := m.Run()
	if name, err := command(); err == nil {
		_ = os.RemoveAll(filepath.Dir(name))
	}
	os.Exit(code)
}

// says runs the command in the working folder and returns what it writes.
func says(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	name, err := command()
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}

// bundled reads a file of the project's testdata.
func bundled(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(here, "..", "..", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// folder makes a working folder of files.
func folder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.FromSlash(name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// notes are the lines that the command writes to stderr, without its name.
func notes(stderr string) []string {
	var out []string
	for l := range strings.Lines(stderr) {
		out = append(out, strings.TrimPrefix(strings.TrimSuffix(l, "\n"), "mfu-audit: "))
	}
	return out
}
