package runlog

import (
	"errors"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cellNumber is the number of a cell of a table.
type cellNumber struct {
	value  float64
	digits Digits
	text   string // as printed, with its thousands marks and suffix, without marks of a footnote, unit and tolerance
	unit   string // what follows it: "%", "TFLOP/s"
	about  bool   // it is called approximate or has a tolerance
	letter byte   // K, M, B, T where the number has such a suffix
}

// Errors of parseCell beside those of parseNumber.
var (
	errAbsent = errors.New("no value")
	errBound  = errors.New("a bound, not a value")
	errRange  = errors.New("several numbers")
	errCommas = errors.New("a comma that may part thousands or a fraction")
)

// absentWords are what tables print for "none", in lower case.
var absentWords = []string{
	"", "-", "--", "---", "–", "—", "−", "n/a", "na", "n.a.", "nan", "none", "null", "nil", "tbd", "tba", "?", "…", "...", "oom", "out of memory",
	"x", "✗", "✘", "not reported", "n/r", "unknown", "/",
}

// isAbsent reports whether a cell says that it has no value.
func isAbsent(text string) bool { return slices.Contains(absentWords, strings.ToLower(unmarked(text))) }

// footnotes are the signs that point at a footnote; where they stand behind a cell, they are none of it.
const footnotes = "*†‡§¶‖#¹²³⁴⁵⁶⁷⁸⁹⁰ᵃᵇᶜᵈᵉ✓✔ "

// unmarked is a cell's text without marks of footnotes around it: "44%*", "[1]", "†".
func unmarked(text string) string {
	for {
		before := text
		text = strings.TrimSpace(text)
		if trimmed := strings.TrimRight(text, footnotes); trimmed != "" {
			text = trimmed
		}
		if i := strings.LastIndexByte(text, '['); i > 0 && strings.HasSuffix(text, "]") && len(text)-i <= 6 {
			text = text[:i]
		}
		if text == before {
			return text
		}
	}
}

// parseCell reads a number as people print it in tables: with thousands marks (1,024, 1 024, 1'024), a suffix (1.7B), a power
// (1.2×10^23), a tolerance (45.2 ± 0.3, 45.2(3)), a unit behind it and marks of footnotes. Printed zeros behind the point are digits.
// Digits say how sure the number is: one that is called approximate (~400, ≈ 52 %) has its trailing zeros and one digit more taken
// off, and one with a tolerance those that the tolerance does not leave. decimal says that the table writes commas for points.
func parseCell(text string, decimal bool) (n cellNumber, err error) {
	if isAbsent(text) {
		return n, errAbsent
	}
	text = unmarked(text)
	rest, approximate := text, false
	for _, mark := range []string{"~", "≈", "∼", "≃", "approx.", "about", "ca.", "c."} {
		if after, ok := strings.CutPrefix(rest, mark); ok {
			rest, approximate = strings.TrimSpace(after), true
			break
		}
	}
	for _, mark := range []string{"<", ">", "≤", "≥", "⩽", "⩾", "up to", "≲", "≳"} {
		if strings.HasPrefix(rest, mark) {
			return n, errBound
		}
	}
	plain, size, err := plainNumber(rest, decimal)
	if err != nil {
		return n, err
	}
	mantissa := plain
	printed := rest[:size]
	rest = rest[size:]
	tolerance := ""
	if inside, after, ok := uncertainty(rest); ok {
		tolerance, rest = lastDigits(plain, inside), after
	}
	if power, length := powerOfTen(rest); length > 0 {
		plain += power
		printed += rest[:length]
		rest = rest[length:]
	}
	if letter, power, length := magnitude(rest); length > 0 {
		n.letter = letter
		plain += power
		printed += rest[:length]
		rest = rest[length:]
	}
	if n.value, n.digits, err = parseNumber(plain); err != nil {
		return n, err
	}
	if whole, decimals, point := strings.Cut(mantissa, "."); point && n.digits.Integer() { // 502.0 is four digits
		n.digits = Digits(min(len(strings.TrimLeft(strings.TrimLeft(whole, "+-"), "0"))+len(decimals), int(digitCount)))
	}
	rest = strings.TrimSpace(rest)
	for _, mark := range []string{"±", "+/-", "+-", "∓"} {
		after, ok := strings.CutPrefix(rest, mark)
		if !ok {
			continue
		}
		after = strings.TrimSpace(after)
		if t, length, err := plainNumber(after, decimal); err == nil {
			tolerance, rest = t, strings.TrimSpace(after[length:])
		}
	}
	switch {
	case tolerance != "":
		n.digits = n.digits.within(n.value, tolerance)
	case approximate:
		n.digits = n.digits.approximate(n.value)
	}
	n.about = approximate || tolerance != ""
	n.text, n.unit = printed, unmarked(rest)
	if first, _ := utf8.DecodeRuneInString(n.unit); unicode.IsDigit(first) || strings.ContainsRune("-–—−/×*+", first) && n.unit != "" {
		return n, errRange
	}
	return n, nil
}

// approximate is how surely a number is known that is called approximate.
func (d Digits) approximate(v float64) Digits {
	n := d.Count()
	if d.Integer() {
		n -= trailingZeros(v)
	}
	return Digits(max(1, n-1))
}

// within is how surely a number is known that has a tolerance: as many digits as leave half of the last one to it.
func (d Digits) within(v float64, tolerance string) Digits {
	t, _, err := parseNumber(tolerance)
	if err != nil || t <= 0 || v == 0 {
		return d
	}
	n := decade(v) + 1 - int(math.Ceil(math.Log10(2*t)-1e-9))
	return Digits(max(1, min(n, d.Count())))
}

// plainNumber takes the number that text begins with to Go's spelling, and says how long it is. A mark counts as one of thousands
// where three digits stand behind each.
func plainNumber(text string, decimal bool) (plain string, size int, err error) {
	var b strings.Builder
	at := 0
	switch {
	case strings.HasPrefix(text, "−"):
		b.WriteByte('-')
		at = len("−")
	case text != "" && (text[0] == '-' || text[0] == '+'):
		b.WriteByte(text[0])
		at = 1
	}
	digits := func() int {
		start := at
		for at < len(text) && isDigit(text[at]) {
			at++
		}
		b.WriteString(text[start:at])
		return at - start
	}
	first := digits()
	for leading := b.String(); first > 0 && first <= 3 && leading[len(leading)-first] != '0'; {
		mark := thousandsMark(text[at:], decimal)
		if mark == 0 {
			break
		}
		at += mark
		b.WriteString(text[at : at+3])
		at += 3
	}
	point := byte('.')
	if decimal {
		point = ','
	}
	fraction := 0
	switch {
	case at+1 < len(text) && text[at] == point && isDigit(text[at+1]):
		at++
		b.WriteByte('.')
		fraction = digits()
	case at+1 < len(text) && text[at] == ',' && isDigit(text[at+1]):
		return "", 0, errCommas
	case at < len(text) && text[at] == point && first > 0:
		at++
	}
	if first+fraction == 0 {
		return "", 0, errNoNumber
	}
	return b.String(), at, nil
}

// thousandsMark is how long the mark at the beginning of text is that parts thousands, 0 if there is none.
func thousandsMark(text string, decimal bool) int {
	marks := []string{",", "'", "’", "_", " ", "\u00a0", "\u202f", "\u2009"}
	if decimal {
		marks[0] = "."
	}
	for _, mark := range marks {
		rest, ok := strings.CutPrefix(text, mark)
		if ok && len(rest) >= 3 && onlyDigits(rest[:3]) && (len(rest) == 3 || !isDigit(rest[3])) {
			return len(mark)
		}
	}
	return 0
}

// uncertainty is what stands in brackets right behind a number: 45.2(3).
func uncertainty(text string) (inside, after string, ok bool) {
	if !strings.HasPrefix(text, "(") {
		return "", text, false
	}
	inside, after, ok = strings.Cut(text[1:], ")")
	return inside, after, ok && onlyDigits(inside) && len(inside) <= 3
}

// lastDigits is an uncertainty in units of a number's last digit, as a number.
func lastDigits(plain, inside string) string {
	_, decimals, _ := strings.Cut(plain, ".")
	digits := strings.Repeat("0", max(0, len(decimals)+1-len(inside))) + inside
	return digits[:len(digits)-len(decimals)] + "." + digits[len(digits)-len(decimals):]
}

// powerOfTen is the power that text begins with, in Go's spelling, and its length: e23, ×10^23, x 10^{23}.
func powerOfTen(text string) (power string, length int) {
	rest := strings.TrimLeft(text, " ")
	for _, times := range []string{"×", "x", "·", "*", "⋅"} {
		after, ok := strings.CutPrefix(rest, times)
		if after, ten := strings.CutPrefix(strings.TrimLeft(after, " "), "10^"); ok && ten {
			digits := leadingInteger(strings.TrimLeft(after, "{("))
			tail := strings.TrimLeft(after, "{(")[len(digits):]
			if digits != "" && len(digits) <= 4 {
				return "e" + digits, len(text) - len(strings.TrimLeft(tail, "})"))
			}
		}
	}
	if text != "" && (text[0] == 'e' || text[0] == 'E') {
		digits := leadingInteger(text[1:])
		if tail := text[1+len(digits):]; digits != "" && len(digits) <= 4 && (tail == "" || !isWord(tail[0])) {
			return "e" + digits, 1 + len(digits)
		}
	}
	return "", 0
}

// leadingInteger is the integer that text begins with, with its sign.
func leadingInteger(text string) string {
	at := 0
	if text != "" && (text[0] == '-' || text[0] == '+') {
		at = 1
	}
	end := at
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	if end == at {
		return ""
	}
	return text[:end]
}

// magnitudes are the words and letters behind a number that stand for a power of ten.
var magnitudes = map[string]struct {
	letter byte
	power  string
}{
	"K": {'K', "e3"}, "k": {'K', "e3"}, "M": {'M', "e6"}, "B": {'B', "e9"}, "b": {'B', "e9"}, "G": {'B', "e9"}, "T": {'T', "e12"},
	"thousand": {'K', "e3"}, "million": {'M', "e6"}, "mn": {'M', "e6"}, "billion": {'B', "e9"}, "bn": {'B', "e9"}, "trillion": {'T', "e12"},
}

// magnitude is the suffix that text begins with. A small m may be minutes or metres, and is none except right behind the number,
// as in "125m".
func magnitude(text string) (letter byte, power string, length int) {
	rest := strings.TrimLeft(text, " ")
	word := rest
	for i, r := range rest {
		if !unicode.IsLetter(r) && r != '/' {
			word = rest[:i]
			break
		}
	}
	m, ok := magnitudes[word]
	switch {
	case !ok:
		m, ok = magnitudes[strings.ToLower(word)]
		ok = ok && len(word) > 1
	case len(word) == 1 && len(rest) < len(text):
		ok = ok && word != "G" // "7 B", but not "7 G"
	}
	if !ok && word == "m" && rest == text {
		m, ok = magnitudes["M"], true
	}
	if !ok {
		return 0, "", 0
	}
	return m.letter, m.power, len(text) - len(rest) + len(word)
}
