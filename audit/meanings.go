package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Where a format does not define its metrics, a name such as tokens_per_sec leaves several meanings. Before all else the audit
// tries every combination of them and takes the one under which most relations between the columns and the declared facts hold
// and none is broken. What several combinations leave open is not audited, and never accused.

const (
	mostCombinations = 1024
	sampledRows      = 8
	// Meanings differ by factors of 2 and more; two values of one thing, as trainers average and round them, by less than this.
	sameThing = 1.05
	// A share of the rows must agree for a relation to hold.
	agreeing = 0.75
)

// Open is a column of which several meanings fit.
type Open struct {
	Column   *runlog.Column
	Readings []string // what fits
	Settle   string   // which flag would tell them apart
}

// meaningsFound is what the search for the columns' meanings gave.
type meaningsFound struct {
	chosen  []string // "tokens_per_sec is one device's tokens"
	because []string // the relations that hold only so
	first   *runlog.Column
	open    []Open
	none    bool            // every combination breaks a relation: the first meanings are kept
	batches []float64       // tokens of a step that the batch facts may mean
	models  []float64       // FLOPs per token of the model that the user names
	doubted map[string]bool // keys of columns that are read as is usual, not as anything proves
}

// combination is one meaning for each ambiguous column, with how well it fits.
type combination struct {
	pick    []int
	holds   []string
	broken  int
	against int // relations with the batch facts that do not hold
}

// settleMeanings chooses the meanings of ambiguous columns and applies them to a copy of the run.
func (a *Audit) settleMeanings() {
	var ambiguous []*runlog.Column
	size := 1
	found := &a.meanings
	found.doubted, found.batches, found.models = map[string]bool{}, a.batchTokens(), a.modelFLOPs()
	kept := *a.Run
	kept.Columns = slices.Clone(a.Run.Columns)
	for i, c := range kept.Columns {
		if len(c.Meanings) == 0 || c.Count() == 0 {
			continue
		}
		own := *c
		kept.Columns[i] = &own
		if size *= len(c.Meanings) + 1; size > mostCombinations {
			found.open = append(found.open, a.openColumn(&own, nil))
			size /= len(c.Meanings) + 1
			continue
		}
		ambiguous = append(ambiguous, &own)
	}
	if len(ambiguous) == 0 && len(found.open) == 0 {
		return
	}
	a.Run = &kept
	if len(ambiguous) > 0 {
		found.first = ambiguous[0]
		a.choose(ambiguous)
	}
	for _, o := range found.open {
		kept.Columns = slices.DeleteFunc(kept.Columns, func(c *runlog.Column) bool { return c == o.Column })
	}
}

// choose settles the meanings of the columns as far as the relations tell.
func (a *Audit) choose(columns []*runlog.Column) {
	found := &a.meanings
	rows := a.sample(columns)
	var fitting []combination
	pick := make([]int, len(columns))
	own := make([]runlog.Meaning, len(columns))
	for i, c := range columns {
		own[i] = runlog.Meaning{Quantity: c.Quantity, Scale: c.Scale, Unit: c.Unit}
	}
	var walk func(i int)
	walk = func(i int) {
		if i == len(columns) {
			c := combination{pick: slices.Clone(pick)}
			a.weigh(&c, rows)
			fitting = append(fitting, c)
			return
		}
		for k := range len(columns[i].Meanings) + 1 {
			pick[i] = k
			apply(columns[i], own[i], k)
			walk(i + 1)
		}
	}
	walk(0)
	for i, c := range columns {
		apply(c, own[i], 0)
	}
	all := len(fitting)
	fitting = slices.DeleteFunc(fitting, func(c combination) bool { return c.broken > 0 })
	// Batch facts that speak against every combination and for none leave a log that is wrong whatever it means.
	fit := func(c combination) bool { return len(c.holds) > 0 || c.against == 0 }
	if !slices.ContainsFunc(fitting, fit) {
		found.none = true
		return
	}
	most := 0
	for _, c := range fitting {
		most = max(most, len(c.holds))
	}
	fitting = slices.DeleteFunc(fitting, func(c combination) bool { return len(c.holds) < most })
	for i, c := range columns {
		apply(c, own[i], fitting[0].pick[i])
		if a.agree(c, own[i], fitting, i) {
			if all > 1 && (most > 0 || fitting[0].pick[i] > 0) {
				found.chosen = append(found.chosen, fmt.Sprintf("%s as %s", lastKey(c.Key), describeMeaning(c)))
			}
			continue
		}
		if share := c.Quantity == reference.MFU || c.Quantity == reference.HFU; share && fitting[0].pick[i] == 0 && own[i].Scale == 1 && largest(c) <= 1 {
			found.doubted[c.Key] = true // below 1.5 % hardly anybody runs
			continue
		}
		var readings []string
		for _, f := range fitting {
			apply(c, own[i], f.pick[i])
			if r := describeMeaning(c); !slices.Contains(readings, r) {
				readings = append(readings, r)
			}
		}
		apply(c, own[i], 0)
		found.open = append(found.open, a.openColumn(c, readings))
	}
	found.because = fitting[0].holds
}

