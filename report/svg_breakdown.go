package report

import (
	"fmt"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// flopsPart is a share of training FLOPs per token.
type flopsPart struct {
	class, name string
	flops       float64
}

// flopsBar is one account of where training FLOPs per token go.
type flopsBar struct {
	name  string
	parts []flopsPart
	note  string // what the account leaves out or does not split
}

func (b flopsBar) sum() (sum float64) {
	for _, p := range b.parts {
		sum += p.flops
	}
	return sum
}

// partsOf splits a basis's training FLOPs per token by part of the model.
func partsOf(m *reference.Architecture, seqLen int64, b reference.Basis) []flopsPart {
	f := b.Forward(m, seqLen)
	k := b.Passes.Factor(3)
	ffn := "FFN"
	for _, g := range m.Groups {
		if g.FFN.Experts.Count > 0 {
			ffn = "experts and FFN"
		}
	}
	projections, core := "attention projections", "attention core"
	for _, g := range m.Groups {
		if g.Mixer != nil {
			projections, core = "projections", "attention and state"
		}
	}
	var out []flopsPart
	for _, p := range []flopsPart{
		{"part-projections", projections, f.Projections},
		{"part-core", core, f.Core},
		{"part-ffn", ffn, f.FFN},
		{"part-router", "router", f.Router},
		{"part-head", "output head", f.Head},
		{"part-prediction", "prediction layers", f.Prediction},
		{"part-other", "embedding and norms", f.Lookup + f.Positions + f.Vectors},
	} {
		if p.flops > 0 {
			p.flops *= k
			out = append(out, p)
		}
	}
	return out
}

// flopsBars are the accounts of a run: the reference, what is computed again, the log's own definition, and what the log claims. They
// are nil where the model is not settled.
func flopsBars(r *audit.RunReport) []flopsBar {
	m, S := r.Model.Architecture, r.Model.SeqLen
	if m == nil || S <= 0 || len(r.Model.Undecided) > 0 || len(m.Encoder) > 0 || r.MFU == nil || !known(r.MFU.Restated) || r.MFU.Restated <= 0 {
		return nil
	}
	bars := []flopsBar{{name: "Reference: " + reference.MatmulFull, parts: partsOf(m, S, reference.Basis{})}}
	if b := r.Breakdown; b != nil {
		if again := recomputed(m, S, b.Recompute); again > 0 {
			parts := append(partsOf(m, S, reference.Basis{}), flopsPart{"part-recompute", "recompute", again})
			bars = append(bars, flopsBar{name: "What the devices compute, " + string(b.Recompute) + " recompute", parts: parts})
		}
	}
	if c, ok := reference.ConventionByName(r.MFU.OwnConvention); ok && c.Name != reference.MatmulFull {
		bar := flopsBar{name: "The log’s own definition: " + c.Name}
		if c.OnBasis(m, S) {
			basis := c.Basis
			basis.Formula = ""
			bar.parts = partsOf(m, S, basis)
		} else {
			bar.parts = []flopsPart{{"part-whole", "not split by its formula", c.TrainingPerToken(m, S)}}
		}
		bars = append(bars, bar)
	}
	return append(bars, claimedBars(r.Breakdown)...)
}

// recomputed is the FLOPs per token of what the backward pass runs again: what the reference counts with it, less what it counts without.
func recomputed(m *reference.Architecture, S int64, kind reference.Recompute) float64 {
	passes := map[reference.Recompute]reference.Passes{reference.RecomputeFull: reference.FullRecompute, reference.RecomputeSelective: reference.SelectiveRecompute}
	again, ok := passes[kind]
	if !ok {
		return 0
	}
	return reference.Basis{Passes: again}.TrainingPerToken(m, S) - reference.Basis{}.TrainingPerToken(m, S)
}

// claimedBars are what the log itself says: its breakdown, and its FLOPs per token.
func claimedBars(b *audit.Breakdown) []flopsBar {
	if b == nil {
		return nil
	}
	var out []flopsBar
	if known(b.Attention) || known(b.FFN) {
		bar := flopsBar{name: "Claimed by the log’s breakdown"}
		var lacks []string
		for _, p := range []flopsPart{
			{"part-attention", "attention, projections and core", b.Attention},
			{"part-ffn", "FFN", b.FFN},
			{"part-head", "output head", b.Head},
		} {
			if known(p.flops) && p.flops > 0 {
				bar.parts = append(bar.parts, p)
			} else {
				lacks = append(lacks, p.name)
			}
		}
		if len(lacks) > 0 {
			bar.note = "not logged: " + strings.Join(lacks, ", ")
		}
		if len(bar.parts) > 0 {
			out = append(out, bar)
		}
	}
	if known(b.Total) && b.Total > 0 {
		out = append(out, flopsBar{name: "Claimed by the logged FLOPs per token", parts: []flopsPart{{"part-whole", "not split", b.Total}}})
	}
	return out
}

// flopsText writes FLOPs per token for a chart: 10.319 GFLOP.
func flopsText(v float64) string {
	u := unitOf(reference.FLOPsPerToken, v, false)
	return u.digitsOf(reference.FLOPsPerToken, v, 4) + " " + u.name
}

// breakdownChart draws where the FLOPs go as a bar for each account, on one scale.
func breakdownChart(r *audit.RunReport, width float64) *drawing {
	bars := flopsBars(r)
	if len(bars) == 0 {
		return nil
	}
	hi := 0.0
	var told []string
	for _, b := range bars {
		hi = max(hi, b.sum())
		told = append(told, b.name+" "+flopsText(b.sum()))
	}
	d := &drawing{width: width, title: "Training FLOPs per token by part of the model", desc: strings.Join(told, "; ") + "."}
	x := scale{0, hi, chartEdge, width - chartEdge}
	const bar, text = 28, 12
	y := 0.0
	var legend []flopsPart
	for _, b := range bars {
		label := b.name + ": " + flopsText(b.sum())
		if b.note != "" {
			label += " (" + b.note + ")"
		}
		for _, line := range fitLines(label, fallText, width-8) {
			y += fallLine
			d.text("label", 0, y-4, start, line)
		}
		y += 4
		at := 0.0
		for _, p := range b.parts {
			left, right := x.at(at), x.at(at+p.flops)
			at += p.flops
			share := percent(p.flops / b.sum())
			d.rect("bar "+p.class, fmt.Sprintf("%s: %s, %s", p.name, flopsText(p.flops), share), left, y, max(right-left-1, 0.5), bar)
			for _, s := range []string{p.name + " " + share, share} {
				if textWidth(s, text)+10 <= right-left {
					d.text("inside", left+6, y+bar/2+4, start, s)
					break
				}
			}
			if !hasClass(legend, p.class) {
				legend = append(legend, p)
			}
		}
		y += bar + fallGap
	}
	d.height = d.legend(legend, y-4)
	return d
}

func hasClass(list []flopsPart, class string) bool {
	for _, p := range list {
		if p.class == class {
			return true
		}
	}
	return false
}

// legend writes a row of swatches, or several, and returns where they end.
func (d *drawing) legend(parts []flopsPart, y float64) float64 {
	x := 0.0
	for _, p := range parts {
		w := 18 + textWidth(p.name, 12) + 14
		if x > 0 && x+w > d.width {
			x, y = 0, y+20
		}
		d.rect("bar "+p.class, "", x, y+4, 12, 12)
		d.text("tick", x+18, y+14, start, p.name)
		x += w
	}
	return y + 22
}
