package report

import (
	"math"
	"strings"
	"unicode"
)

// scale maps values to places along an axis.
type scale struct {
	lo, hi   float64 // values at the ends
	from, to float64 // places of the ends
}

func (s scale) at(v float64) float64 {
	if s.hi == s.lo {
		return (s.from + s.to) / 2
	}
	return s.from + (v-s.lo)/(s.hi-s.lo)*(s.to-s.from)
}

// ticks are round values within an axis, about so many.
func (s scale) ticks(about int) []float64 {
	step := roundStep((s.hi - s.lo) / float64(max(about, 1)))
	if step <= 0 || !known(step) {
		return nil
	}
	var out []float64
	for i := math.Ceil(s.lo/step - 1e-9); i*step <= s.hi+step*1e-9 && len(out) < 100; i++ {
		out = append(out, i*step+0)
	}
	return out
}

// roundStep is the least of 1, 2 and 5 times a power of ten that is not below v.
func roundStep(v float64) float64 {
	if v <= 0 || !known(v) {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, k := range []float64{1, 2, 5} {
		if k*unit >= v*(1-1e-9) {
			return k * unit
		}
	}
	return 10 * unit
}

// fromZero is an axis from zero to a round value not below hi.
func fromZero(hi, from, to float64) scale {
	if hi <= 0 || !known(hi) {
		hi = 1
	}
	step := roundStep(hi / 5)
	return scale{0, math.Ceil(hi/step-1e-9) * step, from, to}
}

// around is an axis over values of a series: from zero where the least is far below the greatest, else no narrower than a tenth
// of the greatest, so that noise does not look like change.
func around(lo, hi, from, to float64) scale {
	if lo > hi || !known(lo) || !known(hi) {
		return scale{0, 1, from, to}
	}
	if lo >= 0 && lo < 0.6*hi {
		lo = 0
		return fromZero(hi*1.02, from, to)
	}
	least := 0.1 * max(math.Abs(lo), math.Abs(hi))
	if least == 0 {
		least = 1
	}
	if room := least - (hi - lo); room > 0 {
		lo, hi = lo-room/2, hi+room/2
	}
	pad := 0.08 * (hi - lo)
	return scale{lo - pad, hi + pad, from, to}
}

// textWidth is about how wide a text is set in a sans-serif of that size, in pixels; rather too wide than too narrow.
func textWidth(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljI.,:;|'!()[]", r):
			em += 0.35
		case r == ' ' || r == '\u00a0' || r == '\u202f':
			em += 0.3
		case unicode.IsUpper(r) || strings.ContainsRune("mwMW%—", r):
			em += 0.78
		case r >= 0x1100:
			em += 1
		default:
			em += 0.63
		}
	}
	return em * size
}

// fitLines breaks a text into lines of at most that many pixels.
func fitLines(s string, size, width float64) []string {
	var lines []string
	for _, word := range strings.Fields(clean(s)) {
		n := len(lines)
		if n > 0 && textWidth(lines[n-1]+" "+word, size) <= width {
			lines[n-1] += " " + word
			continue
		}
		// A word that no line holds breaks after a hyphen, if it has one where it fits.
		for textWidth(word, size) > width {
			at := len(word) - 1
			for at > 0 && (word[at-1] != '-' || textWidth(word[:at], size) > width) {
				at--
			}
			if at == 0 {
				break
			}
			lines, word = append(lines, word[:at]), word[at:]
		}
		lines = append(lines, fitWord(word, size, width))
	}
	return lines
}

// fitWord cuts a word that no line holds.
func fitWord(word string, size, width float64) string {
	if textWidth(word, size) <= width {
		return word
	}
	runes := []rune(word)
	for len(runes) > 1 && textWidth(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
