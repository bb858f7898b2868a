package runlog

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// A tableKind is a format of tables of claims, with its name in Table.Format.
type tableKind string

const (
	tableCSV       tableKind = "claims-csv"
	tableMarkdown  tableKind = "claims-markdown"
	tableLatex     tableKind = "claims-latex"
	tableYAML      tableKind = "claims-yaml"
	tableJSONLines tableKind = "claims-json-lines"
)

// TableFormats lists the names of the formats of tables of claims.
func TableFormats() []string {
	return []string{string(tableCSV), string(tableMarkdown), string(tableLatex), string(tableYAML), string(tableJSONLines)}
}

// tableExtensions are the endings of files that hold one kind of table.
var tableExtensions = map[string]tableKind{
	".csv": tableCSV, ".tsv": tableCSV, ".md": tableMarkdown, ".markdown": tableMarkdown, ".mdx": tableMarkdown, ".qmd": tableMarkdown, ".rmd": tableMarkdown,
	".tex": tableLatex, ".latex": tableLatex, ".ltx": tableLatex, ".yaml": tableYAML, ".yml": tableYAML,
	".jsonl": tableJSONLines, ".ndjson": tableJSONLines, ".json": tableJSONLines,
}

// kindOfTable is the kind of table that a file may hold, by its name or else by its content.
func kindOfTable(data []byte, name string) tableKind {
	if kind, ok := tableExtensions[strings.ToLower(path.Ext(name))]; ok {
		return kind
	}
	text := bytes.TrimLeft(trimMark(data), " \t\r\n")
	switch {
	case bytes.Contains(data, []byte(`\begin{tab`)) || bytes.Contains(data, []byte(`\begin{longtable}`)):
		return tableLatex
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		return tableJSONLines
	case bytes.HasPrefix(text, []byte("- ")):
		return tableYAML
	case bytes.Contains(data, []byte("|--")) || bytes.Contains(data, []byte("| --")) || bytes.Contains(data, []byte("|:-")) || bytes.Contains(data, []byte("| :-")):
		return tableMarkdown
	}
	return tableCSV
}

// grids reads the tables of a source of a kind.
func (kind tableKind) grids(src *Source, found *problems) []*grid {
	switch kind {
	case tableMarkdown:
		return markdownGrids(src, found)
	case tableLatex:
		return latexGrids(src, found)
	case tableYAML:
		return yamlGrids(src, found)
	case tableJSONLines:
		return jsonGrids(src, found)
	}
	if g, ok := csvGrid(src, found); ok {
		return []*grid{g}
	}
	return nil
}

// ofClaims reports whether a table is one of claims: two columns of it are understood, one of them an efficiency metric, and
// nothing numbers its rows as steps.
func (g *grid) ofClaims() bool {
	known, metric, step, named := 0, false, false, false
	for _, c := range g.columns {
		m, ok := meaningOf(c.text)
		if !ok && c.last != "" {
			m, ok = meaningOf(c.last)
		}
		if !ok {
			step = step || stepOrder(c.text, 0) >= 0 && plainName(c.text) != "batch"
			continue
		}
		known++
		metric = metric || m.quantity.Info().Efficiency
		named = named || m.role == roleModel || m.role == roleID
	}
	return known >= 2 && metric && (named || !step) && len(g.rows) > 0
}

// ReadTable reads a table of claims, with a sidecar; where that is nil, one beside the table is looked for (SidecarOf). It fails
// where the input holds no table that says anything of efficiency, and where a sidecar cannot be read; whatever else is odd is in
// the table. Several tables of one file become one, whose rows keep their order.
func ReadTable(src *Source, side *ClaimsSidecar) (*Table, error) {
	notes, err := decode(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.File, err)
	}
	kind := kindOfTable(src.Bytes, src.File)
	if side == nil {
		if side, err = SidecarOf(src); err != nil {
			return nil, err
		}
	}
	r := &tableReader{src: src, side: side, problems: &problems{src: src}}
	r.table = &Table{Path: src.File, Format: string(kind), Source: src}
	grids := kind.grids(src, r.problems)
	if len(grids) == 0 {
		return nil, fmt.Errorf("%s: holds no table", src.File)
	}
	claims := slices.DeleteFunc(slices.Clone(grids), func(g *grid) bool { return !g.ofClaims() && !side.speaksOf(g) })
	if len(claims) == 0 {
		return nil, fmt.Errorf("%s: holds no table of claims: no column of its %s is an efficiency metric that is understood; a sidecar says what columns mean (mfu-audit init claims %s)",
			src.File, counted(len(grids), "table"), src.File)
	}
	for _, g := range claims {
		r.add(g, len(claims) == 1)
	}
	r.finish()
	r.table.Problems = slices.Concat(notes, r.problems.sorted())
	return r.table, nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// DetectTable reports whether the content is a table of claims. name is that of the file. It claims no log: of a table whose
// rows are steps, it says no.
func DetectTable(data []byte, name string) bool {
	data = head(data)
	kind := kindOfTable(data, name)
	switch kind {
	case tableCSV:
		if detectCSV(data) || textFormatDetects(data) {
			return false
		}
	case tableJSONLines, tableYAML:
		if textFormatDetects(data) {
			return false
		}
	}
	src := NewSource(name, data)
	for _, g := range kind.grids(src, &problems{src: src}) {
		if !g.ofClaims() {
			continue
		}
		if kind != tableJSONLines && kind != tableYAML {
			return true
		}
		for _, c := range g.columns { // records without a step may be a log's all the same
			if m, ok := meaningOf(c.text); ok && (m.role == roleModel || m.role == roleID || m.fact == Device || m.fact == Devices) {
				return true
			}
		}
	}
	return false
}

// textFormatDetects reports whether a format claims the content that is no guest in others' files.
func textFormatDetects(data []byte) bool {
	for _, f := range Formats() {
		if !f.Guest && f.Detect(data) {
			return true
		}
	}
	return false
}
