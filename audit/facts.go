package audit

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Facts is what a run, its flags and its sidecar declare, with an order of trust.
type Facts struct {
	all []runlog.Fact
}

func newFacts(run *runlog.Run, extra []runlog.Fact) Facts {
	f := Facts{all: slices.Concat(extra, run.Facts)}
	slices.SortStableFunc(f.all, func(a, b runlog.Fact) int { return runlog.Trust(a.Source) - runlog.Trust(b.Source) })
	return f
}

// All lists every fact, most trusted source first, the void ones among them.
func (f Facts) All() []runlog.Fact { return f.all }

// Of lists the facts of a key that count, most trusted first.
func (f Facts) Of(key runlog.FactKey) []runlog.Fact {
	var out []runlog.Fact
	for _, x := range f.all {
		if x.Key == key && x.Void == "" {
			out = append(out, x)
		}
	}
	return out
}

// Void lists the facts of a key that do not count.
func (f Facts) Void(key runlog.FactKey) []runlog.Fact {
	var out []runlog.Fact
	for _, x := range f.all {
		if x.Key == key && x.Void != "" {
			out = append(out, x)
		}
	}
	return out
}

// Number is the most trusted number of a key.
func (f Facts) Number(key runlog.FactKey) (float64, bool) {
	for _, x := range f.Of(key) {
		if !math.IsNaN(x.Num) {
			return x.Num, true
		}
	}
	return 0, false
}

// Int is the most trusted whole number of a key; 0 if there is none.
func (f Facts) Int(key runlog.FactKey) int64 {
	v, ok := f.Number(key)
	if !ok || v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		return 0
	}
	return int64(v)
}

// String is the most trusted name of a key.
func (f Facts) String(key runlog.FactKey) string {
	for _, x := range f.Of(key) {
		if x.Str != "" {
			return x.Str
		}
	}
	return ""
}

// factName is how a fact is counted and cited: one per quantity and value, however often printed. Norm placement is one fact
// with two consequences.
func factName(x runlog.Fact) string {
	switch x.Key {
	case runlog.NormsPerLayer, runlog.FinalNorm:
		return "norm placement"
	case runlog.TokenizerFamily:
		return "tokenizer " + x.Str
	case runlog.TiedEmbeddings, runlog.GatedFFN, runlog.Bias, runlog.QKNorm:
		return fmt.Sprintf("%s %t", x.Key, x.Num != 0)
	}
	if x.Str != "" {
		return fmt.Sprintf("%s %s", x.Key, x.Str)
	}
	return fmt.Sprintf("%s %s", x.Key, plain(x.Num))
}

// breaks lists the facts of a key that a value contradicts, each once. A flag settles its key: what the log says otherwise is
// then not a fact to keep.
func (f Facts) breaks(key runlog.FactKey, holds func(runlog.Fact) bool) []string {
	var out []string
	facts := f.Of(key)
	for _, x := range facts {
		if stated(facts[0]) && !stated(x) {
			break
		}
		if name := factName(x); !holds(x) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// stated reports whether a fact comes from outside the log: a flag, a configuration, or a model's configuration beside the log.
func stated(x runlog.Fact) bool { return runlog.Trust(x.Source) <= runlog.Trust("sidecar") }

// choices makes a dimension's choices of candidate values, each with the facts it breaks; declared values come first.
func (f Facts) choices(key runlog.FactKey, candidates ...int64) []reference.Choice[int64] {
	var values []int64
	for _, x := range f.Of(key) {
		if v := int64(x.Num); float64(v) == x.Num && v > 0 {
			values = append(values, v)
		}
	}
	values = append(values, candidates...)
	var out []reference.Choice[int64]
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			continue
		}
		out = append(out, reference.Choice[int64]{
			Value:  v,
			Breaks: f.breaks(key, func(x runlog.Fact) bool { return x.Num == float64(v) }),
		})
	}
	return out
}

// plain prints a number without an exponent where that is short.
func plain(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.6g", v)
}
