package gate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/mfu-audit/mfu-audit/internal/nearest"
)

// maxConfig bounds the size of a configuration.
const maxConfig = 1 << 20

// Error is what is wrong with a configuration, and where.
type Error struct {
	File         string
	Line, Column int // from 1
	Message      string
}

// Error prints file:line:column: message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// reader reads a YAML document into Go values and collects everything that is wrong with it: who writes a configuration wants to
// know of every mistake at once.
type reader struct {
	file string
	errs []error
}

// parse returns the document's node; nil for an empty document.
func (r *reader) parse(data []byte) ast.Node {
	if len(data) > maxConfig {
		r.errs = append(r.errs, &Error{r.file, 1, 1, "larger than a configuration"})
		return nil
	}
	file, err := parser.ParseBytes(data, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		at := syntax.GetToken().Position
		r.errs = append(r.errs, &Error{r.file, at.Line, at.Column, syntax.GetMessage()})
		return nil
	case err != nil:
		r.errs = append(r.errs, &Error{r.file, 1, 1, err.Error()})
		return nil
	case len(file.Docs) > 1:
		r.fail(file.Docs[1], "a configuration is one document")
		return nil
	case len(file.Docs) == 0:
		return nil
	}
	return file.Docs[0].Body
}

func (r *reader) fail(n ast.Node, format string, args ...any) {
	e := &Error{r.file, 1, 1, fmt.Sprintf(format, args...)}
	if t := n.GetToken(); t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, t.Position.Column
	}
	r.errs = append(r.errs, e)
}

// place is where a node stands.
func (r *reader) place(n ast.Node) Place {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return Place{r.file, t.Position.Line, t.Position.Column}
	}
	return Place{r.file, 1, 1}
}

// pairs are the members of a mapping; what is none is an error.
func (r *reader) pairs(n ast.Node, what string) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	case nil, *ast.NullNode:
		return nil
	}
	r.fail(n, "%s: want keys with values, not %s", what, kindOf(n))
	return nil
}

// object reads the members of a mapping, each by the function of its key.
func (r *reader) object(n ast.Node, what string, fields map[string]func(ast.Node)) {
	for _, p := range r.pairs(n, what) {
		key := p.Key.GetToken().Value
		read, ok := fields[key]
		if !ok {
			var known []string
			for k := range fields {
				known = append(known, k)
			}
			slices.Sort(known)
			r.fail(p.Key, "%s has no key %s%s", what, key, nearest.Hint(nearest.Names(key, known, 2)))
			continue
		}
		if _, null := p.Value.(*ast.NullNode); !null {
			read(p.Value)
		}
	}
}

// list reads the elements of a sequence.
func (r *reader) list(n ast.Node, what string, read func(ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(n, "%s: want a list, not %s", what, kindOf(n))
		return
	}
	for _, v := range s.Values {
		read(v)
	}
}

// text reads a scalar as it is written: 5e12 and 2027-01-31 too.
func (r *reader) text(n ast.Node, what string) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	r.fail(n, "%s: want a word or a number, not %s", what, kindOf(n))
	return ""
}

func (r *reader) boolean(n ast.Node, what string) bool {
	if b, ok := n.(*ast.BoolNode); ok {
		return b.Value
	}
	r.fail(n, "%s: want true or false", what)
	return false
}

// oneOf reads one of a few words.
func (r *reader) oneOf(n ast.Node, what string, allowed ...string) string {
	s := r.text(n, what)
	if s != "" && !slices.Contains(allowed, s) {
		r.fail(n, "%s: want %s%s", what, strings.Join(allowed, ", "), nearest.Hint(nearest.Names(s, allowed, 1)))
		return ""
	}
	return s
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys with values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	}
	return "a single value"
}
