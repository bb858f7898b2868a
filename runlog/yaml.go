package runlog

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxSetup bounds the size of a YAML or TOML file that is read for settings; a run's configuration has a few kilobytes. The
// parser's time grows with the square of the nesting, so that is bounded as well, by maxNesting.
const (
	maxSetup   = 256 << 10
	maxNesting = 40
)

var errTooDeep = errors.New("nested too deeply, or no configuration")

// yamlSettings reads the scalars of a YAML document, the first of several. Aliases and merge keys are not followed.
func yamlSettings(src *Source) (out []setting, err error) {
	if err := simpleSetup(src.Bytes); err != nil {
		return nil, err
	}
	defer func() { // a defect of the parser costs the settings, not the audit
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("no YAML that can be read")
		}
	}()
	// The parser counts a carriage return as a line of its own.
	text := strings.ReplaceAll(string(src.Bytes), "\r\n", " \n")
	if strings.HasPrefix(text, byteOrderMark) {
		text = "   " + text[len(byteOrderMark):]
		if i := strings.IndexByte(text, '\n'); i >= 0 && strings.TrimSpace(text[:i]) != "" {
			text = "#" + text[1:i] + text[i:] // blanks before the first key would indent it
		}
	}
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err != nil || len(file.Docs) == 0 {
		return nil, err
	}
	y := yamlReader{lines: strings.Split(text, "\n"), starts: src.lineStarts()}
	y.node(nil, file.Docs[0].Body)
	return y.out, nil
}

// simpleSetup refuses text that a parser of YAML or TOML would spend too much on: it counts what nests, without regard to
// quotes, since no configuration comes near the bound.
func simpleSetup(data []byte) error {
	if len(data) > maxSetup {
		return errors.New("larger than a configuration")
	}
	open, marks := 0, 0
	for i, c := range data {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
		case '\n':
			marks = 0
		case '-', '?', '&', '!', '*', ':':
			if i+1 == len(data) || strings.IndexByte(" \t\r\n", data[i+1]) >= 0 || strings.IndexByte("&!*", c) >= 0 {
				marks++
			}
		}
		if open > maxNesting || marks > 4*maxNesting {
			return errTooDeep
		}
	}
	return nil
}

type yamlReader struct {
	starts []int64  // offsets of the lines
	lines  []string // as the parser saw them; each as long as in the source
	out    []setting
}

// node collects the scalars below a node of the syntax tree. Its recursion is bounded by the nesting.
func (y *yamlReader) node(path []string, n ast.Node) {
	if len(path) > maxNesting {
		return
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			y.pair(path, v)
		}
	case *ast.MappingValueNode:
		y.pair(path, n)
	case *ast.TagNode:
		y.node(path, n.Value)
	case *ast.AnchorNode:
		y.node(path, n.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
		if len(path) == 0 {
			return // a document that is one scalar
		}
		token := n.GetToken()
		s := setting{path: path, text: token.Value}
		_, s.quoted = n.(*ast.StringNode)
		s.offset, s.length = y.place(token.Position.Line, token.Position.Column, token.Value)
		y.out = append(y.out, s)
	}
}

func (y *yamlReader) pair(path []string, v *ast.MappingValueNode) {
	if v.Key == nil || v.Key.IsMergeKey() || v.Key.GetToken() == nil {
		return
	}
	y.node(append(path[:len(path):len(path)], v.Key.GetToken().Value), v.Value)
}

// place is where a value stands whose line and column, in runes, are given. The parser's columns are off behind quoted text, so
// that the value is looked for in its line if it is not there; its length is 0 if that is no use.
func (y *yamlReader) place(line, column int, value string) (offset int64, length int) {
	if line < 1 || line > len(y.starts) || line > len(y.lines) {
		return 0, 0
	}
	offset = y.starts[line-1]
	text, at := y.lines[line-1], 0
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	if at < len(text) && (text[at] == '"' || text[at] == '\'') {
		at++
	}
	if strings.HasPrefix(text[at:], value) {
		return offset + int64(at), len(value)
	}
	if i := strings.Index(text, ": "+value); i >= 0 && strings.Count(text, value) == 1 {
		return offset + int64(i+2), len(value)
	}
	return offset, 0
}
