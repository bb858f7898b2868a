package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// Versus is one or several runs held against others: first what ran, then how fast.
type Versus struct {
	Base, Head []*RunReport
	Facts      []FactChange
	Metrics    []MetricChange
	Told       []string // what a reader is to know before all numbers
	Threshold  float64  // a change counts where it is larger, and shown
	Level      string   // "steps" of one run each, or "runs"
}

// FactChange is a fact of both sides; "" is unknown.
type FactChange struct {
	Name, Base, Head string
}

// Changed reports whether a fact is known on both sides and differs.
func (f FactChange) Changed() bool { return f.Base != f.Head && f.Base != "" && f.Head != "" }

// Outcome is what can be said of a metric.
type Outcome string

// The outcomes.
const (
	OutcomeBetter     Outcome = "better"
	OutcomeWorse      Outcome = "worse"
	OutcomeSame       Outcome = "~"           // no change above the threshold
	OutcomeUnknown    Outcome = "cannot tell" // too little was measured
	OutcomeNotCompare Outcome = "not compared"
)

// MetricChange is a metric of both sides.
type MetricChange struct {
	Name          string
	Quantity      reference.Quantity
	Base, Head    float64 // medians; NaN if unknown
	NBase, NHead  int     // steps, or runs
	Lo, Hi        float64 // interval of head ÷ base; NaN if there is none
	Outcome       Outcome
	Needs         int    // steady steps or runs that each side would need; 0 if that is not why
	Why           string // why it is not compared, or how
	LowerIsBetter bool
}

// Ratio is head ÷ base.
func (m *MetricChange) Ratio() float64 { return m.Head / m.Base }

// Regressed reports whether a metric got worse beyond the threshold, with evidence.
func (v *Versus) Regressed() bool {
	return slices.ContainsFunc(v.Metrics, func(m MetricChange) bool { return m.Outcome == OutcomeWorse })
}

// Compare holds the runs of head against those of base. A change is one where its interval leaves 1 out and its size is above threshold.
func Compare(base, head []*RunReport, threshold float64) *Versus {
	v := &Versus{Base: base, Head: head, Threshold: threshold, Level: "steps"}
	if len(base) > 1 || len(head) > 1 {
		v.Level = "runs"
	}
	v.facts()
	v.metrics()
	v.tell()
	return v
}

// changed names the facts of a list that differ.
func (v *Versus) changed(names ...string) string {
	var out []string
	for _, f := range v.Facts {
		if f.Name == factFLOPs && v.modelsKnown() {
			continue // FLOPs differ by definition where the model does not
		}
		if slices.Contains(names, f.Name) && f.Changed() {
			out = append(out, f.Name)
		}
	}
	return strings.Join(out, ", ")
}

// modelsKnown reports whether what ran is known on both sides, so that FLOPs per token need not stand for it.
func (v *Versus) modelsKnown() bool {
	return slices.ContainsFunc(v.Facts, func(f FactChange) bool { return f.Name == factModel && f.Base != "" && f.Head != "" })
}

func (v *Versus) metrics() {
	pick := func(of func(*Steady) []float64) func(*RunReport) []float64 {
		return func(r *RunReport) []float64 {
			if r.Steady == nil {
				return nil
			}
			return of(r.Steady)
		}
	}
	one := func(of func(*MFUReport) float64) func(*RunReport) float64 {
		return func(r *RunReport) float64 {
			if r.MFU == nil {
				return math.NaN()
			}
			return of(r.MFU)
		}
	}
	v.add(MetricChange{Name: "MFU as logged", Quantity: reference.MFU}, asLogged, func(*RunReport) []float64 { return nil }, one(func(m *MFUReport) float64 { return m.Logged }))
	v.add(MetricChange{Name: "MFU restated, matmul-full", Quantity: reference.MFU}, "",
		pick(func(s *Steady) []float64 { return s.Restated }), one(func(m *MFUReport) float64 { return m.Restated }))
	v.add(MetricChange{Name: "MFU corrected", Quantity: reference.MFU}, v.changed(factConvention, factModel, factFLOPs),
		pick(func(s *Steady) []float64 { return s.MFU }), one(func(m *MFUReport) float64 { return m.Corrected }))
	v.add(MetricChange{Name: "tokens/s per device", Quantity: reference.TokensPerSecPerDevice}, v.changed(factModel, factFLOPs, factSeqLen, factDevice, factPrecision),
		pick(func(s *Steady) []float64 { return s.Rate }), nil)
	v.add(MetricChange{Name: "step time", Quantity: reference.StepTime, LowerIsBetter: true},
		v.changed(factModel, factFLOPs, factSeqLen, factTokens, factDevice, factDevices, factPrecision),
		pick(func(s *Steady) []float64 { return s.StepTime }), func(r *RunReport) float64 { return expectedOf(r, reference.StepTime) })
	v.loss()
}

// expectedOf is a quantity's right value where it is known, else what is logged.
func expectedOf(r *RunReport, q reference.Quantity) float64 {
	for _, x := range r.Quantities {
		if x.Quantity == q && (x.Status == StatusWrong || x.Status == StatusInherited) {
			return x.Expected
		}
	}
	return loggedOf(r, q)
}

