package audit

import (
	"math"
	"math/rand/v2"
	"slices"
)

// The statistics of comparisons. Steps of a run depend on each other, so that a step counts for less than one observation: steps are
// drawn in blocks (Künsch 1989, "The jackknife and the bootstrap for general stationary observations", the moving block bootstrap).
// Runs are independent of each other, and a few of them are compared exactly (Mann and Whitney 1947).
const (
	confidence     = 0.95 // of runs
	stepConfidence = 0.99 // of steps: blocks of a series give intervals that are too narrow, the more so the longer they are
	draws          = 1000
	leastBlocks    = 10 // fewer say nothing about how blocks vary
	leastRuns      = 4  // 2 of the 70 ways to part 4 + 4 runs are as extreme as possible: 2.9 %; of 3 + 3, 10 %
	drawSeed       = 0x6d6675
	drawSeedOther  = 0x6175646974
)

// middle is the median of values, the mean of the two middle ones where their number is even; NaN of none.
func middle(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	v := slices.Clone(values)
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// blockLength is how many steps are drawn together: n^⅓ at least, and as many as it takes for the autocorrelation to be gone (its first
// value that is not above zero), n/2 at most.
func blockLength(series []float64) int {
	n := len(series)
	least := int(math.Ceil(math.Cbrt(float64(n))))
	if slices.Min(series) == slices.Max(series) {
		return least // rounding would be all there is to correlate
	}
	mean := 0.0
	for _, v := range series {
		mean += v
	}
	mean /= float64(n)
	lag := 1
	for ; lag < n/2; lag++ {
		sum := 0.0
		for i := lag; i < n; i++ {
			sum += (series[i] - mean) * (series[i-lag] - mean)
		}
		if sum <= 0 {
			break
		}
	}
	return max(lag, least)
}

// drawMedian is the median of a series put together from blocks drawn at random.
func drawMedian(r *rand.Rand, series []float64, block int, buffer []float64) float64 {
	n := len(series)
	buffer = buffer[:0]
	for len(buffer) < n {
		from := r.IntN(n - block + 1)
		buffer = append(buffer, series[from:min(from+block, from+n-len(buffer))]...)
	}
	return median(buffer)
}

// stepRatio is the interval of head's median ÷ base's from the steps of one run each. needs is how many steady steps each would have
// to have, 0 if they have enough.
func stepRatio(base, head []float64) (lo, hi float64, needs int) {
	for _, s := range [][]float64{base, head} {
		if len(s) < leastBlocks {
			needs = max(needs, 2*leastBlocks)
			continue
		}
		if b := blockLength(s); len(s) < leastBlocks*b {
			needs = max(needs, leastBlocks*b)
		}
	}
	if needs > 0 {
		return math.NaN(), math.NaN(), needs
	}
	r := rand.New(rand.NewPCG(drawSeed, drawSeedOther))
	a, b := blockLength(base), blockLength(head)
	bufferA, bufferB := make([]float64, 0, len(base)), make([]float64, 0, len(head))
	ratios := make([]float64, draws)
	for i := range ratios {
		ratios[i] = drawMedian(r, head, b, bufferB) / drawMedian(r, base, a, bufferA)
	}
	slices.Sort(ratios)
	tail := int((1 - stepConfidence) / 2 * draws)
	// Few blocks tell little of how far blocks vary: Student's 99.5 % quantile is about 1 + 2.5/k times the normal one for k values
	// (1.26 for 10, 1.11 for 20, 1.04 for 50).
	wider := 1 + 2.5*float64(max(a, b))/float64(min(len(base), len(head)))
	mid := middle(head) / middle(base)
	return mid * math.Pow(min(1, ratios[tail]/mid), wider), mid * math.Pow(max(1, ratios[draws-1-tail]/mid), wider), 0
}

// runRatio is the interval of head ÷ base from a value of each run: the pairwise ratios that the U test does not refuse.
func runRatio(base, head []float64) (lo, hi float64, needs int) {
	m, n := len(base), len(head)
	if m < leastRuns || n < leastRuns {
		return math.NaN(), math.NaN(), leastRuns
	}
	var ratios []float64
	for _, x := range base {
		for _, y := range head {
			ratios = append(ratios, y/x)
		}
	}
	slices.Sort(ratios)
	k := uTail(m, n, (1-confidence)/2)
	return ratios[k], ratios[len(ratios)-1-k], 0
}

// uTail is the largest k for which U < k has at most the probability p where both samples are alike, less one, so that the k-th and the
// k-th last pairwise ratios (from 0) bound the interval.
func uTail(m, n int, p float64) int {
	const most = 40 // beyond, the counts lose digits; the tail of 40 + 40 is safe for more
	m, n = min(m, most), min(n, most)
	counts := make([]float64, m*n+1) // ways to have each U
	counts[0] = 1
	// The generating function is a Gaussian binomial: the product of (1 − q^(n+i)) ÷ (1 − q^i) for i from 1 to m.
	for i := 1; i <= m; i++ {
		for u := m * n; u >= n+i; u-- {
			counts[u] -= counts[u-n-i]
		}
		for u := i; u <= m*n; u++ {
			counts[u] += counts[u-i]
		}
	}
	total := 0.0
	for _, c := range counts {
		total += c
	}
	sum, k := 0.0, 0
	for sum+counts[k] <= p*total {
		sum += counts[k]
		k++
	}
	return max(k-1, 0)
}
