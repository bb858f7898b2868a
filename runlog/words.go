package runlog

import (
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// Words returns a function that reports whether a word says nothing private: the key of a metric or of a fact, a word of a
// format's records, of a device's name, of a precision or of an architecture label.
func Words() func(word string) bool {
	known := map[string]bool{}
	add := func(text string) {
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t,;|:=()[]{}\"'…", r) }) {
			known[strings.ToLower(strings.Trim(w, ".-_/+%~"))] = true
		}
	}
	for _, f := range Formats() {
		add(f.Name)
		add(f.Summary)
	}
	for _, a := range reference.Accelerators() {
		add(a.Name)
		for _, names := range [][]string{a.Aliases, a.DeviceStrings} {
			for _, name := range names {
				add(name)
			}
		}
	}
	for key := range metricKeys {
		add(key)
		add("avg_" + key)
	}
	for key := range vocabulary() {
		add(key)
	}
	for _, words := range []string{
		"mfu hfu true false null nan infinity inf none", "bf16 bfloat16 fp16 float16 fp32 float32 tf32 fp8 float8 fp4 int8",
		"tokens/s tok/s tflop/s tflop/s/gpu tflops gflops flop/s iter step iteration loss time tokens seconds gpu gpus parameters",
	} {
		add(words)
	}
	return func(word string) bool {
		if known[strings.ToLower(word)] || knownTrainingKey(word) {
			return true
		}
		for token := range strings.SplitSeq(word, "-") {
			if labelToken(token) == nil {
				return false
			}
		}
		return true
	}
}

// Text is what an input holds without compression and as UTF-8. It fails where nothing can be decompressed.
func Text(data []byte) ([]byte, error) {
	src := NewSource("", data)
	_, err := decode(src)
	return src.Bytes, err
}
