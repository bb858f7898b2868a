package report

import (
	_ "embed"
	"strings"
)

// chartCSS styles charts by class, in colours that a theme names.
//
//go:embed templates/chart.css
var chartCSS string

// hue is one colour of the page and its charts, for light and for dark surroundings. Text on paper keeps a contrast of at least 4.5 : 1,
// lines and areas that carry meaning 3 : 1 (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
type hue struct{ name, light, dark string }

// theme lists the colours: one accent, one for what is wrong, one each for the other verdicts, and greys.
func theme() []hue {
	return []hue{
		{"paper", "#ffffff", "#14181d"},
		{"raised", "#f6f7f9", "#1c2127"},
		{"ink", "#1b2128", "#e4e8ec"},
		{"muted", "#59636e", "#9ba6b2"},
		{"hair", "#dfe3e8", "#2e353d"},
		{"accent", "#1d5fbf", "#6da7f5"},
		{"accent-soft", "#6b93cc", "#4f7cb0"},
		{"logged", "#7b8590", "#8b95a1"},
		{"wrong", "#b3261e", "#f2857c"},
		{"caution", "#855300", "#e0ae5a"},
		{"right", "#1a6b3c", "#6cc08b"},
	}
}

// variables writes the theme as custom properties of CSS.
func variables(dark bool) string {
	var b strings.Builder
	for _, h := range theme() {
		v := h.light
		if dark {
			v = h.dark
		}
		b.WriteString("--" + h.name + ": " + v + "; ")
	}
	return strings.TrimSpace(b.String())
}

// standaloneCSS is the style of a chart in a file of its own: light, with each colour written out, since many programs that show SVG know
// no custom properties.
func standaloneCSS() string {
	var pairs []string
	for _, h := range theme() {
		pairs = append(pairs, "var(--"+h.name+")", h.light)
	}
	return strings.NewReplacer(pairs...).Replace(chartCSS)
}
