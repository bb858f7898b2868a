// Package nearest finds the known names that a mistyped one may stand for.
package nearest

import (
	"cmp"
	"slices"
	"strings"
)

// Names lists at most limit of the known names that are spelled like word, the nearest first: those within a third of its
// letters, and those that it begins. Case does not count. It is empty where all are far or word is too short to tell.
func Names(word string, known []string, limit int) []string {
	type candidate struct {
		name     string
		distance int
	}
	word = strings.ToLower(word)
	if len(word) < 2 || len(word) > 100 {
		return nil
	}
	var near []candidate
	for _, name := range known {
		d := Distance(word, strings.ToLower(name))
		if strings.HasPrefix(strings.ToLower(name), word) {
			d = min(d, 1)
		}
		if d <= max(1, len(word)/3) {
			near = append(near, candidate{name, d})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, c := range near[:min(limit, len(near))] {
		names = append(names, c.name)
	}
	return names
}

// Hint is "; did you mean a or b?" for the names found, "" if there are none: the end of an error.
func Hint(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}

// Distance counts the letters to insert, delete, replace, or swap with their neighbour (optimal string alignment), in bytes.
func Distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
