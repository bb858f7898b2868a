package runlog

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

func gzipped(t *testing.T, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, part := range parts {
		w := gzip.NewWriter(&out)
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func zstandard(t *testing.T, parts ...string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, part := range parts {
		out = append(out, w.EncodeAll([]byte(part), nil)...)
	}
	return out
}

func inUTF16(text string, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

func kinds(log *Log) []ProblemKind {
	var out []ProblemKind
	for _, p := range log.Problems {
		out = append(out, p.Kind)
	}
	return out
}

func TestCompressedAndUTF16LogsReadAsThePlainOne(t *testing.T) {
	plain, err := Read("run.json", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	half := len(small) / 2
	for name, data := range map[string][]byte{
		"gzip":             gzipped(t, small),
		"gzip, 2 members":  gzipped(t, small[:half], small[half:]),
		"zstd":             zstandard(t, small),
		"zstd, 2 frames":   zstandard(t, small[:half], small[half:]),
		"gzip in gzip":     gzipped(t, string(gzipped(t, small))),
		"UTF-16 LE, mark":  inUTF16("\ufeff"+small, binary.LittleEndian),
		"UTF-16 BE, mark":  inUTF16("\ufeff"+small, binary.BigEndian),
		"UTF-16 LE":        inUTF16(small, binary.LittleEndian),
		"UTF-16 BE":        inUTF16(small, binary.BigEndian),
		"UTF-16 in a gzip": gzipped(t, string(inUTF16("\ufeff"+small, binary.LittleEndian))),
	} {
		log, err := Read("run.json", data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkRun(t, log)
		if got, want := kinds(log), kinds(plain); got[0] != ProblemEncoding || !slices.Equal(slices.DeleteFunc(got, func(k ProblemKind) bool { return k == ProblemEncoding }), want) {
			t.Errorf("%s: problems %v, want an encoding and %v", name, kinds(log), want)
		}
		run, first := log.Runs[0], plain.Runs[0]
		if factsOf(run) != factsOf(first) || columnsOf(run) != columnsOf(first) || !slices.Equal(run.Offsets, first.Offsets) {
			t.Errorf("%s: read otherwise than the plain log", name)
		}
		if !Sniff(data[:min(len(data), 8192)]) {
			t.Errorf("%s: passed over where it is found", name)
		}
	}
}

func TestADamagedTailLeavesWhatCameBeforeIt(t *testing.T) {
	long := strings.Replace(small, `"training_iterations": [`, `"training_iterations": [`+strings.Repeat(`{"iter": 0, "loss": 10.5}, `, 20000), 1)
	for name, data := range map[string][]byte{"gzip": gzipped(t, long), "zstd": zstandard(t, long, long)} {
		data = data[:len(data)*9/10]
		log, err := Read("run.json", data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := kinds(log); got[0] != ProblemEncoding || got[1] != ProblemTruncated {
			t.Errorf("%s: %v", name, got)
		}
		if n := len(log.Runs[0].Steps); n < 1000 {
			t.Errorf("%s: %d records", name, n)
		}
		checkRun(t, log)
	}
	if _, err := Read("run.json", gzipped(t, small)[:12]); err == nil || !strings.Contains(err.Error(), "nothing can be decompressed") {
		t.Error(err)
	}
}

func TestABombIsRefused(t *testing.T) {
	data := gzipped(t, strings.Repeat("x", 1<<20))
	c, ok := compressionOf(data)
	if !ok {
		t.Fatal("no gzip")
	}
	if out, err := c.decompress(data, 1<<20); err != nil || len(out) != 1<<20 {
		t.Errorf("%d bytes, %v", len(out), err)
	}
	if out, err := c.decompress(data, 1<<20-1); !errors.Is(err, errTooLarge) || out != nil {
		t.Errorf("%d bytes, %v", len(out), err)
	}
	for size, want := range map[int]int64{1: freeRatio, 1 << 20: 400 << 20, 1 << 30: maxDecompressed} {
		if got := mayHold(size); got != want {
			t.Errorf("%d bytes may hold %d, want %d", size, got, want)
		}
	}
}

func TestAByteOrderMarkIsToleratedByEveryTextFormat(t *testing.T) {
	const log = "step 0: train loss 10.9886, val loss 10.9898\niter 0: loss 10.9885, time 54003.27ms, mfu -100.00%\niter 10: loss 9.5, time 500.25ms, mfu 36.76%\n"
	plain, err := Read("a.log", []byte(log))
	if err != nil {
		t.Fatal(err)
	}
	from := strings.Index(log, "iter 0")
	for _, text := range []string{log, log[from:]} {
		marked, err := Read("a.log", []byte(byteOrderMark+text))
		if err != nil {
			t.Error(err)
			continue
		}
		checkRun(t, marked)
		if columnsOf(marked.Runs[0]) != columnsOf(plain.Runs[0]) || !slices.Equal(marked.Runs[0].Steps, plain.Runs[0].Steps) {
			t.Errorf("%q reads otherwise with a mark", text[:6])
		}
	}
	if got := string(withoutMark([]byte(byteOrderMark + `"step","loss"`))); got != `"step","loss"` {
		t.Errorf("%q", got)
	}
}

func TestHalfASurrogateAndHalfAUnitAreNoPanic(t *testing.T) {
	text := "\xff\xfei\x00\x00\xd8t\x00e\x00r\x00 \x00\x3d\xd8\x00\xdex"
	src := NewSource("x", []byte(text))
	notes, err := decode(src)
	if err != nil || string(src.Bytes) != "i\ufffdter \U0001F600" || len(notes) != 2 || notes[1].Kind != ProblemTruncated {
		t.Errorf("%q %v %v", src.Bytes, notes, err)
	}
	for _, text := range []string{"", "a", "\xff\xfe", "\xff\xfe\x00", "\x00\x00\x00\x00", strings.Repeat("\x00", 100), strings.Repeat("ab", 100)} {
		src := NewSource("x", []byte(text))
		if _, err := decode(src); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if order, _, ok := utf16Order([]byte(strings.Repeat("a\x00\x00b", 20))); ok {
		t.Errorf("zeros on both sides are %v", order)
	}
}

func TestBinaryFilesAreNotReadToTheirEnd(t *testing.T) {
	for _, head := range []string{"\x00\x01\x02", "PK\x03\x04\x00\x00", string(gzipped(t, "ustar\x00\x00\x00")), "\x28\xb5\x2f\xfd\x00"} {
		if Sniff([]byte(head)) {
			t.Errorf("%q passes for a log", head)
		}
	}
	if !Sniff([]byte("iter 0: loss 10.9885, time 54003.27ms, mfu -100.00%\n\x00\x00\x00")) {
		t.Error("a log with NULs does not")
	}
}
