package report

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// luminance is the relative luminance of #rrggbb (WCAG 2.2, glossary).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("%s is no colour", hex)
	}
	channel := func(shift uint) float64 {
		v := float64(n>>shift&255) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrastIsEnoughInBothThemes(t *testing.T) {
	if c := contrast(t, "#000000", "#ffffff"); math.Abs(c-21) > 1e-9 {
		t.Fatalf("black on white is %v", c)
	}
	for name, pick := range map[string]func(hue) string{"light": func(h hue) string { return h.light }, "dark": func(h hue) string { return h.dark }} {
		colour := map[string]string{}
		for _, h := range theme() {
			colour[h.name] = pick(h)
		}
		for _, paper := range []string{"paper", "raised"} {
			for _, text := range []string{"ink", "muted", "accent", "wrong", "caution", "right"} {
				if c := contrast(t, colour[text], colour[paper]); c < 4.5 {
					t.Errorf("%s: %s on %s is %.2f : 1", name, text, paper, c)
				}
			}
		}
		for _, line := range []string{"logged", "accent-soft"} {
			if c := contrast(t, colour[line], colour["paper"]); c < 3 {
				t.Errorf("%s: %s on paper is %.2f : 1", name, line, c)
			}
		}
	}
	parts := regexp.MustCompile(`part-\w+ \{ fill: (#[0-9a-f]{6})`).FindAllStringSubmatch(chartCSS, -1)
	if len(parts) < 9 {
		t.Errorf("%d parts", len(parts))
	}
	for _, p := range parts {
		if c := contrast(t, "#ffffff", p[1]); c < 4.5 {
			t.Errorf("white in a bar of %s is %.2f : 1", p[0], c)
		}
	}
}

func TestEveryColourOfAStyleIsInTheTheme(t *testing.T) {
	known := map[string]bool{}
	for _, h := range theme() {
		known[h.name] = true
	}
	used := regexp.MustCompile(`var\(--([a-z-]+)\)`).FindAllStringSubmatch(htmlCSS+chartCSS, -1)
	if len(used) < 20 {
		t.Errorf("%d uses", len(used))
	}
	for _, u := range used {
		if !known[u[1]] {
			t.Errorf("--%s is no colour of the theme", u[1])
		}
	}
}
