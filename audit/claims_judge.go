package audit

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// claimTrial is what a row's cells give, as printed or with one of them changed.
type claimTrial struct {
	cells      map[string]claimCell
	own, other []claimRelation // between cells alone; with a model or a peak
	flops      []claimFLOPs
	broken     []claimRelation // own ones that do not hold
	parameters bool            // the printed total is a model's, or cannot be compared
	fits       []claimFit
	unsettled  bool // how much HFU counts twice is not stated closely enough
}

// try compares the cells of a row with each other.
func (row *claimRow) try(cells map[string]claimCell) *claimTrial {
	t := &claimTrial{cells: cells}
	has := func(s string) bool { _, ok := cells[s]; return ok }
	t.flops, t.parameters = row.flopsOf(cells)
	for _, r := range present(claimRelations(has), cells) {
		switch {
		case r.own():
			t.own = append(t.own, r)
			if r.holds(cells, claimConstants{}) < 0 {
				t.broken = append(t.broken, r)
			}
		case r.flops != noFLOPs && len(t.flops) == 0, r.peak != 0 && len(row.peaks) == 0:
		default:
			t.other = append(t.other, r)
		}
	}
	t.fits = row.fits(cells, t.other, t.flops, row.peaks)
	if len(t.fits) == 0 && row.undecided() {
		// What is not printed of the model may be what makes it come out: nothing is said of it.
		rest := slices.DeleteFunc(slices.Clone(t.other), func(r claimRelation) bool { return r.flops != noFLOPs })
		if t.fits = row.fits(cells, rest, t.flops, row.peaks); len(rest) == 0 || len(t.fits) > 0 {
			t.other = rest
		}
		if len(rest) == 0 {
			t.fits = nil
		}
	}
	if len(t.fits) == 0 && has(cHFU) && has(cMFU) && row.recompute != "full" && row.recompute != "none" {
		// "Selective" leaves open what is computed again: between nothing and everything.
		if x := cells[cHFU].reading[levelCut].Div(cells[cMFU].reading[levelCut]); x.Hi >= 1 && x.Lo <= 4./3 {
			rest := slices.DeleteFunc(slices.Clone(t.other), func(r claimRelation) bool { return r.flops == hardwareFLOPs })
			if t.fits = row.fits(cells, rest, t.flops, row.peaks); len(t.fits) > 0 {
				t.other, t.unsettled = rest, true
			}
		}
	}
	return t
}

// undecided reports whether the row leaves open what FLOPs depend on.
func (row *claimRow) undecided() bool {
	return !slices.ContainsFunc(row.layouts, func(l claimLayout) bool { return l.vocabKnown })
}

// compared reports whether the trial compared anything.
func (t *claimTrial) compared() bool { return len(t.own)+len(t.other) > 0 || t.judgesParameters() }

func (t *claimTrial) judgesParameters() bool {
	_, ok := t.cells[cParams]
	return ok && slices.ContainsFunc(t.flops, func(f claimFLOPs) bool { return f.layout != nil && f.layout.vocabKnown })
}

// reproduced reports whether everything comes out under a definition that may be accepted.
func (t *claimTrial) reproduced(stated string) bool {
	if len(t.broken) > 0 || !t.parameters {
		return false
	}
	return len(t.other) == 0 || len(t.fits) > 0 && (!t.fits[0].flops.convention.Suspect || t.fits[0].flops.convention.Name == stated)
}

// judge gives a row its verdict, so far as the catalogue of mistakes has no part in it.
func (r *ClaimReport) judge() {
	row := r.row
	t := row.try(row.cells)
	if row.undecided() {
		r.Missing = slices.Clone(row.missing)
	}
	if row.world.Device == nil {
		r.Missing = append(r.Missing, string(runlog.Device))
	} else if row.world.Precision == "" {
		r.Missing = append(r.Missing, string(runlog.Precision))
	}
	degrees := row.degrees()
	switch {
	case !t.compared() && degrees == "":
		r.Verdict = ClaimNotDetermined
	case t.reproduced(row.stated) && degrees == "":
		r.Verdict = ClaimReproduced
	default:
		r.Verdict = ClaimNotReproduced
	}
	for _, b := range t.broken {
		r.Contradicts = append(r.Contradicts, fmt.Sprintf("%s gives %s, printed is %s", b.text(row.cells), number(b.point(row.cells, claimConstants{})), row.cells[b.claim].text))
	}
	if degrees != "" {
		r.Contradicts = append(r.Contradicts, degrees)
	}
	compared := map[string]bool{cParams: t.judgesParameters()}
	for _, x := range slices.Concat(t.own, t.other) {
		for _, s := range x.symbols() {
			compared[s] = true
		}
	}
	for _, o := range r.Claim.Values {
		if !compared[string(o.Quantity)] && o.Quantity.Info().Efficiency && !slices.Contains(r.Unchecked, o.Key) {
			r.Unchecked = append(r.Unchecked, o.Key)
		}
	}
	r.Conventions = t.names(row.stated)
	if len(t.fits) > 0 {
		r.adopt(t, &t.fits[0])
	} else {
		r.nearest(t, nil)
	}
}

