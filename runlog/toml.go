package runlog

import (
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlSettings reads the scalars of a TOML document; lists of tables are left out, since a run has one of everything.
func tomlSettings(src *Source) (out []setting, err error) {
	if err := simpleSetup(src.Bytes); err != nil {
		return nil, err
	}
	defer func() { // a defect of the parser costs the settings, not the audit
		if p := recover(); p != nil {
			out, err = nil, errors.New("no TOML that can be read")
		}
	}()
	data := src.Bytes
	base := 0
	if len(data) >= len(byteOrderMark) && string(data[:len(byteOrderMark)]) == byteOrderMark {
		base = len(byteOrderMark)
	}
	t := tomlReader{base: base}
	t.parser.Reset(data[base:])
	var section []string
	listed := false
	for t.parser.NextExpression() {
		switch e := t.parser.Expression(); e.Kind {
		case unstable.Table:
			section, listed = tomlKey(nil, e.Key()), false
		case unstable.ArrayTable:
			listed = true
		case unstable.KeyValue:
			if !listed {
				t.pair(section, e)
			}
		}
	}
	if err := t.parser.Error(); err != nil {
		return nil, fmt.Errorf("no TOML that can be read")
	}
	return t.out, nil
}

type tomlReader struct {
	parser unstable.Parser
	base   int
	out    []setting
}

func (t *tomlReader) pair(path []string, e *unstable.Node) {
	path = tomlKey(path, e.Key())
	v := e.Value()
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			t.pair(path, it.Node())
		}
	case unstable.String, unstable.Integer, unstable.Float, unstable.Bool:
		s := setting{path: path, text: string(v.Data), quoted: v.Kind == unstable.String}
		at, n := int(v.Raw.Offset), int(v.Raw.Length)
		if n == 0 && len(v.Data) > 0 && v.Kind != unstable.String { // a string with escapes has memory of its own
			r := t.parser.Range(v.Data)
			at, n = int(r.Offset), int(r.Length)
		}
		if s.quoted && n == len(s.text)+2 {
			at, n = at+1, n-2
		}
		s.offset, s.length = int64(t.base+at), n
		t.out = append(t.out, s)
	}
}

// tomlKey appends a dotted key to a path, in memory of its own.
func tomlKey(path []string, key unstable.Iterator) []string {
	out := append([]string(nil), path...)
	for key.Next() {
		out = append(out, string(key.Node().Data))
	}
	return out
}
