package runlog

import (
	"bytes"
	"strconv"
	"strings"
)

// withoutComments is a copy of a LaTeX text of the same length in which comments are blanks.
func withoutComments(data []byte) []byte {
	text := bytes.Clone(data)
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '%':
			for ; i < len(text) && text[i] != '\n'; i++ {
				text[i] = ' '
			}
		}
	}
	return text
}

// latexEnvironment is the name of the environment that a \begin or \end at an offset names, and where that ends; end is 0 if
// there is none.
func latexEnvironment(text []byte, at int, command string) (name string, end int) {
	if !bytes.HasPrefix(text[at:], []byte(command)) {
		return "", 0
	}
	at += len(command)
	for at < len(text) && text[at] == ' ' {
		at++
	}
	if at == len(text) || text[at] != '{' {
		return "", 0
	}
	const longest = 40
	i := bytes.IndexByte(text[at:min(at+longest, len(text))], '}')
	if i < 0 {
		return "", 0
	}
	return strings.TrimSpace(string(text[at+1 : at+i])), at + i + 1
}

// latexGroup is where the inside of the group that opens at an offset begins, and where the group ends, its closing bracket
// included; end is 0 if it is not closed within the length of a paragraph.
func latexGroup[T string | []byte](text T, at int) (inner, end int) {
	const longest = 1 << 14
	opening := text[at]
	closing := map[byte]byte{'{': '}', '[': ']'}[opening]
	depth := 0
	for i := at; i < len(text) && i < at+longest; i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == opening && (c == '[' && depth == 0 || c == '{'):
			depth++
		case c == '{':
			_, inside := latexGroup(text, i)
			if inside == 0 {
				return 0, 0
			}
			i = inside - 1
		case c == closing:
			if depth--; depth == 0 {
				return at + 1, i + 1
			}
		}
	}
	return 0, 0
}

// latexMerged takes \multicolumn{n}{…}{text} or \multirow[…]{n}[…]{width}[…]{text} apart.
func latexMerged(text, command string, arguments int) (n int, inner string, ok bool) {
	rest, ok := strings.CutPrefix(text, command)
	if !ok {
		return 0, text, false
	}
	b := []byte(rest)
	at := 0
	var values []string
	for at < len(b) && len(values) < arguments {
		switch b[at] {
		case '[', '{':
			start, end := latexGroup(b, at)
			if end == 0 {
				return 0, text, false
			}
			if b[at] == '{' {
				values = append(values, string(b[start:end-1]))
			}
			at = end
		case '*', '=':
			values = append(values, string(b[at])) // \multirow{2}*{…}
			at++
		case ' ', '\t', '\r', '\n':
			at++
		default:
			return 0, text, false
		}
	}
	if len(values) < arguments {
		return 0, text, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(values[0]))
	if err != nil {
		n = 1
	}
	return max(1, n), strings.TrimSpace(values[2] + string(b[at:])), true
}

// latexCommand is the command that stands at an offset, and where it ends.
func latexCommand[T string | []byte](text T, at int) (command string, end int) {
	end = at + 1
	for end < len(text) && (text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z') {
		end++
	}
	if end == at+1 && end < len(text) {
		end++
	}
	return string(text[at:end]), end
}

// latexArguments is where the arguments end that follow an offset.
func latexArguments(text []byte, at int) int {
	for at < len(text) && strings.IndexByte("[{(", text[at]) >= 0 {
		if text[at] == '(' {
			i := bytes.IndexByte(text[at:], ')')
			if i < 0 {
				return at
			}
			at += i + 1
			continue
		}
		_, end := latexGroup(text, at)
		if end == 0 {
			return at
		}
		at = end
	}
	return at
}
