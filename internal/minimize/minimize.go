// Package minimize makes a log small and safe to show: it drops what is not needed for a property of the log to hold, and blanks
// the words that are needed for nothing. What the property is, the caller says with a function; every step is checked by it.
package minimize

import (
	"errors"
	"time"
)

// Options bound the work and say which words are harmless.
type Options struct {
	Tries    int               // how often Holds may be asked
	Deadline time.Time         // when to stop dropping, zero for no such time
	Known    func(string) bool // words that may stay: names of metrics, devices, precisions
}

// Result is what came out.
type Result struct {
	Data  []byte
	Tries int
	Cut   bool // the bounds were reached: more could perhaps be dropped
}

// Errors of Log.
var (
	ErrHoldsNot = errors.New("the property does not hold to begin with")
	ErrUnsafe   = errors.New("the words that may be private cannot all be told from those that are needed within the tries")
)

// Log drops lines of a text, or members and elements of JSON, and then blanks words, while holds(data) is true. A part of the
// tries is kept for the blanking, without which nothing is returned.
func Log(data []byte, holds func([]byte) bool, o Options) (Result, error) {
	s := &search{holds: holds, left: o.Tries, deadline: o.Deadline}
	if !s.ask(data) {
		return Result{Tries: s.asked}, ErrHoldsNot
	}
	reserve := o.Tries / 3
	s.left -= reserve
	pieces, isJSON := jsonPieces(data)
	if !isJSON {
		pieces = linePieces(data)
	}
	small := s.drop(data, pieces)
	cut := s.left <= 0 || s.late()
	s.left, s.deadline = max(0, s.left)+reserve, time.Time{}
	safe, ok := s.redact(small, isJSON, o.Known)
	if !ok {
		return Result{Tries: s.asked}, ErrUnsafe
	}
	return Result{Data: safe, Tries: s.asked, Cut: cut}, nil
}

// search counts the questions.
type search struct {
	holds       func([]byte) bool
	left, asked int
	deadline    time.Time
}

// ask reports whether data has the property; false once the tries are used up.
func (s *search) ask(data []byte) bool {
	if s.left <= 0 {
		return false
	}
	s.left--
	s.asked++
	return s.holds(data)
}

func (s *search) late() bool { return !s.deadline.IsZero() && time.Now().After(s.deadline) }

// drop removes pieces level by level, from the outermost to the innermost, and again as long as that removes something. At
// each level it tries to do without long stretches first and without single pieces last (after Zeller and Hildebrandt,
// Simplifying and Isolating Failure-Inducing Input, 2002, and Misherghi and Su, HDD, 2006).
func (s *search) drop(data []byte, root *piece) []byte {
	best := data
	for again := true; again; {
		again = false
		for depth := 1; ; depth++ {
			level := root.level(depth, nil)
			if len(level) == 0 {
				break
			}
			for size := (len(level) + 1) / 2; size >= 1; size /= 2 {
				for from := 0; from < len(level); {
					if s.left <= 0 || s.late() {
						return best
					}
					stretch := level[from:min(from+size, len(level))]
					for _, p := range stretch {
						p.gone = true
					}
					if without := root.render(data); len(without) < len(best) && s.ask(without) {
						best, again = without, true
						level = append(level[:from:from], level[from+len(stretch):]...)
						continue
					}
					for _, p := range stretch {
						p.gone = false
					}
					from += size
				}
			}
		}
	}
	return best
}