// names lists the conventions of the fits, each once. Those that need a padded vocabulary, or are to be told rather than
// accepted, count only where no other fits.
func (t *claimTrial) names(stated string) []string {
	var out []string
	for _, f := range t.fits {
		if !f.needsFLOPs || f.padded != t.fits[0].padded || f.flops.convention.Suspect != t.fits[0].flops.convention.Suspect && f.flops.convention.Name != stated {
			continue
		}
		if (f.column != reference.PassesDefault) != (t.fits[0].column != reference.PassesDefault) {
			continue
		}
		if name := f.flops.convention.Name; !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	order := map[string]int{}
	for i, c := range claimConventions(stated) {
		order[c.Name] = i
	}
	slices.SortStableFunc(out, func(a, b string) int { return order[a] - order[b] })
	return out
}

// adopt tells a row under one of its fits.
func (r *ClaimReport) adopt(t *claimTrial, f *claimFit) {
	r.fit, r.Ratio, r.Nearest, r.Notes, r.Checks = f, 1, f.flops.convention.Name, nil, nil
	r.Peak = f.peak
	if f.flops.layout != nil {
		r.Model, r.ModelText = f.flops.layout.model, describeTaken(f.flops.layout)
	} else if len(r.row.layouts) > 0 {
		for i := range r.row.layouts {
			if level, _ := r.row.parametersFit(&r.row.layouts[i], t.cells); level >= 0 {
				r.Model, r.ModelText = r.row.layouts[i].model, describeTaken(&r.row.layouts[i])
				break
			}
		}
	}
	for _, x := range slices.Concat(t.own, t.other) {
		r.check(t.cells, x, f.constants)
	}
	r.parameterCheck(t)
	if f.column != reference.PassesDefault {
		text := passesText(f.column)
		if f.flops.layout == nil {
			text = "8 FLOPs per parameter and token, recomputation included"
		}
		r.Notes = append(r.Notes, fmt.Sprintf("%s counts %s: hardware FLOPs", keyOf(t.cells, cFLOPs, cAll), text))
	}
	if _, ok := t.cells[cHFU]; ok && f.hardware != reference.PassesDefault && !t.unsettled {
		r.Notes = append(r.Notes, fmt.Sprintf("%s counts %s", t.cells[cHFU].key, passesText(f.hardware)))
	}
	if t.unsettled {
		r.Notes = append(r.Notes, "HFU is not compared: what is computed again is not stated closely enough")
	}
	var cut []string
	for _, c := range r.Checks {
		if c.Reading == runlog.ReadingTruncated && !slices.Contains(cut, c.Key) {
			cut = append(cut, c.Key)
		}
	}
	if len(cut) > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s only with digits cut off, not rounded", rejoin(cut)))
	}
}

func keyOf(cells map[string]claimCell, symbols ...string) string {
	for _, s := range symbols {
		if c, ok := cells[s]; ok {
			return c.key
		}
	}
	return symbols[0]
}

// check records one relation.
func (r *ClaimReport) check(cells map[string]claimCell, x claimRelation, k claimConstants) {
	level := x.holds(cells, k)
	c := ClaimCheck{Text: x.text(cells), Key: cells[x.claim].key, Logged: cells[x.claim].value, Derived: x.point(cells, k), Holds: level >= 0, Reading: runlog.ReadingRounded, Own: x.own()}
	if level == levelCut {
		c.Reading = runlog.ReadingTruncated
	}
	r.Checks = append(r.Checks, c)
}

// parameterCheck records the comparison of the parameter total with the model's.
func (r *ClaimReport) parameterCheck(t *claimTrial) {
	c, ok := t.cells[cParams]
	if !ok || r.Model == nil || r.Model.Vocab <= 1 {
		return
	}
	n := float64(r.Model.CountParameters().Total)
	r.Checks = append(r.Checks, ClaimCheck{Text: c.key + " = the model's weights", Key: c.key, Logged: c.value, Derived: n, Holds: t.parameters, Reading: runlog.ReadingRounded})
	if math.Abs(c.value/n-1) > 0.001 && t.parameters && !c.reading[levelCut].Contains(n) {
		r.Notes = append(r.Notes, fmt.Sprintf("%s taken for the name of a size: the dimensions have %s", c.text, group(n)))
	}
}

