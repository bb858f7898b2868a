package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// model writes the architecture that the audit used, what it rests on, and which others fit. A declared one that nothing
// contradicts takes one line.
func (p *page) model(r *audit.RunReport) {
	m := r.Model
	broken := notBelieved(r.Facts)
	if m.Architecture == nil && m.Parameters == 0 && len(broken) == 0 && (!p.verbose || len(r.Facts) == 0) {
		return
	}
	p.blank()
	text := modelText(m)
	lines := wrap(clean(text), p.rest(labelColumn))
	for i, l := range lines {
		label := ""
		if i == 0 {
			label = "model"
		}
		p.line(span{padRight(label, labelColumn), bold}, span{l, plain})
	}
	for i, e := range m.Evidence {
		p.labelled(0, labelColumn, onlyFirst(i, "evidence"), plain, e)
	}
	p.labelled(0, labelColumn, "searched", plain, m.Domain)
	p.labelled(0, labelColumn, "undecided", plain, strings.Join(m.Undecided, ", "))
	var told []string
	for _, v := range m.Rivals {
		if line := rivalText(v); !slices.Contains(told, line) {
			p.labelled(0, labelColumn, "rival", plain, line)
			told = append(told, line)
		}
	}
	for i, f := range broken {
		p.labelled(0, labelColumn, onlyFirst(i, "dropped"), plain, factText(f)+": "+f.Broken)
	}
	if p.verbose {
		p.facts(r.Facts)
	}
}

// modelText writes the architecture, where it is from, and its parameters.
func modelText(m audit.ModelReport) string {
	text := "unknown"
	if m.Architecture != nil {
		text = dimensions(m.Architecture)
		if m.SeqLen > 0 {
			text += ", " + noBreak("S "+fmt.Sprint(m.SeqLen))
		}
	}
	switch {
	case m.Architecture == nil:
	case len(m.Undecided) > 0:
		text = "one of those that fit: " + text
	case m.Source != "":
		text = m.Source + ": " + text
	}
	if n := parametersOf(m); n > 0 {
		text += "; " + noBreak(group(n)+" parameters")
	}
	return text
}

// onlyFirst is a label for the first of several entries.
func onlyFirst(i int, label string) string {
	if i == 0 {
		return label
	}
	return ""
}

// rivalText writes another architecture and what speaks against it.
func rivalText(v audit.ModelRival) string {
	text := v.Describe
	if text == "" {
		text = dimensions(&v.Architecture)
	}
	if len(v.Breaks) > 0 {
		text += "; contradicts " + strings.Join(v.Breaks, ", ")
	}
	if len(v.Against) > 0 {
		text += "; against it: " + strings.Join(v.Against, ", ")
	}
	if v.MFU > 0 && known(v.MFU) {
		text += "; its MFU would be " + percent(v.MFU)
	}
	return text
}

// dimensions writes an architecture in full: 24 layers, H 2048, 16 heads of 128, FFN 5461 gated, V 151643 untied.
func dimensions(m *reference.Architecture) string {
	parts := []string{plural(int(m.Layers()), "layer"), fmt.Sprintf("H %d", m.Hidden)}
	parts = append(parts, layerText(m.First())...)
	if n := len(m.Groups); n > 1 {
		parts = append(parts, fmt.Sprintf("first of %d kinds of layers", n))
	}
	if m.Vocab > 0 {
		head := "untied"
		if m.Tied {
			head = "tied"
		}
		parts = append(parts, fmt.Sprintf("V %d %s", m.Vocab, head))
	}
	if m.Positions > 0 {
		parts = append(parts, fmt.Sprintf("%d learned positions", m.Positions))
	}
	for i := range parts {
		parts[i] = noBreak(parts[i])
	}
	return strings.Join(parts, ", ")
}

// layerText writes one layer's dimensions.
func layerText(g reference.LayerGroup) []string {
	at := g.Attention
	var parts []string
	if g.Mixer != nil {
		parts = append(parts, g.Mixer.Name())
	}
	if at.Heads > 0 {
		parts = append(parts, fmt.Sprintf("%d heads of %d", at.Heads, at.HeadDim))
	}
	switch {
	case at.IsLatent():
		parts = append(parts, fmt.Sprintf("latent of rank %d", at.Latent.KVRank))
	case at.KVHeads != at.Heads:
		parts = append(parts, plural(int(at.KVHeads), "KV head"))
	}
	switch {
	case at.Chunked:
		parts = append(parts, fmt.Sprintf("chunk %d", at.Window))
	case at.Window > 0:
		parts = append(parts, fmt.Sprintf("window %d", at.Window))
	}
	gated := ""
	if g.FFN.Gated {
		gated = " gated"
	}
	if g.FFN.Width > 0 {
		parts = append(parts, fmt.Sprintf("FFN %d", g.FFN.Width)+gated)
	}
	if x := g.FFN.Experts; x.Count > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d experts %d", x.Active, x.Count, x.Width)+gated)
		if x.SharedWidth > 0 {
			parts = append(parts, fmt.Sprintf("shared expert %d", x.SharedWidth))
		}
	}
	return parts
}

// notBelieved picks the facts that the audit did not use.
func notBelieved(list []audit.FactReport) []audit.FactReport {
	var out []audit.FactReport
	for _, f := range list {
		if f.Broken != "" {
			out = append(out, f)
		}
	}
	return out
}

func factText(f audit.FactReport) string {
	text := f.Key + " " + f.Value
	from := f.Source
	if at := spot(f.Pos); at != "" {
		from = strings.TrimPrefix(from+", "+at, ", ")
	}
	if from != "" {
		text += " (" + from + ")"
	}
	return text
}

// facts lists what was believed, one fact a line.
func (p *page) facts(list []audit.FactReport) {
	i := 0
	for _, f := range list {
		if f.Broken == "" {
			p.labelled(0, labelColumn, onlyFirst(i, "facts"), plain, factText(f))
			i++
		}
	}
}
