// Package glob expands path patterns, ** among them, the same way on every system and whether or not a shell did it before.
package glob

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// IsPattern reports whether a path holds any of the characters that make it a pattern.
func IsPattern(path string) bool { return strings.ContainsAny(path, "*?[{") }

// Files lists the files that a pattern matches, sorted; folders are not among them, and nor is what lies in hidden folders
// that the pattern does not name. A malformed pattern and a folder that cannot be read are errors.
func Files(pattern string) ([]string, error) {
	if !doublestar.ValidatePathPattern(filepath.FromSlash(pattern)) {
		return nil, fmt.Errorf("%s: malformed pattern", pattern)
	}
	files, err := doublestar.FilepathGlob(filepath.FromSlash(pattern),
		doublestar.WithFilesOnly(), doublestar.WithFailOnIOErrors(), doublestar.WithNoHidden())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pattern, err)
	}
	slices.Sort(files)
	return files, nil
}

// Walk lists the regular files below a folder in lexical order, links to files among them; hidden files and folders are left
// out. What cannot be read is passed to failed and left out as well.
func Walk(folder string, failed func(path string, err error)) []string {
	var files []string
	if info, err := os.Lstat(folder); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		folder += string(filepath.Separator) // a link that is named is followed
	}
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error { // the function returns no error but SkipDir
		if err != nil {
			failed(path, err)
			return nil
		}
		hidden := path != folder && strings.HasPrefix(entry.Name(), ".")
		switch {
		case entry.IsDir() && hidden:
			return filepath.SkipDir
		case !hidden && isFile(path, entry):
			files = append(files, path)
		}
		return nil
	})
	return files
}

// isFile reports whether an entry is a regular file or a link to one. Pipes and devices are neither: reading them may not end.
func isFile(path string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
