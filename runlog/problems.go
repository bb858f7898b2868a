package runlog

import (
	"cmp"
	"slices"
)

// problems collects the oddities of one input. Equal ones are counted, with the position of the first in the file.
type problems struct {
	src   *Source // nil where the line of a position is of no interest yet
	list  []Problem
	index map[problemIdentity]int
}

type problemIdentity struct {
	kind    ProblemKind
	message string
}

// add notes an oddity. The path is only asked for where the position is kept.
func (p *problems) add(kind ProblemKind, message string, offset int64, length int, path func() string) {
	p.addSome(1, kind, message, offset, length, path)
}

// addSome notes an oddity that occurred so many times, the first time at the position.
func (p *problems) addSome(count int, kind ProblemKind, message string, offset int64, length int, path func() string) {
	id := problemIdentity{kind, message}
	i, known := p.index[id]
	if !known {
		if p.index == nil {
			p.index = map[problemIdentity]int{}
		}
		i = len(p.list)
		p.index[id] = i
		p.list = append(p.list, Problem{Kind: kind, Message: message})
	}
	x := &p.list[i]
	x.Count += count
	if !known || offset < x.Pos.Offset {
		if p.src == nil {
			x.Pos = Position{Offset: offset, Length: length, Path: path()}
		} else {
			x.Pos = p.src.Position(offset, length, path())
		}
	}
}

// sorted lists the problems in file order.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int { return cmp.Compare(a.Pos.Offset, b.Pos.Offset) })
	return p.list
}
