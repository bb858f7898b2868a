package runlog

import (
	"errors"
	"path"
	"strings"

	"github.com/tidwall/gjson"
)

// setting is a scalar of a configuration file: its keys from the outermost on, its text without quotes, and where that stands.
type setting struct {
	path   []string
	text   string
	quoted bool    // a string
	src    *Source // where it stands, nil for the file at hand
	offset int64
	length int
}

// key is the innermost key.
func (s setting) key() string { return s.path[len(s.path)-1] }

// within is the path of what holds the setting.
func (s setting) within() string { return strings.Join(s.path[:len(s.path)-1], "\x00") }

// settingsOf reads the scalars of a JSON, YAML or TOML file, told apart by the name, in file order. Lists are left out.
func settingsOf(src *Source) ([]setting, error) {
	var out []setting
	var err error
	switch strings.ToLower(path.Ext(src.File)) {
	case ".json":
		out = jsonSettings(src)
	case ".yaml", ".yml":
		out, err = yamlSettings(src)
	case ".toml":
		out, err = tomlSettings(src)
	default:
		return nil, errors.New("neither JSON nor YAML nor TOML")
	}
	return unwrapped(out), err
}

// jsonSettings reads the scalars of a JSON object. What is odd about it is left out without a word: it is no log.
func jsonSettings(src *Source) []setting { return jsonSettingsWithin(src, 0, int64(len(src.Bytes))) }

func jsonSettingsWithin(src *Source, lo, hi int64) []setting {
	doc := openJSON(&problems{src: src}, lo, hi, func(string) bool { return false })
	var out []setting
	var walk func(path []string, n node)
	walk = func(path []string, n node) { // bounded by maxDepth
		for _, m := range n.members(nil) {
			child := n.child(m, "")
			inner := append(path[:len(path):len(path)], strings.Clone(m.key))
			switch {
			case child.isObject():
				walk(inner, child)
			case child.isArray(), child.absent():
			default:
				s := setting{path: inner, text: strings.Clone(printedText(child)), offset: child.offset(), length: len(m.value.Raw)}
				if s.quoted = m.value.Type == gjson.String; s.quoted && s.length == len(s.text)+2 {
					s.offset, s.length = s.offset+1, s.length-2
				}
				out = append(out, s)
			}
		}
	}
	walk(nil, doc.root())
	return out
}

// unwrapped takes W&B's form {key: {desc: …, value: …}} for {key: …}. It is seen by a key of its own,
// wandb_version or _wandb, or by every key being so wrapped.
func unwrapped(list []setting) []setting {
	marked, wrapped := false, len(list) > 0
	for _, s := range list {
		switch {
		case s.path[0] == "_wandb" || s.path[0] == "wandb_version":
			marked = true
		case len(s.path) < 2 || s.path[1] != "value" && s.path[1] != "desc":
			wrapped = false
		}
	}
	if !marked && !wrapped {
		return list
	}
	var out []setting
	for _, s := range list {
		if len(s.path) < 2 || s.path[0] == "_wandb" || s.path[1] != "value" {
			continue
		}
		s.path = append([]string{s.path[0]}, s.path[2:]...)
		out = append(out, s)
	}
	return out
}
