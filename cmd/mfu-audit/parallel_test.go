package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
)

func TestParallelKeepsTheOrderAndItsBound(t *testing.T) {
	var atWork, most atomic.Int64
	items := make([]int, 100)
	for i := range items {
		items[i] = i
	}
	told := 0
	results := parallel(items, 4, func(i int) int {
		n := atWork.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(time.Duration(i%7) * 100 * time.Microsecond)
		atWork.Add(-1)
		return i * i
	}, func(n int) {
		if told++; n != told {
			t.Errorf("%d done after %d", n, told-1)
		}
	})
	for i, r := range results {
		if r != i*i {
			t.Errorf("result %d is %d", i, r)
		}
	}
	if most.Load() > 4 || told != 100 {
		t.Errorf("%d at a time, %d done", most.Load(), told)
	}
	if got := parallel([]int{}, 4, func(int) int { return 1 }, func(int) {}); len(got) != 0 {
		t.Error(got)
	}
}

// manyLogs writes n small logs, and among them files that are none, and returns their folder.
func manyLogs(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	line := "iter %d: loss 9.5, time 500.25ms, mfu 36.76%%\n"
	for i := range n {
		var b strings.Builder
		for step := range 1 + i%5 {
			fmt.Fprintf(&b, line, 10*step)
		}
		writeFile(t, filepath.Join(dir, fmt.Sprintf("run%05d.log", i)), b.String())
	}
	writeFile(t, filepath.Join(dir, "aaa.bin"), "\x00\x01")
	writeFile(t, filepath.Join(dir, "zzz.md"), "nothing")
	return dir
}

func TestManyFilesGiveTheSameBytesOnAnyNumberOfCores(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 100
	}
	dir := manyLogs(t, n)
	audited := func(cores int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		var out, errs bytes.Buffer
		c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}
		if code := c.Main([]string{"--fail-on", "never", "--allow-empty", dir}); code != ExitOK {
			t.Fatalf("exit code %d: %s", code, errs.String())
		}
		return out.String() + errs.String()
	}
	one, eight := audited(1), audited(8)
	if one != eight {
		t.Error("8 workers give another report than 1")
	}
	if !strings.Contains(one, fmt.Sprintf("%d runs: ", n)) || !strings.Contains(one, "2 files are no logs") {
		t.Errorf("the report ends with %s", one[len(one)-200:])
	}
}

func TestAReportOfManyRunsDoesNotKeepTheirLogs(t *testing.T) {
	const runs, size = 40, 1 << 20
	dir := t.TempDir()
	filler := strings.Repeat("nothing to see here\n", size/20)
	for i := range runs {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("run%d.log", i)), filler+"iter 10: loss 9.5, time 500.25ms, mfu 36.76%\n")
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	s := &session{Command: &Command{}}
	inputs := expand([]string{dir}, s.missing)
	for i := range inputs {
		inputs[i].decision = &decision{opt: audit.Options{Rules: rules.All()}}
	}
	outcomes := parallel(inputs, 2, s.auditInput, func(int) {})
	kept := int64(heap()) - int64(before)
	if len(outcomes) != runs || outcomes[0].err != nil || len(outcomes[0].runs) != 1 {
		t.Fatalf("%d outcomes, %+v", len(outcomes), outcomes[0])
	}
	if kept > 2*size {
		t.Errorf("%d reports of logs of %d bytes keep %d", runs, size, kept)
	}
	runtime.KeepAlive(outcomes)
}

func TestAnUnreadableFileOfAFolderIsToldAndTheRestAudited(t *testing.T) {
	dir := manyLogs(t, 5)
	broken := filepath.Join(dir, "run00002.log")
	if err := os.Chmod(broken, 0); err != nil {
		t.Skip(err)
	}
	if f, err := os.Open(broken); err == nil {
		f.Close()
		t.Skip("permissions do not hold for this user")
	}
	var out, errs bytes.Buffer
	c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}
	if code := c.Main([]string{"--fail-on", "never", dir}); code != ExitIncomplete {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(errs.String(), "run00002.log: permission denied") || strings.Count(out.String(), "nanogpt") != 4 {
		t.Errorf("%s%s", errs.String(), out.String())
	}
}