// settle prefers, of several fits, the stated convention, then the one that explains the table, then its peak.
func (r *ClaimReport) settle(convention string, peak float64) {
	t := r.row.try(r.row.cells)
	best, score := -1, -1
	for i, f := range t.fits {
		if len(r.Conventions) > 0 && !slices.Contains(r.Conventions, f.flops.convention.Name) || f.padded != t.fits[0].padded {
			continue
		}
		n := 0
		if f.needsFLOPs && f.flops.convention.Name == r.row.stated {
			n += 100
		}
		if f.needsFLOPs && f.flops.convention.Name == convention {
			n += 50
		}
		if f.column == t.fits[0].column {
			n += 20
		}
		if f.peak == peak {
			n += 10
		}
		if f.level == levelRounded {
			n++
		}
		if n > score {
			best, score = i, n
		}
	}
	if best >= 0 {
		r.adopt(t, &t.fits[best])
		if i := slices.Index(r.Conventions, convention); i > 0 && r.row.stated == "" {
			r.Conventions = append([]string{convention}, slices.Delete(slices.Clone(r.Conventions), i, i+1)...)
		}
	} else if len(t.other) == 0 {
		for _, x := range t.own {
			if len(r.Checks) < len(t.own) {
				r.check(t.cells, x, claimConstants{})
			}
		}
	}
}

// degrees says how the printed counts of devices contradict each other, "" if they do not.
func (row *claimRow) degrees() string {
	n := row.facts.Int(runlog.Devices)
	tp, pp, cp, dp := row.facts.Int(runlog.TensorParallel), row.facts.Int(runlog.PipelineParallel), row.facts.Int(runlog.ContextParallel), row.facts.Int(runlog.DataParallel)
	product := max(tp, 1) * max(pp, 1) * max(cp, 1)
	switch {
	case n <= 0 || product <= 0:
		return ""
	case n%product != 0:
		return fmt.Sprintf("%d devices cannot be split by parallel degrees of %d", n, product)
	case dp > 0 && tp > 0 && pp > 0 && dp*product != n:
		return fmt.Sprintf("the parallel degrees multiply to %d, devices are %d", dp*product, n)
	}
	batch, micro, accum := row.facts.Int(runlog.GlobalBatch), row.facts.Int(runlog.MicroBatch), row.facts.Int(runlog.GradAccum)
	if batch > 0 && micro > 0 && accum > 0 && (n/product*micro*accum)%batch != 0 {
		return fmt.Sprintf("a micro-batch of %d × %d accumulation steps on %d devices cannot be a global batch of %d", micro, accum, n/product, batch)
	}
	return ""
}

// nearest tells a row under the definition that comes nearest, of those named if any are: the least sum of logarithms of
// printed ÷ derived.
func (r *ClaimReport) nearest(t *claimTrial, among []string) {
	r.Checks, r.Off = nil, nil
	best := math.Inf(1)
	peaks, flops := r.row.peaks, t.flops
	if len(peaks) == 0 {
		peaks = []float64{0}
	}
	if len(flops) == 0 {
		flops = []claimFLOPs{{}}
	}
	var chosen claimConstants
	found := false
	for _, f := range flops {
		if len(among) > 0 && !slices.Contains(among, f.convention.Name) && f.convention.Name != "" && r.row.stated == "" {
			continue
		}
		if f.convention.Suspect || f.layout != nil && f.layout.padded || r.row.stated != "" && f.convention.Name != r.row.stated && f.convention.Name != "" {
			continue
		}
		for _, p := range peaks[:1] {
			for _, column := range r.row.passes(true) {
				k := claimConstants{model: f.model, peak: p}
				if f.convention.Name != "" {
					k.column, k.hardware = r.row.spent(f, column, r.SeqLen), r.row.spent(f, r.row.passes(false)[0], r.SeqLen)
				}
				sum := 0.0
				for _, x := range slices.Concat(t.own, t.other) {
					if x.holds(t.cells, k) < 0 {
						sum += math.Abs(math.Log(t.cells[x.claim].value / x.point(t.cells, k)))
					}
				}
				if sum < best && !math.IsNaN(sum) {
					best, chosen, r.Nearest, found = sum, k, f.convention.Name, true
					if f.layout != nil {
						r.Model, r.ModelText = f.layout.model, describeTaken(f.layout)
					}
				}
			}
		}
	}
	if !found {
		return
	}
	r.Peak = chosen.peak
	for _, x := range slices.Concat(t.own, t.other) {
		r.check(t.cells, x, chosen)
	}
	r.parameterCheck(t)
	for i := range r.Checks {
		if c := &r.Checks[i]; !c.Holds && r.Off == nil {
			r.Off, r.Ratio = c, c.Ratio()
		}
	}
}
