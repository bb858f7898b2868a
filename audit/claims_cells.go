package audit

import (
	"math"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// claimCell is a number of a row as the judge reads it, in canonical units. Its intervals are nested readings of its digits:
// each may only be used where the one before does not do, and the report says so.
type claimCell struct {
	key     string
	text    string
	value   float64
	reading [claimLevels]reference.Interval
}

// The readings of a printed number: rounded at its last digit; or cut off after it; or, of a whole number that ends in zeros,
// rounded at its last other digit.
const (
	levelRounded = iota
	levelCut
	levelZeros
	claimLevels
)

// countCell is a cell that stands for one number: a count.
func countCell(key string, v float64) claimCell {
	x := reference.Exactly(v)
	return claimCell{key: key, text: plain(v), value: v, reading: [claimLevels]reference.Interval{x, x, x}}
}

// printedCell reads a number of which text are the digits and v is the canonical value. A trailing .0 is a digit here: people
// choose how many they print. ok is false where the text holds no number.
func printedCell(key, text string, v float64) (c claimCell, ok bool) {
	digits, exponent, ok := printedDigits(text)
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return c, false
	}
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return c, false
	}
	_, fraction, _ := strings.Cut(digits, ".")
	last := math.Pow(10, float64(exponent-len(fraction)))
	number *= math.Pow(10, float64(exponent))
	unit := 1.0
	if number > 0 {
		unit = v / number
	}
	rounded := reference.Interval{Lo: math.Max(0, number-last/2), Hi: number + last/2}
	cut := rounded.Hull(reference.Interval{Lo: number, Hi: number + last})
	loose := cut
	if fraction == "" && exponent == 0 && len(digits) > 3 {
		for u := 10.0; math.Mod(number, u) == 0 && u < number; u *= 10 {
			loose = reference.Interval{Lo: number - u/2, Hi: number + u/2}
		}
	}
	slack := func(x reference.Interval) reference.Interval { return widen(x.Scale(unit)) }
	c = claimCell{key: key, text: text, value: v}
	c.reading = [claimLevels]reference.Interval{slack(rounded), slack(cut), slack(loose)}
	return c, true
}

// printedDigits takes the number out of a cell: "1,635" is 1635, "57.8 %" is 57.8, "1.2e5" is 1.2 with exponent 5.
func printedDigits(text string) (digits string, exponent int, ok bool) {
	start := strings.IndexAny(text, "0123456789")
	if start < 0 {
		return "", 0, false
	}
	if start > 0 && text[start-1] == '.' {
		start--
	}
	var b strings.Builder
	rest := text[start:]
	for i, r := range rest {
		switch {
		case '0' <= r && r <= '9', r == '.' && !strings.Contains(b.String(), "."):
			b.WriteRune(r)
			continue
		case strings.ContainsRune(",_ \u00a0\u2009\u202f", r) && i+1 < len(rest) && groupFollows(rest[i+len(string(r)):]):
			continue
		case r == 'e' || r == 'E':
			if n, err := strconv.Atoi(strings.TrimSpace(rest[i+1:])); err == nil && n > -400 && n < 400 {
				exponent = n
			}
		}
		break
	}
	digits = strings.TrimSuffix(b.String(), ".")
	return digits, exponent, digits != ""
}

// groupFollows reports whether text begins with a group of exactly three digits.
func groupFollows(text string) bool {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return n == 3
}

// newClaimCells reads a row's quantities and counts. Where one is printed twice the first counts.
func newClaimCells(values []runlog.Observation, facts Facts) map[string]claimCell {
	cells := map[string]claimCell{}
	add := func(symbol string, c claimCell, ok bool) {
		if _, twice := cells[symbol]; ok && !twice {
			cells[symbol] = c
		}
	}
	for _, o := range values {
		text := o.Text
		if text == "" {
			text = strconv.FormatFloat(o.Logged, 'f', -1, 64)
		}
		key := o.Key
		if key == "" {
			key = string(o.Quantity)
		}
		c, ok := printedCell(key, text, o.Value())
		add(string(o.Quantity), c, ok)
	}
	for _, key := range []runlog.FactKey{
		runlog.Devices, runlog.SeqLen, runlog.GlobalBatch, runlog.MicroBatch, runlog.GradAccum, runlog.DataParallel,
		runlog.TensorParallel, runlog.PipelineParallel, runlog.ContextParallel,
	} {
		if n := facts.Int(key); n > 0 {
			add(string(key), countCell(string(key), float64(n)), true)
		}
	}
	for key, q := range map[runlog.FactKey]reference.Quantity{runlog.Parameters: reference.Parameters, runlog.TokensPerStep: reference.TokensPerStep} {
		if list := facts.Of(key); len(list) > 0 {
			c, ok := printedCell(string(key), list[0].Text, list[0].Num)
			if !ok && list[0].Num > 0 {
				c, ok = countCell(string(key), list[0].Num), true
			}
			add(string(q), c, ok)
		}
	}
	return cells
}
