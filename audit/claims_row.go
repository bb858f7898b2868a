package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// claimRow is a row as the judge reads it: its numbers, the models that its dimensions allow, the peaks of its device.
type claimRow struct {
	claim     *runlog.Claim
	world     World
	facts     Facts
	dims      claimDims
	cells     map[string]claimCell
	layouts   []claimLayout
	missing   []string
	peaks     []float64 // spellings of the dense peak, the table's own first
	recompute string    // as stated, "" if not
	rules     []Rule
	stated    string
	known     map[flopsKey]flopsKnown // FLOPs per token of the cells tried so far
}

// claimFLOPs is training FLOPs per token under one convention, for the layouts that share them.
type claimFLOPs struct {
	layout     *claimLayout // nil where only a parameter count is printed
	basis      reference.Basis
	convention reference.Convention
	model      reference.Interval
}

// claimFit is one way in which a row comes out.
type claimFit struct {
	flops      claimFLOPs
	column     reference.Passes // what a column of FLOP/s counts; PassesDefault is model FLOPs
	hardware   reference.Passes
	peak       float64
	level      int
	constants  claimConstants
	needsFLOPs bool
	needsPeak  bool
	padded     bool
}

func newClaimRow(t *runlog.Table, c *runlog.Claim, opt Options) *claimRow {
	facts := newFacts(&runlog.Run{Facts: withTableFacts(c.Facts, t.Facts)}, opt.Facts)
	row := &claimRow{claim: c, facts: facts, rules: opt.Rules, recompute: facts.String(runlog.Recompute), stated: c.Stated}
	if opt.Convention != "" {
		row.stated = opt.Convention
	}
	row.dims = claimDims{c.Config, facts}
	row.cells = newClaimCells(c.Values, facts)
	a := &Audit{Run: &runlog.Run{}, Facts: facts, Options: opt, report: &RunReport{}}
	a.settle()
	row.world = a.World
	if row.world.Precision == "" {
		first, _, _ := strings.Cut(facts.String(runlog.Precision), "/")
		if p, ok := reference.ParsePrecision(strings.TrimSpace(first)); ok {
			row.world.Precision = p
		}
	}
	if c, ok := row.cells[cSeqLen]; ok {
		row.world.SeqLen = int64(c.value)
	}
	name := c.Model
	if m := configBeside(t, name); m != nil {
		row.layouts = []claimLayout{{model: m, vocabKnown: true, taken: []string{"the model of " + name}}}
	} else if opt.Model != nil {
		row.layouts = []claimLayout{{model: opt.Model, vocabKnown: true, taken: []string{"the model that is named"}}}
	} else {
		row.layouts, row.missing = row.dims.layouts(name, row.world.SeqLen)
	}
	row.peaks = row.peaksOf(append([]*reference.Accelerator{row.world.Device}, a.otherDevices...))
	return row
}

// configBeside is the model of the config.json that a row names, nil if it names none that can be read.
func configBeside(t *runlog.Table, name string) *reference.Architecture {
	if !strings.HasSuffix(name, ".json") || t.Source == nil || t.Source.Open == nil {
		return nil
	}
	data, err := t.Source.Open(name)
	if err != nil {
		return nil
	}
	c, err := reference.ParseConfig(data)
	if err != nil {
		return nil
	}
	m, err := c.Architecture()
	if err != nil || m.Validate() != nil {
		return nil
	}
	return m
}

// withTableFacts are a row's facts, and those of the table whose key the row has not.
func withTableFacts(own, all []runlog.Fact) []runlog.Fact {
	out := slices.Clone(own)
	for _, f := range all {
		if !slices.ContainsFunc(own, func(x runlog.Fact) bool { return x.Key == f.Key }) {
			out = append(out, f)
		}
	}
	return out
}

