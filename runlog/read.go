package runlog

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Format is one kind of log: how it is recognised and how it is read.
type Format struct {
	Name    string   // "training-json"
	Summary string   // what it looks like, in a line
	Tells   string   // what it says about a run that an audit needs: metrics, model, batch, devices
	Lacks   string   // what it does not say, so that flags or files beside it have to
	Words   []string // names that its logs hold, to tell which format an unrecognised input is nearest to; may be empty
	Detect  func(data []byte) bool
	Binary  bool // its files are no text, and Detect tells them by how they begin
	Guest   bool // it claims what no format that is no guest does: what any script writes, or a library into others' logs
	Read    func(src *Source) *Log
}

// Formats lists the formats in the order in which they are tried: guests last.
func Formats() []Format {
	return []Format{
		trainingJSON,
		wandbRun,
		hfTrainer,
		wandbSummary,
		llamaFactory,
		nanoChat.format(),
		llmC.format(),
		torchTitan.format(),
		megatron.format(),
		trainingConsole.format(),
		nanoGPT.format(),
		nanotron.format(),
		maxText.format(),
		olmoCore.format(),
		moddedNanoGPT.format(),
		torchTune.format(),
		verl.format(),
		litGPT.format(),
		composer.format(),
		mlPerf.format(),
		levanter.format(),
		hfConsole,
		tensorBoard,
		mlflowStore,
		jsonListFormat,
		jsonLinesFormat,
		deepSpeed.format(),
		llmCLog.format(),
		csvLog,
	}
}

// FormatByName finds a format, whatever the case of its name.
func FormatByName(name string) (Format, bool) {
	for _, f := range Formats() {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return Format{}, false
}

// Read reads a log. path is only reported. It fails if no format recognises the content; whatever else is odd is in the log.
func Read(path string, data []byte) (*Log, error) {
	return ReadSource(NewSource(filepath.ToSlash(path), data))
}

// ReadSource reads a log, compressed or in UTF-16 too. It fails as Read does.
func ReadSource(src *Source) (*Log, error) {
	notes, err := decode(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.File, err)
	}
	for _, part := range [][]byte{head(src.Bytes), src.Bytes} {
		for _, f := range Formats() {
			if f.Detect(part) {
				return f.read(src, notes), nil
			}
		}
		if len(part) == len(src.Bytes) {
			break
		}
	}
	return nil, &unrecognised{src}
}

// ReadAs reads a log in a format that the caller names, whatever the content looks like. It fails if nothing of that format is
// found.
func ReadAs(src *Source, f Format) (*Log, error) {
	notes, err := decode(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.File, err)
	}
	log := f.read(src, notes)
	for _, r := range log.Runs {
		if len(r.Steps)+len(r.Summary) > 0 {
			return log, nil
		}
	}
	return nil, fmt.Errorf("%s: read as %s, it holds no value of that format, which has %s", src.File, f.Name, f.Summary)
}

// read reads a log that is decoded; notes say what that took.
func (f Format) read(src *Source, notes []Problem) *Log {
	src.Binary = f.Binary
	log := f.Read(src)
	log.addWandb(src)
	log.addBeside(src)
	log.Problems = slices.Concat(notes, log.Problems)
	return log
}

// unrecognised is the error for content that is no known format. What it looks like is found out when the error is told: of
// the files of a folder, most are never told of.
type unrecognised struct{ src *Source }

func (e *unrecognised) Error() string {
	what, nearest := resemblance(e.src.Bytes)
	if nearest.Name == "" {
		var names []string
		for _, f := range Formats() {
			names = append(names, f.Name)
		}
		return fmt.Sprintf("%s: %s; no known format (known are %s)", e.src.File, what, strings.Join(names, ", "))
	}
	return fmt.Sprintf("%s: %s; no known format. The nearest is %s: %s", e.src.File, what, nearest.Name, nearest.Summary)
}

// head is the beginning of a log: its first 256 KiB, as far as whole lines go. What it is a log of says what the log is; only
// where it is none, all is searched.
func head(data []byte) []byte {
	const size = 256 << 10
	if len(data) <= size {
		return data
	}
	return data[:max(bytes.LastIndexByte(data[:size], '\n')+1, size/2)]
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
	src := NewSource(filepath.ToSlash(path), data)
	src.Beside(path)
	return ReadSource(src)
}
