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

// cover says of every logged efficiency metric what became of it, and counts.
func (a *Audit) cover() {
	order := map[reference.Quantity]int{}
	for i, info := range reference.Quantities() {
		order[info.Quantity] = i
	}
	for _, c := range a.Run.Columns {
		if !c.Quantity.Info().Efficiency || c.Count() == 0 {
			continue
		}
		row := a.Steps.Headline
		if !c.Has(row) {
			row = c.FirstRow()
		}
		a.coverValue(columnTarget(a.Run, c, row), c.Count(), c.Unit)
	}
	for i := range a.Run.Summary {
		o := &a.Run.Summary[i]
		if o.Quantity.Info().Efficiency {
			a.coverValue(summaryTarget(a.Run, o), 0, o.Unit)
		}
	}
	for _, o := range a.meanings.open {
		row := max(o.Column.FirstRow(), 0)
		a.report.Quantities = append(a.report.Quantities, QuantityReport{
			Quantity: o.Column.Quantity, Key: o.Column.Key, Unit: o.Column.Unit, Scale: o.Column.Scale, Status: StatusNotAudited, Logged: canonical(o.Column, row),
			Expected: math.NaN(), Restated: math.NaN(), Steps: o.Column.Count(), Reason: a.openReason(o),
		})
	}
	q := a.report.Quantities
	sort.SliceStable(q, func(i, j int) bool { return order[q[i].Quantity] < order[q[j].Quantity] })
	c := &a.report.Coverage
	for _, x := range q {
		c.Logged++
		if x.Status != StatusNotAudited {
			c.Audited++
		} else {
			c.NotAudited = append(c.NotAudited, fmt.Sprintf("%s (%s)", x.Key, x.Reason))
		}
	}
	for _, u := range a.Run.Unknown {
		c.Logged++
		reason := "unknown metric"
		if u.Nearest != "" {
			reason += ", did you mean " + u.Nearest + "?"
		}
		if u.Why != "" {
			reason = u.Why
		}
		c.NotAudited = append(c.NotAudited, fmt.Sprintf("%s (%s)", u.Key, reason))
	}
	for _, s := range a.Run.Sequences {
		c.Logged++
		c.NotAudited = append(c.NotAudited, s.Key+" (counts sequences: needs --seq-len)")
	}
	if c.Needs = a.needs(); c.Audited == 0 {
		c.Needs = asked(c.Needs, c.NotAudited)
	}
	a.coverFacts()
	sort.SliceStable(a.report.Findings, func(i, j int) bool {
		x, y := a.report.Findings[i], a.report.Findings[j]
		if x.Severity.Rank() != y.Severity.Rank() {
			return x.Severity.Rank() > y.Severity.Rank()
		}
		return x.Rule < y.Rule
	})
}

func (a *Audit) coverValue(t target, steps int, unit string) {
	x := QuantityReport{
		Quantity: t.Quantity, Key: t.Key, Unit: unit, Scale: 1, Logged: t.Value, Expected: math.NaN(), Restated: math.NaN(), Steps: steps,
	}
	if t.Column != nil {
		x.Scale = t.Column.Scale
	} else {
		x.Scale = t.Obs.Scale
	}
	a.fate(&x, &t)
	if v, ok := predict(t.Quantity, &a.World, reference.Basis{}); ok && t.Account == AccountTotal && a.settled() {
		x.Restated = v
	}
	if m := a.report.MFU; m != nil && t.Quantity == reference.MFU && !IsAverage(t.Key) {
		x.Restated = m.Restated
		if x.Status != StatusOK && x.Status != StatusNotAudited {
			x.Expected = m.Corrected
		}
	}
	a.report.Quantities = append(a.report.Quantities, x)
}

// fate decides a metric's status: found wrong, following from something wrong, in order, or not audited and why.
func (a *Audit) fate(x *QuantityReport, t *target) {
	for _, f := range a.report.Findings {
		if f.Severity == SeverityNote {
			continue
		}
		if f.Pos.Path != "" && sameKey(f.Pos.Path, t) {
			x.Status, x.Cause, x.Expected = StatusWrong, f.Rule, f.Expected
			if f.Quantity != t.Quantity { // the finding is about what follows from this value
				x.Expected = t.Value / f.Ratio()
			}
			if f.Steps.Count > 0 && t.Column != nil && !a.stepsCover(f, t) {
				x.Status, x.Reason = StatusOK, "but not in "+plural(f.Steps.Count, "step")
			}
			if x.Status == StatusWrong {
				return
			}
		}
		for _, c := range f.Consequences {
			if c.Path == t.Key {
				x.Status, x.Cause, x.Expected = StatusInherited, f.Rule, c.Corrected
				return
			}
		}
	}
	partly := x.Reason // "but not in 1 step": the others are yet to be compared
	if x.Status, x.Reason = a.audited(t); partly != "" {
		if x.Status == StatusOK {
			x.Reason = partly
			return
		}
		x.Reason += "; wrong in some steps"
	}
	if x.Status == StatusOK {
		a.inherit(x, t)
	}
}

