package runlog

// longFloats reports whether most keys' floats are printed as shortest round trips, with 15 digits and more.
func longFloats(r *Run) bool {
	keys, long := 0, 0
	vote := func(floats, digits15 int) {
		if floats > 0 {
			keys++
			if 2*digits15 > floats {
				long++
			}
		}
	}
	count := func(d Digits, floats, digits15 *int) {
		if !d.Integer() {
			*floats++
			if d.Count() >= 15 {
				*digits15++
			}
		}
	}
	for _, c := range r.Columns {
		floats, digits15 := 0, 0
		if c.Constant() {
			count(c.digits[0], &floats, &digits15)
		} else {
			for row, d := range c.digits {
				if c.Has(row) {
					count(d, &floats, &digits15)
				}
			}
		}
		vote(floats, digits15)
	}
	for _, o := range r.Summary {
		floats, digits15 := 0, 0
		count(o.Digits, &floats, &digits15)
		vote(floats, digits15)
	}
	return 2*long > keys
}
