package runlog

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/reference"
)

// fractionLimit is the largest MFU read as a fraction; above it, it is a percentage.
const fractionLimit = 1.5

// records reads the list of records in one pass.
func (t *trainingRun) records(list node) {
	if !t.isList(list) {
		return
	}
	var buf, inner []member
	list.each(func(i int, value gjson.Result) {
		record := node{t.doc, value, place{list: recordsKey, index: i}}
		if !record.isObject() {
			record.wrongType("an object")
			t.skipped = append(t.skipped, i)
			return
		}
		buf = record.members(buf[:0])
		iter, ok := iterationOf(record, buf)
		if !ok {
			if len(buf) > 0 {
				record.problem(ProblemWrongType, "has no usable iteration number; the record is left out")
			}
			t.skipped = append(t.skipped, i)
			return
		}
		run := t.run
		if n := len(run.Steps); n > 0 && iter <= run.Steps[n-1] {
			record.problem(ProblemOrder, "repeats an iteration or goes back; the record is kept")
		}
		row := len(run.Steps)
		run.Steps, run.Offsets = append(run.Steps, iter), append(run.Offsets, record.offset())
		for _, m := range buf {
			switch {
			case m.key != "mfu":
				t.cell(row, record, m, "")
			case m.value.IsObject():
				t.objects = true
				n := record.child(m, "mfu")
				inner = n.members(inner[:0])
				for _, m := range inner {
					t.cell(row, n, m, "mfu.")
				}
			default:
				t.scalarMFU(row, record.child(m, "mfu"))
			}
		}
	})
}

// cell reads one member of a record, or of its mfu object.
func (t *trainingRun) cell(row int, parent node, m member, prefix string) {
	inside := prefix != ""
	columns := t.columns
	if inside {
		columns = t.inner
	}
	c, seen := columns[m.key]
	if !seen {
		known, ok := metricKeys[m.key]
		if inside && m.key == "mfu" {
			known, ok = mfuFraction, true
		}
		if !ok {
			t.declared(parent, m, prefix)
			return
		}
		key := strings.Clone(m.key)
		c = NewColumn(known.quantity, prefix+key, known.scale, known.unit)
		columns[key] = c
	}
	n := parent.child(m, c.Key)
	if c.Quantity == reference.SparseMode && (m.value.Type == gjson.True || m.value.Type == gjson.False) {
		v := 0.0
		if m.value.Type == gjson.True {
			v = 1
		}
		t.set(c, row, v, DigitsInteger|1)
		return
	}
	if p, ok := n.number(); ok {
		t.set(c, row, p.value, p.digits)
	}
}

// set stores a value; a column is listed from its first value on.
func (t *trainingRun) set(c *Column, row int, v float64, d Digits) {
	if c.Count() == 0 {
		t.run.Columns = append(t.run.Columns, c)
	}
	c.Set(row, v, d)
}

// declared reads what a record states besides metrics, and notes numbers that no quantity is known for.
func (t *trainingRun) declared(parent node, m member, prefix string) {
	switch m.key {
	case "gpu_name", "precision", "num_gpus", "architecture":
	default:
		if prefix != "" && m.value.Type == gjson.Number {
			t.unknownMetric(parent, m, prefix)
		}
		return
	}
	if last, ok := t.raw[m.key]; ok && last == m.value.Raw {
		return
	}
	t.raw[strings.Clone(m.key)] = strings.Clone(m.value.Raw)
	n := parent.child(m, prefix+m.key)
	if m.key == "architecture" {
		if _, ok := n.str(); ok {
			t.label(n)
		}
		return
	}
	for _, f := range factKeys[m.key].read(n) {
		f.Source = "step"
		t.addFact(f)
	}
}

// scalarMFU reads an mfu that is a number. Until it knows better, nanoGPT logs −1, printed as −100 %.
func (t *trainingRun) scalarMFU(row int, n node) {
	p, ok := n.number()
	if !ok || t.sentinel(n, p) {
		return
	}
	if t.scalar == nil {
		t.scalar = NewColumn(mfuFraction.quantity, "mfu", mfuFraction.scale, mfuFraction.unit)
	}
	t.set(t.scalar, row, p.value, p.digits)
}

func (t *trainingRun) sentinel(n node, p printed) bool {
	if p.value > -1 {
		return false
	}
	n.problem(ProblemSentinel, "is a negative number that stands for not measured; the value is left out")
	return true
}

// finishScalar settles the unit of a scalar mfu by its largest value.
func (t *trainingRun) finishScalar() {
	c := t.scalar
	if c == nil {
		return
	}
	for row := range t.run.Steps {
		if v, _, ok := c.At(row); ok && v > fractionLimit {
			c.Scale, c.Unit = mfuPercent.scale, mfuPercent.unit
			t.run.Smoothed = !t.objects
			return
		}
	}
}
