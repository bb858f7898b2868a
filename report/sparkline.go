package report

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// Columns of a sparkline.
const (
	mostSpark  = 24
	leastSpark = 4
)

// sparkline writes the logged MFU of the steady steps, or the recomputed one, as a row of blocks; "" where there are too few steps. Of
// the steps that share a block, the one farthest from the median of all is shown, so that no dip is lost. A tenth of the greatest
// value is the least that the height of the blocks spans: noise looks flat.
func sparkline(s *audit.Series, most int) string {
	values := steadyMFU(s)
	if len(values) < leastSpark || most < leastSpark {
		return ""
	}
	sorted := slices.Sorted(slices.Values(values))
	center := sorted[len(sorted)/2]
	n := min(len(values), most, mostSpark)
	shown := make([]float64, n)
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range n {
		far := values[i*len(values)/n]
		for _, v := range values[i*len(values)/n : (i+1)*len(values)/n] {
			if math.Abs(v-center) > math.Abs(far-center) {
				far = v
			}
		}
		shown[i] = far
		lo, hi = min(lo, far), max(hi, far)
	}
	if room := 0.1*math.Abs(hi) - (hi - lo); room > 0 {
		lo, hi = lo-room/2, hi+room/2
	}
	blocks := []rune("▁▂▃▄▅▆▇█")
	out := make([]rune, n)
	for i, v := range shown {
		level := 0.0
		if hi > lo {
			level = (v - lo) / (hi - lo) * float64(len(blocks)-1)
		}
		out[i] = blocks[int(math.Round(level))]
	}
	return string(out)
}

// steadyMFU lists the MFU of the steady steps.
func steadyMFU(s *audit.Series) []float64 {
	if s == nil {
		return nil
	}
	var out []float64
	for i := range s.Curves {
		c := &s.Curves[i]
		if c.Quantity != reference.MFU {
			continue
		}
		for _, p := range c.Points {
			v := p.Logged
			if c.Key == "" {
				v = p.Corrected
			}
			if p.Excluded == 0 && known(v) {
				out = append(out, v)
			}
		}
		break
	}
	return out
}
