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

// input is one file to audit. A file that the user named must be a log; one that was found in a folder or by a pattern need not.
type input struct {
	path  string
	named bool
}

// expand turns PATHs into files: each once, in the order of the arguments, folders and patterns in lexical order. What cannot
// be found or entered is passed to failed.
func expand(paths []string, failed func(path string, err error)) []input {
	var files []input
	at := map[string]int{}
	add := func(path string, named bool) {
		key := filepath.Clean(path)
		if i, ok := at[key]; ok {
			files[i].named = files[i].named || named
			return
		}
		at[key] = len(files)
		files = append(files, input{path, named})
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case path == stdin:
			add(path, true)
		case err == nil && info.IsDir():
			for _, file := range glob.Walk(path, failed) {
				add(file, false)
			}
		case err == nil:
			add(path, true)
		case errors.Is(err, os.ErrNotExist) && glob.IsPattern(path):
			matches, err := glob.Files(path)
			if err == nil && len(matches) == 0 {
				err = errors.New("no file matches")
			}
			if err != nil {
				failed(path, err)
			}
			for _, file := range matches {
				add(file, false)
			}
		default:
			failed(path, reason(err))
		}
	}
	return files
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

// errBinary says that a found file begins as no log does.
var errBinary = errors.New("not a log")

// read returns the bytes of an input. A file that was found, not named, is read to its end only if it begins as a log may: beside
// logs lie checkpoints of many gigabytes.
func (c *Command) read(in input) ([]byte, error) {
	if in.path == stdin {
		data, err := io.ReadAll(c.Stdin)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return data, nil
	}
	f, err := os.Open(in.path)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	head := make([]byte, sniffed)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, reason(err)
	}
	if !in.named && !runlog.Sniff(head[:n]) {
		return nil, errBinary
	}
	rest, err := io.ReadAll(f)
	if err != nil {
		return nil, reason(err)
	}
	return append(head[:n], rest...), nil
}
