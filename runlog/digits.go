package runlog

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// Digits is how a number was printed: its significant digits, and whether it was printed without a fraction ("18000",
// "18000.0": a trailing .0 is no digit) or is exactly a float32. The zero value means unknown.
type Digits uint16

// Flags of Digits above the digit count.
const (
	digitCount     Digits = 0xff
	DigitsInteger  Digits = 1 << 8 // no fraction and no exponent
	DigitsFloat32  Digits = 1 << 9 // a long decimal that is exactly a float32
	DigitsExponent Digits = 1 << 10
	DigitsCut      Digits = 1 << 11 // of an integer: the trainer cuts the fraction off, as Python's int() does
)

// Count is the number of significant digits as printed, trailing zeros included.
func (d Digits) Count() int { return int(d & digitCount) }

// Integer reports whether the number was printed without a fraction.
func (d Digits) Integer() bool { return d&DigitsInteger != 0 }

// A Reading is one way to understand how exact a printed number is.
type Reading string

// The readings, in the order in which they are tried.
const (
	ReadingExact     Reading = "exact"     // every digit that the value has was printed
	ReadingRounded   Reading = "rounded"   // the last digit is rounded
	ReadingTruncated Reading = "truncated" // further digits were cut off
)

// ulps is the slack of a fully printed float64: trainers multiply in another order.
const ulps = 8

// Readings lists what a logged value v may stand for, narrowest first: the interval contract of the project.
// 15 and more digits are ± 8 ulp; a float32 is ± 2⁻²² relative; fewer digits are ± half the last one. In a file that prints
// shortest round trips (longFloats) short numbers are exact first and rounded second; an integer is ± 0.5, or exact in such a
// file; one that ends in three or more zeros is exact first, then rounded to its significant digits. A truncated number comes
// last, unless the trainer is known to cut (DigitsCut): then that is the only reading.
func (d Digits) Readings(v float64, longFloats bool) []DigitReading {
	var list [3]DigitReading
	return slices.Clone(list[:d.readings(v, longFloats, &list)])
}

// readings writes the readings into a list and returns how many there are.
func (d Digits) readings(v float64, longFloats bool, list *[3]DigitReading) int {
	n := d.Count()
	one := func(r Reading, x reference.Interval) int {
		list[0] = DigitReading{r, x}
		return 1
	}
	switch {
	case v == 0 || n == 0:
		return one(ReadingExact, reference.Ulps(v, ulps))
	case d&DigitsFloat32 != 0:
		return one(ReadingExact, reference.Around(v, math.Abs(v)*0x1p-22))
	case d&DigitsCut != 0 && d.Integer() && v > 0:
		return one(ReadingTruncated, reference.Interval{Lo: v, Hi: v + 1})
	case n >= 15:
		return one(ReadingExact, reference.Ulps(v, ulps))
	}
	significant := n
	if d.Integer() {
		zeros := trailingZeros(v)
		switch {
		case zeros < 3 && longFloats:
			return one(ReadingExact, reference.Ulps(v, ulps))
		case zeros < 3:
			return one(ReadingRounded, reference.Around(v, 0.5))
		}
		significant = max(1, n-zeros)
	}
	last := math.Pow(10, float64(decade(v)-significant+1))
	rounded := DigitReading{ReadingRounded, reference.Around(v, last/2*(1+1e-9))}
	cut := reference.Interval{Lo: v, Hi: v + last}
	if v < 0 {
		cut = reference.Interval{Lo: v - last, Hi: v}
	}
	truncated := DigitReading{ReadingTruncated, cut}
	if d.Integer() || longFloats {
		*list = [3]DigitReading{{ReadingExact, reference.Ulps(v, ulps)}, rounded, truncated}
		return 3
	}
	list[0], list[1] = rounded, truncated
	return 2
}

// Widest is everything that a logged value v may stand for: the hull of its readings. It is for whole columns.
func (d Digits) Widest(v float64, longFloats bool) reference.Interval {
	if d.Count() >= 15 && d&(DigitsCut|DigitsFloat32) == 0 {
		return reference.Ulps(v, ulps) // most often
	}
	var list [3]DigitReading
	widest := list[0].Interval
	for i := range d.readings(v, longFloats, &list) {
		if x := list[i].Interval; i == 0 {
			widest = x
		} else {
			widest = widest.Hull(x)
		}
	}
	return widest
}

// DigitReading is a reading with what it allows the value to be, in logged units.
type DigitReading struct {
	Reading  Reading
	Interval reference.Interval
}

// decade is the power of ten of v's first digit. A logarithm would put 1000 into the decade below.
func decade(v float64) int {
	if v = math.Abs(v); 1 <= v && v < 1e22 {
		n := int(math.Log10(v))
		for n > 0 && v < exactTens[n] {
			n--
		}
		for v >= exactTens[n+1] {
			n++
		}
		return n
	}
	_, power, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(power)
	return n
}

// trailingZeros counts the decimal zeros at the end of an integer-valued v.
func trailingZeros(v float64) int {
	n := 0
	if v = math.Abs(v); v < 1<<63 {
		for u := uint64(v); u >= 10 && u%10 == 0; u /= 10 {
			n++
		}
		return n
	}
	for ; v >= 10 && math.Mod(v, 10) == 0; v /= 10 {
		n++
	}
	return n
}
