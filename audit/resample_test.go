package audit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// autocorrelated is n values around 1 with a deviation of sigma, of which each keeps phi of the last one's.
func autocorrelated(r *rand.Rand, n int, phi, sigma float64) []float64 {
	out := make([]float64, n)
	x := r.NormFloat64() * sigma
	for i := range out {
		x = phi*x + math.Sqrt(1-phi*phi)*sigma*r.NormFloat64()
		out[i] = 1 + x
	}
	return out
}

// Series by hand: the deviations of 1 2 1 2 … from 1.5 alternate in sign, so that the first product, at lag 1, is below zero, and n^⅓
// of 8 is 2. Of 1 1 1 1 2 2 2 2 they are − − − − + + + +: lag 1 gives 3 + 3 − 1 = 5 quarters, lag 2 gives 2 + 2 − 2 = 2, lag 3 gives
// 1 + 1 − 3 = −1: the length is 3.
func TestABlockIsAsLongAsStepsDependOnEachOther(t *testing.T) {
	for _, c := range []struct {
		series []float64
		want   int
	}{
		{[]float64{1, 2, 1, 2, 1, 2, 1, 2}, 2},
		{[]float64{1, 1, 1, 1, 2, 2, 2, 2}, 3},
	} {
		if got := blockLength(c.series); got != c.want {
			t.Errorf("%v: %d, want %d", c.series, got, c.want)
		}
	}
}

// The number of ways to have each U, of 70 for 4 + 4: 1, 1, 2, 3, 5, …; 2.5 % are 1.75 ways, so that the interval is from the least to
// the largest ratio. Of 5 + 5 there are 252, 2.5 % are 6.3: 1 + 1 + 2 = 4 fit and 1 + 1 + 2 + 3 = 7 do not, so that k = 3 and the
// interval begins at the third (tables of the U test: critical value 2 for 5 and 5, 0 for 4 and 4, 5 % two-sided).
func TestRunsAreComparedByTheUTest(t *testing.T) {
	if k := uTail(4, 4, 0.025); k != 0 {
		t.Error(k)
	}
	if k := uTail(5, 5, 0.025); k != 2 {
		t.Error(k)
	}
	// Critical value 23 for 10 and 10: U ≤ 23 is refused, the interval begins at the 24th ratio.
	if k := uTail(10, 10, 0.025); k != 23 {
		t.Error(k)
	}
	lo, hi, needs := runRatio([]float64{1, 1, 1, 1}, []float64{2, 3, 4, 5})
	if lo != 2 || hi != 5 || needs != 0 {
		t.Error(lo, hi, needs)
	}
	if _, _, needs := runRatio([]float64{1, 1, 1}, []float64{2, 3, 4, 5}); needs != 4 {
		t.Error(needs)
	}
}

func TestTooFewStepsAreNoEvidence(t *testing.T) {
	if lo, _, needs := stepRatio([]float64{1}, []float64{2}); needs != 20 || !math.IsNaN(lo) {
		t.Error(lo, needs)
	}
	constant := slices.Repeat([]float64{1}, 40)
	double := slices.Repeat([]float64{2}, 40)
	if lo, hi, needs := stepRatio(constant, double); lo != 2 || hi != 2 || needs != 0 {
		t.Error(lo, hi, needs)
	}
}

// nullFlags counts how many of 200 comparisons of a run with itself call a change: its steps shuffled and cut in half, or, where they
// depend on each other, its first half against its second.
func nullFlags(phi, sigma float64, n int, shuffled bool) int {
	r := rand.New(rand.NewPCG(1, 2))
	flagged := 0
	for range 200 {
		series := autocorrelated(r, 2*n, phi, sigma)
		if shuffled {
			r.Shuffle(len(series), func(i, j int) { series[i], series[j] = series[j], series[i] })
		}
		v := &Versus{Threshold: 0.05, Level: "steps"}
		m := MetricChange{Base: middle(series[:n]), Head: middle(series[n:])}
		if v.judge(&m, "", series[:n], series[n:]); m.Outcome == OutcomeBetter || m.Outcome == OutcomeWorse {
			flagged++
		}
	}
	return flagged
}

func TestHalvesOfOneRunAreNoChange(t *testing.T) {
	for _, c := range []struct {
		phi, sigma float64
		n          int
		shuffled   bool
	}{
		{0, 0.02, 100, true},
		{0, 0.3, 50, true},
		{0, 0.3, 200, true},
		{0.9, 0.3, 200, true},
		{0.5, 0.3, 200, false},
		{0.9, 0.02, 200, false},
		{0.9, 0.3, 200, false},
		{0.97, 0.3, 400, false},
	} {
		if got := nullFlags(c.phi, c.sigma, c.n, c.shuffled); got > 10 { // 5 % of 200
			t.Errorf("%+v: %d of 200 flagged", c, got)
		}
	}
}

// A change that is there is found: 20 % slower with 2 % of noise.
func TestAChangeIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	base, head := autocorrelated(r, 100, 0.3, 0.02), autocorrelated(r, 100, 0.3, 0.02)
	for i := range head {
		head[i] *= 1.2
	}
	v := &Versus{Threshold: 0.05, Level: "steps"}
	m := MetricChange{Base: middle(base), Head: middle(head), LowerIsBetter: true}
	if v.judge(&m, "", base, head); m.Outcome != OutcomeWorse {
		t.Errorf("%+v", m)
	}
	// 1 % with the same noise is below the threshold.
	for i := range head {
		head[i] *= 1.01 / 1.2
	}
	m = MetricChange{Base: middle(base), Head: middle(head), LowerIsBetter: true}
	if v.judge(&m, "", base, head); m.Outcome != OutcomeSame {
		t.Errorf("%+v", m)
	}
}
