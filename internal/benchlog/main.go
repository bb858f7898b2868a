// Command benchlog generates the log of a long run and compares the speed of reading and auditing it with that of gjson and of
// encoding/json on the same bytes, in one run:
//
//	go run ./internal/benchlog              a million steps, in memory
//	go run ./internal/benchlog -steps 1e4 -o run.jsonl
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchlog:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("benchlog", flag.ContinueOnError)
	steps := flags.Float64("steps", 1e6, "steps of the run")
	file := flags.String("o", "", "write the log to this file and compare nothing")
	times := flags.Int("times", 3, "how often each is timed; the fastest counts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *file != "" {
		f, err := os.Create(*file)
		if err != nil {
			return err
		}
		if err := generate(f, int(*steps)); err != nil {
			return err
		}
		return f.Close()
	}
	return compare(out, int(*steps), *times)
}

// compare prints how fast each way is: per second of one core's time, which other processes do not take from it, and by the clock
// on all cores.
func compare(out io.Writer, steps, times int) error {
	var log bytes.Buffer
	log.Grow(steps*815 + 1<<16)
	if err := generate(&log, steps); err != nil {
		return err
	}
	data := log.Bytes()
	fmt.Fprintf(out, "%d steps, %d bytes, %.0f bytes a step\n", steps, len(data), float64(len(data))/float64(steps))
	if err := readAndAudit(data); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s of peak resident memory after reading and auditing once, of which the log's own bytes are %d kB\n", peakMemory(), len(data)>>10)
	if err := heap(out, data, steps); err != nil {
		return err
	}
	for _, c := range []struct {
		what  string
		cores int
		now   func() time.Duration
	}{
		{"one core, its own time", 1, cpuTime},
		{fmt.Sprintf("%d cores, by the clock", runtime.NumCPU()), runtime.NumCPU(), clock()},
	} {
		runtime.GOMAXPROCS(c.cores)
		best := make([]time.Duration, len(tasks()))
		for range times {
			for i, t := range tasks() {
				runtime.GC()
				start := c.now()
				if err := t.run(data); err != nil {
					return err
				}
				if d := c.now() - start; best[i] == 0 || d < best[i] {
					best[i] = d
				}
			}
		}
		fmt.Fprintf(out, "\n%-16s %8s %10s %10s %16s   %s\n", "", "MB/s", "ns/step", "× GetMany", "× encoding/json", c.what)
		for i, t := range tasks() {
			ratio := func(k int) float64 { return best[k].Seconds() / best[i].Seconds() }
			fmt.Fprintf(out, "%-16s %8.0f %10.0f %10.2f %16.2f\n", t.name, float64(len(data))/best[i].Seconds()/1e6, float64(best[i].Nanoseconds())/float64(steps), ratio(2), ratio(3))
		}
	}
	return nil
}

func clock() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}

// heap prints what a log occupies after it has been read, beside its bytes.
func heap(out io.Writer, data []byte, steps int) error {
	alive := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := alive()
	log, err := read(data)
	if err != nil {
		return err
	}
	after := alive()
	fmt.Fprintf(out, "%.0f bytes of heap a step after reading, the log's own bytes not counted\n", float64(after-before)/float64(steps))
	runtime.KeepAlive(log)
	runtime.KeepAlive(data)
	return nil
}

// peakMemory is the peak resident size, where the system tells.
func peakMemory() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}
