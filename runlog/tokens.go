package runlog

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// token is where a value stands in a line, under the name that it is printed with.
type token struct {
	key        string
	start, end int
}

// Errors of parsePrinted beside those of parseNumber.
var (
	errNaN         = errors.New("NaN")
	errInfinity    = errors.New("infinite")
	errNotMeasured = errors.New("not measured")
)

// suffixPowers are the powers of ten that consoles abbreviate.
var suffixPowers = map[byte]string{'K': "e3", 'M': "e6", 'B': "e9", 'G': "e9", 'T': "e12", 'P': "e15"}

// parsePrinted reads a number as a console prints it: with thousands commas (820,214) or a suffix (123.59M). Consoles print
// a fixed number of decimals, so a trailing ".0" is a digit here.
func parsePrinted(text string) (float64, Digits, error) {
	switch strings.ToLower(strings.TrimLeft(text, "+-")) {
	case "nan":
		return 0, 0, errNaN
	case "inf", "infinity":
		return 0, 0, errInfinity
	case "n/a", "none":
		return 0, 0, errNotMeasured
	}
	text = strings.ReplaceAll(text, ",", "")
	if n := len(text); n > 0 && suffixPowers[text[n-1]] != "" {
		return parseNumber(text[:n-1] + suffixPowers[text[n-1]])
	}
	v, d, err := parseNumber(text)
	if _, decimals, point := strings.Cut(text, "."); err == nil && point && d.Integer() {
		d = Digits(min(d.Count()+len(decimals), int(digitCount)))
	}
	return v, d, err
}

// numberEnd is where the number that starts at text[at] ends, at if there is none. Words that stand for no number count as
// one: nan, inf, N/A, None.
func numberEnd(text []byte, at int) int {
	i := at
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		i++
	}
	for _, word := range []string{"nan", "infinity", "inf", "n/a", "none"} {
		if n := i + len(word); n <= len(text) && bytes.EqualFold(text[i:n], []byte(word)) && (n == len(text) || !isWord(text[n])) {
			return n
		}
	}
	digits := i
	for i < len(text) && (isDigit(text[i]) || text[i] == ',' && i > digits && i+1 < len(text) && isDigit(text[i+1])) {
		if text[i] == ',' {
			if i+3 >= len(text) || !isDigit(text[i+2]) || !isDigit(text[i+3]) || i+4 < len(text) && isDigit(text[i+4]) {
				return at // no thousands: who knows what this is
			}
			i += 3
		}
		i++
	}
	if i < len(text) && text[i] == '.' {
		for i++; i < len(text) && isDigit(text[i]); i++ {
		}
	}
	if i == digits || i == digits+1 && text[digits] == '.' {
		return at
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		power := i + 1
		if power < len(text) && (text[power] == '-' || text[power] == '+') {
			power++
		}
		if power < len(text) && isDigit(text[power]) {
			for i = power; i < len(text) && isDigit(text[i]); i++ {
			}
		}
	} else if i < len(text) && suffixPowers[text[i]] != "" && (i+1 == len(text) || !isWord(text[i+1])) {
		i++
	}
	return i
}

// cursor walks over a line whose shape is known.
type cursor struct {
	text []byte
	at   int
}

// literal steps over a text, if it is there.
func (c *cursor) literal(want string) bool {
	if len(c.text)-c.at < len(want) || string(c.text[c.at:c.at+len(want)]) != want {
		return false
	}
	c.at += len(want)
	return true
}

// blanks steps over blanks.
func (c *cursor) blanks() {
	for c.at < len(c.text) && (c.text[c.at] == ' ' || c.text[c.at] == '\t') {
		c.at++
	}
}

// number steps over blanks and a number.
func (c *cursor) number(key string) (token, bool) {
	c.blanks()
	t := token{key, c.at, numberEnd(c.text, c.at)}
	c.at = t.end
	return t, t.end > t.start
}

// integer steps over blanks and the number of a step.
func (c *cursor) integer() (int64, bool) {
	c.blanks()
	start := c.at
	for c.at < len(c.text) && isDigit(c.text[c.at]) {
		c.at++
	}
	n, err := strconv.ParseInt(string(c.text[start:c.at]), 10, 64)
	return n, err == nil
}

// stepOf steps over "71/ 100 |": a step, how many there are, and what stands behind.
func (c *cursor) stepOf(end string) (int64, bool) {
	step, ok := c.integer()
	if c.blanks(); !ok || !c.literal("/") {
		return 0, false
	}
	_, ok = c.integer()
	if c.blanks(); !ok || !c.literal(end) {
		return 0, false
	}
	return step, true
}

// after returns a cursor behind each place where a word starts that is want, until one of them is to the taste of f.
func after(text []byte, want string, f func(c cursor) bool) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(want))
		if i < 0 {
			return false
		}
		i += at
		at = i + len(want)
		if (i == 0 || !isWord(text[i-1])) && f(cursor{text, at}) {
			return true
		}
	}
}
