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

// compare prints how fast each way is, on one core and on all.
func compare(out io.Writer, steps, times int) error {
	var log bytes.Buffer
	log.Grow(steps*850 + 1024)
	if err := generate(&log, steps); err != nil {
		return err
	}
	data := log.Bytes()
	fmt.Fprintf(out, "%d steps, %d bytes, %.0f bytes a step\n", steps, len(data), float64(len(data))/float64(steps))
	if err := heap(out, data, steps); err != nil {
		return err
	}
	cores := runtime.NumCPU()
	for _, n := range []int{1, cores} {
		runtime.GOMAXPROCS(n)
		fmt.Fprintf(out, "\n%-16s %10s %14s %14s   (GOMAXPROCS=%d)\n", "", "MB/s", "× GetMany", "× encoding/json", n)
		var names []string
		var speeds []float64
		for _, t := range tasks() {
			best := time.Duration(0)
			for range times {
				runtime.GC()
				start := time.Now()
				if err := t.run(data); err != nil {
					return err
				}
				if d := time.Since(start); best == 0 || d < best {
					best = d
				}
			}
			names, speeds = append(names, t.name), append(speeds, float64(len(data))/best.Seconds()/1e6)
		}
		for i, name := range names {
			fmt.Fprintf(out, "%-16s %10.0f %14.2f %14.2f\n", name, speeds[i], speeds[i]/speeds[2], speeds[i]/speeds[3])
		}
		if n == cores {
			break
		}
	}
	fmt.Fprintf(out, "\npeak resident memory of this process: %s, of which the log is %d MB\n", peakMemory(), len(data)>>20)
	return nil
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
