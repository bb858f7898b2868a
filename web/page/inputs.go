package page

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/mfu-audit/mfu-audit/internal/glob"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// input is one run to audit: a file, and those that are read in its place if it is no log. A file that the user named, and a
// folder that is one run, must be a log; what was found need not.
type input struct {
	runlog.Unit
	path  string // as reported
	named bool
}

const (
	sniffed = 8192    // how much of a found file is read to tell whether it may be a log
	chunk   = 1 << 20 // how much of a file is read at a time
	// largest is the size up to which a file is read: a browser gives WebAssembly 4 GiB at most, and an audit needs a log and
	// its columns side by side.
	largest = 1 << 30
)

// errNoLog says that a file that was found, not named, is no log of a known format.
var errNoLog = errors.New("not a log")

// expand turns a request into inputs: files and folders in their order, what is found in them grouped into runs.
func (a *auditor) expand(r Request) []input {
	var inputs []input
	found := func(files []string, folder string) {
		for _, u := range runlog.Group(files) {
			in := input{u, u.Main, false}
			if folder != "" && u.Folder != "" && path.Clean(u.Folder) == path.Clean(folder) {
				in.path, in.named = folder, true
			}
			inputs = append(inputs, in)
		}
	}
	if len(r.Files) == 1 && len(r.Folders) == 0 {
		inputs = append(inputs, input{runlog.Unit{Main: r.Files[0]}, r.Files[0], true})
	} else {
		found(r.Files, "")
	}
	for _, folder := range r.Folders {
		found(glob.Walk(folder, a.fail), folder)
	}
	return inputs
}

// read reads an input: the first of its files that is a log, or a table of claims that the user named.
func read(in input) (log *runlog.Log, table *runlog.Table, err error) {
	for i, file := range append([]string{in.Main}, in.Else...) {
		log, table, failure := readFile(file, in.named)
		if failure == nil {
			return log, table, nil
		}
		if i == 0 || errors.Is(err, errNoLog) {
			err = failure
		}
	}
	return nil, nil, err
}

func readFile(file string, named bool) (log *runlog.Log, table *runlog.Table, err error) {
	data, err := content(file, named)
	if err != nil {
		return nil, nil, err
	}
	src := runlog.NewSource(filepath.ToSlash(file), data)
	src.Beside(file)
	if named && runlog.DetectTable(data, src.File) {
		table, err = runlog.ReadTable(src, nil)
	} else {
		log, err = runlog.ReadSource(src)
	}
	switch {
	case err != nil && !named:
		return nil, nil, errNoLog
	case err != nil:
		return nil, nil, errors.New(err.Error()) // without the bytes that the reader's error may look at
	}
	return log, table, nil
}

// content returns the bytes of a file, read in chunks. One that was found, not named, is read to its end only if it begins as a
// log may: beside logs lie checkpoints of many gigabytes.
func content(file string, named bool) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, reason(err)
	}
	head := make([]byte, min(info.Size(), sniffed))
	if _, err := io.ReadFull(f, head); err != nil {
		return nil, reason(err)
	}
	switch {
	case !named && !runlog.Sniff(head):
		return nil, errNoLog
	case info.Size() > largest:
		return nil, fmt.Errorf("%d bytes are more than a browser's memory is good for; audit it with the command mfu-audit", info.Size())
	}
	data := make([]byte, info.Size())
	for at := copy(data, head); at < len(data); {
		n, err := io.ReadFull(f, data[at:min(at+chunk, len(data))])
		if at += n; err != nil {
			return nil, reason(err)
		}
	}
	return data, nil
}

// reason is what the system says without the path, which the caller names.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// withoutPath is an error's text without the path that it begins with, as the errors of readers do.
func withoutPath(err error, path string) string { return strings.TrimPrefix(err.Error(), path+": ") }
