package runlog

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// The digits of binary floats: nine decimals tell any two float32 apart, seventeen any two float64.
const (
	digitsSingle = DigitsFloat32 | 9
	digitsDouble = 17
)

// pluginData reads the name and the content of SummaryMetadata.plugin_data.
func pluginData(m message) (name string, content message) {
	for f, ok := m.next(); ok; f, ok = m.next() {
		if f.number != 1 || f.wire != wireBytes {
			continue
		}
		p := m.inner(f)
		for f, ok := p.next(); ok; f, ok = p.next() {
			switch {
			case f.number == 1 && f.wire == wireBytes:
				name = string(p.text(f))
			case f.number == 2 && f.wire == wireBytes:
				content = p.inner(f)
			}
		}
	}
	return name, content
}

// Types of a TensorProto (tensorflow/tensorboard, tensorboard/compat/proto/types.proto).
const (
	typeFloat  = 1
	typeDouble = 2
)

// tensorScalar reads a TensorProto without dimensions: dtype 1, tensor_shape 2, tensor_content 4, float_val 5, double_val 6.
// at is the field with its number.
func tensorScalar(m message) (v float64, d Digits, at wireField, ok bool) {
	dtype, values := uint64(0), 0
	for f, more := m.next(); more; f, more = m.next() {
		switch {
		case f.number == 1 && f.wire == wireVarint:
			dtype = f.value
		case f.number == 2 && f.wire == wireBytes && f.end > f.body:
			shape := m.inner(f)
			for g, more := shape.next(); more; g, more = shape.next() {
				if g.number == 2 {
					return 0, 0, at, false // a dimension
				}
			}
		case f.number == 4 || f.number == 5 || f.number == 6:
			values++
			at = f
		}
	}
	if m.broken || values != 1 {
		return 0, 0, at, false
	}
	switch bits, size := numberAt(m.data[at.start:at.end]); {
	case size == 4 && dtype == typeFloat && at.number != 6:
		return float64(math.Float32frombits(uint32(bits))), digitsSingle, at, true
	case size == 8 && dtype == typeDouble && at.number != 5:
		return math.Float64frombits(bits), digitsDouble, at, true
	}
	return 0, 0, at, false
}

// session reads the hyperparameters of an HParamsPluginData: session_start_info 3, in it hparams 1, a map from string to
// google.protobuf.Value with number 2, string 3 and bool 4 (tensorflow/tensorboard, tensorboard/plugins/hparams/plugin_data.proto).
func (r *eventReader) session(m message) {
	for f, ok := m.next(); ok; f, ok = m.next() {
		if f.number != 3 || f.wire != wireBytes {
			continue
		}
		info := m.inner(f)
		for f, ok := info.next(); ok; f, ok = info.next() {
			if f.number == 1 && f.wire == wireBytes && len(r.hparams) < maxNames {
				r.hparam(info.inner(f))
			}
		}
	}
}

func (r *eventReader) hparam(entry message) {
	var key string
	for f, ok := entry.next(); ok; f, ok = entry.next() {
		switch {
		case f.number == 1 && f.wire == wireBytes:
			key = string(entry.text(f))
		case f.number == 2 && f.wire == wireBytes && key != "":
			value := entry.inner(f)
			if f, ok := value.next(); ok && f.number >= 2 && f.number <= 4 && f.end-f.start <= longestNumber {
				p := r.src.Position(int64(f.start), f.end-f.start, "")
				path := strings.FieldsFunc(key, func(c rune) bool { return c == '/' || c == '.' })
				if text := decodeField(r.src.Bytes, p); text != "" && len(path) > 0 {
					r.hparams = append(r.hparams, setting{path: path, text: text, offset: p.Offset, length: p.Length})
				}
			}
		}
	}
}

// decodeField writes the value of the field at a position: of a Summary.Value, a TensorProto or a google.protobuf.Value, whose
// keys differ.
func decodeField(data []byte, p Position) string {
	if p.Length < 2 || p.Offset < 0 || p.Offset+int64(p.Length) > int64(len(data)) {
		return ""
	}
	field := data[p.Offset : p.Offset+int64(p.Length)]
	switch bits, size := numberAt(field); {
	case size == 4:
		return strconv.FormatFloat(float64(math.Float32frombits(uint32(bits))), 'g', -1, 32)
	case size == 8:
		return strconv.FormatFloat(math.Float64frombits(bits), 'g', -1, 64)
	}
	m := message{data: field, end: len(field)}
	f, ok := m.next()
	switch {
	case ok && f.number == 3 && f.wire == wireBytes:
		return string(m.text(f))
	case ok && f.number == 4 && f.wire == wireVarint:
		return strconv.FormatBool(f.value != 0)
	}
	return ""
}

// numberAt is the float that a field holds, bare or as the only one of a packed list; size is 0 if it holds none.
func numberAt(field []byte) (bits uint64, size int) {
	m := message{data: field, end: len(field)}
	f, ok := m.next()
	if !ok || f.number == 3 {
		return 0, 0
	}
	switch n := f.end - f.body; {
	case f.wire == wireFixed32, f.wire == wireFixed64:
		return f.value, n
	case f.wire == wireBytes && n == 4:
		return uint64(binary.LittleEndian.Uint32(field[f.body:])), n
	case f.wire == wireBytes && n == 8:
		return binary.LittleEndian.Uint64(field[f.body:]), n
	}
	return 0, 0
}

// fieldLength is the length of the field at an offset.
func fieldLength(data []byte, offset int64) int {
	m := message{data: data, at: int(offset), end: len(data)}
	f, ok := m.next()
	if !ok {
		return 0
	}
	return f.end - f.start
}
