package runlog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// What is read beside a log: files of at most maxCompanion bytes, and names of at most maxListed files, maxListedDepth folders
// deep.
const (
	maxCompanion   = 64 << 20
	maxListed      = 10000
	maxListedDepth = 4
)

// Beside lets the readers of a source look at the files around it. name is the path of the source's file.
func (s *Source) Beside(name string) {
	folder := filepath.Dir(name)
	s.Open = func(rel string) ([]byte, error) { return openBeside(folder, rel) }
	s.List = func() []string { return listBelow(folder) }
	s.names = func() []string { return namesIn(folder) }
}

// openBeside reads a regular file by its path relative to a folder, of which it may be up to four levels outside.
func openBeside(folder, rel string) ([]byte, error) {
	local := strings.TrimPrefix(path.Clean(rel), "./")
	for range 4 {
		local = strings.TrimPrefix(local, "../")
	}
	if !filepath.IsLocal(filepath.FromSlash(local)) {
		return nil, errors.New("not beside the log")
	}
	name := filepath.Join(folder, filepath.FromSlash(rel))
	info, err := os.Stat(name) // before it is opened: a pipe without a writer would keep us waiting
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case info.Size() > maxCompanion:
		return nil, fmt.Errorf("larger than %d bytes", maxCompanion)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxCompanion))
}

// namesIn lists the files of a folder; none of one that has more than a run's folder does.
func namesIn(folder string) []string {
	const most = 300
	f, err := os.Open(folder)
	if err != nil {
		return nil
	}
	defer f.Close()
	entries, err := f.ReadDir(most + 1)
	if err != nil || len(entries) > most {
		return nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

// listBelow lists the files in and below a folder, relative to it, with forward slashes, in lexical order.
func listBelow(folder string) []string {
	var names []string
	_ = filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(folder, name)
		if err != nil || relErr != nil {
			return nil // what cannot be entered is not there
		}
		rel = filepath.ToSlash(rel)
		switch {
		case entry.IsDir() && strings.Count(rel, "/") >= maxListedDepth:
			return filepath.SkipDir
		case len(names) == maxListed:
			return filepath.SkipAll
		case !entry.IsDir():
			names = append(names, rel)
		}
		return nil
	})
	return names
}
