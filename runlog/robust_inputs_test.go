package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestALineOfAHundredMegabytesIsRead puts such a line before, behind and into a log of each kind.
func TestALineOfAHundredMegabytesIsRead(t *testing.T) {
	if testing.Short() {
		t.Skip("100 MB")
	}
	long := strings.Repeat("0123456789 step: x ", 100<<20/19)
	for name, text := range map[string]string{
		"before":  long + "\n" + nanoGPTLines,
		"behind":  nanoGPTLines + long,
		"in JSON": strings.Replace(small, `"n_layer": 2`, `"host": "`+long+`", "n_layer": 2`, 1),
		"as JSON": strings.Replace(small, `"iter": 0`, `"iter": 0`+strings.Repeat(" ", len(long)), 1),
	} {
		log, err := Read("run.log", []byte(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := len(log.Runs[0].Steps); n < 2 {
			t.Errorf("%s: %d records", name, n)
		}
	}
	if _, err := Read("run.log", []byte(long)); err == nil || len(err.Error()) > 1000 {
		t.Errorf("no log: %.200v", err)
	}
}

func TestLineEndsOfAnySystemReadTheSame(t *testing.T) {
	for name, text := range map[string]string{"text": nanoGPTLines, "JSON": small} {
		plain, err := Read("run", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{"\r\n", "\r\r\n", "\n\n"} {
			log, err := Read("run", []byte(strings.ReplaceAll(text, "\n", end)))
			if err != nil {
				t.Errorf("%s, %q: %v", name, end, err)
				continue
			}
			checkRun(t, log)
			if a, b := log.Runs[0], plain.Runs[0]; !slices.Equal(a.Steps, b.Steps) || !slices.Equal(kinds(log), kinds(plain)) {
				t.Errorf("%s, %q: %v %v, want %v %v", name, end, a.Steps, kinds(log), b.Steps, kinds(plain))
			}
		}
	}
}

func TestACutInsideARuneIsNoPanic(t *testing.T) {
	const text = "📍 Iter     10 │ Loss: 10.7715 │ Time: 29452ms │ LR: 1.65e-06\n⚡ MFU: 2.61% │ Achieved: 938.2 TF │ Peak: 36000.0 TF\n   Tokens/s: 106809 │ FLOPs/token: 8.78 GF\n"
	read := 0
	for cut := range len(text) {
		for _, data := range []string{text[:cut], text[cut:]} {
			if log, err := Read("run.log", []byte(data)); err == nil {
				read++
				checkRun(t, log)
			}
		}
	}
	if read < 50 {
		t.Errorf("%d cuts were read", read)
	}
}

// TestAFileThatGrowsIsReadAsAPrefix reads a log while a trainer writes it.
func TestAFileThatGrowsIsReadAsAPrefix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "train.log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var group sync.WaitGroup
	const steps = 3000
	fmt.Fprint(f, "iter 0: loss 9.5, time 500.25ms, mfu 36.76%\n")
	group.Go(func() {
		for i := 1; i < steps; i++ {
			fmt.Fprintf(f, "iter %d: loss 9.5, ", 10*i)
			fmt.Fprint(f, "time 500.25ms, mfu 36.76%\n")
		}
	})
	last := 0
	for last < steps {
		log, err := ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		n := len(run.Steps)
		if n < last || run.Steps[n-1] != int64(10*(n-1)) || len(log.Problems) > 0 {
			t.Fatalf("%d records after %d, the last %d; %v", n, last, run.Steps[n-1], log.Problems)
		}
		last = n
	}
	group.Wait()
}
