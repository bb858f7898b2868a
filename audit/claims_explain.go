package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// claimCandidate is a mistake that would explain a row.
type claimCandidate struct {
	rule, text string
	convention string
	under      []string // of an edit, the conventions under which it explains the row
	supported  bool     // the convention reproduces rows beside this one
	constants  claimConstants
}

// told is the mistake as a report prints it.
func (c claimCandidate) told() string {
	if len(c.under) == 0 {
		return c.text
	}
	const most = 3
	names := strings.Join(c.under[:min(most, len(c.under))], ", ")
	if n := len(c.under) - most; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("%s (%s, under %s)", c.text, c.rule, names)
}

// explain looks for the mistake behind a row that is not reproduced: an edit of the catalogue, a slip in one cell, another
// model's numbers. Where none is found it says which cell would have to hold what.
func (r *ClaimReport) explain(table *ClaimsReport, at int) {
	t := r.row.try(r.row.cells)
	supported := table.beside(at)
	if len(t.broken) == 0 && t.parameters {
		// Another figure of the device's own name is the likeliest mistake and one of few, so it is judged first.
		near := r.edits(t, supported, true)
		r.accept(near, supported)
		hypotheses, accidental := r.Hypotheses, r.Accidental
		all := r.edits(t, supported, false)
		if r.Verdict == ClaimNotReproduced {
			r.Rivals = nil
			r.accept(all, supported)
		} else {
			r.Hypotheses, r.Accidental = hypotheses, accidental
			for _, c := range all {
				again := strings.HasPrefix(r.Cause, c.text) || slices.ContainsFunc(r.Rivals, func(x string) bool { return strings.HasPrefix(x, c.text) })
				if !again && (c.supported || len(supported) == 0) {
					r.Rivals, r.CauseKnown = append(r.Rivals, c.told()), CauseAmbiguous
				}
			}
		}
	}
	if r.Verdict == ClaimNotReproduced {
		r.accept(r.slips(), nil)
	}
	if r.Verdict == ClaimNotReproduced && len(t.broken) == 0 {
		r.accept(r.anotherModel(t), nil)
	}
	if r.Verdict == ClaimNotReproduced {
		if other := table.sameNumbers(at); other != "" {
			r.Rivals = append(r.Rivals, other)
		}
	}
	switch {
	case r.Verdict == ClaimNotReproduced:
		r.nearest(t, supported)
		r.Repairs = r.repairs(t, supported)
	case len(r.Conventions) > 0:
		peak := r.Peak
		r.nearest(t, r.Conventions)
		r.Peak = peak
	}
}

// accept names the cause where the candidates are fewer than chance would give, and lists them where they are not.
func (r *ClaimReport) accept(found []claimCandidate, supported []string) {
	if len(supported) > 0 {
		if beside := slices.DeleteFunc(slices.Clone(found), func(c claimCandidate) bool { return !c.supported }); len(beside) > 0 {
			found = beside
		}
	}
	var texts []string
	for _, c := range found {
		if !slices.ContainsFunc(texts, func(x string) bool { return strings.HasPrefix(x, c.text) }) {
			texts = append(texts, c.told())
		}
	}
	switch {
	case len(texts) == 0:
	case r.Accidental > ChanceLimit:
		r.Rivals = append(r.Rivals, texts...)
	default:
		best := found[0]
		r.Verdict, r.Rule, r.Cause, r.CauseKnown = ClaimDeviation, best.rule, best.told(), CauseUnique
		if best.convention != "" {
			r.Conventions = []string{best.convention}
		}
		r.Peak = best.constants.peak
		if len(texts) > 1 {
			r.CauseKnown, r.Rivals = CauseAmbiguous, append(r.Rivals, texts[1:]...)
		}
	}
}

// beside lists the conventions that reproduce the most of the rows that share a row's name up to its number; of the whole table
// where rows have no such name.
func (r *ClaimsReport) beside(at int) []string {
	stem := idStem(r.Rows[at].Claim.ID)
	counts := map[string]int{}
	most := 0
	for i, row := range r.Rows {
		if i == at || row.Verdict != ClaimReproduced || idStem(row.Claim.ID) != stem {
			continue
		}
		for _, name := range row.Conventions {
			counts[name]++
			most = max(most, counts[name])
		}
	}
	var out []string
	for _, c := range claimConventions("") {
		if counts[c.Name] == most && most > 0 {
			out = append(out, c.Name)
		}
	}
	return out
}

