package audit

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func TestMediansAreThoseOfSortedValues(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 2000 {
		n := 1 + random.IntN(300)
		kinds := 1 + random.IntN(50)
		c := runlog.NewColumn(reference.StepTime, "dt", 1, "s")
		var rows []int
		var values []float64
		for row := range n {
			v := float64(random.IntN(kinds)) / 4
			if random.IntN(3) == 0 {
				v = random.NormFloat64()
			}
			c.Set(row, v, 3)
			rows, values = append(rows, row), append(values, v)
		}
		sorted := slices.Sorted(slices.Values(values))
		want := (sorted[(n-1)/2] + sorted[n/2]) / 2
		if got := medianOf(c, rows); got != want {
			t.Fatalf("%v is the median of %v, not %v", want, values, got)
		}
		k := random.IntN(n)
		if got := nth(slices.Clone(values), k); got != sorted[k] {
			t.Fatalf("%v is value %d of %v, not %v", sorted[k], k, values, got)
		}
		if got, want := lowerMedian(nil, c, rows), lowerMedianOfSome(c, rows); got != want {
			t.Fatalf("record %d is the lower median of %v, not %d", want, values, got)
		}
	}
	for _, n := range []int{40, 1000, 5000} { // ascending, descending, constant and saw-toothed values
		for shape := range 4 {
			v := make([]float64, n)
			for i := range v {
				v[i] = []float64{float64(i), float64(n - i), 7, float64(i % 10)}[shape]
			}
			sorted := slices.Sorted(slices.Values(v))
			if got := nth(v, n/3); got != sorted[n/3] {
				t.Errorf("shape %d of %d: %v, not %v", shape, n, got, sorted[n/3])
			}
		}
	}
}
