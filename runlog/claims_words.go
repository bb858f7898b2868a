package runlog

import (
	"slices"
	"strings"
	"unicode"
)

// headerWords are the words of a header in lower case and in one spelling each: "# GPUs" is number device, "TFLOP/s per GPU" is
// tflop per s per device, "SeqLen (T)" is sequence length token.
func headerWords(header string) []string {
	var b strings.Builder
	outside, inside := prefixes.Replace(header), ""
	for {
		open := strings.IndexAny(outside, "([")
		if open < 0 {
			break
		}
		end := strings.IndexAny(outside[open:], ")]")
		if end < 0 {
			break
		}
		inside += " " + bracketed(outside[open+1:open+end])
		outside = outside[:open] + " " + outside[open+end+1:]
	}
	runes := []rune(outside + inside)
	for i, r := range runes {
		switch {
		case r == '#':
			b.WriteString(" number ")
		case r == '%':
			b.WriteString(" percent ")
		case r == '/':
			b.WriteString(" per ")
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		default:
			if unicode.IsUpper(r) && camel(runes, i) {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	var out []string
	for _, w := range strings.Fields(b.String()) {
		if one, ok := oneSpelling[w]; ok {
			w = one
		}
		out = append(out, strings.Fields(w)...)
	}
	return slices.DeleteFunc(out, func(w string) bool { return emptyWords[w] })
}

// bracketed spells out what single letters mean in the brackets of a header: the unit.
func bracketed(text string) string {
	letters := map[string]string{"T": "token", "S": "sequence", "B": "billion", "M": "million", "K": "thousand", "k": "thousand"}
	text = strings.TrimSpace(text)
	end := strings.IndexAny(text, " /")
	if end < 0 {
		end = len(text)
	}
	if word, ok := letters[text[:end]]; ok {
		return word + text[end:]
	}
	return text
}

// prefixes writes the prefixes of FLOPs as letters, which else were words of their own: "teraFLOP/s".
var prefixes = strings.NewReplacer("teraFLOP", "TFLOP", "petaFLOP", "PFLOP", "gigaFLOP", "GFLOP", "exaFLOP", "EFLOP")

// camel reports whether a word begins with the capital at i: GlobalBatch, CPUOffload, but not GPUs or TFLOPs.
func camel(runes []rune, i int) bool {
	if i == 0 || !unicode.IsLetter(runes[i-1]) {
		return false
	}
	if unicode.IsLower(runes[i-1]) {
		return true
	}
	plural := i+2 >= len(runes) || !unicode.IsLetter(runes[i+2])
	return i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !(runes[i+1] == 's' && plural)
}

// emptyWords say nothing in a header.
var emptyWords = map[string]bool{
	"of": true, "the": true, "in": true, "a": true, "an": true, "achieved": true, "measured": true, "average": true, "avg": true, "mean": true, "our": true,
	"reported": true, "observed": true, "and": true, "as": true, "max": true,
}

// oneSpelling gives words of headers that mean the same one spelling.
var oneSpelling = func() map[string]string {
	out := map[string]string{
		"seqlen": "sequence length", "ctx": "context", "len": "length", "dim": "dimension", "dims": "dimension", "vocabulary": "vocab", "attn": "attention",
		"accum": "accumulation", "acc": "accumulation", "grad": "gradient", "acts": "activation", "act": "activation", "activations": "activation",
		"microbatch": "micro batch", "minibatch": "micro batch", "gbs": "global batch size", "mbs": "micro batch size", "globalbatchsize": "global batch size",
		"tps": "token per s", "tgs": "token per device per s", "wps": "token per s", "percentage": "percent", "pct": "percent", "utilisation": "utilization",
		"dmodel": "d model", "dff": "d ff", "dtype": "data type", "datatype": "data type", "nlayers": "layer", "nheads": "head", "ngpus": "number device",
		"checkpoint": "checkpointing", "recompute": "recomputation", "aggregated": "aggregate", "overall": "aggregate", "cluster": "aggregate",
		"theoretic": "theoretical", "quantity": "number", "kvheads": "kv head",
	}
	for word, spellings := range map[string]string{
		"device":    "gpu gpus devices accelerator accelerators chip chips card cards tpu tpus npu npus rank ranks gcd gcds worker workers xpu xpus",
		"token":     "tokens tok toks",
		"sequence":  "seq seqs sequences sample samples example examples",
		"step":      "steps iter iters iteration iterations",
		"s":         "sec secs second seconds",
		"ms":        "msec msecs millisecond milliseconds",
		"number":    "num no nr count n nb",
		"parameter": "param params parameters",
		"layer":     "layers", "head": "heads", "expert": "experts", "batch": "batches", "group": "groups", "model": "models",
		"flop": "flops", "kflop": "kflops", "mflop": "mflops", "gflop": "gflops gigaflop gigaflops", "tflop": "tflops teraflop teraflops",
		"pflop": "pflops petaflop petaflops", "eflop": "eflops exaflop exaflops",
		"billion": "billions bn", "million": "millions mn", "thousand": "thousands",
	} {
		for s := range strings.FieldsSeq(spellings) {
			out[s] = word
		}
	}
	return out
}()

// take removes words that follow each other from a list, wherever they stand.
func take(words []string, run ...string) (rest []string, ok bool) {
	for i := 0; i+len(run) <= len(words); i++ {
		if slices.Equal(words[i:i+len(run)], run) {
			return slices.Delete(slices.Clone(words), i, i+len(run)), true
		}
	}
	return words, false
}
