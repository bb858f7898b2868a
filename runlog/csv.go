package runlog

import (
	"bytes"
	"strings"
)

// csvLog reads tables whose rows are steps: Lightning's CSVLogger and litgpt, charts that W&B exports, and what any script
// writes. Lightning (Lightning-AI/pytorch-lightning, src/lightning/fabric/loggers/csv_logs.py) writes the union of all names as
// its header and a row for every call, so most cells are empty, and training and validation of a step stand in rows of their own.
//
// A table whose rows are systems or models, not steps, is a table of claims and no log: it has a column model, id, name or
// system, or names devices and no step.
var csvLog = Format{
	Name:    csvName,
	Summary: "a table in CSV or TSV with a row per step and columns such as step, mfu, tokens_per_sec: Lightning's CSVLogger, charts exported by W&B",
	Tells:   "whatever it logs under names that the field uses, per step; facts that its rows repeat; Lightning's hparams.yaml beside it",
	Lacks:   "what its metrics mean where a name leaves it open: whose tokens, which unit; mostly the model and the device",
	Guest:   true,
	Detect:  detectCSV,
	Read:    readCSV,
}

const (
	csvName  = "csv"
	headSize = 1 << 20 // how far into a file its header is looked for
	maxHead  = 1 << 18 // and how long it may be
)

// detectCSV reports whether the content begins with a header that names an efficiency metric of training steps, and a row
// with a number follows.
func detectCSV(data []byte) bool {
	_, _, ok := openCSV(data)
	return ok
}

// openCSV finds the header of a table, and the table's delimiter and line end. Comments stand before the header, which may be one
// itself, as numpy.savetxt writes it.
func openCSV(data []byte) (d csvDialect, header csvRow, ok bool) {
	d.end = '\n'
	if head := data[:min(len(data), headSize)]; bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		d.end = '\r'
	}
	at := 0
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		at = len(byteOrderMark)
	}
	found := false
	for at < len(data) && at < headSize {
		line, next := d.line(data, at)
		text := bytes.TrimSpace(line)
		if len(text) > maxHead && !found {
			return d, header, false
		}
		if len(text) == 0 {
			at = next
			continue
		}
		comment := text[0] == '#'
		if found && !comment && hasNumber(data, d.row(data, at, nil)) {
			return d, header, true
		}
		start := at + bytes.IndexByte(line, text[0])
		for start < next && (data[start] == '#' || data[start] == ' ') {
			start++
		}
		switch delimiter, is := headerDelimiter(data, start, d.end); {
		case is:
			d.delimiter, found = delimiter, true
			header = d.row(data, start, nil)
			next = header.next
		case !comment:
			return d, header, false
		}
		at = next
	}
	return d, header, false
}

func hasNumber(data []byte, row csvRow) bool {
	for _, c := range row.cells {
		if text := bytes.TrimSpace(data[c.start:c.end]); len(text) > 0 && len(text) <= longestNumber && (isDigit(text[0]) || text[0] == '-' || text[0] == '.') {
			return true
		}
	}
	return false
}

// headerDelimiter is the delimiter under which the row at an offset is a header: the one that makes most known names of it.
func headerDelimiter(data []byte, at int, end byte) (delimiter byte, ok bool) {
	most := 0
	for _, c := range []byte{',', '\t', ';'} {
		d := csvDialect{delimiter: c, end: end}
		if row := d.row(data, at, nil); len(row.cells) >= 2 && !row.broken {
			if n := knownNames(data, row); n > most {
				most, delimiter = n, c
			}
		}
	}
	return delimiter, most > 0
}

// knownNames counts the names of a header that are known; it is 0 unless they are those of a log: an efficiency metric is
// among them, or the loss of a step, and nothing shows that the rows are no steps.
func knownNames(data []byte, row csvRow) int {
	known, step, strong, weak, loss, table := 0, false, false, false, false, false
	for _, c := range row.cells {
		name := strings.TrimSpace(string(data[c.start:c.end]))
		if _, _, err := parseNumber(name); err == nil {
			return 0
		}
		_, name, bound := chartName(name)
		if bound != "" {
			continue
		}
		n, metric := metricNamed(name)
		switch plain := plainName(name); {
		case stepOrder(name, 0) >= 0:
			step = true
		case metric && n.quantity.Info().Efficiency:
			known++
			strong, weak = strong || !n.sum, weak || n.sum
		case metric:
			loss = true
		case plain == "model" || plain == "id" || plain == "name" || plain == "system":
			return 0
		default:
			key := factKeys[plain].key
			m, _ := meaningOf(name) // as tables print it: GPUs
			table = table || key == Devices || key == Device || m.fact == Devices || m.fact == Device
		}
	}
	if strong && (step || !table) || weak && step {
		return known
	}
	if loss && step && !table {
		return 1
	}
	return 0
}
