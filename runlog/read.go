package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Format is one kind of log: how it is recognised and how it is read.
type Format struct {
	Name    string // "training-json"
	Summary string // what it looks like, in a line
	Detect  func(data []byte) bool
	Binary  bool // its files are no text, and Detect tells them by how they begin
	Read    func(src *Source) *Log
}

// Formats lists the formats in the order in which they are tried.
func Formats() []Format {
	return []Format{
		trainingJSON,
		nanoChat.format(),
		llmC.format(),
		torchTitan.format(),
		megatron.format(),
		trainingConsole.format(),
		nanoGPT.format(),
	}
}

// Read reads a log. path is only reported. It fails if no format recognises the content; whatever else is odd is in the log.
func Read(path string, data []byte) (*Log, error) {
	path = filepath.ToSlash(path)
	for _, f := range Formats() {
		if f.Detect(data) {
			src := NewSource(path, data)
			src.Binary = f.Binary
			return f.Read(src), nil
		}
	}
	what, nearest := resemblance(data)
	if nearest.Name == "" {
		var names []string
		for _, f := range Formats() {
			names = append(names, f.Name)
		}
		return nil, fmt.Errorf("%s: %s; no known format (known are %s)", path, what, strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("%s: %s; no known format. The nearest is %s: %s", path, what, nearest.Name, nearest.Summary)
}

// BinaryLog reports whether a file that begins with head is a log of one of the binary formats.
func BinaryLog(head []byte) bool {
	for _, f := range Formats() {
		if f.Binary && f.Detect(head) {
			return true
		}
	}
	return false
}

// ReadFile reads the log in a file.
func ReadFile(path string) (*Log, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: is a directory; name the log files in it", filepath.ToSlash(path))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Read(path, data)
}
