package audit

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// RestatementRule is the rule under which a recognised convention is named.
const RestatementRule = "MFU910"

// Restate adds the note that a value is right under another definition than the reference.
func (a *Audit) Restate() (text string, factor float64, ok bool) {
	if a.OwnName == "" || a.OwnName == reference.MatmulFull || !a.settled() {
		return "", 1, false
	}
	k := a.restatement()
	if k == 1 {
		return "", 1, false
	}
	return a.chargesText(), k, true
}

// chargesText says what the log's own definition counts otherwise than matmul-full.
func (a *Audit) chargesText() string {
	var charges, leaves []string
	b, m := a.Own, a.World.Model
	p := m.CountParameters()
	if b.Lookup && !m.Tied {
		charges = append(charges, "the input embedding")
	}
	if b.Positions && p.Positions > 0 {
		charges = append(charges, "the position table")
	}
	if b.Vectors && p.Vectors > 0 {
		what := "the norms"
		if g := m.First(); g.FFN.Bias || g.Attention.QKVBias {
			what = "the norms and biases"
		}
		charges = append(charges, what)
	}
	if b.Head == reference.HeadOmitted {
		leaves = append(leaves, "the output head")
	}
	switch b.Core {
	case reference.CoreOmitted:
		leaves = append(leaves, "the attention core")
	case reference.CoreHalf, reference.CoreExact:
		leaves = append(leaves, "half of the attention core (causal)")
	}
	var parts []string
	if len(charges) > 0 {
		parts = append(parts, "charges "+rejoin(charges))
	}
	if len(leaves) > 0 {
		parts = append(parts, "leaves out "+rejoin(leaves))
	}
	return a.OwnName + " " + strings.Join(parts, " and ")
}

// AddFactor records that the run's MFU disagrees with its parts in the records of a comparison; it is an identity between logged values
// and comes after FLOPs, tokens and peak in the waterfall. The headline is corrected only where its own record is among them.
func (a *Audit) AddFactor(rule string, c Comparison, text string, cause Cause) {
	if c.Column != mfuColumn(a.Run) {
		return // another MFU of the log's is wrong, not the one that stands for the run
	}
	a.identity = rule
	if c.Row != a.Steps.Headline {
		return
	}
	a.factors = append(a.factors, factor{rule: rule, kind: Correction, value: c.Expected / c.Logged, text: text, cause: cause, order: 4, identity: true})
}

// tellMFU leads from the logged MFU to the corrected and the restated one.
func (a *Audit) tellMFU() {
	logged := a.loggedMFU()
	if math.IsNaN(logged) {
		a.tellUnloggedMFU()
		return
	}
	r := a.newMFUReport(logged)
	sort.SliceStable(a.factors, func(i, j int) bool { return a.factors[i].order < a.factors[j].order })
	mfu := logged
	if row, ok := a.refined(logged); ok {
		mfu *= row.Factor
		r.Waterfall = append(r.Waterfall, row)
	}
	for _, f := range a.factors {
		mfu *= f.value
		r.Waterfall = append(r.Waterfall, WaterfallRow{Rule: f.rule, Kind: f.kind, Factor: f.value, MFU: mfu, Text: f.text, Cause: f.cause, Rivals: f.rivals})
	}
	r.Corrected, r.Restated = mfu, math.NaN()
	a.restateMFU(r)
	a.report.MFU = r
}

// refined is the step from a printed MFU of few digits to the quotient of its parts, which have more, where corrections follow that
// would multiply its rounding.
func (a *Audit) refined(logged float64) (row WaterfallRow, ok bool) {
	const coarse = 2e-3 // relative width of three digits and fewer
	c := mfuColumn(a.Run)
	if c == nil || len(a.factors) == 0 || slices.ContainsFunc(a.factors, func(f factor) bool { return f.order > 3 }) {
		return row, false
	}
	printed, ok1 := cell(c, a.Steps.Headline, a.Run.LongFloats)
	parts, ok2 := a.MFUFromParts(a.Steps.Headline)
	if !ok1 || !ok2 || !printed.Overlaps(parts.Interval) || printed.LogWidth() < coarse || parts.LogWidth() > printed.LogWidth()/8 {
		return row, false
	}
	return WaterfallRow{
		Kind: Correction, Factor: parts.Point / logged, MFU: parts.Point, Cause: CauseUnique,
		Text: fmt.Sprintf("achieved ÷ peak as logged, %s %%, which is rounded in print", number(100*parts.Point)),
	}, true
}

