package runlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// compressionLayers allows for a file that was compressed when it was already.
const compressionLayers = 2

// decode takes compression off an input and turns UTF-16 into UTF-8. What it did is told as problems of the input, since
// positions are those of the text that comes out.
func decode(src *Source) ([]Problem, error) {
	var notes []Problem
	note := func(kind ProblemKind, message string) {
		notes = append(notes, Problem{Kind: kind, Message: message, Count: 1})
	}
	damaged := ""
	for range compressionLayers {
		c, ok := compressionOf(src.Bytes)
		if !ok {
			break
		}
		data, err := c.decompress(src.Bytes, mayHold(len(src.Bytes)))
		switch {
		case errors.Is(err, errTooLarge):
			return nil, err
		case err != nil && len(data) == 0:
			return nil, fmt.Errorf("looks like %s, but nothing can be decompressed from it", c.name)
		case err != nil:
			damaged = "the " + c.name + " data is damaged or cut off; what was decompressed before that is read"
		}
		src.Bytes = data
		note(ProblemEncoding, "the input is compressed ("+c.name+"); positions are in the decompressed text")
	}
	if order, from, ok := utf16Order(src.Bytes); ok {
		odd := (len(src.Bytes)-from)%2 == 1
		src.Bytes = fromUTF16(src.Bytes[from:], order)
		note(ProblemEncoding, "the input is UTF-16; positions are in its text as UTF-8")
		if odd && damaged == "" {
			damaged = "the UTF-16 text ends inside a character; everything before it is read"
		}
	}
	src.Bytes = withoutMark(src.Bytes)
	for i := range notes {
		notes[i].Pos = src.Position(0, 0, "")
	}
	if damaged != "" {
		note(ProblemTruncated, damaged)
		notes[len(notes)-1].Pos = src.Position(int64(len(src.Bytes)), 0, "")
	}
	return notes, nil
}

// withoutMark blanks a byte order mark, so that offsets stay true; a JSON reader deals with it itself. Before a quote, which
// must be the first of a table's line, it is cut off.
func withoutMark(data []byte) []byte {
	rest, ok := bytes.CutPrefix(data, []byte(byteOrderMark))
	first := bytes.TrimLeft(rest[:min(len(rest), 64)], " \t\r\n")
	switch {
	case !ok || len(first) == 0 || first[0] == '{' || first[0] == '[':
		return data
	case first[0] == '"':
		return rest
	}
	return append([]byte("   "), rest...)
}

// utf16Order tells UTF-16 by its byte order mark, or, without one, by text that is nearly all of two bytes a character with
// one of them zero; from is where the text begins.
func utf16Order(data []byte) (order binary.ByteOrder, from int, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")): // UTF-32
		return nil, 0, false
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return binary.LittleEndian, 2, true
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return binary.BigEndian, 2, true
	}
	head := data[:min(len(data), 4096)&^1]
	if len(head) < 32 {
		return nil, 0, false
	}
	little, big := 0, 0
	for i := 0; i < len(head); i += 2 {
		if head[i+1] == 0 && isText(head[i]) {
			little++
		}
		if head[i] == 0 && isText(head[i+1]) {
			big++
		}
	}
	const nearlyAll = 0.9
	switch pairs := float64(len(head)) / 2; {
	case float64(little) >= nearlyAll*pairs:
		return binary.LittleEndian, 0, true
	case float64(big) >= nearlyAll*pairs:
		return binary.BigEndian, 0, true
	}
	return nil, 0, false
}

// isText reports whether a byte is a printable character of ASCII or white space.
func isText(c byte) bool { return ' ' <= c && c <= '~' || c == '\n' || c == '\r' || c == '\t' }

// fromUTF16 converts text to UTF-8. Half a surrogate pair becomes the replacement character; half a unit at the end is dropped.
func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(data)/2+len(data)/16)
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			next := utf8.RuneError
			if i+3 < len(data) {
				next = rune(order.Uint16(data[i+2:]))
			}
			if r = utf16.DecodeRune(r, next); r != utf8.RuneError {
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// sniffed is how much of an input Sniff looks at after decompression.
const sniffed = 64 << 10

// Sniff reports whether a file that begins with head may be a log: text, compressed or not, or a binary log of a known format.
// It is for files that were found, not named: what it refuses is not worth reading to its end.
func Sniff(head []byte) bool {
	for range compressionLayers {
		if c, ok := compressionOf(head); ok {
			if head = c.beginning(head); len(head) == 0 {
				return false
			}
		}
	}
	if _, _, ok := utf16Order(head); ok || bytes.IndexByte(head, 0) < 0 {
		return true
	}
	for _, f := range Formats() {
		if f.Detect(head) {
			return true
		}
	}
	return false
}
