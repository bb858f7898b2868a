package runlog

import (
	"cmp"
	"slices"
)

// series collects the values of a run that are logged name by name, each with its step, and makes records of them: one for
// each step, whichever names have a value there.
type series struct {
	*sheet
	list       []*metricSeries
	index      map[string]*metricSeries
	generation int32 // grows when a step goes back: a run that was resumed logs steps again
}

// metricSeries is the values of one name, in ascending order of generation and step.
type metricSeries struct {
	cell   *sheetCell
	found  *problems // of the file that the values stand in
	points []point
	rows   []int32 // of the points that were kept, and where these stand
	at     []int64
}

// point is a value at a step.
type point struct {
	seriesStep
	digits Digits
	value  float64
	offset int64
}

type seriesStep struct {
	generation int32
	step       int64
}

func (a seriesStep) compare(b seriesStep) int {
	return cmp.Or(cmp.Compare(a.generation, b.generation), cmp.Compare(a.step, b.step))
}

func newSeries(s *sheet) *series { return &series{sheet: s, index: map[string]*metricSeries{}} }

// of is the series of a name; nil of one that is not worth reading. at is where it stands first, found belongs to its file.
func (s *series) of(name string, found *problems, at func() Position) *metricSeries {
	if m, ok := s.index[name]; ok {
		return m
	}
	if len(s.index) == maxNames {
		return nil
	}
	cell := s.cell(name, at)
	if cell.column == nil {
		s.index[cell.name] = nil
		return nil
	}
	m := &metricSeries{cell: cell, found: found}
	s.index[cell.name] = m
	s.list = append(s.list, m)
	return m
}

// add adds a value. A second one of the same step is left out.
func (s *series) add(m *metricSeries, step int64, v float64, d Digits, offset int64, length int) {
	if n := len(m.points); n > 0 && m.points[n-1].generation == s.generation {
		switch last := m.points[n-1].step; {
		case step == last:
			m.found.add(ProblemRepeated, "a value is logged again for the same step; the first is read", offset, length, func() string { return m.cell.name })
			return
		case step < last:
			s.generation++
		}
	}
	m.points = append(m.points, point{seriesStep{s.generation, step}, d, v, offset})
}

// finish makes the records. span is the length of the value at an offset.
func (s *series) finish(span func(src *Source, offset int64) int) *Run {
	var steps []seriesStep
	for _, m := range s.list {
		steps = union(steps, m.points)
	}
	found := s.problems
	next := make([]int, len(s.list))
	for row, step := range steps {
		offset := int64(-1)
		for i, m := range s.list {
			if n := next[i]; n < len(m.points) && m.points[n].seriesStep == step && m.found.src == s.src {
				if at := m.points[n].offset; offset < 0 || at < offset {
					offset = at
				}
			}
		}
		s.record(step.step, max(offset, 0))
		for i, m := range s.list {
			n := next[i]
			if n == len(m.points) || m.points[n].seriesStep != step {
				continue
			}
			next[i]++
			p := m.points[n]
			s.problems = m.found
			s.sheet.add(m.cell, p.value, p.digits, "", p.offset, span(m.found.src, p.offset))
			s.problems = found
			if m.cell.column.Has(row) {
				m.rows, m.at = append(m.rows, int32(row)), append(m.at, p.offset)
			}
		}
	}
	for _, m := range s.list {
		m.points = nil
	}
	return s.sheet.finish(func(_ *Run, record int, key string) (Position, bool) {
		m := s.index[key]
		if m == nil {
			return Position{}, false
		}
		i, ok := slices.BinarySearch(m.rows, int32(record))
		if !ok {
			return Position{}, false
		}
		return m.found.src.Position(m.at[i], span(m.found.src, m.at[i]), key), true
	})
}

// union is the steps of a and those of b, each once.
func union(a []seriesStep, b []point) []seriesStep {
	out := make([]seriesStep, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch c := a[0].compare(b[0].seriesStep); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0].seriesStep), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	out = append(out, a...)
	for _, p := range b {
		out = append(out, p.seriesStep)
	}
	return out
}
