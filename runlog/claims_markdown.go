package runlog

import (
	"bytes"
	"html"
	"strings"
)

// markdownGrids reads the pipe tables of a Markdown file, each with what the headings above it say. Tables within code are
// examples and are left out.
func markdownGrids(src *Source, found *problems) []*grid {
	m := markdownReader{src: src, problems: found, at: frontMatterEnd(src.Bytes)}
	for m.at < len(src.Bytes) {
		start, end, next := m.line()
		text := strings.TrimSpace(string(src.Bytes[start:end]))
		switch {
		case m.fence != "":
			if strings.HasPrefix(text, m.fence) && strings.Trim(text, m.fence[:1]) == "" {
				m.fence = ""
			}
		case strings.HasPrefix(text, "```") || strings.HasPrefix(text, "~~~"):
			m.fence = text[:3]
		case strings.HasPrefix(text, "#"):
			m.heading(text, start, end)
		case strings.Contains(text, "|") && m.delimiterBelow(next):
			m.table(start, end, next)
			continue
		default:
			m.caption(text, start, end)
		}
		m.at = next
	}
	return m.grids
}

type markdownReader struct {
	src      *Source
	problems *problems
	at       int
	fence    string
	headings []gridText // the open ones, by level
	levels   []int
	before   *gridText // a caption that no table stands below yet
	grids    []*grid
	ended    int // where the last table ends
}

// line is the line at hand without its end, and where the next one begins.
func (m *markdownReader) line() (start, end, next int) {
	return lineOf(m.src.Bytes, m.at)
}

func lineOf(data []byte, at int) (start, end, next int) {
	end = lineEnd(data, at)
	next = min(end+1, len(data))
	if end > at && data[end-1] == '\r' {
		end--
	}
	return at, end, next
}

// heading opens a heading and closes those of its level and below.
func (m *markdownReader) heading(text string, start, end int) {
	level := len(text) - len(strings.TrimLeft(text, "#"))
	if level > 6 || len(text) > level && text[level] != ' ' && text[level] != '\t' {
		return
	}
	for n := len(m.levels); n > 0 && m.levels[n-1] >= level; n-- {
		m.headings, m.levels = m.headings[:n-1], m.levels[:n-1]
	}
	m.before = nil
	m.headings = append(m.headings, gridText{visible(markdownText(strings.Trim(text, "# "))), start, end, "heading"})
	m.levels = append(m.levels, level)
}

// caption keeps a line that begins as captions do, for the table below or for the one that has just ended.
func (m *markdownReader) caption(text string, start, end int) {
	plain := visible(markdownText(text))
	lower := strings.ToLower(plain)
	if !strings.HasPrefix(lower, "table ") && !strings.HasPrefix(lower, "table:") && !strings.HasPrefix(lower, "caption:") && !strings.HasPrefix(lower, ":") {
		return
	}
	c := gridText{plain, start, end, "caption"}
	if n := len(m.grids); n > 0 && m.ended > 0 && len(bytes.TrimSpace(m.src.Bytes[m.ended:start])) == 0 {
		m.grids[n-1].spoken = append(m.grids[n-1].spoken, c)
		return
	}
	m.before = &c
}

// delimiterBelow reports whether the line at an offset parts a header from rows: |---|:-:|.
func (m *markdownReader) delimiterBelow(at int) bool {
	start, end, _ := lineOf(m.src.Bytes, at)
	text := strings.TrimSpace(string(m.src.Bytes[start:end]))
	return strings.Contains(text, "-") && strings.Contains(text, "|") && strings.Trim(text, "|-: \t") == ""
}

// table reads a table whose header stands on the line given.
func (m *markdownReader) table(start, end, next int) {
	g := &grid{columns: m.cells(start, end)}
	_, _, m.at = lineOf(m.src.Bytes, next)
	for m.at < len(m.src.Bytes) {
		start, end, next := m.line()
		text := strings.TrimSpace(string(m.src.Bytes[start:end]))
		if !strings.Contains(text, "|") || strings.HasPrefix(text, "#") {
			break
		}
		row := gridRow{start: start, end: end, cells: m.cells(start, end)}
		if !row.empty() {
			g.rows = append(g.rows, row)
		}
		m.at = next
	}
	carryDown(g)
	g.spoken = append(g.spoken, m.headings...)
	if m.before != nil {
		g.spoken = append(g.spoken, *m.before)
		m.before = nil
	}
	m.ended = m.at
	m.grids = append(m.grids, g)
}

