package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/mfu-audit/mfu-audit/internal/glob"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// stdin is the PATH that stands for the standard input.
const stdin = "-"

// input is one run to audit: a file, and those that are read in its place if it is no log. A file that the user named, and a
// folder that is one run, must be a log; what was found in a folder or by a pattern need not.
type input struct {
	runlog.Unit
	path     string // as reported
	named    bool
	decision *decision
}

// expand turns PATHs into inputs: each file once, in the order of the arguments, folders and patterns in lexical order. Files
// that were found are grouped into runs. What cannot be found or entered is passed to failed.
func expand(paths []string, failed func(path string, err error)) []input {
	var inputs []input
	at := map[string]int{}
	add := func(in input) {
		key := filepath.Clean(in.Main)
		if i, ok := at[key]; ok {
			inputs[i].named = inputs[i].named || in.named
			return
		}
		at[key] = len(inputs)
		inputs = append(inputs, in)
	}
	found := func(files []string, folder string) {
		for _, u := range runlog.Group(files) {
			whole := folder != "" && u.Folder != "" && filepath.Clean(u.Folder) == filepath.Clean(folder)
			in := input{Unit: u, path: u.Main, named: whole}
			if whole {
				in.path = folder
			}
			add(in)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case path == stdin:
			add(input{Unit: runlog.Unit{Main: path}, path: path, named: true})
		case err == nil && info.IsDir():
			found(glob.Walk(path, failed), path)
		case err == nil:
			add(input{Unit: runlog.Unit{Main: path}, path: path, named: true})
		case errors.Is(err, os.ErrNotExist) && glob.IsPattern(path):
			matches, err := glob.Files(path)
			if err == nil && len(matches) == 0 {
				err = errors.New("no file matches")
			}
			if err != nil {
				failed(path, err)
			}
			found(matches, "")
		default:
			failed(path, reason(err))
		}
	}
	return inputs
}

// reason is what the system says without the path, which the caller names.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// sniffed is how much of a found file is read to tell whether it may be a log.
const sniffed = 8192

// errNoLog says that a file that was found, not named, is no log of a known format.
var errNoLog = errors.New("not a log")

// log reads an input: the first of its files that is a log. as, if not nil, is the format it is in.
func (c *Command) log(in input, as *runlog.Format) (log *runlog.Log, err error) {
	for i, file := range append([]string{in.Main}, in.Else...) {
		again, failure := c.logIn(file, in.named, as)
		if failure == nil {
			return again, nil
		}
		if i == 0 || errors.Is(err, errNoLog) {
			err = failure
		}
	}
	return nil, err
}

// logIn reads the log in one file.
func (c *Command) logIn(file string, named bool, as *runlog.Format) (*runlog.Log, error) {
	data, err := c.read(file, named)
	if err != nil {
		return nil, err
	}
	src := runlog.NewSource(filepath.ToSlash(file), data)
	if file != stdin {
		src.Beside(file)
	}
	log, err := readAs(src, as)
	switch {
	case err != nil && !named:
		return nil, errNoLog
	case err != nil:
		return nil, errors.New(err.Error()) // without the bytes that the reader's error may look at
	}
	return log, nil
}

// readAs reads a log in a format, or in the one that recognises it if none is given.
func readAs(src *runlog.Source, as *runlog.Format) (*runlog.Log, error) {
	if as != nil {
		return runlog.ReadAs(src, *as)
	}
	return runlog.ReadSource(src)
}

// read returns the bytes of a file. One that was found, not named, is read to its end only if it begins as a log may: beside
// logs lie checkpoints of many gigabytes.
func (c *Command) read(file string, named bool) ([]byte, error) {
	if file == stdin {
		data, err := io.ReadAll(c.Stdin)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return data, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	head := make([]byte, sniffed)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, reason(err)
	}
	if !named && !runlog.Sniff(head[:n]) {
		return nil, errNoLog
	}
	rest, err := io.ReadAll(f)
	if err != nil {
		return nil, reason(err)
	}
	return append(head[:n], rest...), nil
}
