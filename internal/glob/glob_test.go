package glob

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tree makes files in a new folder that becomes the working directory.
func tree(t *testing.T, files ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(f), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func slashed(paths []string) []string {
	for i, p := range paths {
		paths[i] = filepath.ToSlash(p)
	}
	return paths
}

func TestPatternsMatchFilesOnlyAndInOrder(t *testing.T) {
	tree(t, "runs/b.json", "runs/a.json", "runs/deep/c.json", "runs/.git/d.json", "notes.json")
	for pattern, want := range map[string][]string{
		"runs/*.json":    {"runs/a.json", "runs/b.json"},
		"runs/*":         {"runs/a.json", "runs/b.json"},
		"**/*.json":      {"notes.json", "runs/a.json", "runs/b.json", "runs/deep/c.json"},
		"runs/{a,b}.*":   {"runs/a.json", "runs/b.json"},
		"nothing/*.json": nil,
	} {
		got, err := Files(pattern)
		if err != nil || !slices.Equal(slashed(got), want) {
			t.Errorf("%s: %v %v, want %v", pattern, got, err, want)
		}
	}
	if _, err := Files("runs/[a"); err == nil {
		t.Error("a malformed pattern is no error")
	}
}

func TestWalkLeavesHiddenFilesOutAndIsSorted(t *testing.T) {
	tree(t, "runs/b.json", "runs/a/z.json", "runs/.hidden", "runs/.git/d.json")
	fail := func(path string, err error) { t.Errorf("%s: %v", path, err) }
	if got := slashed(Walk("runs", fail)); !slices.Equal(got, []string{"runs/a/z.json", "runs/b.json"}) {
		t.Error(got)
	}
	// A hidden folder that is named is walked all the same.
	if got := slashed(Walk("runs/.git", fail)); !slices.Equal(got, []string{"runs/.git/d.json"}) {
		t.Error(got)
	}
}

func TestWalkTellsWhatItCannotRead(t *testing.T) {
	tree(t)
	failed := 0
	if got := Walk("nowhere", func(string, error) { failed++ }); got != nil || failed != 1 {
		t.Error(got, failed)
	}
}

func TestALinkToAFolderIsFollowedWhereItIsNamed(t *testing.T) {
	tree(t, "wandb/run-1/a.log")
	if err := os.Symlink("run-1", filepath.Join("wandb", "latest-run")); err != nil {
		t.Skip(err)
	}
	fail := func(path string, err error) { t.Errorf("%s: %v", path, err) }
	if got := slashed(Walk("wandb/latest-run", fail)); !slices.Equal(got, []string{"wandb/latest-run/a.log"}) {
		t.Error(got)
	}
	if got := slashed(Walk("wandb", fail)); !slices.Equal(got, []string{"wandb/run-1/a.log"}) { // and a run is there once
		t.Error(got)
	}
}