// cells splits a line at its pipes; one behind a backslash is text.
func (m *markdownReader) cells(start, end int) []gridCell {
	data := m.src.Bytes
	line := trimmedCell(data, start, end)
	start, end = line.start, line.end
	if start < end && data[start] == '|' {
		start++
	}
	if end > start && data[end-1] == '|' && (end-2 < start || data[end-2] != '\\') {
		end--
	}
	var out []gridCell
	for from, at := start, start; ; at++ {
		if at < end && data[at] == '\\' {
			at++
			continue
		}
		if at >= end || data[at] == '|' {
			c := trimmedCell(data, from, min(at, end))
			c.text = visible(markdownText(string(data[c.start:c.end])))
			out = append(out, c)
			from = at + 1
		}
		if at >= end || len(out) == maxColumns {
			return out
		}
	}
}

// markdownText takes the markup of Markdown and the tags of HTML off a text. What is raised stands for a footnote.
func markdownText(text string) string {
	text = text[:min(len(text), longestText)]
	if !strings.ContainsAny(text, "*_`[\\<&~^!$") {
		return text
	}
	for _, tag := range []string{"sup", "SUP"} {
		for {
			open := strings.Index(text, "<"+tag+">")
			end := strings.Index(text, "</"+tag+">")
			if open < 0 || end < open {
				break
			}
			raised := text[open+len(tag)+2 : end]
			if strings.HasSuffix(strings.TrimSpace(text[:open]), "10") && leadingInteger(raised) == raised && raised != "" {
				raised = "^" + raised
			} else {
				raised = ""
			}
			text = text[:open] + raised + text[end+len(tag)+3:]
		}
	}
	text = strings.ReplaceAll(text, "__", "")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && strings.IndexByte("\\`*_{}[]()#+-.!|~<>&%$^", text[i+1]) >= 0:
			i++
			b.WriteByte(text[i])
		case c == '<':
			end := strings.IndexByte(text[i:], '>')
			if end > 1 && end < 80 && (text[i+1] == '/' || text[i+1] >= 'a' && text[i+1] <= 'z' || text[i+1] >= 'A' && text[i+1] <= 'Z') {
				b.WriteByte(' ')
				i += end
				continue
			}
			b.WriteByte(c)
		case c == '[' || c == '!' && strings.HasPrefix(text[i:], "!["):
			label, length := markdownLink(text[i:])
			if length == 0 {
				b.WriteByte(c)
				continue
			}
			b.WriteString(label)
			i += length - 1
		case c == '*' && !(i == len(text)-1 && strings.Count(text, "*") == 1), c == '`', c == '$':
		case c == '_' && (i == 0 || text[i-1] == ' ' || i+1 == len(text) || text[i+1] == ' '):
		case c == '~' && strings.HasPrefix(text[i:], "~~"):
			i++
		default:
			b.WriteByte(c)
		}
	}
	return html.UnescapeString(b.String())
}

// markdownLink is the label of a link or of an image, and the length of it all; a mark of a footnote has none. length is 0 where
// no link begins.
func markdownLink(text string) (label string, length int) {
	open := strings.IndexByte(text, '[')
	end := strings.IndexByte(text, ']')
	if end < 0 {
		return "", 0
	}
	label = text[open+1 : end]
	if strings.HasPrefix(label, "^") {
		return "", end + 1
	}
	if rest := text[end+1:]; rest != "" && rest[0] == '(' {
		if i := strings.IndexByte(rest, ')'); i > 0 {
			return markdownText(label), end + 1 + i + 1
		}
	}
	return "", 0
}

// frontMatterEnd is where the front matter of a Markdown file ends, 0 if it has none.
func frontMatterEnd(data []byte) int {
	_, end := frontMatter(data)
	return end
}

// frontMatter is the span of the front matter of a Markdown file between its lines of three dashes, and where the text begins.
func frontMatter(data []byte) (inner [2]int, end int) {
	at := 0
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		at = len(byteOrderMark)
	}
	start, stop, next := lineOf(data, at)
	if strings.TrimRight(string(data[start:stop]), " \t") != "---" {
		return inner, 0
	}
	for at := next; at < len(data); {
		start, stop, after := lineOf(data, at)
		if line := strings.TrimRight(string(data[start:stop]), " \t"); line == "---" || line == "..." {
			return [2]int{next, start}, after
		}
		at = after
	}
	return inner, 0
}
