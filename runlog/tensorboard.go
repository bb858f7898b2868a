package runlog

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"math"
	"slices"
)

// tensorBoard reads event files. A file is a row of TFRecords: the length of the data as a uint64, its checksum, the data and
// their checksum, little-endian; a checksum is a masked CRC-32C (tensorflow/tensorflow, tensorflow/core/lib/io/record_writer.h
// and tsl/lib/hash/crc32c.h). The data are Event messages, the first of which says brain.Event:2 (tensorflow/tensorboard,
// tensorboard/compat/proto/event.proto and summary.proto). Scalars are float32.
var tensorBoard = Format{
	Name:    tensorBoardName,
	Summary: "a TensorBoard event file, events.out.tfevents.*: its scalars, and the hyperparameters of the hparams plugin",
	Tells:   "whatever is logged as a scalar under names that the field uses, per step, as float32; what the hparams plugin holds",
	Lacks:   "what its metrics mean where a name leaves it open; without hparams the model, the batch and the devices",
	Detect:  detectTensorBoard,
	Binary:  true,
	Read:    readTensorBoard,
}

const (
	tensorBoardName = "tensorboard"
	eventVersion    = "brain.Event:"
	recordHead      = 12 // bytes before the data of a record
	recordTail      = 4
)

// detectTensorBoard reports whether the content begins with a record that states the version of event files.
func detectTensorBoard(data []byte) bool {
	if len(data) < recordHead {
		return false
	}
	size := binary.LittleEndian.Uint64(data)
	return size < 256 && bytes.Contains(data[recordHead:min(len(data), recordHead+int(size))], []byte(eventVersion))
}

// maskedChecksum is the checksum of TFRecords: CRC-32C turned right by 15 bits, plus a constant.
func maskedChecksum(data []byte) uint32 {
	c := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
	return (c>>15 | c<<17) + 0xa282ead8
}

// eventReader reads the events of one file.
type eventReader struct {
	src      *Source
	problems *problems
	series   *series
	others   map[string]bool // tags of plugins that are not read
	evals    map[int64]bool
	hparams  []setting
}

func readTensorBoard(src *Source) *Log {
	src.Decode = func(p Position) string { return decodeField(src.Bytes, p) }
	found := &problems{src: src}
	r := &eventReader{
		src: src, problems: found, series: newSeries(newSheet(src, tensorBoardName, found)),
		others: map[string]bool{}, evals: map[int64]bool{},
	}
	r.records()
	run := r.series.run
	run.Facts = append(run.Facts, declaredBy(src, r.hparams, "config")...)
	run.Evals = slices.Sorted(maps.Keys(r.evals))
	run = r.series.finish(func(src *Source, offset int64) int { return fieldLength(src.Bytes, offset) })
	return &Log{Path: src.File, Format: tensorBoardName, Runs: []*Run{run}, Problems: found.sorted()}
}

// records reads the records of the file. One whose data fail their checksum is left out; where a length cannot be trusted,
// reading ends.
func (r *eventReader) records() {
	data := r.src.Bytes
	for at := 0; at < len(data); {
		rest := len(data) - at
		if rest < recordHead+recordTail {
			r.problems.add(ProblemTruncated, "the file ends inside a record, which is left out", int64(at), rest, noPath)
			return
		}
		if binary.LittleEndian.Uint32(data[at+8:]) != maskedChecksum(data[at:at+8]) {
			r.problems.add(ProblemTruncated, "the length of a record fails its checksum; what follows is not read", int64(at), recordHead, noPath)
			return
		}
		size := binary.LittleEndian.Uint64(data[at:])
		if size > uint64(rest-recordHead-recordTail) {
			r.problems.add(ProblemTruncated, "the file ends inside a record, which is left out", int64(at), rest, noPath)
			return
		}
		from := at + recordHead
		to := from + int(size)
		at = to + recordTail
		if binary.LittleEndian.Uint32(data[to:]) != maskedChecksum(data[from:to]) {
			r.problems.add(ProblemSyntax, "a record fails its checksum and is left out", int64(from), to-from, noPath)
			continue
		}
		r.event(message{data: data, at: from, end: to})
	}
}

// event reads an Event: its step is field 2, its summary field 5.
func (r *eventReader) event(m message) {
	from, step := m.at, int64(0)
	var summaries []message
	for f, ok := m.next(); ok; f, ok = m.next() {
		switch {
		case f.number == 2 && f.wire == wireVarint:
			step = int64(f.value)
		case f.number == 5 && f.wire == wireBytes:
			summaries = append(summaries, m.inner(f))
		}
	}
	broken := m.broken
	for _, s := range summaries {
		for f, ok := s.next(); ok; f, ok = s.next() {
			if f.number == 1 && f.wire == wireBytes {
				r.value(s.inner(f), step)
			}
		}
		broken = broken || s.broken
	}
	if broken {
		r.problems.add(ProblemSyntax, "a record is no event; what of it cannot be read is left out", int64(from), m.end-from, noPath)
	}
}

// value reads a Summary.Value: tag 1, simple_value 2, tensor 8, metadata 9.
func (r *eventReader) value(m message, step int64) {
	var tag, number wireField
	scalar := false
	var v float64
	var d Digits
	plugin, content := "", message{}
	for f, ok := m.next(); ok; f, ok = m.next() {
		switch {
		case f.number == 1 && f.wire == wireBytes:
			tag = f
		case f.number == 2 && f.wire == wireFixed32:
			v, d, number, scalar = float64(math.Float32frombits(uint32(f.value))), digitsSingle, f, true
		case f.number == 8 && f.wire == wireBytes:
			v, d, number, scalar = tensorScalar(m.inner(f))
		case f.number == 9 && f.wire == wireBytes:
			plugin, content = pluginData(m.inner(f))
		}
	}
	name := string(m.text(tag))
	if plugin != "" && plugin != "scalars" && len(r.others) < maxNames {
		r.others[name] = true // only the first value of a tag names its plugin
	}
	switch {
	case plugin == "hparams":
		r.session(content)
		return
	case m.broken || name == "" || !scalar || r.others[name]:
		return
	}
	at := func() Position { return r.src.Position(int64(tag.body), tag.end-tag.body, name) }
	if s := r.series.of(name, r.problems, at); s != nil {
		if s.cell.column.Quantity == "" && v == math.Trunc(v) && math.Abs(v) < 1<<24 {
			d = DigitsInteger | 1 // a count: the float32 is exact
		}
		r.series.add(s, step, v, d, int64(number.start), number.end-number.start)
	} else if isEvaluation(name) {
		r.evals[step] = true
	}
}
