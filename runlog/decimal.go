package runlog

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// scanDecimal reads the plain decimal that starts at data[at] the way parseNumber does: its value, its digits, and the offset
// after it. It reads what trainers print, a number of JSON with at most 19 digits and a moderate power of ten that is not zero,
// and returns an end of 0 for anything else.
func scanDecimal(data []byte, at int) (v float64, d Digits, end int) {
	negative := at < len(data) && data[at] == '-'
	if negative {
		at++
	}
	whole, p := scanDigits(data, at, 0)
	n := p - at // digits before the point
	if n == 0 || n > 19 || data[at] == '0' && n > 1 {
		return 0, 0, 0
	}
	mantissa, power := whole, 0
	integer := true
	if p < len(data) && data[p] == '.' {
		start := p + 1
		mantissa, p = scanDigits(data, start, whole)
		power = start - p
		if power == 0 || n-power > 20 || n-power == 20 && whole != 0 {
			return 0, 0, 0
		}
		integer = power == -1 && data[start] == '0'
	}
	shown := mantissa
	if integer {
		shown = whole
		mantissa, power = whole, 0
	}
	if p < len(data) && data[p]|0x20 == 'e' {
		e, q := scanExponent(data, p+1)
		if q == 0 {
			return 0, 0, 0
		}
		if integer && n < p-at { // 1.0e5: the zero is a digit here
			return 0, 0, 0
		}
		power, p, integer = power+e, q, false
		d |= DigitsExponent
	}
	v, ok := decimalValue(mantissa, power)
	if !ok || mantissa == 0 {
		return 0, 0, 0
	}
	count := decimalLength(shown)
	d |= Digits(count)
	if integer {
		d |= DigitsInteger
	} else if count >= longDigits && float64(float32(v)) == v && longFloat32(v, shown, count) {
		d |= DigitsFloat32
	}
	if negative {
		v = -v
	}
	return v, d, p
}

// scanDigits appends the decimal digits from data[at] on to a number, eight at a time, and returns where they end. What
// overflows is for the caller to see by their count.
func scanDigits(data []byte, at int, n uint64) (uint64, int) {
	for at+8 <= len(data) {
		x := binary.LittleEndian.Uint64(data[at:]) ^ 0x3030303030303030 // digits become 0 to 9
		other := ((x&0x7f7f7f7f7f7f7f7f + 0x7676767676767676) | x) & 0x8080808080808080
		if other == 0 {
			n = n*100_000_000 + eightDigits(x)
			at += 8
			continue
		}
		k := bits.TrailingZeros64(other) / 8
		return n*powersOfTen[k] + eightDigits(x<<(64-8*k)), at + k
	}
	for at < len(data) && isDigit(data[at]) {
		n = n*10 + uint64(data[at]-'0')
		at++
	}
	return n, at
}

// eightDigits is the number whose digits are the bytes of x, the first in the lowest byte: pairs, then fours, then all.
func eightDigits(x uint64) uint64 {
	x = (x * 2561) >> 8 & 0x00ff00ff00ff00ff
	x = (x * 6553601) >> 16 & 0x0000ffff0000ffff
	return x * 42949672960001 >> 32
}

// scanExponent reads a power of ten of at most three digits; end is 0 if there is none.
func scanExponent(data []byte, at int) (power, end int) {
	sign := 1
	if at < len(data) && (data[at] == '-' || data[at] == '+') {
		if data[at] == '-' {
			sign = -1
		}
		at++
	}
	n, end := scanDigits(data, at, 0)
	if end == at || end-at > 3 {
		return 0, 0
	}
	return sign * int(n), end
}

// exactPowers is how far powers of five fit into 64 bits.
const exactPowers = 27

// decimalValue is the float64 nearest to m × 10^power, to even where two are, by whole numbers of 128 bits; ok is false where they
// do not suffice.
func decimalValue(m uint64, power int) (v float64, ok bool) {
	switch {
	case m == 0:
		return 0, true
	case power == 0:
		return float64(m), true
	case power < -exactPowers || power > exactPowers:
		return 0, false
	case m < 1<<53 && -22 <= power && power < 0:
		return float64(m) / exactTens[-power], true // both exact; 10^22 is the largest such power
	case m < 1<<53 && 0 < power && power <= 22:
		return float64(m) * exactTens[power], true
	case power > 0:
		hi, lo := bits.Mul64(m, powersOfFive[power])
		if hi == 0 {
			return roundBits(lo, false, power), true
		}
		n := bits.LeadingZeros64(hi)
		return roundBits(hi<<n|lo>>(64-n), lo<<n != 0, power+64-n), true
	}
	// m ÷ 5^k, both with their first bit set: the quotient then has 63 or 64 bits.
	five := powersOfFive[-power]
	shiftM, shiftFive := bits.LeadingZeros64(m), bits.LeadingZeros64(five)
	m <<= shiftM
	quotient, rest := bits.Div64(m>>1, m<<63, five<<shiftFive)
	return roundBits(quotient, rest != 0, power-63+shiftFive-shiftM), true
}

// roundBits is the float64 nearest to m × 2^exponent, where more says that m goes on behind its last bit.
func roundBits(m uint64, more bool, exponent int) float64 {
	n := bits.LeadingZeros64(m)
	m <<= n
	exponent += 11 - n
	rest := m & 0x7ff
	m >>= 11
	if rest > 0x400 || rest == 0x400 && (more || m&1 == 1) {
		m++
		if m == 1<<53 {
			m >>= 1
			exponent++
		}
	}
	return math.Float64frombits(uint64(exponent+52+1023)<<52 | m&(1<<52-1))
}

// decimalLength is how many digits m has; 1 for 0.
func decimalLength(m uint64) int {
	n := bits.Len64(m|1) * 1233 >> 12 // × log10 2, at most one too many
	if m|1 < powersOfTen[n] {
		return n
	}
	return n + 1
}

// longFloat32 reports whether it takes at least longDigits digits to print v, a float32, which was printed with the count digits
// of m. If fewer did, then so would m rounded to one less, and it would differ from m by no more than what both lost to v.
func longFloat32(v float64, m uint64, count int) bool {
	if count <= 15 && m%10 != 0 {
		return true
	}
	if count > 15 {
		unit := powersOfTen[count-(longDigits-1)]
		slack := m>>51 + 2
		if r := m % unit; r > slack && unit-r > slack {
			return true
		}
	}
	return shortestDigits(v) >= longDigits
}

// powersOfTen are those that fit into 64 bits.
var powersOfTen = [...]uint64{
	1e0, 1e1, 1e2, 1e3, 1e4,
	1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14,
	1e15, 1e16, 1e17, 1e18, 1e19,
}

// exactTens are the powers of ten that a float64 holds exactly.
var exactTens = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

var powersOfFive = [exactPowers + 1]uint64{
	1, 5, 25, 125, 625, 3125, 15625,
	78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125,
	6103515625, 30517578125, 152587890625, 762939453125, 3814697265625, 19073486328125, 95367431640625,
	476837158203125, 2384185791015625, 11920928955078125, 59604644775390625, 298023223876953125, 1490116119384765625, 7450580596923828125,
}
