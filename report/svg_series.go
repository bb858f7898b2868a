package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// Sizes of a panel of the series, in pixels.
const (
	panelHead   = 48
	panelPlot   = 132
	panelGap    = 22
	panelLeft   = 58
	panelRight  = 10
	fewSteps    = 80 // of so many, each is a dot on its line
	mostMarkers = 400
	markerGrid  = 5 // marks that would cover each other are one
	denseSteps  = 400
)

// curveName says what a panel shows, and in which unit.
func curveName(c *audit.Curve) (name string, u unit) {
	size := 0.0
	for _, p := range c.Points {
		if known(p.Logged) {
			size = max(size, math.Abs(p.Logged))
		}
	}
	u = unitOf(c.Quantity, size, false)
	switch c.Quantity {
	case reference.MFU:
		name = "MFU"
	case reference.TokensPerSec:
		name, u.name = "Tokens per second", "tokens/s"
	case reference.TokensPerSecPerDevice:
		name, u.name = "Tokens per second and device", "tokens/s"
	case reference.StepTime:
		name = "Step time"
		if size >= 10 {
			u = unit{1, "s"}
		}
	default:
		name = string(c.Quantity)
	}
	return name, u
}

// corrects reports whether a curve's right values differ from its logged ones.
func corrects(c *audit.Curve) bool {
	for _, p := range c.Points {
		if known(p.Corrected) && known(p.Logged) && p.Corrected != p.Logged {
			return true
		}
	}
	return false
}

// seriesChart draws the run's metrics over its steps, a panel each, one above the other.
func seriesChart(s *audit.Series, width float64) *drawing {
	if s == nil || len(s.Curves) == 0 {
		return nil
	}
	var told []string
	for i := range s.Curves {
		name, _ := curveName(&s.Curves[i])
		told = append(told, name)
	}
	d := &drawing{
		width: width, title: strings.Join(told, ", ") + " over the steps",
		desc: fmt.Sprintf("Steps %d to %d; the table below sums them up.", s.First, s.Last),
	}
	x := scale{float64(s.First), float64(s.Last), panelLeft + 6, width - panelRight}
	y := 0.0
	for i := range s.Curves {
		y = d.panel(s, &s.Curves[i], x, y)
	}
	for _, t := range x.ticks(int(max(2, width/130))) {
		d.text("tick", x.at(t), y-panelGap+15, anchorWithin(x.at(t), width), significantTick(t))
	}
	d.text("tick", panelLeft-8, y-panelGap+15, end, "step")
	d.height = y
	return d
}

// panel draws one curve and returns where it ends.
func (d *drawing) panel(s *audit.Series, c *audit.Curve, x scale, top float64) float64 {
	name, u := curveName(c)
	plot, bottom := top+panelHead, top+panelHead+panelPlot
	y := steadyScale(c, u, bottom, plot)
	label := name
	if u.name != "" {
		label += ", " + u.name
	}
	if c.Convention != "" {
		label += ", recomputed under " + c.Convention
	}
	d.text("label strong", 0, top+14, start, label)
	for _, t := range y.ticks(4) {
		d.line("grid", panelLeft, y.at(t), x.to, y.at(t))
		d.text("tick", panelLeft-8, y.at(t)+4, end, significantTick(t))
	}
	for _, t := range x.ticks(int(max(2, d.width/130))) {
		d.line("grid", x.at(t), bottom, x.at(t), bottom+4)
	}
	d.line("axis", panelLeft, bottom, x.to, bottom)
	corrected := corrects(c)
	hasLogged, hasExcluded := false, false
	for _, p := range c.Points {
		hasLogged, hasExcluded = hasLogged || known(p.Logged), hasExcluded || p.Excluded > 0
	}
	logged := func(p audit.Point) float64 { return p.Logged }
	right := func(p audit.Point) float64 { return p.Corrected }
	entries := []string{}
	if hasLogged {
		d.curve("logged", c, x, y, u, s, logged)
		entries = append(entries, "logged")
	}
	if corrected || !hasLogged {
		d.curve("corrected", c, x, y, u, s, right)
		entries = append(entries, map[bool]string{true: "corrected", false: "recomputed"}[hasLogged])
	}
	if hasExcluded {
		entries = append(entries, "left out")
	}
	affected := affectedText(c)
	if affected != "" {
		entries = append(entries, affected)
		d.affected(c, x, bottom)
	}
	d.keys(entries, top+31)
	return bottom + panelGap
}

