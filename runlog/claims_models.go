package runlog

import (
	"strings"
	"sync"

	"github.com/mfu-audit/mfu-audit/reference"
)

// modelNamed is the published model or the path of a config.json that a cell names, "" if it names none. People write a name
// without its organisation and with other signs between its parts: Llama2-7B for meta-llama/Llama-2-7b-hf.
func modelNamed(text string) string {
	if strings.HasSuffix(text, ".json") {
		return text
	}
	if len(text) > 100 {
		return ""
	}
	if p, ok := reference.PresetByName(text); ok {
		return p.Name
	}
	return modelSpellings()[modelSpelling(text)]
}

// modelSpellings are the names of the published models by their spelling, "" where several models share one.
var modelSpellings = sync.OnceValue(func() map[string]string {
	out := map[string]string{"": ""}
	for _, p := range reference.Presets() {
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			_, own, _ := strings.Cut(name, "/")
			spelling := modelSpelling(own)
			if have, ok := out[spelling]; ok && have != p.Name {
				out[spelling] = ""
				continue
			}
			out[spelling] = p.Name
		}
	}
	return out
})

// modelSpelling is a model's name in small letters and digits, with a point between numbers that a sign parts. Words that say
// who published it and in which form are left out. It is empty without a letter and a digit, which every such name has.
func modelSpelling(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	var b strings.Builder
	for i, w := range words {
		if i == 0 && w == "meta" || w == "hf" || w == "base" {
			continue
		}
		if before := b.String(); before != "" && isDigit(before[len(before)-1]) && isDigit(w[0]) {
			b.WriteByte('.')
		}
		b.WriteString(w)
	}
	spelling := b.String()
	if !strings.ContainsAny(spelling, "0123456789") || strings.Trim(spelling, "0123456789.") == "" {
		return ""
	}
	return spelling
}
