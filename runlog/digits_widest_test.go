package runlog

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestTheWidestReadingHoldsAllOthers(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range 20_000 {
		v := random.NormFloat64() * math.Pow(10, float64(random.IntN(30)-8))
		text := strconv.FormatFloat(v, "eg"[random.IntN(2)], random.IntN(18), 64)
		v, d, err := parseNumber(text)
		if err != nil {
			t.Fatal(text, err)
		}
		if random.IntN(5) == 0 {
			d |= DigitsCut
		}
		long := random.IntN(2) == 0
		want := d.Readings(v, long)[0].Interval
		for _, r := range d.Readings(v, long) {
			want = want.Hull(r.Interval)
		}
		if got := d.Widest(v, long); got != want {
			t.Errorf("%s: %v, not %v", text, got, want)
		}
	}
}

func TestDecadesAndZerosAreThoseOfThePrintedNumber(t *testing.T) {
	for _, v := range []float64{1, 9, 9.999999999999998, 10, 99.99999999999999, 100, 1000, 123456, 1e15, 9.999999999999999e15, 1e21, 9.999999999999999e21, 1e22, 1e23, 0.1, 0.099, 1e-7, 1e300} {
		text := strconv.FormatFloat(v, 'e', -1, 64)
		want, _ := strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
		if got := decade(v); got != want {
			t.Errorf("%s: %d", text, got)
		}
		if got := decade(-v); got != want {
			t.Errorf("-%s: %d", text, got)
		}
	}
	for v, want := range map[float64]int{0: 0, 7: 0, 10: 1, 1200: 2, -5000: 3, 1e19: 19, 123: 0, 1.8e19: 18} {
		if got := trailingZeros(v); got != want {
			t.Errorf("%v: %d zeros", v, got)
		}
	}
}

func TestPositionsAreThoseOfALineByLineCount(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	var b strings.Builder
	for b.Len() < 5*markDistance {
		b.WriteString(strings.Repeat("x", random.IntN(3000)) + "\n")
	}
	b.WriteString(strings.Repeat("y", 3*markDistance))
	text := b.String()
	for _, marked := range []bool{false, true} {
		src := NewSource("x", []byte(text))
		for range 400 {
			offset := random.IntN(len(text) + 1)
			if marked && random.IntN(10) == 0 {
				if start := strings.LastIndexByte(text[:offset], '\n') + 1; start > 0 {
					src.mark(int64(start), int64(strings.Count(text[:start], "\n")))
				}
			}
			line := strings.Count(text[:offset], "\n") + 1
			column := offset - strings.LastIndexByte(text[:offset], '\n')
			if p := src.Position(int64(offset), 0, ""); p.Line != line || p.Column != column {
				t.Fatalf("%d is %d:%d, not %d:%d", offset, line, column, p.Line, p.Column)
			}
		}
	}
}
