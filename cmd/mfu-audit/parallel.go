package main

import (
	"sync"
	"sync/atomic"
)

// parallel does the same to every item on a number of workers and returns the results in the order of the items, whatever
// finishes first. Each worker takes the next item when it is done with one, so that as many items are at work as there are
// workers and none waits in a queue. done is called, never twice at a time, with how many are finished.
func parallel[T, R any](items []T, workers int, work func(T) R, done func(n int)) []R {
	results := make([]R, len(items))
	var next atomic.Int64
	finished := make(chan struct{})
	var group sync.WaitGroup
	for range max(1, min(workers, len(items))) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(items)); i = next.Add(1) - 1 {
				results[i] = work(items[i])
				finished <- struct{}{}
			}
		})
	}
	for n := range items {
		<-finished
		done(n + 1)
	}
	group.Wait()
	return results
}
