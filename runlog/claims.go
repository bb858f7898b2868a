package runlog

import "github.com/mfu-audit/mfu-audit/reference"

// Table is a table of claims: each row says what was measured on one system. Its numbers are kept as printed; their digits are
// their precision.
type Table struct {
	Path     string // as the user typed it, with forward slashes
	Format   string // "claims-csv", "claims-markdown", "claims-latex", "claims-yaml", "claims-json-lines", "claim"
	Source   *Source
	Columns  []TableColumn
	Claims   []*Claim
	Facts    []Fact // that hold for all rows, from the caption or a sidecar, each with its source
	Problems []Problem
}

// TableColumn is a column of a table and what it was taken for.
type TableColumn struct {
	Header   string             // as printed, the rows of a multi-row header joined by spaces
	Key      string             // "mfu", "num_layers", "device" …: a quantity, a key of a config.json or a fact; "" where it is not mapped
	Quantity reference.Quantity // of a quantity
	Fact     FactKey            // of a fact
	Scale    float64            // canonical value = printed value × Scale
	Unit     string             // as printed: "%", "TFLOP/s"
	Mapped   string             // "name", "alias", "unit", "sidecar": how the meaning was found; "" where it was not
	Others   []Meaning          // what else the header may mean, where it leaves that open
	Pos      Position           // of the header
}

// Claim is one row of a table.
type Claim struct {
	ID     string            // of its id column, or "row 3"
	Row    int               // from 1, header rows not counted
	Pos    Position          // of the row
	Cells  []Cell            // one for each column of the table
	Model  string            // name of a published model or path of a config.json that the row or a sidecar gives, "" if none
	Config map[string]string // keys of a config.json that the row or a sidecar gives, with their values in JSON's spelling
	Facts  []Fact            // those of the row, its cells' from "config"; those of the table follow where it has none of a key
	Values []Observation     // quantities; Key is the column's Key, Text the number as printed
	Stated string            // convention that the row or a sidecar names, "" if none
	Unread []Cell            // words of a claim in running text that say nothing that is understood
}

// Cell is what a row prints in a column.
type Cell struct {
	Text string // as printed, markup taken off
	Pos  Position
}
