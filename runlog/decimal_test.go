package runlog

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// checkDecimal holds the fast reading of a number against the careful one.
func checkDecimal(t *testing.T, text string) (read bool) {
	t.Helper()
	for _, rest := range []string{"", ", \"x\": 12345678", "}\n"} {
		v, d, end := scanDecimal([]byte(text+rest), 0)
		if end == 0 {
			continue
		}
		read = true
		if end != len(text) {
			t.Errorf("%q ends at %d", text, end)
			continue
		}
		w, e, err := parseNumber(text)
		if err != nil || !isJSONNumber(text) || math.Float64bits(v) != math.Float64bits(w) || d != e {
			t.Errorf("%q is %v with %b, not %v with %b, %v", text, v, d, w, e, err)
		}
	}
	return read
}

func TestNumbersAreReadFastAndExactly(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	missed := 0
	const rounds = 100_000
	for range rounds {
		var v float64
		switch random.IntN(5) {
		case 0:
			v = math.Float64frombits(random.Uint64()>>2 | 3<<61)
		case 1:
			v = random.Float64()
		case 2:
			v = float64(float32(random.NormFloat64()))
		case 3:
			v = random.Float64() * math.Pow(10, float64(random.IntN(22)))
		case 4:
			v = float64(random.IntN(1 << 40))
		}
		v *= math.Pow(10, float64(random.IntN(8)-4))
		format := "efg"[random.IntN(3)]
		precision := random.IntN(20) - 1
		text := strconv.FormatFloat(v, format, precision, 64)
		if random.IntN(4) == 0 {
			text = fmt.Sprint(random.Uint64N(1<<random.IntN(64))) + "." + strconv.Itoa(random.IntN(100_000))
		}
		if !checkDecimal(t, text) {
			missed++
		}
	}
	if missed > rounds/2 {
		t.Errorf("%d of %d are not read", missed, rounds)
	}
	// Halfway between two float64, a hair beside it, and the ends of what is read.
	for _, text := range []string{
		"9007199254740993", "9007199254740992.9", "9007199254740993.1", "4503599627370496.5", "4503599627370497.5", "1e22", "1e23", "9007199254740993e3",
		"18446744073709551615", "1844674407370955161", "9999999999999999999", "99999999999999999999", "0.9999999999999999999", "0.1234567890123456789",
		"1.0e5", "1.0", "1.00", "10.0", "0.1", "0.30000000000000004", "10.982536315917969", "0.5000000000000", "0.10000000149011612", "5.0000000000000", "1e-5", "1E+5",
		"8.5e-27", "123e0", "1.", ".5", "01", "-0.5", "-1", "1e", "1e+", "+1", "0", "0.0", "1.5e999", "1e-300", "12345678.12345678", "12345678",
	} {
		checkDecimal(t, text)
	}
}

func FuzzDecimal(f *testing.F) {
	f.Add("60154271760384.0")
	f.Add("-1.5e-7")
	f.Fuzz(func(t *testing.T, text string) {
		v, d, end := scanDecimal([]byte(text), 0)
		if end == 0 {
			return
		}
		w, e, err := parseNumber(text[:end])
		if err != nil || v != w || d != e {
			t.Errorf("%q is %v with %b, not %v with %b, %v", text[:end], v, d, w, e, err)
		}
	})
}