// add compares a metric by its steps or runs; other facts that changed make it no comparison. alone is its value in a report without steps.
func (v *Versus) add(m MetricChange, other string, steps func(*RunReport) []float64, alone func(*RunReport) float64) {
	values := func(runs []*RunReport) (mid float64, list []float64) {
		if v.Level == "steps" {
			list = steps(runs[0])
			if len(list) == 0 && alone != nil {
				return alone(runs[0]), nil
			}
			return middle(list), list
		}
		for _, r := range runs {
			x := middle(steps(r))
			if math.IsNaN(x) && alone != nil {
				x = alone(r)
			}
			if x > 0 {
				list = append(list, x)
			}
		}
		return middle(list), list
	}
	var base, head []float64
	m.Base, base = values(v.Base)
	m.Head, head = values(v.Head)
	m.NBase, m.NHead, m.Lo, m.Hi = len(base), len(head), math.NaN(), math.NaN()
	if !(m.Base > 0) && !(m.Head > 0) {
		return
	}
	v.judge(&m, other, base, head)
	v.Metrics = append(v.Metrics, m)
}

// judge says what the values of both sides show.
func (v *Versus) judge(m *MetricChange, other string, base, head []float64) {
	switch {
	case !(m.Base > 0) || !(m.Head > 0):
		m.Outcome, m.Why = OutcomeNotCompare, "not known on both sides"
		return
	case other == asLogged:
		m.Outcome, m.Why = OutcomeNotCompare, other
		return
	case other != "":
		m.Outcome, m.Why = OutcomeNotCompare, other+" changed"
		return
	case v.Level == "runs":
		m.Lo, m.Hi, m.Needs = runRatio(base, head)
	default:
		m.Lo, m.Hi, m.Needs = stepRatio(base, head)
	}
	change := m.Ratio() - 1
	shown := m.Lo > 1 || m.Hi < 1
	switch {
	case m.Needs > 0:
		m.Outcome = OutcomeUnknown
	case shown && math.Abs(change) > v.Threshold:
		m.Outcome = OutcomeBetter
		if (change > 0) == m.LowerIsBetter {
			m.Outcome = OutcomeWorse
		}
	case math.Max(m.Hi-1, 1-m.Lo) <= v.Threshold, shown:
		m.Outcome = OutcomeSame
	default: // a change above the threshold is possible and is not shown
		m.Outcome = OutcomeUnknown
		width := math.Max(m.Hi-1, 1-m.Lo) / v.Threshold
		m.Needs = int(math.Min(math.Ceil(float64(min(len(base), len(head)))*width*width), 1e9))
	}
}

// loss compares the loss at the last number of tokens that both have seen. One value of each is no evidence: it is told, not judged.
func (v *Versus) loss() {
	if v.Level != "steps" || v.Base[0].Steady == nil || v.Head[0].Steady == nil {
		return
	}
	a, b := v.Base[0].Steady, v.Head[0].Steady
	if len(a.Loss) == 0 || len(b.Loss) == 0 || (a.TokensPerStep > 0) != (b.TokensPerStep > 0) {
		return
	}
	at := math.Min(slices.Max(a.LossAt), slices.Max(b.LossAt))
	x, y := interpolate(a.LossAt, a.Loss, at), interpolate(b.LossAt, b.Loss, at)
	m := MetricChange{Name: "loss", Quantity: reference.Loss, Base: x, Head: y, NBase: 1, NHead: 1, Lo: math.NaN(), Hi: math.NaN(), LowerIsBetter: true, Outcome: OutcomeUnknown}
	m.Why = "at " + number(at) + " tokens, one value each"
	if a.TokensPerStep == 0 {
		m.Why = "at step " + number(at) + ", one value each"
	}
	if other := v.changed(factModel); other != "" {
		m.Outcome, m.Why = OutcomeNotCompare, other+" changed"
	}
	if math.IsNaN(x) || math.IsNaN(y) {
		return
	}
	v.Metrics = append(v.Metrics, m)
}

// interpolate is y at x on the line through points that ascend in xs; NaN outside.
func interpolate(xs, ys []float64, x float64) float64 {
	for i := range xs {
		switch {
		case xs[i] == x:
			return ys[i]
		case xs[i] > x && i > 0 && xs[i-1] < x:
			return ys[i-1] + (ys[i]-ys[i-1])*(x-xs[i-1])/(xs[i]-xs[i-1])
		}
	}
	return math.NaN()
}

// tell says what changed only in the log.
func (v *Versus) tell() {
	if names := v.changed(factModel, factDevice, factPrecision, factSeqLen); names != "" {
		v.Told = append(v.Told, "These are runs of different things ("+names+"): their speeds are not comparable, only their MFU.")
	}
	if v.Level != "steps" || v.Base[0].MFU == nil || v.Head[0].MFU == nil {
		return
	}
	a, b := v.Base[0].MFU, v.Head[0].MFU
	far := func(x, y float64) bool { return x > 0 && y > 0 && math.Abs(y/x-1) > v.Threshold }
	x, y, what := a.Corrected, b.Corrected, "corrected"
	if a.Restated > 0 && b.Restated > 0 {
		x, y, what = a.Restated, b.Restated, "restated"
	}
	switch {
	case far(a.Logged, b.Logged) && x > 0 && y > 0 && !far(x, y):
		v.Told = append(v.Told, fmt.Sprintf("The logged MFU changed from %s to %s; %s, it is %s and %s: what changed is how it is counted, not how fast it runs.",
			percent(a.Logged), percent(b.Logged), what, percent(x), percent(y)))
	case !far(a.Logged, b.Logged) && a.Logged > 0 && b.Logged > 0 && far(x, y):
		v.Told = append(v.Told, fmt.Sprintf("The logged MFU is about the same, %s and %s; %s, it changed from %s to %s: how it is counted hides it.",
			percent(a.Logged), percent(b.Logged), what, percent(x), percent(y)))
	}
}
