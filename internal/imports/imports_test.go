// Package imports holds the test that keeps the packages in one direction.
package imports

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mfu-audit/mfu-audit"

// allowed is what a top-level package may import of this module. Data flows from left to right in
// reference, runlog → audit → rules → gate, report → cmd, and no package knows one to its right.
var allowed = map[string][]string{
	"reference": {},
	"runlog":    {"reference", "internal"},
	"audit":     {"reference", "runlog"},
	"rules":     {"reference", "runlog", "audit"},
	"gate":      {"reference", "runlog", "audit", "internal"},
	"report":    {"reference", "runlog", "audit"},
	"web":       {"reference", "runlog", "audit", "rules", "report", "internal"}, // what the command says, in a browser
	"cmd":       {"reference", "runlog", "audit", "rules", "gate", "report", "internal", "web"},
	"internal":  {"internal"},
}

// programs are folders below internal that hold a command of the project's own: it may import what commands may.
var programs = []string{"internal/benchlog"}

// standardOnly lists the packages that import nothing but the standard library.
var standardOnly = []string{"reference"}

// goFiles lists the module's Go files, relative to its root, with slashes.
func goFiles(t *testing.T) []string {
	t.Helper()
	root := filepath.Join("..", "..")
	var files []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		switch base := entry.Name(); {
		case entry.IsDir() && relative != "." && (strings.HasPrefix(base, ".") || base == "testdata" || relative == "tools" || base == "node_modules"):
			return filepath.SkipDir
		case !entry.IsDir() && strings.HasSuffix(base, ".go"):
			files = append(files, relative)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// imported lists the import paths of a file. external says that it is a test outside the package it tests, which may import
// what the package may not: there is no cycle in that.
func imported(t *testing.T, file string) (paths []string, external bool) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", filepath.FromSlash(file)), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range parsed.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths, strings.HasSuffix(parsed.Name.Name, "_test")
}

// top is the first element of a slash path.
func top(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}

func TestNoPackageImportsOneToItsRight(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range goFiles(t) {
		from := top(path.Dir(file))
		if slices.Contains(programs, path.Dir(file)) {
			from = "cmd"
		}
		may, known := allowed[from]
		if !known {
			t.Errorf("%s: a new top-level package; it needs a reason that fits none of those there are", file)
			continue
		}
		seen[from] = true
		test := strings.HasSuffix(file, "_test.go")
		paths, external := imported(t, file)
		for _, p := range paths {
			inner, ours := strings.CutPrefix(p, module+"/")
			switch {
			case ours && !external && top(inner) != from && !slices.Contains(may, top(inner)):
				t.Errorf("%s imports %s, which is to its right", file, inner)
			case !ours && !test && strings.Contains(top(p), ".") && slices.Contains(standardOnly, from):
				t.Errorf("%s imports %s; it may import the standard library only", file, p)
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d packages found: the walk is broken", len(seen))
	}
}

func TestTheTableHasNoCycles(t *testing.T) {
	for from, may := range allowed {
		for _, to := range may {
			if to != from && slices.Contains(allowed[to], from) {
				t.Errorf("%s and %s may import each other", from, to)
			}
		}
	}
}
