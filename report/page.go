package report

import (
	"io"
	"strings"
)

// TextOptions is how text is laid out.
type TextOptions struct {
	Width   int  // columns; 0 means 80, what exceeds 120 is left blank
	Color   bool // ANSI colours
	Spark   bool // a sparkline of the MFU over the steps, for a terminal that shows block characters
	Verbose bool // every fact, rule and excluded step by name, and suppressed findings
}

// Layout limits: below the least width tables do not fit, and prose wider than the largest tires the eye.
const (
	defaultWidth = 80
	leastWidth   = 60
	largestWidth = 120
)

// style is an ANSI "select graphic rendition" sequence's parameters; "" is plain text.
type style string

// The styles of a report. They are the eight basic colours, which follow the reader's own palette.
const (
	plain   style = ""
	bold    style = "1"
	dim     style = "2"
	red     style = "1;31"
	green   style = "32"
	yellow  style = "1;33"
	blue    style = "34"
	cyan    style = "1;36"
	pointer style = "1;31"
)

// span is a piece of a line in one style.
type span struct {
	text  string
	style style
}

// page collects the lines of a text report. Text is cleaned where it enters.
type page struct {
	b       strings.Builder
	width   int
	color   bool
	verbose bool
	spark   bool
}

func newPage(o TextOptions) *page {
	width := o.Width
	if width <= 0 {
		width = defaultWidth
	}
	return &page{width: min(max(width, leastWidth), largestWidth), color: o.Color, verbose: o.Verbose, spark: o.Spark}
}

// flush writes the page out.
func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// paint cleans text and colours it if the page has colours.
func (p *page) paint(s style, text string) string {
	text = clean(text)
	if !p.color || s == plain || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// line writes one line as it is.
func (p *page) line(spans ...span) {
	if n := len(spans); n > 0 {
		spans[n-1].text = strings.TrimRight(spans[n-1].text, " ")
	}
	for _, s := range spans {
		p.b.WriteString(p.paint(s.style, s.text))
	}
	p.b.WriteByte('\n')
}

// blank writes an empty line.
func (p *page) blank() { p.b.WriteByte('\n') }

// rest is how many columns are left beside what is taken.
func (p *page) rest(taken int) int { return max(p.width-taken, 20) }

// para writes wrapped text, every line indented.
func (p *page) para(indent int, s style, text string) {
	p.hanging(indent, indent, s, text)
}

// hanging writes wrapped text whose first line is indented by first and the others by then; an empty text, nothing.
func (p *page) hanging(first, then int, s style, text string) {
	if text = clean(text); text == "" {
		return
	}
	// The first line's extra room is a stand-in that wrapping counts and printing drops.
	lead := strings.Repeat("\x01", max(0, first-then))
	for i, l := range wrap(lead+text, p.rest(then)) {
		pad := strings.Repeat(" ", then)
		if i == 0 {
			l = strings.TrimPrefix(l, lead)
			pad = strings.Repeat(" ", first)
		}
		p.line(span{pad, plain}, span{l, s})
	}
}

// labelled writes a label in a column of its own and wrapped text beside it. An empty text writes nothing.
func (p *page) labelled(indent, column int, label string, s style, text string) {
	text = clean(text)
	if text == "" {
		return
	}
	for i, l := range wrap(text, p.rest(indent+column)) {
		if i > 0 {
			label = ""
		}
		p.line(span{strings.Repeat(" ", indent), plain}, span{padRight(label, column), dim}, span{l, s})
	}
}

// sides writes one text at the left and one at the right edge; the right one gets a line of its own where both do not fit.
func (p *page) sides(left []span, right span) {
	if right.text == "" {
		p.line(left...)
		return
	}
	used := 0
	for _, s := range left {
		used += columns(clean(s.text))
	}
	if gap := p.width - used - columns(right.text); gap >= 2 {
		p.line(append(left, span{strings.Repeat(" ", gap), plain}, right)...)
		return
	}
	p.line(left...)
	p.line(span{strings.Repeat(" ", max(0, p.width-columns(right.text))), plain}, right)
}

func padRight(s string, n int) string { return s + strings.Repeat(" ", max(0, n-columns(s))) }

func padLeft(s string, n int) string { return strings.Repeat(" ", max(0, n-columns(s))) + s }

// plural writes a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return group(int64(n)) + " " + noun + "s"
}
