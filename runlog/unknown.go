package runlog

import (
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/internal/nearest"
)

// maxUnknown bounds how many unknown metrics of a run are listed.
const maxUnknown = 50

// unknownMetric notes a number beside known metrics, once per key. Keys that are no identifiers are not repeated.
func (t *trainingRun) unknownMetric(parent node, m member, prefix string) {
	if t.unknown[m.key] || len(t.unknown) == maxUnknown || !isIdentifier(m.key) || parent.child(m, "").absent() {
		return
	}
	key := strings.Clone(m.key)
	t.unknown[key] = true
	n := parent.child(m, prefix+key)
	t.run.Unknown = append(t.run.Unknown, UnknownMetric{Key: n.at.key, Nearest: nearestMetric(key), Pos: n.pos()})
}

func isIdentifier(key string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./"
	return len(key) > 0 && len(key) <= 64 && strings.Trim(key, letters) == ""
}

// nearestMetric is the known metric key with the smallest edit distance, "" if none is within a quarter of its length.
func nearestMetric(key string) string {
	names := []string{"mfu"}
	for name := range metricKeys {
		names = append(names, name)
	}
	return nearestOf(key, names)
}

// nearestName is the same among the names that other formats' metrics have, without what the key stands behind.
func nearestName(key string) string {
	names := make([]string, 0, len(vocabulary()))
	for name := range vocabulary() {
		names = append(names, name)
	}
	return nearestOf(lastPart(plainName(key)), names)
}

func nearestOf(key string, names []string) string {
	slices.Sort(names)
	best, least := "", len(key)
	for _, name := range names {
		if d := nearest.Distance(key, name); d < least && 4*d <= max(len(key), len(name)) {
			best, least = name, d
		}
	}
	return best
}
