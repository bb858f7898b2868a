package runlog

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// resemblance says what unrecognised content looks like, without quoting it, and which format is nearest to it, if one is.
func resemblance(data []byte) (what string, nearest Format) {
	what, nearest = looks(data)
	if f, shared, ok := nearestByWords(data, Formats()); ok {
		return what + " that holds " + strings.Join(shared, ", "), f
	}
	return what, nearest
}

// nearestByWords is the format whose names occur in data, with those that do. A name counts the less the more formats share
// it; it takes three names, one of them rare, and a format ahead of all others.
func nearestByWords(data []byte, formats []Format) (nearest Format, shared []string, ok bool) {
	const looked = 1 << 20
	text := data[:min(len(data), looked)]
	holders := map[string]int{}
	for _, f := range formats {
		for _, w := range distinct(f.Words) {
			holders[w]++
		}
	}
	found := map[string]bool{}
	for w := range holders {
		found[w] = holdsWord(text, w)
	}
	best, second := 0.0, 0.0
	for _, f := range formats {
		var names []string
		score := 0.0
		for _, w := range distinct(f.Words) {
			if found[w] {
				names = append(names, w)
				score += 1 / float64(holders[w])
			}
		}
		if score > best {
			nearest, shared, best, second = f, names, score, best
		} else {
			second = max(second, score)
		}
	}
	return nearest, shared[:min(len(shared), 5)], len(shared) >= 3 && best > 1 && best > second
}

// distinct is words in lower case, each once.
func distinct(words []string) []string {
	var out []string
	for _, w := range words {
		if w = strings.ToLower(w); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// holdsWord reports whether text holds a word, in any case, between characters that belong to no word.
func holdsWord(text []byte, word string) bool {
	for at := 0; at+len(word) <= len(text); at++ {
		if text[at]|0x20 != word[0]|0x20 || !strings.EqualFold(string(text[at:at+len(word)]), word) {
			continue
		}
		before := at == 0 || !isWord(text[at-1])
		after := at+len(word) == len(text) || !isWord(text[at+len(word)])
		if before && after {
			return true
		}
	}
	return false
}

// looks says what content looks like, and the format that JSON of an unknown kind is nearest to.
func looks(data []byte) (what string, nearest Format) {
	nearest = Formats()[0]
	head := strings.TrimSpace(strings.TrimPrefix(string(data[:min(len(data), 4096)]), byteOrderMark))
	switch {
	case len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte(byteOrderMark)))) == 0:
		return "the file is empty", nearest
	case strings.IndexByte(head, 0) >= 0:
		return "looks like a binary file", nearest
	case strings.HasPrefix(head, "{") && jsonLines(data):
		return "looks like JSON Lines", nearest
	case strings.HasPrefix(head, "{") && strings.Contains(head, `"accelerator_model_name"`):
		return "looks like MLPerf's description of a system, which is read beside the result_*.txt of a run", mlPerf.format()
	case strings.HasPrefix(head, "{"):
		return "looks like a JSON object without " + recordsKey + ", or without run_name and config", nearest
	case jsonList(head):
		return "looks like a JSON list", nearest
	}
	if tabular(data) {
		return "looks like a table without a step and a known metric, or one of systems, not steps", csvLog
	}
	return "looks like plain text", Format{} // a console may be anybody's
}

// tabular reports whether the first lines have the same number of cells, two or more, between commas, semicolons or tabs.
func tabular(data []byte) bool {
	for _, delimiter := range []byte{',', ';', '\t'} {
		d := csvDialect{delimiter: delimiter, end: '\n', most: 1 << 12}
		first := d.row(data, 0, nil)
		if n := len(first.cells); n >= 2 && first.next < len(data) && len(d.row(data, first.next, nil).cells) == n {
			return true
		}
	}
	return false
}

// jsonList reports whether text begins as a list of objects, lists, strings or numbers does; many logs begin with a time in brackets.
func jsonList(head string) bool {
	rest, ok := strings.CutPrefix(head, "[")
	rest = strings.TrimSpace(rest)
	if !ok || rest == "" {
		return false
	}
	if end := strings.IndexAny(rest, ",]"); end > 0 {
		if _, err := strconv.ParseFloat(strings.TrimSpace(rest[:end]), 64); err == nil {
			return true
		}
	}
	return strings.IndexByte(`{["]`, rest[0]) >= 0
}

// jsonLines reports whether the first two lines that are not blank are each a closed object.
func jsonLines(data []byte) bool {
	n := 0
	for line := range bytes.Lines(data) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if line[0] != '{' || line[len(line)-1] != '}' {
			return false
		}
		if n++; n == 2 {
			return true
		}
	}
	return false
}