// stepsCover reports whether a finding is about the value that stands for the metric, not only about other steps.
func (a *Audit) stepsCover(f *Finding, t *target) bool {
	if len(f.Steps.List) == 0 || a.Steps.Headline < 0 || a.Steps.Headline >= len(a.Run.Steps) {
		return true
	}
	for _, s := range f.Steps.List {
		if s == a.Run.Steps[a.Steps.Headline] {
			return true
		}
	}
	return false
}

// sameKey reports whether a finding's key path is that of a metric.
func sameKey(path string, t *target) bool {
	if t.Obs != nil {
		return path == t.Key || path == t.Obs.Pos.Path
	}
	n := len(path) - len(t.Key)
	return n >= 0 && path[n:] == t.Key && (n == 0 || path[n-1] == '.' || path[n-1] == ']')
}

// inherit marks what follows from logged values that are wrong.
func (a *Audit) inherit(x *QuantityReport, t *target) {
	if IsAverage(t.Key) {
		return
	}
	k, cause := 1.0, ""
	for _, f := range a.factors {
		applies := f.kind == Correction && f.rule != RoundedPeakRule
		switch t.Quantity {
		case reference.MFU:
		case reference.AchievedFLOPs, reference.AchievedFLOPsPerDevice:
			applies = applies && f.order <= 2
		default:
			applies = false
		}
		if !applies {
			continue
		}
		k *= f.value
		if cause == "" {
			cause = f.rule
		}
	}
	if cause != "" {
		x.Status, x.Cause, x.Expected = StatusInherited, cause, t.Value*k
	}
}

// needs lists the flags that would let more be audited.
func (a *Audit) needs() []string {
	var out []string
	add := func(flag string) {
		for _, x := range out {
			if x == flag {
				return
			}
		}
		out = append(out, flag)
	}
	if ModelUnknown(a) != "" {
		add("--model")
		if a.World.SeqLen == 0 {
			add("--seq-len")
		}
	}
	if len(a.Run.Sequences) > 0 {
		add("--seq-len")
	}
	if a.World.Device == nil {
		add("--device")
	}
	if a.World.Devices == 0 {
		add("--devices")
	}
	if a.World.Precision == "" {
		add("--precision")
	}
	if BatchUnknown(a) != "" {
		add("--tokens-per-step")
	}
	return out
}

// asked keeps the flags that reasons ask for: where nothing was audited, others would let no more be.
func asked(flags, reasons []string) []string {
	said := map[string]bool{}
	for _, r := range reasons {
		r, _, _ = strings.Cut(r, computedWith) // which audits nothing
		for _, word := range strings.FieldsFunc(r, func(c rune) bool { return c != '-' && (c < 'a' || c > 'z') }) {
			said[word] = true
		}
	}
	for _, part := range []string{"--global-batch-size", "--micro-batch", "--grad-accum"} { // another way to say it
		said["--tokens-per-step"] = said["--tokens-per-step"] || said[part]
	}
	return slices.DeleteFunc(flags, func(flag string) bool { return !said[flag] })
}

// coverFacts reports the facts that count and which of them the model contradicts.
func (a *Audit) coverFacts() {
	for _, x := range a.Facts.all {
		value := printable(x)
		r := FactReport{Key: string(x.Key), Value: value, Source: x.Source, Pos: x.Pos, Broken: x.Void}
		for _, b := range a.World.Breaks {
			if x.Void == "" && b == factName(x) {
				r.Broken = "contradicted by what the numbers prove"
			}
		}
		a.report.Facts = append(a.report.Facts, r)
	}
}

// unrecognised stands for a name that is not repeated.
const unrecognised = "(not recognised)"

// printable is a fact's value as a report may print it: names only if they are recognised, since others may hold anything.
func printable(x runlog.Fact) string {
	known := true
	switch x.Key {
	case runlog.Device:
		_, known = reference.ResolveDevice(x.Str)
	case runlog.Precision:
		_, known = reference.ParsePrecision(x.Str)
	}
	switch {
	case !known:
		return unrecognised
	case x.Str != "":
		return x.Str
	default:
		return plain(x.Num)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
