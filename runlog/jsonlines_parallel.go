package runlog

import (
	"runtime"
	"sync/atomic"
)

// chunkSize is the bytes of a log that are read at a time: little enough to stay in a core's cache.
const chunkSize = 1 << 20

// readChunks reads a log in chunks of about so many bytes, on all cores if there are several chunks, and hands them to a merger in
// order: the result is the same whatever their size and the number of cores.
func readChunks(m *merger, numbered bool, size int) {
	data := m.src.Bytes
	starts := []int{0} // of the chunks, and the end of the last
	for at := 0; at < len(data); {
		if at = min(at+size, len(data)); at < len(data) {
			at = min(lineEnd(data, at)+1, len(data))
		}
		starts = append(starts, at)
	}
	n := len(starts) - 1
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		c := newChunk(m.src, numbered)
		for i := range n {
			c.read(starts[i], starts[i+1])
			m.add(c)
			c.reset()
		}
		return
	}
	done := make([]chan *chunk, n)
	for i := range done {
		done[i] = make(chan *chunk, 1)
	}
	free := make(chan *chunk, 2*workers) // bounds how far reading runs ahead of merging
	for range cap(free) {
		free <- newChunk(m.src, numbered)
	}
	var next atomic.Int64
	for range workers {
		go func() {
			for {
				c := <-free
				i := int(next.Add(1)) - 1
				if i >= n {
					free <- c
					return
				}
				c.readSafely(starts[i], starts[i+1])
				done[i] <- c
			}
		}()
	}
	for _, ready := range done {
		c := <-ready
		if c.panicked != nil {
			panic(c.panicked) // here, where whoever reads the log can catch it
		}
		m.add(c)
		c.reset()
		free <- c
	}
}

// readSafely reads lines and keeps a panic for later.
func (c *chunk) readSafely(lo, hi int) {
	defer func() { c.panicked = recover() }()
	c.read(lo, hi)
}
