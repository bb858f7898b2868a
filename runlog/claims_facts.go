package runlog

import (
	"math"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// claimFacts is what a cell of a fact's column declares, without text, source and position; why says what is odd about it.
func claimFacts(key FactKey, text string, decimal bool) (facts []Fact, why string) {
	text = unmarked(text)
	switch key {
	case Device:
		return deviceFacts(text)
	case Precision:
		if p, ok := precisionNamed(text); ok {
			return []Fact{{Key: Precision, Str: p}}, ""
		}
		return nil, "no precision that is known"
	case Sparsity:
		switch strings.ToLower(text) {
		case "none", "dense", "no", "false":
			return []Fact{{Key: Sparsity, Str: "none"}}, ""
		case "2:4", "sparse", "yes", "true":
			return []Fact{{Key: Sparsity, Str: "2:4"}}, ""
		}
		return nil, "no kind of sparsity that is known"
	case Recompute:
		if mode, ok := recomputeNamed(text); ok {
			return []Fact{{Key: Recompute, Str: mode}}, ""
		}
		return nil, "no mode of recomputation that is known"
	}
	n, err := parseCell(text, decimal)
	if err != nil {
		return nil, cellError(err)
	}
	if key == TrainedFraction {
		switch {
		case n.unit == "%":
			n.value /= 100
		case n.unit != "":
			return nil, "a number with a unit that is not understood"
		}
		if n.value <= 0 || n.value > 1 {
			return nil, "no fraction"
		}
		return []Fact{{Key: key, Num: n.value}}, ""
	}
	v, ok := roundCount(key, n)
	if !ok {
		return nil, "no whole number, or a rounded one"
	}
	return []Fact{{Key: key, Num: v}}, ""
}

// roundCount is the count that a number stands for. A thousand of tokens in a sequence is 1024 where a power of two stands
// before it, as people print 4K for 4096; of anything else, a suffix leaves the count open.
func roundCount(key FactKey, n cellNumber) (float64, bool) {
	v := n.value
	if n.letter == 'K' {
		thousands := v / 1000
		if key != SeqLen || thousands < 1 || thousands != math.Trunc(thousands) || uint64(thousands)&(uint64(thousands)-1) != 0 {
			return 0, false
		}
		v = thousands * 1024
	} else if n.letter != 0 {
		return 0, false
	}
	units := map[string]bool{"": true, "tokens": key == SeqLen, "gpus": key == Devices, "chips": key == Devices, "seqs": key == GlobalBatch}
	return v, !n.about && v >= 1 && v == math.Trunc(v) && v < 1<<53 && units[strings.ToLower(n.unit)]
}

// deviceFacts is what a device's cell declares: a name, with a count before it ("8 × H100 SXM") that too.
func deviceFacts(text string) (facts []Fact, why string) {
	if facts, ok := deviceNamed(text); ok {
		return facts, ""
	}
	why = "no accelerator that is known"
	_, name := deviceCount(text)
	if near := reference.NearestDevices(name); len(near) > 0 {
		why += " (did you mean " + near[0] + "?)"
	}
	return nil, why
}

func deviceNamed(text string) (facts []Fact, ok bool) {
	count, name := deviceCount(text)
	if _, ok := reference.ResolveDevice(name); !ok {
		return nil, false
	}
	facts = []Fact{{Key: Device, Str: name}}
	if count > 0 {
		facts = append(facts, Fact{Key: Devices, Num: count})
	}
	return facts, true
}

// deviceCount takes the count off a device's name: "8 x H100", "8×H100", "64 A100", "H100 x 8".
func deviceCount(text string) (count float64, name string) {
	for _, times := range []string{" x ", " × ", " x", " ×", "×"} {
		if i := strings.LastIndex(text, times); i > 0 && onlyDigits(text[i+len(times):]) {
			v, err := strconv.ParseUint(text[i+len(times):], 10, 50)
			if err == nil && v > 0 {
				return float64(v), strings.TrimSpace(text[:i])
			}
		}
	}
	n, size, err := plainNumber(text, false)
	if err != nil || size == len(text) {
		return 0, text
	}
	rest := strings.TrimLeft(text[size:], " ")
	after, times := strings.CutPrefix(rest, "×")
	if !times {
		after, times = strings.CutPrefix(rest, "x")
	}
	if !times {
		after = rest
		if len(rest) == len(text)-size { // "3090", "80GB": no count
			return 0, text
		}
	}
	v, _, err := parseNumber(n)
	if err != nil || v < 1 || v != math.Trunc(v) || v >= 1<<53 {
		return 0, text
	}
	return v, strings.TrimSpace(after)
}

// precisionNamed is a precision as printed, the first of several that run at one rate: "fp16/bf16".
func precisionNamed(text string) (string, bool) {
	if _, ok := reference.ParsePrecision(text); ok {
		return text, true
	}
	first := ""
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/, ", r) }) {
		switch p, ok := reference.ParsePrecision(part); {
		case !ok || p != reference.BF16 && p != reference.FP16:
			return "", false
		case first == "":
			first = part
		}
	}
	return first, first != ""
}

// recomputeNamed is the mode of recomputation that a word stands for.
func recomputeNamed(text string) (string, bool) {
	text = strings.ToLower(text)
	if on, ok := truthWord(text); ok {
		text = map[bool]string{true: "full", false: "none"}[on]
	}
	for _, f := range recomputation[text] {
		return f.Str, true
	}
	return "", false
}

// truthWord is what a word means that says whether something is so.
func truthWord(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "✓", "✔":
		return true, true
	case "false", "no", "off", "✗", "✘":
		return false, true
	}
	return false, false
}
