package runlog

// carryDown fills the cells that a table leaves empty below a merged one: those at the left of a row, up to the first that is not
// empty, where the column names something (a model, a device, a setting) and measures nothing. A row that starts a new name
// further left inherits nothing right of it.
func carryDown(g *grid) {
	for i := 1; i < len(g.rows); i++ {
		row, above := &g.rows[i], g.rows[i-1]
		for column := range row.cells {
			if row.cells[column].text != "" || column >= len(above.cells) || column >= len(g.columns) || !names(g.columns[column].text) {
				break
			}
			row.cells[column] = above.cells[column]
		}
	}
}

// names reports whether the column below a header names what its rows have in common.
func names(header string) bool {
	m, ok := meaningOf(header)
	return ok && m.quantity == "" && m.role != roleConvention
}
