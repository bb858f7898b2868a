package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// underConvention is the run's MFU under one convention, or under several that give the same.
type underConvention struct {
	names []string
	kind  reference.ConventionKind
	own   bool // the log's own definition is among them
	mfu   float64
}

// underAll is the same run under every convention: under the definitions as the audit computed them, under implementations by their
// FLOPs per token of this model. Each kind is in ascending order.
func underAll(r *audit.RunReport) []underConvention {
	m := r.MFU
	if m == nil {
		return nil
	}
	var out []underConvention
	for _, c := range reference.Conventions() {
		if v, ok := m.Others[c.Name]; ok && known(v) && v > 0 {
			out = addConvention(out, c, v, m)
		}
	}
	if ratio, ok := ratios(r); ok {
		for _, c := range reference.Conventions() {
			if c.Kind == reference.Implementation {
				if v := m.Restated * ratio(c); known(v) && v > 0 {
					out = addConvention(out, c, v, m)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b underConvention) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.mfu, b.mfu)) // "definition" comes first
	})
	return out
}

// addConvention adds a convention to the one of its kind that gives the same, if there is one.
func addConvention(list []underConvention, c reference.Convention, mfu float64, m *audit.MFUReport) []underConvention {
	own := c.Name == m.OwnConvention
	for i := range list {
		if x := &list[i]; x.kind == c.Kind && math.Abs(x.mfu-mfu) <= 1e-12*mfu {
			x.names, x.own = append(x.names, c.Name), x.own || own
			return list
		}
	}
	return append(list, underConvention{[]string{c.Name}, c.Kind, own, mfu})
}

// ratios gives a convention's FLOPs per token ÷ the reference's. ok is false where that does not give what the audit computed for the
// definitions, as where some weights are not trained.
func ratios(r *audit.RunReport) (ratio func(reference.Convention) float64, ok bool) {
	a, S, m := r.Model.Architecture, r.Model.SeqLen, r.MFU
	if a == nil || S <= 0 || len(a.Encoder) > 0 || len(r.Model.Undecided) > 0 || !known(m.Restated) || m.Restated <= 0 {
		return nil, false
	}
	full := reference.Basis{}.TrainingPerToken(a, S)
	ratio = func(c reference.Convention) float64 { return c.TrainingPerToken(a, S) / full }
	for name, v := range m.Others {
		c, known := reference.ConventionByName(name)
		if known && math.Abs(m.Restated*ratio(c)-v) > 1e-9*math.Abs(v) {
			return nil, false
		}
	}
	return ratio, full > 0
}

// conventionsChart draws the run's MFU under every convention as dots on one axis, the logged MFU as a line through all.
func conventionsChart(r *audit.RunReport, width float64) *drawing {
	list := underAll(r)
	if len(list) == 0 {
		return nil
	}
	lo, hi := list[0].mfu, list[0].mfu
	for _, c := range list {
		lo, hi = min(lo, c.mfu), max(hi, c.mfu)
	}
	logged := r.MFU.Logged
	from, to := lo, hi
	if known(logged) && logged > lo/2 && logged < hi*2 {
		from, to = min(lo, logged), max(hi, logged)
	} else {
		logged = math.NaN()
	}
	d := &drawing{width: width, title: "The same run under every convention", desc: fmt.Sprintf("MFU from %s to %s.", percent(lo), percent(hi))}
	const text, line, valueRoom = 12.5, 16.0, 58.0
	column := max(math.Round(width*0.36), 136)
	pad := 0.06 * max(to-from, 0.05*to)
	x := scale{from - pad, to + pad, column + 12, width - valueRoom}
	top := 24.0
	type row struct {
		label []string
		y     float64
	}
	rows := make([]row, len(list))
	y := top
	for i, c := range list {
		if i > 0 && list[i-1].kind != c.kind {
			y += 14
		}
		rows[i] = row{fitLines(strings.Join(c.names, ", "), text, column-4), y}
		y += float64(len(rows[i].label))*line + 6
	}
	d.height = y + 24
	for _, t := range x.ticks(int(max(3, (x.to-x.from)/90))) {
		d.line("grid", x.at(t), top-4, x.at(t), y)
		d.text("tick", x.at(t), y+15, anchorWithin(x.at(t), width), percentTick(t))
	}
	if known(logged) {
		d.line("logged-line", x.at(logged), top-4, x.at(logged), y)
		d.text("tick", x.at(logged), top-10, anchorWithin(x.at(logged)+20, width), "logged "+percent(logged))
	}
	for i, c := range list {
		at := rows[i].y + line/2 + 2
		class := "label"
		if c.own || slices.Contains(c.names, r.MFU.Convention) {
			class = "label strong"
		}
		for k, l := range rows[i].label {
			d.text(class, 0, rows[i].y+line*float64(k)+line-4, start, l)
		}
		d.line("stem", column+12, at, x.at(c.mfu), at)
		d.circle("dot "+string(c.kind), strings.Join(c.names, ", ")+": "+percent(c.mfu), x.at(c.mfu), at, 4.5)
		d.text("value halo", x.at(c.mfu)+9, at+4, start, percent(c.mfu))
	}
	return d
}