// peaksOf lists the spellings of the dense peak of devices at the row's precision, each once.
func (row *claimRow) peaksOf(devices []*reference.Accelerator) []float64 {
	if row.world.StatedPeak > 0 {
		return []float64{row.world.StatedPeak}
	}
	var out []float64
	for _, d := range devices {
		if d == nil {
			continue
		}
		p, ok := d.Peak(row.world.Precision)
		if !ok {
			continue
		}
		for _, v := range p.Spellings() {
			if v > 0 && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// claimConventions are those that are tried: the stated one alone first, those that are to be told rather than accepted last.
func claimConventions(stated string) []reference.Convention {
	all := reference.Conventions()
	rank := func(c reference.Convention) int {
		switch {
		case strings.EqualFold(c.Name, stated):
			return 0
		case c.Suspect:
			return 3
		case c.Kind == reference.Implementation:
			return 2
		default:
			return 1
		}
	}
	slices.SortStableFunc(all, func(a, b reference.Convention) int { return rank(a) - rank(b) })
	return all
}

// parametersFit reports whether a model has the printed parameters, and under which reading.
func (row *claimRow) parametersFit(l *claimLayout, cells map[string]claimCell) (level int, printed bool) {
	c, printed := cells[cParams]
	if !printed {
		return levelRounded, false
	}
	if !l.vocabKnown {
		return -1, true
	}
	n := l.model.CountParameters()
	for level := levelRounded; level < claimLevels; level++ {
		for _, v := range []int64{n.Total, n.WithPrediction(), n.NonEmbedding()} {
			if c.reading[level].Contains(float64(v)) {
				return level, true
			}
		}
	}
	// "70B" is the name of a size: Llama-2-70B has 68.98 billion parameters.
	if digits, _, ok := printedDigits(c.text); ok && !strings.Contains(digits, ".") && len(strings.Trim(digits, "0")) <= 3 && len(digits) <= 3 {
		if r := c.value / float64(n.Total); r > 1/nominal && r < nominal {
			return levelZeros, true
		}
	}
	return -1, true
}

// nominal is how far a size in a model's name may be from its parameters.
const nominal = 1.12

// flopsKey is all of a row's cells that FLOPs per token depend on.
type flopsKey struct {
	seqLen     float64
	parameters [claimLevels]reference.Interval
}

type flopsKnown struct {
	list            []claimFLOPs
	parametersMatch bool
}

// flopsOf is allFLOPs of cells, computed once.
func (row *claimRow) flopsOf(cells map[string]claimCell) ([]claimFLOPs, bool) {
	key := flopsKey{cells[cSeqLen].value, cells[cParams].reading}
	x, ok := row.known[key]
	if !ok {
		x.list, x.parametersMatch = row.allFLOPs(cells)
		if row.known == nil {
			row.known = map[flopsKey]flopsKnown{}
		}
		row.known[key] = x
	}
	return x.list, x.parametersMatch
}

// allFLOPs lists the FLOPs per token that the row's models allow, each value once, in the order of conventions.
func (row *claimRow) allFLOPs(cells map[string]claimCell) (out []claimFLOPs, parametersHold bool) {
	var layouts []*claimLayout
	printed := false
	for i := range row.layouts {
		l := &row.layouts[i]
		level, has := row.parametersFit(l, cells)
		printed = has
		if level >= 0 {
			layouts = append(layouts, l)
		}
	}
	parametersHold = !printed || len(layouts) > 0 || !slices.ContainsFunc(row.layouts, func(l claimLayout) bool { return l.vocabKnown })
	if len(layouts) == 0 {
		for i := range row.layouts {
			layouts = append(layouts, &row.layouts[i])
		}
	}
	seqLen := row.world.SeqLen
	if c, ok := cells[cSeqLen]; ok {
		seqLen = int64(c.value)
	}
	type seen struct {
		name   string
		v      float64
		padded bool
	}
	done := map[seen]bool{}
	for _, padded := range []bool{false, true} {
		for _, c := range claimConventions(row.stated) {
			for _, l := range layouts {
				if l.padded != padded || seqLen <= 0 {
					continue
				}
				w := row.world
				w.Model, w.SeqLen, w.VocabKnown = l.model, seqLen, l.vocabKnown
				v, ok := predict(reference.FLOPsPerToken, &w, c.Basis)
				key := seen{c.Name, v, padded}
				if !ok || !(v > 0) || done[key] {
					continue
				}
				done[key] = true
				out = append(out, claimFLOPs{l, c.Basis, c, reference.Exactly(v)})
			}
		}
	}
	if n, ok := cells[cParams]; ok && len(row.layouts) == 0 {
		if c, ok := reference.ConventionByName("6n"); ok {
			out = append(out, claimFLOPs{nil, c.Basis, c, n.reading[levelRounded].Scale(6)})
		}
	}
	return out, parametersHold
}

// spent is the FLOPs per token with what is computed again.
func (row *claimRow) spent(f claimFLOPs, p reference.Passes, seqLen int64) reference.Interval {
	switch {
	case p == reference.PassesDefault:
		return f.model
	case p == reference.FourTimes || f.layout == nil:
		return f.model.Scale(4. / 3)
	}
	b := f.basis
	b.Formula = ""
	again := p.Recomputed(b.Forward(f.layout.model, seqLen))
	return reference.Interval{Lo: f.model.Lo + again, Hi: f.model.Hi + again}
}

// passes lists what a number that may hold recomputation counts, given what the row says of it.
func (row *claimRow) passes(column bool) []reference.Passes {
	switch row.recompute {
	case "none":
		return []reference.Passes{reference.PassesDefault}
	case "selective":
		if column {
			return []reference.Passes{reference.PassesDefault, reference.SelectiveRecompute}
		}
		return []reference.Passes{reference.SelectiveRecompute}
	case "full":
		if column {
			return []reference.Passes{reference.PassesDefault, reference.FullRecompute, reference.FourTimes}
		}
		return []reference.Passes{reference.FourTimes, reference.FullRecompute}
	}
	return []reference.Passes{reference.PassesDefault, reference.FullRecompute, reference.FourTimes, reference.SelectiveRecompute}
}

// passesText says what a number counts.
func passesText(p reference.Passes) string {
	switch p {
	case reference.FullRecompute:
		return "the layers' forward pass once more"
	case reference.FourTimes:
		return "a fourth pass over everything"
	case reference.SelectiveRecompute:
		return "the attention core's forward pass once more"
	}
	return "model FLOPs"
}

// fits lists the ways in which relations hold, the best first: without padding, at the narrowest reading.
func (row *claimRow) fits(cells map[string]claimCell, relations []claimRelation, flops []claimFLOPs, peaks []float64) []claimFit {
	uses := func(kind claimFLOPsKind) bool {
		return slices.ContainsFunc(relations, func(r claimRelation) bool { return r.flops == kind })
	}
	needsPeak := slices.ContainsFunc(relations, func(r claimRelation) bool { return r.peak != 0 })
	needsFLOPs := uses(modelFLOPs) || uses(columnFLOPs) || uses(hardwareFLOPs)
	columns, hardware := []reference.Passes{reference.PassesDefault}, []reference.Passes{reference.PassesDefault}
	if uses(columnFLOPs) {
		columns = row.passes(true)
	}
	if uses(hardwareFLOPs) {
		hardware = row.passes(false)
	}
	if !needsPeak {
		peaks = []float64{0}
	}
	if !needsFLOPs {
		flops = []claimFLOPs{{}}
	}
	seqLen := row.world.SeqLen
	if c, ok := cells[cSeqLen]; ok {
		seqLen = int64(c.value)
	}
	var out []claimFit
	for _, f := range flops {
		for _, column := range columns {
			for _, hard := range hardware {
				k := claimConstants{model: f.model}
				if needsFLOPs {
					k.column, k.hardware = row.spent(f, column, seqLen), row.spent(f, hard, seqLen)
				}
				for _, p := range peaks {
					k.peak = p
					if level := allHold(cells, relations, k); level >= 0 {
						out = append(out, claimFit{
							flops: f, column: column, hardware: hard, peak: p, level: level, constants: k,
							needsFLOPs: needsFLOPs, needsPeak: needsPeak, padded: f.layout != nil && f.layout.padded,
						})
					}
				}
			}
		}
	}
	rank := func(f claimFit) int {
		n := 0
		if f.padded {
			n += 100
		}
		if f.flops.convention.Suspect && !strings.EqualFold(f.flops.convention.Name, row.stated) {
			n += 50
		}
		if f.level == levelZeros {
			n += 10
		}
		if f.column != reference.PassesDefault {
			n += 5
		}
		return n
	}
	slices.SortStableFunc(out, func(a, b claimFit) int { return rank(a) - rank(b) })
	return out
}

// allHold is the widest reading that any of the relations needs, −1 if one does not hold at all.
func allHold(cells map[string]claimCell, relations []claimRelation, k claimConstants) int {
	level := levelRounded
	for _, r := range relations {
		n := r.holds(cells, k)
		if n < 0 {
			return -1
		}
		level = max(level, n)
	}
	return level
}

// describeTaken says how a model was taken.
func describeTaken(l *claimLayout) string {
	if l == nil || len(l.taken) == 0 {
		return ""
	}
	return fmt.Sprintf("taken: %s", strings.Join(l.taken, ", "))
}
