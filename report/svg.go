package report

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// drawing is an SVG image under construction. Its elements carry classes and no colours, so that one image follows the reader's theme
// inside a page and stands alone in a file; that, a title and a description for screen readers, and text that stays text, is why
// no chart library draws them. Lengths are in CSS pixels.
type drawing struct {
	b             strings.Builder
	width, height float64
	title, desc   string
}

// coordinate writes a length with one decimal at most.
func coordinate(v float64) string {
	if !known(v) {
		v = 0
	}
	v = math.Round(v*10) / 10
	return strconv.FormatFloat(v+0, 'f', -1, 64) // + 0 turns −0 into 0
}

// element writes one element; attributes are name and value in turn. A tip is what a pointer over it shows.
func (d *drawing) element(name, class, tip string, attributes ...string) {
	fmt.Fprintf(&d.b, `<%s class="%s"`, name, class)
	for i := 0; i+1 < len(attributes); i += 2 {
		fmt.Fprintf(&d.b, ` %s="%s"`, attributes[i], attributes[i+1])
	}
	if tip == "" {
		d.b.WriteString("/>\n")
		return
	}
	fmt.Fprintf(&d.b, "><title>%s</title></%s>\n", html.EscapeString(clean(tip)), name)
}

func (d *drawing) rect(class, tip string, x, y, w, h float64) {
	d.element("rect", class, tip, "x", coordinate(x), "y", coordinate(y), "width", coordinate(max(w, 0)), "height", coordinate(h))
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.element("line", class, "", "x1", coordinate(x1), "y1", coordinate(y1), "x2", coordinate(x2), "y2", coordinate(y2))
}

func (d *drawing) circle(class, tip string, x, y, r float64) {
	d.element("circle", class, tip, "cx", coordinate(x), "cy", coordinate(y), "r", coordinate(r))
}

// path draws a line through points.
func (d *drawing) path(class string, points []point) {
	if len(points) == 0 {
		return
	}
	var b strings.Builder
	for i, p := range points {
		verb := "L"
		if i == 0 || p.gap {
			verb = "M"
		}
		b.WriteString(verb + coordinate(p.x) + " " + coordinate(p.y))
	}
	d.element("path", class, "", "d", b.String())
}

// point is a place in a drawing; gap: no line leads to it.
type point struct {
	x, y float64
	gap  bool
}

// triangle points up or down, to what lies beyond the edge of a chart.
func (d *drawing) triangle(class, tip string, x, y float64, up bool) {
	h := 6.0
	if !up {
		h = -h
	}
	at := func(x, y float64) string { return coordinate(x) + "," + coordinate(y) }
	d.element("polygon", class, tip, "points", at(x-4, y+h)+" "+at(x+4, y+h)+" "+at(x, y))
}

// anchor says which end of a text stands at its place.
type anchor string

const (
	start  anchor = "start"
	middle anchor = "middle"
	end    anchor = "end"
)

func (d *drawing) text(class string, x, y float64, a anchor, s string) {
	at := ""
	if a != start {
		at = ` text-anchor="` + string(a) + `"`
	}
	fmt.Fprintf(&d.b, `<text class="%s" x="%s" y="%s"%s>%s</text>`+"\n", class, coordinate(x), coordinate(y), at, html.EscapeString(clean(s)))
}

// svg is the whole image. style is the content of a style element, "" inside a page; id makes the labels' ids unique there.
func (d *drawing) svg(id, style string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="%s-title %s-desc" viewBox="0 0 %s %s" width="%s" height="%s">`+"\n",
		id, id, coordinate(d.width), coordinate(d.height), coordinate(d.width), coordinate(d.height))
	fmt.Fprintf(&b, `<title id="%s-title">%s</title>`+"\n", id, html.EscapeString(clean(d.title)))
	fmt.Fprintf(&b, `<desc id="%s-desc">%s</desc>`+"\n", id, html.EscapeString(clean(d.desc)))
	if style != "" {
		b.WriteString("<style>\n" + style + "</style>\n")
	}
	b.WriteString(d.b.String())
	b.WriteString("</svg>\n")
	return b.String()
}
