package rules

import (
	"fmt"
	"sync"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// FrameworkPeak is an entry of a public peak table that is wrong for a device: what a trainer divides by, and what it should.
type FrameworkPeak struct {
	Framework string // repository
	Commit    string // at which it was read; "" where only a thread tells of it
	File      string
	Entry     string // how the figure comes about
	Until     string // the thread that put it right; "" if none did
	Device    *reference.Accelerator
	Precision reference.Precision
	Used      float64 // FLOP/s of one device
	Right     float64 // FLOP/s of one device, dense
}

// frameworkTable is what one version of one framework has.
type frameworkTable struct {
	repository, commit, file string
	entries                  []frameworkEntry
}

// frameworkEntry is one figure, for devices of the accelerator table by ID.
type frameworkEntry struct {
	entry     string
	devices   []string
	precision reference.Precision
	used      float64
	until     string
}

// FrameworkPeaks lists the known wrong entries, a device each, in the order of the tables.
func FrameworkPeaks() []FrameworkPeak {
	var out []FrameworkPeak
	for _, t := range frameworkTables() {
		for _, e := range t.entries {
			for _, id := range e.devices {
				f := FrameworkPeak{Framework: t.repository, Commit: t.commit, File: t.file, Entry: e.entry, Until: e.until, Precision: e.precision, Used: e.used}
				if d, ok := reference.AcceleratorByID(id); ok {
					own, _ := d.Peak(e.precision)
					f.Device, f.Right = d, own.Dense
				}
				out = append(out, f)
			}
		}
	}
	return out
}

// URL is where the entry stands.
func (f FrameworkPeak) URL() string {
	url := "https://github.com/" + f.Framework
	switch {
	case f.Commit == "":
		return url
	case f.File == "":
		return url + "/tree/" + f.Commit
	default:
		return url + "/blob/" + f.Commit + "/" + f.File
	}
}

// Where names the entry's place.
func (f FrameworkPeak) Where() string {
	text := f.Framework
	if f.Commit != "" {
		text += " " + f.Commit
	}
	if f.File != "" {
		text += " " + f.File
	}
	if f.Until != "" {
		text += ", until " + f.Until
	}
	return text
}

// Factor is what the entry multiplies an MFU by.
func (f FrameworkPeak) Factor() float64 { return f.Right / f.Used }

// seenPeaks says where public code gives the run's device a figure, at most three places.
func seenPeaks(w *audit.World, figure reference.Peak, sparse bool) []string {
	const most = 3
	var out []string
	for _, f := range frameworkPeaksOf(w) {
		if equal, _ := figure.Equals(f.Used, sparse); equal && len(out) < most {
			out = append(out, fmt.Sprintf("this figure stands for %s in %s: %s", f.Device.Name, f.Where(), f.Entry))
		}
	}
	return out
}

// frameworkPeaksOf lists the entries for the run's device and precision.
func frameworkPeaksOf(w *audit.World) []FrameworkPeak {
	if w.Device == nil {
		return nil
	}
	return peaksByDevice()[deviceAt{w.Device.ID, w.Precision}]
}

type deviceAt struct {
	id        string
	precision reference.Precision
}

// peaksByDevice is the table by what an audit asks for.
var peaksByDevice = sync.OnceValue(func() map[deviceAt][]FrameworkPeak {
	out := map[deviceAt][]FrameworkPeak{}
	for _, f := range FrameworkPeaks() {
		if f.Device != nil {
			at := deviceAt{f.Device.ID, f.Precision}
			out[at] = append(out[at], f)
		}
	}
	return out
})
