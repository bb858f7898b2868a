package runlog

import "fmt"

// ReadTable reads a table of claims, with a sidecar that may be nil. It fails where the input holds no table with a column that
// is understood; whatever else is odd is in the table.
func ReadTable(src *Source, side *ClaimsSidecar) (*Table, error) {
	notes, err := decode(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.File, err)
	}
	r := &tableReader{src: src, side: side, problems: &problems{src: src}}
	r.table = &Table{Path: src.File, Format: "claims-csv", Source: src}
	g, ok := csvGrid(src, r.problems)
	if !ok {
		return nil, fmt.Errorf("%s: no table of claims", src.File)
	}
	r.add(g)
	if len(r.table.Claims) == 0 {
		return nil, fmt.Errorf("%s: a table of claims without rows", src.File)
	}
	r.table.Problems = append(notes, r.problems.sorted()...)
	return r.table, nil
}

// DetectTable reports whether the content is a table of claims. name is that of the file.
func DetectTable(data []byte, name string) bool {
	if detectCSV(data) {
		return false
	}
	at := 0
	if i := lineEnd(data, at); i < maxHead {
		line := data[at:i]
		return len(claimsNames(line, claimsDelimiter(line, 0, '\n'))) >= 2
	}
	return false
}
