package runlog

import (
	"bytes"
	"iter"
)

// line is one line of a text log without its end, in the memory of the input, and the offset of its first byte.
type line struct {
	text   []byte
	offset int64
}

// lines iterates over the lines of data from an offset on. A line ends at a line feed or at a carriage return, so that each
// redrawing of a progress bar is a line of its own; lines without a byte are left out. Any bytes will do: a line may be of
// any length, and half a rune at a cut is only a byte that no format looks for.
func lines(data []byte, from int64) iter.Seq[line] {
	return func(yield func(line) bool) {
		for at := int(from); at < len(data); {
			end := len(data)
			if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
				end = at + i
			}
			for at < end {
				stop := end
				if i := bytes.IndexByte(data[at:end], '\r'); i >= 0 {
					stop = at + i
				}
				if stop > at && !yield(line{data[at:stop:stop], int64(at)}) {
					return
				}
				at = stop + 1
			}
			at = end + 1
		}
	}
}

// anchored iterates over the lines of data that hold one of the anchors, those of the first anchor first.
func anchored(data []byte, anchors []string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, anchor := range anchors {
			for at := 0; ; {
				i := bytes.Index(data[at:], []byte(anchor))
				if i < 0 {
					break
				}
				from := at + bytes.LastIndexAny(data[at:at+i], "\r\n") + 1
				at += i
				if i := bytes.IndexAny(data[at:], "\r\n"); i >= 0 {
					at += i
				} else {
					at = len(data)
				}
				if !yield(data[from:at]) {
					return
				}
			}
		}
	}
}

// eraser blanks what a terminal does not show. Its memory is used again for every line that needs it.
type eraser struct{ buf []byte }

// plain is a line with escape sequences (colours, cursor movements, titles) and NULs replaced by as many spaces: what stands
// behind them keeps its offset. A line without any is returned as it is.
func (e *eraser) plain(text []byte) []byte {
	if bytes.IndexByte(text, 0x1b) < 0 && bytes.IndexByte(text, 0) < 0 {
		return text
	}
	e.buf = append(e.buf[:0], text...)
	for i := 0; i < len(e.buf); {
		n := 0
		switch e.buf[i] {
		case 0:
			n = 1
		case 0x1b:
			n = escapeLength(e.buf[i:])
		}
		for k := range n {
			e.buf[i+k] = ' '
		}
		i += max(n, 1)
	}
	return e.buf
}

// escapeLength is the length of the escape sequence that text starts with, after ECMA-48: ESC [ parameters intermediates
// final, ESC ] … BEL, or ESC and one more byte. One that is cut off ends with the text.
func escapeLength(text []byte) int {
	if len(text) < 2 {
		return len(text)
	}
	switch text[1] {
	case '[':
		for i := 2; i < len(text); i++ {
			if text[i] < 0x20 || text[i] > 0x3f {
				return i + 1
			}
		}
		return len(text)
	case ']':
		if i := bytes.IndexByte(text, 0x07); i >= 0 {
			return i + 1
		}
		return len(text)
	}
	return 2
}

// longestMark is how far the end of something in brackets is looked for.
const longestMark = 96

// body is where a line's own text starts, after what launchers and loggers put before it: blanks, "[rank0]:", "[default7]:",
// "0: " (srun), "(Worker pid=7)", "> ", dates and times, "- root - INFO -". What it does not know stays.
func body(text []byte) int {
	at := 0
	for {
		rest := text[at:]
		n := len(rest) - len(bytes.TrimLeft(rest, " \t"))
		if n == 0 {
			n = markLength(rest)
		}
		if n == 0 {
			return at
		}
		at += n
	}
}

// markLength is the length of the launcher's or logger's mark that text starts with, 0 without one.
func markLength(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	head := text[:min(len(text), longestMark)]
	switch c := text[0]; {
	case c == '[':
		if i := bytes.IndexByte(head, ']'); i >= 0 {
			return i + 1 + colonAt(text[i+1:])
		}
	case c == '(':
		if i := bytes.IndexByte(head, ')'); i >= 0 && bytes.Contains(head[:i], []byte("pid=")) {
			return i + 1
		}
	case c == '>' && len(text) > 1 && text[1] == ' ':
		return 2
	case c == '-' && len(text) > 1 && text[1] == ' ':
		for _, level := range []string{" INFO", " WARNING", " DEBUG"} {
			if i := bytes.Index(head, []byte(level)); i >= 0 {
				c := cursor{text, i + len(level)}
				if c.blanks(); c.literal("- ") {
					return c.at
				}
			}
		}
	case isDigit(c):
		return max(dateLength(text), rankLength(text))
	}
	return 0
}

func colonAt(text []byte) int {
	if len(text) > 0 && text[0] == ':' {
		return 1
	}
	return 0
}

// rankLength is the length of "12: ", as srun --label prints it.
func rankLength(text []byte) int {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	if i+1 < len(text) && text[i] == ':' && text[i+1] == ' ' {
		return i + 2
	}
	return 0
}

// dateLength is the length of a date with a time, as in "2025-06-04 08:51:58,557" or "2025-11-20T14:55:23+08:00".
func dateLength(text []byte) int {
	const pattern = "0000-00-00 00:00:00"
	if len(text) < len(pattern) {
		return 0
	}
	for i := range len(pattern) {
		switch {
		case pattern[i] == '0' && !isDigit(text[i]), i != 10 && pattern[i] != '0' && text[i] != pattern[i], i == 10 && text[i] != ' ' && text[i] != 'T':
			return 0
		}
	}
	if i := bytes.IndexByte(text[len(pattern):], ' '); i >= 0 {
		return len(pattern) + i
	}
	return len(text)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}
