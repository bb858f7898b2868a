package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// The facts that metrics depend on.
const (
	factModel      = "model"
	factFLOPs      = "FLOPs per token"
	factSeqLen     = "sequence length"
	factTokens     = "tokens per step"
	factDevice     = "device"
	factDevices    = "devices"
	factPrecision  = "precision"
	factConvention = "convention"
	factCounting   = "counted wrongly"
)

func (v *Versus) facts() {
	for _, f := range []struct {
		name string
		of   func(*RunReport) string
	}{
		{factModel, modelFact},
		{factFLOPs, func(r *RunReport) string { return amountFact(expectedOf(r, reference.FLOPsPerToken)) }},
		{factSeqLen, func(r *RunReport) string { return amountFact(float64(r.Model.SeqLen)) }},
		{factTokens, func(r *RunReport) string {
			if r.Steady == nil {
				return ""
			}
			return amountFact(r.Steady.TokensPerStep)
		}},
		{factDevice, func(r *RunReport) string {
			if r.Hardware.Device == nil {
				return ""
			}
			return r.Hardware.Device.Name
		}},
		{factDevices, func(r *RunReport) string { return amountFact(float64(r.Hardware.Devices)) }},
		{factPrecision, func(r *RunReport) string { return string(r.Hardware.Precision) }},
		{factConvention, func(r *RunReport) string {
			if r.MFU == nil {
				return ""
			}
			return r.MFU.OwnConvention
		}},
		{factCounting, countingFact},
	} {
		v.Facts = append(v.Facts, FactChange{f.name, distinct(v.Base, f.of), distinct(v.Head, f.of)})
	}
}

// distinct lists the values that a fact has in several runs.
func distinct(runs []*RunReport, of func(*RunReport) string) string {
	var out []string
	for _, r := range runs {
		if s := of(r); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, " or ")
}

func amountFact(x float64) string {
	if !(x > 0) {
		return ""
	}
	return number(x)
}

// asLogged is why a logged MFU is shown and not judged.
const asLogged = "each as its own log counts"

// loggedOf is a quantity as logged; NaN if it is not.
func loggedOf(r *RunReport, q reference.Quantity) float64 {
	for _, x := range r.Quantities {
		if x.Quantity == q {
			return x.Logged
		}
	}
	return math.NaN()
}

func modelFact(r *RunReport) string {
	m := r.Model.Architecture
	switch {
	case m == nil && r.Model.Parameters > 0:
		return number(float64(r.Model.Parameters)) + " parameters"
	case m == nil:
		return ""
	}
	at := m.First().Attention
	parameters := r.Model.Parameters
	if parameters == 0 {
		parameters = m.CountParameters().Total
	}
	return fmt.Sprintf("%d layers, H %d, %d heads, %d KV heads, V %d, %s parameters", m.Layers(), m.Hidden, at.Heads, at.KVHeads, m.Vocab, number(float64(parameters)))
}

// countingFact names the mistakes in how an MFU was counted; "none" where it is audited and right.
func countingFact(r *RunReport) string {
	if r.MFU == nil || math.IsNaN(r.MFU.Logged) {
		return ""
	}
	var out []string
	for _, w := range r.MFU.Waterfall {
		if w.Kind == Correction && w.Rule != "" {
			out = append(out, fmt.Sprintf("%s (× %.4g)", w.Rule, w.Factor))
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}
