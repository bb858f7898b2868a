package gate

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
	yaml "github.com/goccy/go-yaml/ast"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/reference"
)

// CustomRule is a rule that a team writes itself: an expression over the quantities of a run that holds where something is wrong.
type CustomRule struct {
	ID, Name, When, Message string
	Severity                audit.Severity
	At                      Place
	program                 *vm.Program
	uses                    []string // names of the values that the expression reads
}

func (r *reader) customRule(n yaml.Node) CustomRule {
	c := CustomRule{Severity: audit.SeverityWarning, At: r.place(n)}
	var when yaml.Node
	r.object(n, "a rule", map[string]func(yaml.Node){
		"id":       func(n yaml.Node) { c.ID = r.text(n, "id") },
		"name":     func(n yaml.Node) { c.Name = r.text(n, "name") },
		"when":     func(n yaml.Node) { when, c.When = n, r.text(n, "when") },
		"message":  func(n yaml.Node) { c.Message = r.text(n, "message") },
		"severity": func(n yaml.Node) { c.Severity = audit.Severity(r.oneOf(n, "severity", "error", "warning", "note")) },
	})
	switch {
	case !ruleID.MatchString(c.ID) || strings.HasPrefix(c.ID, "MFU"):
		r.fail(n, "a rule needs an id of capitals and three digits that does not start with MFU, such as TEAM001")
	case !ruleName.MatchString(c.Name):
		r.fail(n, "a rule needs a name of words joined by hyphens, such as slow-step")
	case c.Message == "":
		r.fail(n, "a rule needs a message")
	case when == nil:
		r.fail(n, "a rule needs when, an expression")
	default:
		r.compile(&c, when)
	}
	return c
}

// compile checks the types of an expression. The error says where in the expression it is.
func (r *reader) compile(c *CustomRule, n yaml.Node) {
	names := &nameCollector{}
	program, err := expr.Compile(c.When, expr.Env(emptyValues()), expr.AsBool(), expr.Patch(names))
	if err != nil {
		var at *file.Error
		if errors.As(err, &at) {
			hint := ""
			if name, unknown := strings.CutPrefix(at.Message, "unknown name "); unknown {
				hint = nearest.Hint(nearest.Names(name, slices.Sorted(maps.Keys(emptyValues())), 2))
			}
			err = fmt.Errorf("%s (character %d)%s", at.Message, at.Column+1, hint)
		}
		r.fail(n, "when: %v", err)
		return
	}
	c.program, c.uses = program, names.names
	var known []string
	for _, q := range reference.Quantities() {
		known = append(known, string(q.Quantity))
	}
	for _, name := range c.uses {
		group, member, nested := strings.Cut(name, ".")
		if nested && slices.Contains(quantityGroups, group) && !slices.Contains(known, member) {
			r.fail(n, "when: no quantity is called %s%s", member, nearest.Hint(nearest.Names(member, known, 2)))
		}
	}
}

// nameCollector notes the values that an expression reads.
type nameCollector struct{ names []string }

// Visit implements ast.Visitor.
func (v *nameCollector) Visit(n *ast.Node) {
	name := ""
	switch x := (*n).(type) {
	case *ast.IdentifierNode:
		name = x.Value
	case *ast.MemberNode:
		base, ok := x.Node.(*ast.IdentifierNode)
		property, named := x.Property.(*ast.StringNode)
		if ok && named {
			name = base.Value + "." + property.Value
		}
	}
	if name != "" && !slices.Contains(v.names, name) {
		v.names = append(v.names, name)
	}
}

// quantityGroups are the names under which an expression finds quantities: as logged by their own name, corrected.mfu and
// restated.mfu.
var quantityGroups = []string{"corrected", "restated"}

// factNames are the facts that an expression may read beside quantities.
var factNames = []string{"devices", "device", "precision", "format", "verdict", "steps", "layers", "hidden_size", "heads", "kv_heads", "vocab_size", "seq_len", "peak"}

// emptyValues is the environment of an expression with a value of the right type under each name.
func emptyValues() map[string]any {
	env := map[string]any{}
	for _, name := range factNames {
		env[name] = 0.0
	}
	for _, name := range []string{"device", "precision", "format", "verdict"} {
		env[name] = ""
	}
	for _, q := range reference.Quantities() {
		env[string(q.Quantity)] = 0.0
	}
	for _, group := range quantityGroups {
		values := map[string]float64{}
		for _, q := range reference.Quantities() {
			values[string(q.Quantity)] = 0
		}
		env[group] = values
	}
	return env
}

// values is the environment of an expression for a run; what is not known has no entry.
func values(r *audit.RunReport) map[string]any {
	env := map[string]any{"steps": float64(r.Steps), "format": r.Format, "verdict": r.Verdict()}
	number := func(name string, v float64) {
		if v > 0 && !math.IsNaN(v) {
			env[name] = v
		}
	}
	word := func(name, s string) {
		if s != "" {
			env[name] = s
		}
	}
	h := r.Hardware
	number("devices", float64(h.Devices))
	number("peak", h.Peak)
	word("precision", string(h.Precision))
	if h.Device != nil {
		word("device", h.Device.ID)
	}
	number("seq_len", float64(r.Model.SeqLen))
	if m := r.Model.Architecture; m != nil {
		layers := int64(0)
		for _, g := range m.Groups {
			layers += g.Count
		}
		number("layers", float64(layers))
		number("hidden_size", float64(m.Hidden))
		number("heads", float64(m.First().Attention.Heads))
		number("kv_heads", float64(m.First().Attention.KVHeads))
		number("vocab_size", float64(m.Vocab))
	}
	for _, group := range append([]string{"logged"}, quantityGroups...) {
		found := map[string]float64{}
		for _, q := range reference.Quantities() {
			b := Budget{Quantity: q.Quantity, On: group}
			if v, why := b.value(r); why == "" {
				found[string(q.Quantity)] = v
			}
		}
		if group != "logged" {
			env[group] = found
			continue
		}
		for name, v := range found {
			env[name] = v
		}
	}
	return env
}

// check evaluates the rule for a run: a finding where it holds, or why it could not be evaluated.
func (c *CustomRule) check(r *audit.RunReport, env map[string]any) (*audit.Finding, string) {
	var missing []string
	for _, name := range c.uses {
		group, member, nested := strings.Cut(name, ".")
		v, ok := env[group]
		if nested && ok {
			_, ok = v.(map[string]float64)[member]
		}
		if !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, "needs " + strings.Join(missing, ", ")
	}
	out, err := expr.Run(c.program, env)
	if err != nil {
		return nil, "its expression failed: " + err.Error()
	}
	if hit, ok := out.(bool); !ok || !hit {
		return nil, ""
	}
	f := &audit.Finding{
		Rule: c.ID, Name: c.Name, Severity: c.Severity, Message: c.Message, Logged: math.NaN(), Expected: math.NaN(),
		Derivation: append([]string{c.When}, over(r)...),
	}
	f.Pos.File = r.Path
	f.Fingerprint = c.ID + ":" + r.Format + "::"
	return f, ""
}

// Rule is the rule as the catalogue shows it.
func (c *CustomRule) Rule() audit.Rule {
	return audit.Rule{
		ID: c.ID, Name: c.Name, Severity: c.Severity, Summary: c.Message, What: "Whether " + c.When + ".",
		Why: "A rule of this project's own configuration, " + c.At.String() + ".", How: "–", Fix: c.Message,
	}
}
