package runlog

import (
	"bytes"
	"strings"
)

// smiTable reads the table of nvidia-smi, which job scripts and trainers print before a run. A GPU takes a row such as
//
//	|   0  NVIDIA H100 80GB HBM3          On  | 00000000:61:00.0 Off |                    0 |
//
// with further rows below it. The table says what the GPUs of its node are; how many of them a run uses, and on how many nodes,
// it does not say. Narrow columns end a long name with dots: such a name is half a name, and is left out.
type smiTable struct {
	device string // of the first GPU
	at     token
	offset int64
	unfit  bool // GPUs of several kinds, of none that is known, or divided into slices
}

// line reads a line; the one behind the table ends it.
func (s *smiTable) line(t *textRun, l line) {
	text := l.text[body(l.text):]
	if len(text) == 0 || text[0] != '|' && text[0] != '+' {
		s.declare(t)
		return
	}
	if name, at, ok := smiRow(l.text, len(l.text)-len(text)); ok {
		switch {
		case strings.HasSuffix(name, "...") || !recognised(Device, name):
			s.unfit = true
		case s.device == "":
			s.device, s.at, s.offset = name, at, l.offset
		case s.device != name:
			s.unfit = true
		}
	}
	if text[0] == '|' && bytes.Contains(text, []byte(" Enabled |")) { // the column MIG M.
		s.unfit = true
	}
}

// declare ends a table.
func (s *smiTable) declare(t *textRun) {
	if s.device != "" && !s.unfit {
		t.declare(Fact{Key: Device, Str: s.device, Text: s.device, Source: "header"}, line{offset: s.offset}, s.at)
	}
	*s = smiTable{}
}

// smiRow is the name in the row of a GPU, which starts with "|" at text[from]: an index, the name, the persistence mode, and in
// the next cell the address on the bus.
func smiRow(text []byte, from int) (name string, at token, ok bool) {
	c := cursor{text, from + 1}
	if _, ok := c.integer(); !ok || !bytes.HasPrefix(text[c.at:], []byte("  ")) {
		return "", token{}, false
	}
	c.blanks()
	cell, rest, _ := bytes.Cut(text[c.at:], []byte("|"))
	bus, _, _ := bytes.Cut(bytes.TrimLeft(rest, " "), []byte(" "))
	if !busAddress(bus) {
		return "", token{}, false
	}
	cell = bytes.TrimRight(cell, " ")
	for _, mode := range []string{" On", " Off", " N/A"} {
		cell = bytes.TrimRight(bytes.TrimSuffix(cell, []byte(mode)), " ")
	}
	return string(cell), token{"nvidia-smi", c.at, c.at + len(cell)}, len(cell) > 0
}

// busAddress reports whether text is an address such as 00000000:61:00.0.
func busAddress(text []byte) bool {
	const pattern = "00000000:00:00.0"
	if len(text) != len(pattern) {
		return false
	}
	for i, c := range text {
		digit := isDigit(c) || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
		if pattern[i] == '0' && !digit || pattern[i] != '0' && c != pattern[i] {
			return false
		}
	}
	return true
}