// idStem is an id without the number at its end.
func idStem(id string) string {
	return strings.TrimRight(strings.TrimRight(id, "0123456789"), "-_ .#")
}

// edits tries every edit that the catalogue has for FLOPs per token and for the peak, one at a time; with near, only those of the
// peak that stay with the name of the row's device.
func (r *ClaimReport) edits(t *claimTrial, supported []string, near bool) []claimCandidate {
	row := r.row
	var out []claimCandidate
	a := &Audit{Options: Options{Rules: row.rules}}
	usesPeak := slices.ContainsFunc(t.other, func(x claimRelation) bool { return x.peak != 0 })
	var predicted []float64 // logarithms: constants of the relations differ by nothing else
	for _, f := range t.flops {
		beside := slices.Contains(supported, f.convention.Name)
		if f.layout == nil || f.layout.padded || f.convention.Suspect || row.stated != "" && f.convention.Name != row.stated || slices.Contains(r.Conventions, f.convention.Name) {
			continue
		}
		w := row.world
		w.Model, w.VocabKnown, w.KnownVocab = f.layout.model, f.layout.vocabKnown, true
		for _, e := range a.edits(&w) {
			total, peak := e.in(AccountTotal), e.in(AccountPeak)
			b := f.basis
			e.Set(&b)
			if !total && !peak || total && f.basis.Formula != "" || near && !(peak && r.ownName(b)) {
				continue
			}
			v, ok := predict(reference.FLOPsPerToken, &w, b)
			if !ok {
				continue
			}
			if !peak && v == f.model.Lo || peak && !total && !usesPeak {
				continue // without effect
			}
			g := f
			g.model = reference.Exactly(v)
			peaks := row.peaks
			if peak {
				one := w
				one.Devices = 1
				p, figures, ok := PeakOf(&one, b)
				if !ok || b.PeakDevices != 0 {
					continue
				}
				peaks = []float64{p}
				if !b.PeakSparse {
					peaks = append(peaks, figures.Spellings()...)
				}
			}
			if beside || len(supported) == 0 {
				for _, p := range peaks {
					predicted = append(predicted, math.Log(v/math.Max(p, 1)))
				}
			}
			for _, fit := range row.fits(t.cells, t.other, []claimFLOPs{g}, peaks) {
				text := strings.TrimSuffix(e.Text, ".")
				i := slices.IndexFunc(out, func(c claimCandidate) bool { return c.text == text && c.rule == e.Rule && c.supported == beside })
				if i < 0 {
					i, out = len(out), append(out, claimCandidate{rule: e.Rule, text: text, convention: f.convention.Name, supported: beside, constants: fit.constants})
				}
				if !slices.Contains(out[i].under, f.convention.Name) {
					out[i].under = append(out[i].under, f.convention.Name)
				}
				break
			}
		}
	}
	r.Hypotheses, r.Accidental = chance(predicted, r.width(t))
	slices.SortStableFunc(out, func(x, y claimCandidate) int {
		switch {
		case x.supported == y.supported:
			return 0
		case x.supported:
			return -1
		}
		return 1
	})
	return out
}

// chance is how many distinct predictions there are, given by their logarithms, and how many of them would match by chance: the part
// of a scale of six decades that lies within width of one. Spellings of one peak are hardly more than one prediction.
func chance(logs []float64, width float64) (distinct int, accidental float64) {
	slices.Sort(logs)
	logs = slices.Compact(logs)
	covered := 0.0
	for i, x := range logs {
		if i > 0 {
			covered += math.Min(width, x-logs[i-1])
		} else {
			covered += width
		}
	}
	return len(logs), covered / math.Log(1e6)
}

