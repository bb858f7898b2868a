package audit

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/runlog"
)

// nth puts into v[k] what would stand there if v were sorted, with nothing larger before it and nothing smaller behind, and
// returns it. It takes a few passes where sorting a long run would take longer than reading it. v holds no NaN.
func nth(v []float64, k int) float64 {
	const few, patience = 32, 64
	lo, hi := 0, len(v)-1
	for round := 0; lo < hi; round++ {
		if hi-lo < few || round == patience {
			slices.Sort(v[lo : hi+1])
			break
		}
		pivot := middleOf(v[lo], v[lo+(hi-lo)/2], v[hi])
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	return v[k]
}

func middleOf(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }

// median is the mean of the two values in the middle, 0 of none. It reorders v.
func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	upper := nth(v, len(v)/2)
	if len(v)%2 == 1 {
		return (upper + upper) / 2
	}
	return (slices.Max(v[:len(v)/2]) + upper) / 2
}

// valuesOf lists the values of a column at records that have one.
func valuesOf(c *runlog.Column, rows []int) []float64 {
	if c == nil {
		return nil
	}
	out := make([]float64, 0, len(rows))
	for _, row := range rows {
		if v, ok := c.Canonical(row); ok {
			out = append(out, v)
		}
	}
	return out
}

func medianOf(c *runlog.Column, rows []int) float64 { return median(valuesOf(c, rows)) }

// deviation is the median absolute deviation.
func deviation(c *runlog.Column, rows []int, from float64) float64 {
	v := valuesOf(c, rows)
	for i := range v {
		v[i] = math.Abs(v[i] - from)
	}
	return median(v)
}

// lowerMedian is the record whose metric, or whose time if there is no metric, is the lower median of the rows; of several the
// first that sorting would put there.
func lowerMedian(metric, time *runlog.Column, rows []int) int {
	c := metric
	if c == nil {
		c = time
	}
	if c == nil {
		return rows[(len(rows)-1)/2]
	}
	v := valuesOf(c, rows)
	if len(v) < len(rows) {
		return lowerMedianOfSome(c, rows)
	}
	k := (len(v) - 1) / 2
	x := nth(v, k)
	for _, y := range v[:k] {
		if y < x {
			k-- // what is left is the place among those that equal x
		}
	}
	for _, row := range rows {
		if canonical(c, row) != x {
			continue
		}
		if k == 0 {
			return row
		}
		k--
	}
	return lowerMedianOfSome(c, rows)
}

// lowerMedianOfSome is the same where some records have no value.
func lowerMedianOfSome(c *runlog.Column, rows []int) int {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b int) int {
		x, y := canonical(c, a), canonical(c, b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		default:
			return 0
		}
	})
	return sorted[(len(sorted)-1)/2]
}
