package runlog

import (
	"bytes"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/tidwall/gjson"
)

// maxClaims bounds the rows of a table of records; tables that people print have a few hundred.
const maxClaims = 100_000

// recordGrid makes a grid of records: the keys are columns in the order in which they first stand.
type recordGrid struct {
	grid
	src   *Source
	index map[string]int
}

// record adds a row.
func (g *recordGrid) record(list []setting, start, end int) {
	if len(list) == 0 || len(g.rows) == maxClaims {
		return
	}
	if g.index == nil {
		g.index = map[string]int{}
	}
	row := gridRow{start: start, end: end}
	for _, s := range list {
		key := visible(strings.Join(s.path, "."))
		i, known := g.index[key]
		if !known {
			if i = len(g.columns); i == maxColumns {
				continue
			}
			g.index[key] = i
			g.columns = append(g.columns, gridCell{text: key, last: visible(s.key()), start: int(s.offset), end: int(s.offset)})
		}
		for len(row.cells) <= i {
			row.cells = append(row.cells, gridCell{start: start, end: start})
		}
		row.cells[i] = gridCell{text: visible(s.text[:min(len(s.text), longestText)]), start: int(s.offset), end: int(s.offset) + s.length}
	}
	if !row.empty() {
		g.rows = append(g.rows, row)
	}
}

// grids is the one table, if it has rows.
func (g *recordGrid) grids() []*grid {
	if len(g.rows) == 0 {
		return nil
	}
	return []*grid{&g.grid}
}

// jsonGrids reads records in JSON: an object a line, or a list of objects, alone or under claims or rows.
func jsonGrids(src *Source, found *problems) []*grid {
	g := &recordGrid{src: src}
	data := src.Bytes
	start := skipSpace(data, len(data)-len(trimMark(data)))
	if start < len(data) && data[start] == '[' || start < len(data) && data[start] == '{' && len(bytes.TrimSpace(data[skipContainer(data, start):])) == 0 && !oneRecord(data[start:]) {
		doc := openJSON(found, int64(start), int64(len(data)), func(string) bool { return false })
		list := doc.root()
		for _, m := range list.members(nil) {
			if value := list.child(m, m.key); (m.key == "claims" || m.key == "rows") && value.isArray() {
				list = value
				break
			}
		}
		list.each(func(_ int, value gjson.Result) {
			n := node{doc: doc, value: value}
			lo := int(n.offset())
			if hi := lo + len(value.Raw); n.isObject() && hi <= len(data) {
				g.record(jsonSettingsWithin(src, int64(lo), int64(hi)), lo, hi)
			}
		})
		return g.grids()
	}
	for at := start; at < len(data); {
		lo, hi, next := lineOf(data, at)
		at = next
		c := trimmedCell(data, lo, hi)
		switch {
		case c.start == c.end || data[c.start] == '#':
		case data[c.start] != '{' || skipContainer(data[:c.end], c.start) != c.end || data[c.end-1] != '}':
			found.add(ProblemSyntax, "a line is no JSON object; it is left out", int64(c.start), c.end-c.start, noPath)
		default:
			g.record(jsonSettingsWithin(src, int64(c.start), int64(c.end)), c.start, c.end)
		}
	}
	return g.grids()
}

// oneRecord reports whether a single object is a row itself and holds no list of rows.
func oneRecord(text []byte) bool {
	return !bytes.Contains(text, []byte(`"claims"`)) && !bytes.Contains(text, []byte(`"rows"`)) && bytes.IndexByte(text, '\n') < 0
}

// yamlGrids reads a list of mappings in YAML, alone or under claims.
func yamlGrids(src *Source, found *problems) (grids []*grid) {
	broken := func() []*grid {
		found.add(ProblemSyntax, "no YAML that can be read", 0, 0, noPath)
		return nil
	}
	if simpleSetup(src.Bytes) != nil {
		return broken()
	}
	defer func() { // a defect of the parser costs the table, not the audit
		if p := recover(); p != nil {
			grids = broken()
		}
	}()
	text := strings.ReplaceAll(string(src.Bytes), "\r\n", " \n")
	if strings.HasPrefix(text, byteOrderMark) {
		text = "   " + text[len(byteOrderMark):]
	}
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err != nil || len(file.Docs) == 0 {
		return broken()
	}
	body := file.Docs[0].Body
	if m, ok := body.(ast.MapNode); ok {
		for it := m.MapRange(); it.Next(); {
			if key := it.Key().GetToken(); key != nil && slices.Contains([]string{"claims", "rows"}, key.Value) {
				if list, ok := it.Value().(*ast.SequenceNode); ok {
					body = list
				}
			}
		}
	}
	list, ok := body.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	g := &recordGrid{src: src}
	y := yamlReader{lines: strings.Split(text, "\n"), starts: src.lineStarts()}
	for _, value := range list.Values {
		y.out = nil
		y.node(nil, value)
		lo, hi := len(src.Bytes), 0
		for _, s := range y.out {
			lo, hi = min(lo, int(s.offset)), max(hi, int(s.offset)+s.length)
		}
		g.record(y.out, lo, min(hi, len(src.Bytes)))
	}
	return g.grids()
}