// ownName reports whether a basis takes its peak from a part of the same name as the row's: another form factor, precision or sparsity.
func (r *ClaimReport) ownName(b reference.Basis) bool {
	if r.Device == nil {
		return false
	}
	family, _, _ := strings.Cut(r.Device.ID, "-")
	other, _, _ := strings.Cut(b.PeakDevice, "-")
	return b.PeakDevice == "" || family == other
}

// width is how much of a logarithmic scale the least exact of the relations that a model or a peak decides leaves open: the
// most exact one decides.
func (r *ClaimReport) width(t *claimTrial) float64 {
	width := math.Inf(1)
	k := claimConstants{model: reference.Exactly(1), column: reference.Exactly(1), hardware: reference.Exactly(1), peak: 1}
	for _, x := range slices.Concat(t.other, t.broken) {
		width = math.Min(width, t.cells[x.claim].reading[levelCut].LogWidth()+x.derive(t.cells, levelCut, k).LogWidth())
	}
	if math.IsInf(width, 0) {
		return 0
	}
	return width
}

// anotherModel looks for a published model whose FLOPs per token are those that the row's FLOP/s and tokens/s give.
func (r *ClaimReport) anotherModel(t *claimTrial) []claimCandidate {
	row := r.row
	if len(t.other) == 0 || row.world.SeqLen <= 0 {
		return nil
	}
	var out []claimCandidate
	tried := map[float64]bool{}
	for _, p := range reference.Presets() {
		c, err := p.Config()
		if err != nil {
			continue
		}
		m, err := c.Architecture()
		if err != nil || r.Model != nil && m.Layers() == r.Model.Layers() && m.Hidden == r.Model.Hidden {
			continue
		}
		l := &claimLayout{model: m, vocabKnown: true}
		var flops []claimFLOPs
		for _, c := range claimConventions(row.stated) {
			if c.Kind != reference.Definition || c.Suspect {
				continue
			}
			v := c.TrainingPerToken(m, row.world.SeqLen)
			tried[v] = true
			flops = append(flops, claimFLOPs{l, c.Basis, c, reference.Exactly(v)})
		}
		fits := row.fits(t.cells, t.other, flops, row.peaks)
		if len(fits) == 0 || !fits[0].needsFLOPs {
			continue
		}
		f := fits[0]
		if slices.ContainsFunc(out, func(c claimCandidate) bool { return c.constants.model == f.constants.model }) {
			continue // of the same dimensions
		}
		out = append(out, claimCandidate{
			text:       fmt.Sprintf("the numbers are those of another model: %s under %s (%s FLOPs per token)", p.Name, f.flops.convention.Name, number(f.flops.model.Lo)),
			convention: f.flops.convention.Name, constants: f.constants,
		})
	}
	r.Hypotheses, r.Accidental = len(tried), float64(len(tried))*r.width(t)/math.Log(1e6)
	return out
}

// sameNumbers names another row whose measured cells are this one's although its system is another: a row copied and not changed.
func (r *ClaimsReport) sameNumbers(at int) string {
	row := r.Rows[at].row
	for i, other := range r.Rows {
		if i == at {
			continue
		}
		same := 0
		for _, s := range []string{cTime, cRate, cEach, cSamples, cFLOPs, cAll} {
			x, ok1 := row.cells[s]
			y, ok2 := other.row.cells[s]
			if ok1 && ok2 && x.text == y.text {
				same++
			}
		}
		if same >= 2 {
			return fmt.Sprintf("%d measured cells are those of %s: a row copied from another", same, other.Claim.ID)
		}
	}
	return ""
}

// standOut tells a row that needs another definition than the rows beside it, and which mistakes under a definition would
// reproduce it as well.
func (r *ClaimReport) standOut(table *ClaimsReport, at int) {
	beside := table.beside(at)
	if len(beside) == 0 || slices.ContainsFunc(r.Conventions, func(name string) bool { return slices.Contains(beside, name) }) {
		return
	}
	r.StandsOut = true
	r.Notes = append(r.Notes, fmt.Sprintf("the rows beside it come out under %s, this one does not", beside[0]))
	for _, c := range r.edits(r.row.try(r.row.cells), nil, false) {
		r.Rivals = append(r.Rivals, c.told())
	}
	r.Hypotheses, r.Accidental = 0, 0
}