// steadyScale is the axis that shows every steady step, logged and right; what else lies beyond is marked at the edge.
func steadyScale(c *audit.Curve, u unit, from, to float64) scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, only := range []bool{true, false} { // of a run without a steady step, every step
		for _, p := range c.Points {
			for _, v := range []float64{p.Logged, p.Corrected} {
				if known(v) && (p.Excluded == 0 || !only) {
					lo, hi = min(lo, v*u.scale), max(hi, v*u.scale)
				}
			}
		}
		if lo <= hi {
			break
		}
	}
	return around(lo, hi, from, to)
}

// curve draws the steady steps as a line and the others as marks of their own.
func (d *drawing) curve(class string, c *audit.Curve, x, y scale, u unit, s *audit.Series, value func(audit.Point) float64) {
	var line []point
	drawn := map[[2]float64]bool{}
	gap := true
	for _, p := range c.Points {
		v := value(p) * u.scale
		if !known(v) {
			gap = true
			continue
		}
		at := point{x.at(float64(p.Step)), y.at(v), gap}
		if p.Excluded == 0 {
			line = append(line, at)
			gap = false
			continue
		}
		spot := [2]float64{math.Round(at.x / markerGrid), math.Round(math.Max(math.Min(at.y, y.from), y.to) / markerGrid)}
		if drawn[spot] || len(drawn) >= mostMarkers {
			continue
		}
		drawn[spot] = true
		tip := fmt.Sprintf("step %d: %s %s, left out: %s", p.Step, u.digitsOf(c.Quantity, value(p), 4), u.name, s.Reasons[p.Excluded-1].Reason)
		switch {
		case v > y.hi:
			d.triangle("out "+class, tip, at.x, y.to, true)
		case v < y.lo:
			d.triangle("out "+class, tip, at.x, y.from, false)
		default:
			d.circle("out "+class, tip, at.x, at.y, 3)
		}
	}
	weight := ""
	if len(line) > denseSteps {
		weight = " dense"
	}
	d.path("series "+class+weight, line)
	if len(line) <= fewSteps {
		for _, p := range line {
			d.circle("spot "+class, "", p.x, p.y, 2.2)
		}
	}
}

// affectedText says which steps a finding is about.
func affectedText(c *audit.Curve) string {
	switch s := c.Affected; {
	case c.Cause == "":
		return ""
	case s.Count == 0:
		return c.Cause
	case s.Count >= s.Of:
		return fmt.Sprintf("%s, all %s", c.Cause, plural(s.Of, "step"))
	default:
		return fmt.Sprintf("%s, %s of %s", c.Cause, group(int64(s.Count)), plural(s.Of, "step"))
	}
}

// affected marks the steps that a finding is about below the axis.
func (d *drawing) affected(c *audit.Curve, x scale, bottom float64) {
	mark := func(from, to int64) {
		lo, hi := x.at(float64(from)), x.at(float64(to))
		lo, hi = max(min(lo, hi)-1.5, panelLeft), min(max(lo, hi)+1.5, x.to)
		d.rect("affected", "affected by "+c.Cause, lo, bottom-2, hi-lo, 4)
	}
	s := c.Affected
	if len(s.List) > 0 && s.Count < s.Of {
		for _, step := range s.List {
			mark(step, step)
		}
		return
	}
	if s.Count == 0 {
		mark(int64(x.lo), int64(x.hi))
		return
	}
	mark(s.First, s.Last)
}

// fitLast shortens the last entry, which names a rule and then counts its steps, to the rule where there is no room for more.
func fitLast(entry string, room float64) string {
	rule, _, counted := strings.Cut(entry, ", ")
	if counted && textWidth(entry, 12) > room {
		return rule
	}
	return entry
}

// keys writes what the lines and marks of a panel stand for.
func (d *drawing) keys(entries []string, y float64) {
	x := 0.0
	for _, e := range entries {
		e = fitLast(e, d.width-x-22)
		switch e {
		case "logged":
			d.line("series logged", x, y-4, x+16, y-4)
		case "corrected", "recomputed":
			d.line("series corrected", x, y-4, x+16, y-4)
		case "left out":
			d.circle("out logged", "", x+8, y-4, 3)
		default:
			d.rect("affected", "", x, y-6, 16, 4)
		}
		d.text("tick", x+22, y, start, e)
		x += 22 + textWidth(e, 12) + 14
	}
}
