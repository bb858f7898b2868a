package gate

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/goccy/go-yaml/ast"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// Suppression is a finding that a team has decided to live with, and why.
type Suppression struct {
	Rule     string // ID, name, or the beginning of IDs
	Path     string // pattern, relative to the configuration's folder; "" is any
	Quantity reference.Quantity
	Steps    *StepSpan // the finding's steps must lie in it
	Reason   string
	Expires  time.Time // the last day on which it holds; zero for ever
	At       Place
}

// StepSpan is a range of iterations, both ends included.
type StepSpan struct{ First, Last int64 }

func (r *reader) suppression(n ast.Node) Suppression {
	s := Suppression{At: r.place(n)}
	r.object(n, "a suppression", map[string]func(ast.Node){
		"rule":     func(n ast.Node) { s.Rule = r.text(n, "rule") },
		"path":     func(n ast.Node) { s.Path = r.pattern(n, "path") },
		"quantity": func(n ast.Node) { s.Quantity = r.quantity(n, "quantity") },
		"steps":    func(n ast.Node) { s.Steps = r.steps(n) },
		"reason":   func(n ast.Node) { s.Reason = strings.TrimSpace(r.text(n, "reason")) },
		"expires":  func(n ast.Node) { s.Expires = r.date(n, "expires") },
	})
	if s.Rule == "" {
		r.fail(n, "a suppression needs a rule")
	}
	if s.Reason == "" {
		r.fail(n, "a suppression needs a reason")
	}
	return s
}

// steps reads "0-100" or "7".
func (r *reader) steps(n ast.Node) *StepSpan {
	text := r.text(n, "steps")
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	a, err1 := strconv.ParseInt(strings.TrimSpace(first), 10, 64)
	b, err2 := strconv.ParseInt(strings.TrimSpace(last), 10, 64)
	if err1 != nil || err2 != nil || b < a {
		r.fail(n, "steps: want a step or a range such as 0-100")
		return nil
	}
	return &StepSpan{a, b}
}

// matches reports whether a suppression is about a finding of the log at a path relative to the configuration's folder.
func (s *Suppression) matches(f *audit.Finding, path string) bool {
	switch {
	case !matchesRule(s.Rule, f), s.Path != "" && !matchPath(s.Path, path), s.Quantity != "" && s.Quantity != f.Quantity:
		return false
	case s.Steps == nil:
		return true
	}
	return f.Steps.Count > 0 && f.Steps.First >= s.Steps.First && f.Steps.Last <= s.Steps.Last
}

// expired reports whether the last day of a suppression is over.
func (s *Suppression) expired(now time.Time) bool {
	return !s.Expires.IsZero() && !now.UTC().Before(s.Expires.AddDate(0, 0, 1))
}

// why is what a report says of a finding that is suppressed.
func (s *Suppression) why() string {
	if s.Expires.IsZero() {
		return fmt.Sprintf("%s (%s)", s.Reason, s.At)
	}
	return fmt.Sprintf("%s (%s, until %s)", s.Reason, s.At, s.Expires.Format(time.DateOnly))
}

func validPattern(s string) bool { return s != "" && doublestar.ValidatePattern(s) }

// matchPath reports whether a path with slashes matches a pattern; a pattern without a slash matches file names in any folder.
func matchPath(pattern, path string) bool {
	if !strings.Contains(pattern, "/") {
		pattern = "**/" + pattern
	}
	ok, err := doublestar.Match(pattern, filepath.ToSlash(path))
	return err == nil && ok
}
