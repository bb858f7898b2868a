package audit

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/mfu-audit/mfu-audit/reference"
)

// PeakDiagnosis is what a logged peak is.
type PeakDiagnosis struct {
	Target    *target
	Logged    float64 // FLOP/s of all devices, or of one if PerDevice
	PerDevice bool
	Expected  float64 // the run's dense peak in the same scope
	Rounded   bool    // equal only after rounding the table's value
	OK        bool
	Solutions [][]Edit // sets of equal, least size
	Tried     int
	Firm      bool // the table's row may carry an error
}

// PeakOf is the peak, FLOP/s, that an account on basis b uses in a world, and the row of the table it is from.
func PeakOf(w *World, b reference.Basis) (v float64, p reference.Peak, ok bool) {
	device, precision, n := w.Device, w.Precision, w.Devices
	if b.PeakDevice != "" {
		if device, ok = reference.AcceleratorByID(b.PeakDevice); !ok {
			return 0, p, false
		}
	}
	if b.PeakPrecision != "" {
		precision = b.PeakPrecision
	}
	if b.PeakDevices != 0 {
		n = b.PeakDevices
	}
	if own := b.PeakDevice == "" && b.PeakPrecision == "" && b.PeakFigure == 0 && !b.PeakSparse && !b.PeakBinary; own && w.StatedPeak > 0 && n > 0 {
		return w.StatedPeak * float64(n), reference.Peak{Precision: precision, Dense: w.StatedPeak, Source: "--peak-flops", Confidence: reference.DatasheetConfirmed}, true
	}
	if device == nil || n <= 0 {
		return 0, p, false
	}
	if p, ok = device.Peak(precision); !ok {
		return 0, p, false
	}
	v = p.Dense
	if b.PeakSparse || w.Sparse && b == (reference.Basis{PeakDevices: b.PeakDevices}) {
		v = p.Sparse
	}
	if b.PeakFigure > 0 {
		v, p = b.PeakFigure, reference.Peak{Precision: precision, Dense: b.PeakFigure, Source: p.Source, Confidence: p.Confidence}
	}
	if b.PeakBinary {
		v, p = v*binaryTera, reference.Peak{Precision: precision, Dense: p.Dense * binaryTera, Sparse: p.Sparse * binaryTera, Source: p.Source, Confidence: p.Confidence}
	}
	return v * float64(n), p, v > 0
}

// binaryTera is what a peak grows by where a tera is taken for 2⁴⁰.
const binaryTera = float64(1<<40) / 1e12

// diagnosePeak compares a logged peak with the table.
func (a *Audit) diagnosePeak(t *target) *PeakDiagnosis {
	w := a.World
	d := &PeakDiagnosis{Target: t, Logged: t.Value, PerDevice: t.Quantity == reference.PeakFLOPsPerDevice}
	if d.PerDevice {
		w.Devices = 1
	}
	expected, row, ok := PeakOf(&w, reference.Basis{})
	if !ok {
		return nil
	}
	d.Expected, d.Firm = expected, row.Confidence.Firm()
	n := float64(w.Devices)
	if equal, rounded := row.Equals(t.Value/n, w.Sparse); equal {
		d.OK, d.Rounded = true, rounded
		return d
	}
	// Few printed digits are rounded; more than one per cent would identify nothing.
	if math.Abs(t.Value/expected-1) <= 0.01 && t.Loose.Contains(expected) {
		d.OK, d.Rounded = true, true
		return d
	}
	for _, other := range a.otherDevices {
		alternative := w
		alternative.Device = other
		v, row, ok := PeakOf(&alternative, reference.Basis{})
		if equal, rounded := row.Equals(t.Value/n, w.Sparse); ok && equal {
			// The printed name is that of several parts; the peak says which one ran.
			a.World.Device, a.report.Hardware.Device, a.report.Hardware.Peak = other, other, v/n
			d.OK, d.Rounded, d.Expected, d.Firm = true, rounded, v, row.Confidence.Firm()
			return d
		}
	}
	predicted, own := map[float64]bool{}, map[float64]bool{}
	edits := editsOf(a.edits(&w), AccountPeak)
	for size := 1; size <= 2 && len(d.Solutions) == 0; size++ {
		combine(edits, size, func(set []Edit) {
			var b reference.Basis
			for _, e := range set {
				e.Set(&b)
			}
			v, p, ok := PeakOf(&w, b)
			if !ok {
				return
			}
			predicted[v] = true
			if preference(set) == 0 {
				own[v] = true
			}
			count := n
			if b.PeakDevices != 0 {
				count = float64(b.PeakDevices)
			}
			if equal, _ := p.Equals(t.Value/count, b.PeakSparse || w.Sparse); equal {
				d.Solutions = append(d.Solutions, slices.Clone(set))
				d.Firm = d.Firm && p.Confidence.Firm()
			}
		})
	}
	sort.SliceStable(d.Solutions, func(i, j int) bool { return preference(d.Solutions[i]) < preference(d.Solutions[j]) })
	d.Tried = len(predicted)
	if len(d.Solutions) > 0 && preference(d.Solutions[0]) == 0 {
		d.Tried = len(own) // those of other devices come after and were not needed
	}
	return d
}

// preference orders equally cheap explanations of a peak: those that stay with the run's own device first.
func preference(set []Edit) int {
	n := 0
	for _, e := range set {
		if e.Axis == "peak device" {
			n++
		}
	}
	return n
}

// peakText names a peak as a reader checks it.
func peakText(w *World, b reference.Basis) string {
	v, p, ok := PeakOf(w, b)
	if !ok {
		return ""
	}
	n := w.Devices
	if b.PeakDevices != 0 {
		n = b.PeakDevices
	}
	kind := "dense"
	if b.PeakFigure > 0 {
		kind = "given for"
	}
	if b.PeakSparse || w.Sparse && b == (reference.Basis{PeakDevices: b.PeakDevices}) {
		kind = "2:4-sparse"
	}
	return fmt.Sprintf("%s TFLOP/s %s %s × %d", number(v/float64(n)/1e12), kind, p.Precision, n)
}
