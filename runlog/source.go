package runlog

import (
	"bytes"
	"path"
	"slices"
	"sort"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// Source is the content of an input, kept while its runs are audited, with an index of lines made as far as it is needed.
type Source struct {
	File  string
	Bytes []byte
	// Binary content has no lines: its positions are offsets only.
	Binary bool
	// Decode writes the value that stands at a position of binary content; nil where the bytes themselves are the text.
	Decode func(p Position) string
	// Open opens a file by its path relative to the folder of this one, "../config.yaml", say; nil where there is no folder.
	Open func(rel string) ([]byte, error)
	// List lists the files in and below the folder of this one, relative to it, with forward slashes; nil as Open is.
	List       func() []string
	Companions []*Source // what was read beside it, in the order of reading

	names func() []string // of the files in the folder
	mutex sync.Mutex
	marks []mark
}

// mark is a place whose line is known: how many line feeds stand before it, and where its line starts.
type mark struct {
	offset, lines, start int64
}

// markDistance is how far apart marks are that Position makes: a search between them takes no time worth saving.
const markDistance = 1 << 16

// mark notes that a line starts at an offset, behind all that is marked already, and how many stand before it.
func (s *Source) mark(offset, lines int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if n := len(s.marks); n == 0 || s.marks[n-1].offset < offset {
		s.marks = append(s.marks, mark{offset, lines, offset})
	}
}

// NewSource wraps the bytes of a file. They must not change afterwards.
func NewSource(file string, data []byte) *Source { return &Source{File: file, Bytes: data} }

// Companion reads a file that belongs to this one, by its path relative to this one's folder. It is read once; ok is false if
// there is none.
func (s *Source) Companion(rel string) (c *Source, ok bool) {
	file := path.Join(path.Dir(s.File), rel)
	for _, c := range s.Companions {
		if c.File == file {
			return c, true
		}
	}
	if s.Open == nil {
		return nil, false
	}
	data, err := s.Open(rel)
	if err != nil {
		return nil, false
	}
	c = NewSource(file, data)
	s.Companions = append(s.Companions, c)
	return c, true
}

// Of is the source that a position speaks of: this one or a companion.
func (s *Source) Of(p Position) *Source {
	for _, c := range s.Companions {
		if c.File == p.File && p.File != s.File {
			return c
		}
	}
	return s
}

// Position is the place of length bytes at an offset, as far as the input goes.
func (s *Source) Position(offset int64, length int, path string) Position {
	offset = max(0, min(offset, int64(len(s.Bytes))))
	length = max(0, min(length, len(s.Bytes)-int(offset)))
	p := Position{File: s.File, Offset: offset, Length: length, Path: path}
	if s.Binary {
		return p
	}
	m := s.line(offset)
	p.Line, p.Column = int(m.lines)+1, int(offset-m.start)+1
	return p
}

// line is the mark of an offset, looked for from the nearest one before it.
func (s *Source) line(offset int64) mark {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].offset > offset })
	m := mark{}
	if i > 0 {
		m = s.marks[i-1]
	}
	for m.offset < offset {
		next := min(m.offset+markDistance, offset)
		part := s.Bytes[m.offset:next]
		if last := bytes.LastIndexByte(part, '\n'); last >= 0 {
			m.lines += int64(bytes.Count(part, []byte{'\n'}))
			m.start = m.offset + int64(last) + 1
		}
		if m.offset = next; next < offset {
			s.marks = slices.Insert(s.marks, i, m)
			i++
		}
	}
	return m
}

// lineStarts lists where the lines start.
func (s *Source) lineStarts() []int64 {
	starts := []int64{0}
	for at := 0; ; {
		i := bytes.IndexByte(s.Bytes[at:], '\n')
		if i < 0 {
			return starts
		}
		at += i + 1
		starts = append(starts, int64(at))
	}
}

// Text is what stands at a position in this source or in a companion.
func (s *Source) Text(p Position) string {
	s = s.Of(p)
	if s.Decode != nil {
		return s.Decode(p)
	}
	lo := max(0, min(p.Offset, int64(len(s.Bytes))))
	hi := max(lo, min(lo+int64(p.Length), int64(len(s.Bytes))))
	return string(s.Bytes[lo:hi])
}

// UTF16 is where a position starts and ends on its line in UTF-16 code units, from 1, as editors and SARIF count columns. The
// end is that of the line where the position goes beyond it.
func (s *Source) UTF16(p Position) (from, to int) {
	data := s.Of(p).Bytes
	at := max(0, min(int(p.Offset), len(data)))
	line := max(0, at-max(p.Column-1, 0))
	end := max(at, min(at+p.Length, len(data)))
	if i := bytes.IndexByte(data[at:end], '\n'); i >= 0 {
		end = at + i
	}
	from = 1 + utf16Length(data[line:at])
	return from, from + utf16Length(data[at:end])
}

// utf16Length counts code units; a byte that is no UTF-8 counts as one.
func utf16Length(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		n += max(1, utf16.RuneLen(r))
		text = text[size:]
	}
	return n
}
