package minimize

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a stretch of letters and digits that may have to be blanked.
type span struct{ from, to int }

// redact blanks every word that is neither known nor a number, at equal length, unless the property needs it: of such a word
// only the part that is needed stays. Equal words go together. It is false if the tries did not suffice, and if what is needed
// looks like a path, an address or a host's name.
func (s *search) redact(data []byte, isJSON bool, known func(string) bool) ([]byte, bool) {
	r := redaction{search: s, data: bytes.Clone(data), isJSON: isJSON, known: known}
	var groups [][]span
	at := map[string]int{}
	for _, t := range words(data, isJSON, isTokenRune) {
		word := string(data[t.from:t.to])
		if r.harmless(word) {
			continue
		}
		if i, ok := at[word]; ok {
			groups[i] = append(groups[i], t)
			continue
		}
		at[word] = len(groups)
		groups = append(groups, []span{t})
	}
	ok := r.blank(groups)
	return r.data, ok
}

type redaction struct {
	*search
	data   []byte
	isJSON bool
	known  func(string) bool
}

// blank blanks groups of spans together if that does no harm, and takes them apart if it does.
func (r *redaction) blank(groups [][]span) bool {
	if len(groups) == 0 || r.without(groups) {
		return true
	}
	if r.left <= 0 {
		return false
	}
	if len(groups) > 1 {
		half := len(groups) / 2
		return r.blank(groups[:half]) && r.blank(groups[half:])
	}
	return r.narrow(groups[0])
}

// without blanks groups for good if the property then holds.
func (r *redaction) without(groups [][]span) bool {
	out := bytes.Clone(r.data)
	for _, g := range groups {
		for _, t := range g {
			blankOut(out[t.from:t.to], r.isJSON)
		}
	}
	if !r.ask(out) {
		return false
	}
	r.data = out
	return true
}

// narrow blanks what it can of a word that cannot go as a whole: its parts, and of a part its ends.
func (r *redaction) narrow(g []span) bool {
	word := r.data[g[0].from:g[0].to]
	parts := words(word, r.isJSON, isWordRune)
	if private(string(word)) {
		return false
	}
	if len(parts) == 1 && parts[0] == (span{0, len(word)}) {
		return r.trim(g)
	}
	var groups [][]span
	for _, p := range parts {
		if r.harmless(string(word[p.from:p.to])) {
			continue
		}
		var group []span
		for _, t := range g {
			group = append(group, span{t.from + p.from, t.from + p.to})
		}
		groups = append(groups, group)
	}
	return r.blank(groups)
}

// trim blanks as much of both ends of a word as the property allows.
func (r *redaction) trim(g []span) bool {
	size := g[0].to - g[0].from
	cut := func(from, to int) bool { // bytes of the word
		if from >= to {
			return true
		}
		var part []span
		for _, t := range g {
			part = append(part, span{t.from + from, t.from + to})
		}
		return r.without([][]span{part})
	}
	left, right := 0, size
	for step := size / 2; step >= 1; step /= 2 {
		if left+step < right && cut(left, left+step) {
			left += step
		}
		if right-step > left && cut(right-step, right) {
			right -= step
		}
	}
	return r.left > 0
}

// blankOut writes x over letters and digits; in JSON a letter may be an escape, \u0078 instead of x.
func blankOut(text []byte, isJSON bool) {
	for i := 0; i < len(text); {
		if isJSON && text[i] == '\\' && i+6 <= len(text) && text[i+1] == 'u' {
			copy(text[i:], `\u0078`)
			i += 6
			continue
		}
		c, size := utf8.DecodeRune(text[i:])
		if isWordRune(c) || c == utf8.RuneError {
			for j := range size {
				text[i+j] = 'x'
			}
		}
		i += size
	}
}

// words lists the stretches of runes that belong to words. In JSON, \u0041 is a letter and any other escape ends a word.
func words(text []byte, isJSON bool, belongs func(rune) bool) []span {
	var out []span
	open := -1
	end := func(at int) {
		if open >= 0 && slices.ContainsFunc([]rune(string(text[open:at])), isWordRune) {
			out = append(out, span{open, at})
		}
		open = -1
	}
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		in := belongs(c)
		if isJSON && c == '\\' {
			in, size = false, min(2, len(text)-i)
			if i+6 <= len(text) && text[i+1] == 'u' {
				in, size = true, 6
			}
		}
		if in && open < 0 {
			open = i
		} else if !in {
			end(i)
		}
		i += size
	}
	end(len(text))
	return out
}

// isWordRune holds for letters, digits, and bytes that are no UTF-8.
func isWordRune(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || c == utf8.RuneError }

// isTokenRune holds for what joins words to names: paths, addresses, hosts, identifiers, labels.
func isTokenRune(c rune) bool { return isWordRune(c) || strings.ContainsRune(`_-./@\~+%`, c) }

// number: 36.76%, -1e-5, 71/100, 500.25ms, 30.99GiB, 11.5K; no dates, and no addresses.
var number = regexp.MustCompile(`^[+-]?[0-9_]+(\.[0-9]*)?([eE][+-]?[0-9]+)?(%|[KMGTPB]|[KMGT]?i?B|ms|s|us|TF|GF)?(/[0-9]+)?\.?$`)

// harmless reports whether a word may stay.
func (r *redaction) harmless(word string) bool {
	bare := strings.Trim(word, ".-_/+%~\\")
	return number.MatchString(word) || number.MatchString(bare) || bare == "" || onlyBlanked(bare) || r.known != nil && r.known(bare)
}

// onlyBlanked holds for a word that is blanked already.
func onlyBlanked(word string) bool { return strings.Trim(word, `x_-./@\~+%`) == "" }

// private reports whether a word looks like an address, a path or a host: such a one never stays.
func private(word string) bool {
	return strings.ContainsRune(word, '@') || strings.HasPrefix(word, "/") || strings.HasPrefix(word, "~") || strings.Contains(word, `\`) ||
		address.MatchString(word) || host.MatchString(word)
}

var (
	address = regexp.MustCompile(`[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+`)
	host    = regexp.MustCompile(`(?i)[a-z][a-z0-9-]*\.(com|org|net|io|edu|gov|ai|dev|local|internal|cluster|cloud|de|uk|fr|cn|jp)\b`)
)
