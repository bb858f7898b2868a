package rules

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// One archive per rule: ok/NAME.json (or .jsonl) on which the rule is silent, bad/NAME.json on which it fires, and bad/NAME.want with
// what is expected of it. Beside a log may stand NAME.config.json, the model as a config.json beside the log gives it, and
// NAME.flags, a fact of the user's on each line.
//
//go:embed testdata/*.txtar
var fixtures embed.FS

// Case is one log of a rule's fixture archive.
type Case struct {
	Name string // "ok/full-core", "bad/founding-run"
	File string // the same with the extension of its format: "ok/full-core.json"
	Log  []byte
	Want []byte // of a bad case: its expectations

	config, flags []byte
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
	beside := map[string][]byte{}
	for _, f := range archive.Files {
		beside[f.Name] = f.Data
	}
	var out []Case
	for _, f := range archive.Files {
		if name, ext, ok := strings.Cut(f.Name, "."); ok && (ext == "json" || ext == "jsonl") {
			out = append(out, Case{
				Name: name, File: f.Name, Log: f.Data, Want: beside[name+".want"],
				config: beside[name+".config.json"], flags: beside[name+".flags"],
			})
		}
	}
	return out
}

// Options are those under which the case is audited: every rule, and the model and the facts that stand beside the log.
func (c Case) Options() (audit.Options, error) {
	opt := audit.Options{Rules: All()}
	if c.config != nil {
		config, err := reference.ParseConfig(c.config)
		if err != nil {
			return opt, fmt.Errorf("%s.config.json: %w", c.Name, err)
		}
		if opt.Model, err = config.Architecture(); err != nil {
			return opt, fmt.Errorf("%s.config.json: %w", c.Name, err)
		}
		opt.ModelSource, opt.ModelName = "sidecar", "config.json"
	}
	for _, line := range strings.Split(strings.TrimSpace(string(c.flags)), "\n") {
		key, text, found := strings.Cut(line, " ")
		if !found {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return opt, fmt.Errorf("%s.flags: %w", c.Name, err)
		}
		opt.Facts = append(opt.Facts, runlog.Fact{Key: runlog.FactKey(key), Num: v, Text: text, Source: "flag"})
	}
	return opt, nil
}
