package runlog

import (
	"path"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// addBeside adds to the runs of a log what the configuration beside it says and the log does not. A file that contradicts
// the log in any fact is another run's: it is not used at all, and a problem says so.
func (l *Log) addBeside(src *Source) {
	if src.names == nil || len(l.Runs) == 0 {
		return
	}
	for _, name := range setupOf(path.Base(src.File), src.names()) {
		c, ok := src.Companion(name)
		if !ok {
			continue
		}
		facts := sidecarFacts(c, "sidecar")
		if key, ok := contradicted(l.Runs, facts); ok {
			l.Problems = append(l.Problems, Problem{
				Kind: ProblemBeside, Message: "a configuration beside the log contradicts it (" + string(key) + ") and is not used",
				Pos: c.Position(0, 0, ""), Count: 1,
			})
			continue
		}
		for _, r := range l.Runs {
			for _, f := range facts {
				if !states(r, f.Key) {
					r.Facts = append(r.Facts, f)
				}
			}
			sortFacts(r.Facts)
		}
	}
}

// assumed are the sources that state what a format or a name implies, not what was set.
var assumed = []string{"format", "preset name", "data set name"}

// states reports whether a run states a fact itself, or says why it has none to state.
func states(r *Run, key FactKey) bool {
	return slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.Key == key && !slices.Contains(assumed, f.Source) })
}

// contradicted is the first fact that a run states otherwise.
func contradicted(runs []*Run, facts []Fact) (FactKey, bool) {
	for _, r := range runs {
		for _, f := range facts {
			for _, have := range r.FactsOf(f.Key) {
				if !slices.Contains(assumed, have.Source) && have.Source != "sidecar" && !sameValue(have, f) {
					return f.Key, true
				}
			}
		}
	}
	return "", false
}

// sameValue reports whether two facts of a key say the same, however they spell it.
func sameValue(a, b Fact) bool {
	switch a.Key {
	case Precision:
		x, ok1 := reference.ParsePrecision(a.Str)
		y, ok2 := reference.ParsePrecision(b.Str)
		return !ok1 || !ok2 || x == y
	case Device:
		x, ok1 := reference.ResolveDevice(a.Str)
		y, ok2 := reference.ResolveDevice(b.Str)
		return !ok1 || !ok2 || x.Device == y.Device
	}
	return a.Num == b.Num && a.Str == b.Str
}
