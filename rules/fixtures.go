package rules

import (
	"embed"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// One archive per rule: ok/NAME.json (or .jsonl) on which the rule is silent, bad/NAME.json on which it fires, and bad/NAME.want with what
// is expected of it.
//
//go:embed testdata/*.txtar
var fixtures embed.FS

// Case is one log of a rule's fixture archive.
type Case struct {
	Name string // "ok/full-core", "bad/founding-run"
	File string // the same with the extension of its format: "ok/full-core.json"
	Log  []byte
	Want []byte // of a bad case: its expectations
}

// Bad reports whether the rule is to fire on the case.
func (c Case) Bad() bool { return strings.HasPrefix(c.Name, "bad/") }

// Cases lists the cases of a rule's archive in file order; nil if the rule has none.
func Cases(id string) []Case {
	data, err := fixtures.ReadFile("testdata/" + id + ".txtar")
	if err != nil {
		return nil
	}
	archive := txtar.Parse(data)
	want := map[string][]byte{}
	for _, f := range archive.Files {
		if name, ok := strings.CutSuffix(f.Name, ".want"); ok {
			want[name] = f.Data
		}
	}
	var out []Case
	for _, f := range archive.Files {
		if name, ext, ok := strings.Cut(f.Name, "."); ok && (ext == "json" || ext == "jsonl") {
			out = append(out, Case{Name: name, File: f.Name, Log: f.Data, Want: want[name]})
		}
	}
	return out
}
