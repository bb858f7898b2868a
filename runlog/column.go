package runlog

import (
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// Column is one metric over the records of a run: a value per record, collapsed to one where it never changes.
type Column struct {
	Quantity reference.Quantity
	Key      string  // key path inside the record, for example mfu.tokens_per_sec
	Scale    float64 // canonical value = logged value × Scale
	Unit     string  // as logged: "ms", "%", "TFLOP/s"
	Smoothed bool    // a moving average: not to be compared with other values of its step
	// Meanings are what else the column may mean where its format does not define it; an audit chooses.
	Meanings []Meaning
	Aside    string // why it is held against limits only and not against other values of its step, "" if it is

	values  []float64 // logged values; NaN where absent; one element if constant over the present records
	digits  []Digits  // of the values, as many
	first   int       // the first record with a value
	rows    int       // records as far as the last one with a value
	count   int       // records with a value
	present []uint64  // which they are; nil while they follow each other without a gap
}

// Meaning is one way to understand a column whose name leaves several: canonical value = logged value × Scale.
type Meaning struct {
	Quantity reference.Quantity
	Scale    float64
	Unit     string // as logged
	Why      string // what the numbers would be, as in "one device's tokens"
}

// NewColumn returns an empty column.
func NewColumn(q reference.Quantity, key string, scale float64, unit string) *Column {
	return &Column{Quantity: q, Key: key, Scale: scale, Unit: unit}
}

// Set records the value of one record; records come in ascending order and may be left out.
func (c *Column) Set(row int, v float64, d Digits) { c.fill(row, 1, v, d) }

// fill records the same value for n records from row on.
func (c *Column) fill(row, n int, v float64, d Digits) {
	if n <= 0 {
		return
	}
	switch {
	case c.count == 0:
		c.values, c.digits = append(c.values[:0], v), append(c.digits[:0], d)
	case len(c.values) == 1 && c.values[0] == v && c.digits[0] == d:
	default:
		c.expand(row)
		for range n {
			c.values, c.digits = append(c.values, v), append(c.digits, d)
		}
	}
	c.mark(row, n)
}

// extend records values for as many records from row on.
func (c *Column) extend(row int, values []float64, digits []Digits) {
	if len(c.values) <= 1 && len(values) > 0 { // it stays constant as far as the values are the same
		same, v, d := 0, values[0], digits[0]
		if c.count > 0 {
			v, d = c.values[0], c.digits[0]
		}
		for same < len(values) && values[same] == v && digits[same] == d {
			same++
		}
		c.fill(row, same, v, d)
		row, values, digits = row+same, values[same:], digits[same:]
	}
	if len(values) > 0 {
		c.expand(row)
		c.values, c.digits = append(c.values, values...), append(c.digits, digits...)
		c.mark(row, len(values))
	}
}

// take records the values that another column has for its records from up to to, from row at on.
func (c *Column) take(from *Column, lo, hi, at int) {
	if from.present == nil {
		lo, hi, at = max(lo, from.first), min(hi, from.first+from.count), at+max(0, from.first-lo)
		switch {
		case lo >= hi:
		case len(from.values) == 1:
			c.fill(at, hi-lo, from.values[0], from.digits[0])
		default:
			c.extend(at, from.values[lo:hi], from.digits[lo:hi])
		}
		return
	}
	for row := lo; row < hi; row++ {
		if v, d, ok := from.At(row); ok {
			c.Set(at+row-lo, v, d)
		}
	}
}

// reset takes all values out of a column and keeps their memory.
func (c *Column) reset() {
	c.values, c.digits = c.values[:0], c.digits[:0]
	c.first, c.rows, c.count, c.present = 0, 0, 0, nil
}

// reserve makes room for the values of so many records.
func (c *Column) reserve(rows int) {
	if cap(c.values) < rows {
		c.values, c.digits = slices.Grow(c.values, rows-len(c.values)), slices.Grow(c.digits, rows-len(c.digits))
	}
}

// expand gives a column a slot per record, as far as record row (exclusive).
func (c *Column) expand(row int) {
	if len(c.values) == 1 {
		v, d := c.values[0], c.digits[0]
		c.values, c.digits = slices.Grow(c.values[:0], row+64), slices.Grow(c.digits[:0], row+64)
		for r := range c.rows {
			if c.Has(r) {
				c.values, c.digits = append(c.values, v), append(c.digits, d)
			} else {
				c.values, c.digits = append(c.values, math.NaN()), append(c.digits, 0)
			}
		}
	}
	for len(c.values) < row {
		c.values, c.digits = append(c.values, math.NaN()), append(c.digits, 0)
	}
}

// mark notes that n records from row on have values.
func (c *Column) mark(row, n int) {
	switch {
	case c.count == 0:
		c.first = row
	case c.present == nil && row != c.rows:
		c.present = make([]uint64, c.rows/64+1)
		for r := c.first; r < c.rows; r++ {
			c.present[r/64] |= 1 << (r % 64)
		}
	}
	c.count += n
	c.rows = row + n
	if c.present == nil {
		return
	}
	for len(c.present) <= c.rows/64 {
		c.present = append(c.present, 0)
	}
	for r := row; r < c.rows; r++ {
		c.present[r/64] |= 1 << (r % 64)
	}
}

// Has reports whether the record has a value.
func (c *Column) Has(row int) bool {
	if row < c.first || row >= c.rows {
		return false
	}
	return c.present == nil || c.present[row/64]&(1<<(row%64)) != 0
}

// any reports whether one of the records from up to to has a value.
func (c *Column) any(from, to int) bool {
	if c.present == nil {
		return c.count > 0 && max(from, c.first) < min(to, c.rows)
	}
	for row := max(from, c.first); row < min(to, c.rows); row++ {
		if c.Has(row) {
			return true
		}
	}
	return false
}

// Count is how many records have a value.
func (c *Column) Count() int { return c.count }

// Constant reports whether every present value is the same.
func (c *Column) Constant() bool { return len(c.values) == 1 }

// At is the logged value of a record; ok is false if it has none.
func (c *Column) At(row int) (v float64, d Digits, ok bool) {
	if !c.Has(row) {
		return 0, 0, false
	}
	if len(c.values) == 1 {
		return c.values[0], c.digits[0], true
	}
	return c.values[row], c.digits[row], true
}

// Canonical is the value of a record in the quantity's canonical unit.
func (c *Column) Canonical(row int) (float64, bool) {
	v, _, ok := c.At(row)
	return v * c.Scale, ok
}

// FirstRow is the first record that has a value, −1 if none has.
func (c *Column) FirstRow() int {
	if c.count == 0 {
		return -1
	}
	return c.first
}

// LastRow is the last record that has a value, −1 if none has.
func (c *Column) LastRow() int { return c.rows - 1 }