// apply gives a column its k-th meaning; 0 is its own.
func apply(c *runlog.Column, own runlog.Meaning, k int) {
	m := own
	if k > 0 {
		m = c.Meanings[k-1]
	}
	c.Quantity, c.Scale, c.Unit = m.Quantity, m.Scale, m.Unit
}

// agree reports whether all combinations that fit mean the same by the i-th column. On one device, one's and all devices' are the
// same.
func (a *Audit) agree(c *runlog.Column, own runlog.Meaning, fitting []combination, i int) bool {
	mean := func(k int) runlog.Meaning {
		m := own
		if k > 0 {
			m = c.Meanings[k-1]
		}
		if a.World.Devices == 1 {
			m.Quantity = ofAllDevices(m.Quantity)
		}
		return m
	}
	first := mean(fitting[0].pick[i])
	for _, f := range fitting[1:] {
		if m := mean(f.pick[i]); m.Quantity != first.Quantity || m.Scale != first.Scale {
			return false
		}
	}
	return true
}

// ofAllDevices is the quantity of the run for one of a device.
func ofAllDevices(q reference.Quantity) reference.Quantity {
	switch q {
	case reference.TokensPerSecPerDevice:
		return reference.TokensPerSec
	case reference.AchievedFLOPsPerDevice:
		return reference.AchievedFLOPs
	case reference.PeakFLOPsPerDevice:
		return reference.PeakFLOPs
	default:
		return q
	}
}

// describeMeaning names what a column is taken for.
func describeMeaning(c *runlog.Column) string {
	whose := ""
	switch c.Quantity.Info().Scope {
	case reference.ScopeDevice:
		whose = " of one device"
	case reference.ScopeRun:
		if c.Quantity != reference.MFU && c.Quantity != reference.HFU {
			whose = " of all devices"
		}
	}
	unit := c.Unit
	if unit == "" {
		unit = c.Quantity.Info().Unit
	}
	return unit + whose
}

func (a *Audit) openColumn(c *runlog.Column, readings []string) Open {
	o := Open{Column: c, Readings: readings, Settle: "--tokens-per-step"}
	switch {
	case c.Quantity == reference.MFU || c.Quantity == reference.HFU:
		o.Settle = "--model and --device"
	case c.Quantity == reference.StepTime: // --tokens-per-step, with a rate
	case a.World.Devices == 0:
		o.Settle = "--devices"
	case len(a.readings()) > 0:
		o.Settle = "--model and --device"
	}
	return o
}

// sample takes rows from the steady part of the run in which the ambiguous columns have values.
func (a *Audit) sample(columns []*runlog.Column) []int {
	var rows []int
	for row := range a.Run.Steps {
		if slices.ContainsFunc(columns, func(c *runlog.Column) bool { return c.Has(row) }) {
			rows = append(rows, row)
		}
	}
	if len(rows) > 4 {
		rows = rows[2:]
	}
	if len(rows) <= sampledRows {
		return rows
	}
	out := make([]int, 0, sampledRows)
	for i := range sampledRows {
		out = append(out, rows[i*(len(rows)-1)/(sampledRows-1)])
	}
	return out
}

func largest(c *runlog.Column) float64 {
	most := 0.0
	for row := c.FirstRow(); row >= 0 && c.Has(row); row++ {
		most = math.Max(most, canonical(c, row))
	}
	return most
}

// openReason says why a column is not audited.
func (a *Audit) openReason(o Open) string {
	if len(o.Readings) == 0 {
		return "its meaning is not told apart from others'"
	}
	return fmt.Sprintf("%s fit: %s (%s)", plural(len(o.Readings), "reading"), strings.Join(o.Readings, ", or "), o.Settle)
}

// Open lists the columns whose meaning nothing settles.
func (a *Audit) Open() []Open { return a.meanings.open }

// Chosen says which meanings of ambiguous columns were taken, and the relations that hold only so; column is the first of them.
func (a *Audit) Chosen() (column *runlog.Column, meanings, because []string) {
	if len(a.meanings.chosen) == 0 {
		return nil, nil, nil
	}
	return a.meanings.first, a.meanings.chosen, a.meanings.because
}

// Doubts reports whether a column is read as is usual, without anything that proves it: nothing is held against it.
func (a *Audit) Doubts(c *runlog.Column) bool { return a.doubts(c) }

// OpenReason says why an open column is not audited.
func (a *Audit) OpenReason(o Open) string { return a.openReason(o) }
