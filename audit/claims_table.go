package audit

import (
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// infer finds the convention and the peaks that reproduce the most rows of the table.
func (r *ClaimsReport) infer() {
	counts := map[string]int{}
	for _, row := range r.Rows {
		if row.Verdict != ClaimReproduced || len(row.Conventions) == 0 {
			continue
		}
		r.Needing++
		for _, name := range row.Conventions {
			counts[name]++
		}
	}
	for _, c := range claimConventions("") {
		if counts[c.Name] > r.Explains {
			r.Convention, r.Explains = c.Name, counts[c.Name]
		}
	}
	type part struct {
		device    *reference.Accelerator
		precision reference.Precision
	}
	var parts []part
	fitting := map[part]map[float64]int{}
	of := map[part]int{}
	for _, row := range r.Rows {
		if row.Verdict != ClaimReproduced || row.fit == nil || !row.fit.needsPeak || row.Device == nil {
			continue
		}
		p := part{row.Device, row.Precision}
		if fitting[p] == nil {
			fitting[p] = map[float64]int{}
			parts = append(parts, p)
		}
		of[p]++
		seen := map[float64]bool{}
		for _, f := range row.row.try(row.row.cells).fits {
			if !seen[f.peak] && f.padded == row.fit.padded {
				seen[f.peak] = true
				fitting[p][f.peak]++
			}
		}
	}
	for _, p := range parts {
		best := ClaimPeak{Device: p.device, Precision: p.precision, Of: of[p]}
		table, _ := p.device.Peak(p.precision)
		for _, v := range table.Spellings() {
			if v > 0 && fitting[p][v] > best.Explains {
				best.FLOPs, best.Explains = v, fitting[p][v]
			}
		}
		for _, v := range table.Spellings() {
			if v > 0 && v != best.FLOPs && fitting[p][v] == best.Explains && !slices.Contains(best.Also, v) {
				best.Also = append(best.Also, v)
			}
		}
		r.Peaks = append(r.Peaks, best)
	}
}

// peakOf is the table's peak of a row's device, 0 if none is inferred.
func (r *ClaimsReport) peakOf(row *ClaimReport) float64 {
	for _, p := range r.Peaks {
		if p.Device == row.Device && p.Precision == row.Precision {
			return p.FLOPs
		}
	}
	return 0
}
