package runlog

import "encoding/binary"

// Wire types of Protocol Buffers (protobuf.dev/programming-guides/encoding).
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// message is an encoded message: data[at:end]. Offsets stay those of the whole input.
type message struct {
	data    []byte
	at, end int
	broken  bool // what was left at at is no field
}

// wireField is one field of a message.
type wireField struct {
	number, wire int
	start, end   int    // of the field with its key
	value        uint64 // of numbers
	body         int    // where the bytes of others begin
}

// inner is the message that a field holds; an empty one in a field of a number.
func (m *message) inner(f wireField) message {
	if f.wire != wireBytes {
		return message{}
	}
	return message{data: m.data, at: f.body, end: f.end}
}

// text is the bytes that a field holds.
func (m *message) text(f wireField) []byte { return m.data[f.body:f.end] }

// next reads the next field; ok is false at the end, and where there is none.
func (m *message) next() (f wireField, ok bool) {
	if m.at == m.end || m.broken {
		return f, false
	}
	m.broken = true
	f.start = m.at
	key, n := binary.Uvarint(m.data[m.at:m.end])
	if n <= 0 || key>>3 == 0 || key>>3 > 1<<29-1 {
		return f, false
	}
	f.number, f.wire = int(key>>3), int(key&7)
	f.body = m.at + n
	rest := m.data[f.body:m.end]
	switch f.wire {
	case wireVarint:
		if f.value, n = binary.Uvarint(rest); n <= 0 {
			return f, false
		}
		f.end = f.body + n
	case wireFixed64:
		if len(rest) < 8 {
			return f, false
		}
		f.value, f.end = binary.LittleEndian.Uint64(rest), f.body+8
	case wireFixed32:
		if len(rest) < 4 {
			return f, false
		}
		f.value, f.end = uint64(binary.LittleEndian.Uint32(rest)), f.body+4
	case wireBytes:
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return f, false
		}
		f.body += n
		f.end = f.body + int(size)
	default:
		return f, false
	}
	m.at, m.broken = f.end, false
	return f, true
}