func (a *Audit) newMFUReport(logged float64) *MFUReport {
	r := &MFUReport{
		Logged: logged, OwnConvention: a.OwnName, Also: a.OwnAlso, Convention: reference.MatmulFull,
		Over: a.Steps.Over, Steps: len(a.Steps.Steady), Excluded: a.Steps.Excluded, Others: map[string]float64{},
		PeakText: peakText(&a.World, reference.Basis{}),
	}
	if r.PeakText == "" && a.World.Devices == 0 && a.report.Hardware.Peak > 0 {
		one := a.World
		one.Devices = 1
		r.PeakText = strings.TrimSuffix(peakText(&one, reference.Basis{}), " × 1") + " per device"
	}
	if a.Steps.Headline >= 0 && a.Steps.Headline < len(a.Run.Steps) {
		r.Step, r.HasStep = a.Run.Steps[a.Steps.Headline], true
	} else {
		r.Over = "summary"
	}
	return r
}

// restateMFU adds the restatement row and the MFU under the other definitions.
func (a *Audit) restateMFU(r *MFUReport) {
	own, ok := predict(reference.FLOPsPerToken, &a.World, a.Own)
	if ok && a.OwnName == "" {
		a.restateFromParts(r)
	}
	if !ok || a.OwnName == "" || !a.settled() {
		return
	}
	r.Restated = r.Corrected * a.restatement()
	if text, k, ok := a.Restate(); ok {
		r.RestatedText = text
		r.Waterfall = append(r.Waterfall, WaterfallRow{Rule: RestatementRule, Kind: Restatement, Factor: k, MFU: r.Restated, Text: text})
	}
	for name, v := range a.definitions() {
		r.Others[name] = r.Corrected * v / own
	}
	for i := range a.report.Model.Rivals {
		rival := &a.report.Model.Rivals[i]
		w := a.World
		w.Model = &rival.Architecture
		full, ok1 := predict(reference.FLOPsPerToken, &w, reference.Basis{})
		if ok1 && own > 0 {
			rival.MFU = r.Corrected * full / own
		}
	}
}

// definitions are the training FLOPs per token under each definition that fits any shape, where this world settles it.
func (a *Audit) definitions() map[string]float64 {
	out := map[string]float64{}
	for _, c := range reference.Conventions() {
		if c.Kind != reference.Definition || c.Suspect {
			continue
		}
		if v, ok := predict(reference.FLOPsPerToken, &a.World, c.Basis); ok {
			out[c.Name] = v
		}
	}
	return out
}

// tellUnloggedMFU computes what the MFU is where the log has its parts but not the metric.
func (a *Audit) tellUnloggedMFU() {
	r := a.newMFUReport(math.NaN())
	r.Corrected = math.NaN()
	if a.restateFromParts(r) {
		a.report.MFU = r
	}
}

// restateFromParts computes the MFU of the headline step from model, batch, step time (or tokens per second as logged) and
// peak, under every definition.
func (a *Audit) restateFromParts(r *MFUReport) bool {
	peak, _, okP := PeakOf(&a.World, reference.Basis{})
	flops, okF := predict(reference.FLOPsPerToken, &a.World, reference.Basis{})
	tokens := a.Tokens.True()
	if readings := a.readings(); tokens == 0 && len(readings) > 0 {
		tokens = readings[0].Tokens
	}
	time := canonical(first(a.Run.ColumnsOf(reference.StepTime)), a.Steps.Headline)
	rate := tokens / time
	if !(rate > 0) { // the log may hold the rate without the time
		x, ok := a.Global(reference.TokensPerSec, reference.TokensPerSecPerDevice, a.Steps.Headline)
		if !ok {
			return false
		}
		rate = x.Point
	}
	if !okP || !okF || !a.settled() || !(rate > 0) {
		return false
	}
	r.Restated = flops * rate / peak
	for name, v := range a.definitions() {
		r.Others[name] = r.Restated * v / flops
	}
	return true
}

