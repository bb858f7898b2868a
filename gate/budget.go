package gate

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// Budget is a bound that a team holds its runs to.
type Budget struct {
	Quantity reference.Quantity
	Min, Max *Amount
	On       string // "corrected", "restated" or "logged"
	Over     string // "steady": the lower median of the steady steps
	At       Place
}

// Amount is a bound as written and in the quantity's canonical unit.
type Amount struct {
	Text  string
	Value float64
}

// The rules of budgets.
const (
	ruleBudgetMissed     = "MFU810"
	ruleBudgetNotChecked = "MFU811"
)

func (r *reader) budget(n ast.Node) Budget {
	b := Budget{On: "corrected", Over: "steady", At: r.place(n)}
	type bound struct {
		node ast.Node
		to   **Amount
		what string
	}
	var bounds []bound // read once the quantity is known
	r.object(n, "a budget", map[string]func(ast.Node){
		"quantity": func(n ast.Node) { b.Quantity = r.quantity(n, "quantity") },
		"min":      func(n ast.Node) { bounds = append(bounds, bound{n, &b.Min, "min"}) },
		"max":      func(n ast.Node) { bounds = append(bounds, bound{n, &b.Max, "max"}) },
		"on":       func(n ast.Node) { b.On = r.oneOf(n, "on", "corrected", "restated", "logged") },
		"over":     func(n ast.Node) { b.Over = r.oneOf(n, "over", "steady") },
	})
	if b.Quantity == "" {
		r.fail(n, "a budget needs a quantity")
		return b
	}
	if len(bounds) == 0 {
		r.fail(n, "a budget needs min or max")
	}
	for _, x := range bounds {
		text := r.text(x.node, x.what)
		v, err := parseAmount(text, b.Quantity.Info().Unit)
		if err != nil {
			r.fail(x.node, "%s: %v", x.what, err)
			continue
		}
		*x.to = &Amount{text, v}
	}
	return b
}

// unitFactors are the units that an amount of a canonical unit may be written in.
var unitFactors = map[string]map[string]float64{
	"fraction":   {"%": 0.01},
	"s":          {"ms": 1e-3, "s": 1, "min": 60, "h": 3600},
	"tokens/s":   {"tokens/s": 1, "tok/s": 1},
	"FLOP/s":     {"FLOP/s": 1, "GFLOP/s": 1e9, "TFLOP/s": 1e12, "PFLOP/s": 1e15},
	"FLOP":       {"FLOP": 1, "GFLOP": 1e9, "TFLOP": 1e12, "PFLOP": 1e15},
	"FLOP/token": {"FLOP/token": 1, "GFLOP/token": 1e9},
}

var powers = map[byte]float64{'k': 1e3, 'K': 1e3, 'M': 1e6, 'G': 1e9, 'B': 1e9, 'T': 1e12, 'P': 1e15}

// parseAmount reads "40%", "0.4", "2.5s", "500 ms", "10k", "400 TFLOP/s" in canonical units.
func parseAmount(text, unit string) (float64, error) {
	s := strings.TrimSpace(text)
	scale := 1.0
	longest := ""
	for name := range unitFactors[unit] {
		if strings.HasSuffix(s, name) && len(name) > len(longest) {
			longest = name
		}
	}
	if longest != "" {
		scale, s = unitFactors[unit][longest], strings.TrimSpace(strings.TrimSuffix(s, longest))
	}
	if n := len(s); n > 1 && powers[s[n-1]] != 0 {
		scale, s = scale*powers[s[n-1]], strings.TrimSpace(s[:n-1])
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%s is no amount of %s", text, unit)
	}
	return v * scale, nil
}

// check holds a run to the budget; nil if it keeps it.
func (b *Budget) check(r *audit.RunReport) *audit.Finding {
	v, status := b.value(r)
	f := &audit.Finding{Severity: audit.SeverityError, Quantity: b.Quantity, Logged: v, Expected: math.NaN()}
	f.Pos.File = r.Path
	f.Pos.Path = string(b.Quantity)
	said := fmt.Sprintf("budget of %s: %s %s", b.At, b.On, b.Quantity)
	switch {
	case status != "":
		f.Rule, f.Severity, f.Logged = ruleBudgetNotChecked, audit.SeverityWarning, math.NaN()
		f.Message = fmt.Sprintf("The %s was not checked: %s.", said, status)
		return f
	case b.Min != nil && v < b.Min.Value:
		f.Rule, f.Expected = ruleBudgetMissed, b.Min.Value
		f.Message = fmt.Sprintf("The %s is below the minimum, %s.", said, b.Min.Text)
	case b.Max != nil && v > b.Max.Value:
		f.Rule, f.Expected = ruleBudgetMissed, b.Max.Value
		f.Message = fmt.Sprintf("The %s is above the maximum, %s.", said, b.Max.Text)
	default:
		return nil
	}
	f.Derivation = over(r)
	return f
}

// over says which step stands for the run and what was left out.
func over(r *audit.RunReport) []string {
	m := r.MFU
	if m == nil || !m.HasStep {
		return nil
	}
	if m.Over != "steady" {
		return []string{fmt.Sprintf("at step %d", m.Step)}
	}
	text := fmt.Sprintf("at step %d, the lower median of %d steady steps", m.Step, m.Steps)
	if n := len(m.Excluded); n > 0 {
		text += fmt.Sprintf("; %d were left out, the first because of: %s", n, m.Excluded[0].Reason)
	}
	return []string{text}
}

// value is what a budget is held against; status says why it cannot be, "" if it can.
func (b *Budget) value(r *audit.RunReport) (v float64, status string) {
	if b.Quantity == reference.MFU && r.MFU != nil {
		v = map[string]float64{"corrected": r.MFU.Corrected, "restated": r.MFU.Restated, "logged": r.MFU.Logged}[b.On]
		if !math.IsNaN(v) && v != 0 {
			return v, ""
		}
	}
	status = "it is not logged"
	for _, q := range r.Quantities {
		if q.Quantity != b.Quantity {
			continue
		}
		if v, why := amountOf(&q, b.On); why == "" {
			return v, ""
		} else {
			status = why
		}
	}
	return math.NaN(), status
}

// amountOf is a quantity as logged, corrected or restated.
func amountOf(q *audit.QuantityReport, on string) (v float64, why string) {
	v = q.Logged
	switch {
	case q.Status == audit.StatusNotAudited && on != "logged":
		return 0, "it was not audited: " + q.Reason
	case on == "restated" && !math.IsNaN(q.Restated) && q.Restated != 0:
		v = q.Restated
	case on != "logged" && q.Status != audit.StatusOK:
		v = q.Expected
	}
	if math.IsNaN(v) {
		return 0, "its right value is not known"
	}
	return v, ""
}

// String is the budget in a few words: restated mfu, at least 40%.
func (b *Budget) String() string {
	s := b.On + " " + string(b.Quantity)
	if b.Min != nil {
		s += ", at least " + b.Min.Text
	}
	if b.Max != nil {
		s += ", at most " + b.Max.Text
	}
	return s
}
