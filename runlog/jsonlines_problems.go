package runlog

// chunkProblems are the oddities of a chunk. A place in a file is only looked up once for all chunks.
type chunkProblems struct {
	list  []chunkProblem
	index map[problemIdentity]int
	// recent are those of the last line.
	recent []chunkProblem
}

type chunkProblem struct {
	problemIdentity
	offset int64
	length int
	path   string
	count  int
}

func (c *chunk) problem(kind ProblemKind, message string, offset int64, length int, path string) {
	c.problems.add(1, kind, message, offset, length, path)
}

func (p *chunkProblems) add(count int, kind ProblemKind, message string, offset int64, length int, path string) {
	id := problemIdentity{kind, message}
	if len(p.recent) <= maxNotes {
		p.recent = append(p.recent, chunkProblem{id, offset, length, path, count})
	}
	if i, ok := p.index[id]; ok {
		p.list[i].count += count
		return
	}
	if p.index == nil {
		p.index = map[problemIdentity]int{}
	}
	p.index[id] = len(p.list)
	p.list = append(p.list, chunkProblem{id, offset, length, path, count})
}
