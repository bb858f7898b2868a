package runlog

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Errors of parseNumber.
var (
	errNoNumber   = errors.New("not a number")
	errOutOfRange = errors.New("outside the range of a float64")
)

// longDigits is from how many digits on a decimal is a fully printed binary fraction rather than a rounded number.
const longDigits = 13

// parseNumber reads a decimal as printed, with the digits that it shows. It fails with errNoNumber, also for NaN and
// infinity, and with errOutOfRange if the value overflows, or vanishes though a digit of it does not.
func parseNumber(text string) (float64, Digits, error) {
	d, zero, ok := printedDigits(text)
	if !ok {
		return 0, 0, errNoNumber
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) || v == 0 && !zero {
		return 0, 0, errOutOfRange
	}
	if !d.Integer() && d.Count() >= longDigits && float64(float32(v)) == v && shortestDigits(v) >= longDigits {
		d |= DigitsFloat32
	}
	return v, d, nil
}

// printedDigits counts the significant digits of a decimal: leading zeros are none, trailing ones are if they stand after the
// point, and a lone ".0" is none. A zero has one.
func printedDigits(text string) (d Digits, zero, ok bool) {
	at := 0
	if text != "" && (text[0] == '+' || text[0] == '-') {
		at = 1
	}
	digits, significant, fraction, point := 0, 0, 0, false
	zeros := true // of the fraction
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case isDigit(c):
			digits++
			if significant > 0 || c != '0' {
				significant++
			}
			if point {
				fraction++
				zeros = zeros && c == '0'
			}
			continue
		case c == '.' && !point:
			point = true
			continue
		}
		break
	}
	exponent := at < len(text)
	if exponent && !isExponent(text[at:]) || digits == 0 {
		return 0, false, false
	}
	integer := !exponent && (!point || zeros && fraction <= 1)
	if integer {
		if significant > 0 {
			significant -= fraction
		}
		fraction = 0
	}
	n := min(significant, int(digitCount))
	if zero = significant == 0; zero {
		n = max(1, fraction)
	}
	d = Digits(n) & digitCount
	if integer {
		d |= DigitsInteger
	}
	if exponent {
		d |= DigitsExponent
	}
	return d, zero, true
}

// isExponent reports whether text is a power of ten such as e-05.
func isExponent(text string) bool {
	if text[0] != 'e' && text[0] != 'E' {
		return false
	}
	text = text[1:]
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	return onlyDigits(text)
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// shortestDigits is how many digits it takes to print v so that it reads back as v.
func shortestDigits(v float64) int {
	mantissa, _, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'e', -1, 64), "e")
	return len(strings.Replace(mantissa, ".", "", 1))
}