// checks runs the check rules whose needs are met, and says why the others were skipped.
func (a *Audit) checks() {
	for _, r := range a.Options.Rules {
		if reason := a.skipReason(r); reason != "" {
			a.report.Coverage.Skipped = append(a.report.Coverage.Skipped, SkippedRule{Rule: r.ID, Name: r.Name, Reason: reason})
			continue
		}
		if r.Check == nil {
			continue
		}
		found := r.Check(a)
		for i := range found {
			f := found[i]
			f.Rule = r.ID
			if f.Evidence.Wrong == "" && r.Severity != SeverityNote {
				f.Evidence.Wrong = WrongProven
			}
			if f.Evidence.Cause == "" && r.Severity != SeverityNote {
				f.Evidence.Cause = CauseUnique
			}
			f.Printed = a.printed(&f)
			a.add(&f)
		}
	}
}

// skipReason says what a rule lacks; "" if it can run.
func (a *Audit) skipReason(r Rule) string {
	if len(r.Needs) > 0 {
		var names []string
		for _, q := range r.Needs {
			if a.Logs(q) {
				names = nil
				break
			}
			names = append(names, string(q))
		}
		if len(names) > 0 {
			return "no " + strings.Join(names, " or ") + " is logged"
		}
	}
	if r.Requires != nil {
		return r.Requires(a)
	}
	return ""
}

// Logs reports whether the run has a value of a quantity.
func (a *Audit) Logs(q reference.Quantity) bool {
	if len(a.Run.ColumnsOf(q)) > 0 {
		return true
	}
	for _, o := range a.Run.Summary {
		if o.Quantity == q {
			return true
		}
	}
	return false
}

// ModelUnknown says what the model lacks; "" if it is settled: what most rules require.
func ModelUnknown(a *Audit) string {
	switch {
	case len(a.modelMissing) == 3 && a.modelMissing[0] == string(runlog.Layers):
		return "needs the model (--model)" // nothing of it is logged
	case len(a.modelMissing) > 0:
		return "needs " + strings.Join(a.modelMissing, ", ") + " (or --model)"
	case a.World.Model == nil:
		return "needs --model"
	default:
		return ""
	}
}

// PeakUnknown says what the peak lacks; "" if it is known.
func PeakUnknown(a *Audit) string {
	switch parts := a.peakLacks(); {
	case len(parts) > 0:
		return "needs " + rejoin(parts)
	case a.World.StatedPeak == 0 && a.report.Hardware.Peak == 0:
		return fmt.Sprintf("no %s peak is known for %s", a.World.Precision, a.World.Device.Name)
	default:
		return ""
	}
}

// peakLacks lists the facts that the peak lacks.
func (a *Audit) peakLacks() []string {
	var parts []string
	if a.World.StatedPeak == 0 {
		if a.World.Device == nil {
			parts = append(parts, "the device (--device)")
		}
		if a.World.Precision == "" {
			parts = append(parts, "the precision (--precision)")
		}
	}
	if a.World.Devices == 0 && !a.perDevice() {
		parts = append(parts, "the number of devices (--devices)")
	}
	return parts
}

// perDevice reports whether what is held against a peak is logged per device, so that their number does not matter.
func (a *Audit) perDevice() bool {
	switch {
	case a.Logs(reference.PeakFLOPs):
		return false
	case a.Implied != nil || a.Logs(reference.PeakFLOPsPerDevice):
		return true
	default:
		return a.Logs(reference.TokensPerSecPerDevice) && instant(a.Run, reference.TokensPerSec) == nil && len(a.Run.ColumnsOf(reference.StepTime)) == 0
	}
}

// BatchUnknown says what the batch lacks; "" if the tokens of a step follow from facts.
func BatchUnknown(a *Audit) string {
	if parts := a.batchLacks(); len(parts) > 0 {
		return "needs " + rejoin(parts)
	}
	return ""
}

// batchLacks lists the facts that the tokens of a step lack.
func (a *Audit) batchLacks() []string {
	if len(a.readings()) > 0 {
		return nil
	}
	var parts []string
	if a.World.SeqLen <= 0 {
		parts = append(parts, "the sequence length (--seq-len)")
	}
	if a.World.MicroBatch <= 0 && a.Facts.Int(runlog.GlobalBatch) <= 0 {
		parts = append(parts, "the batch (--global-batch-size, --micro-batch and --grad-accum, or --tokens-per-step)")
	}
	return parts
}
