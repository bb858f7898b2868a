package runlog

import (
	"strings"
	"unicode"

	"github.com/mfu-audit/mfu-audit/reference"
)

// phrase is a piece of running text that says something of a run: "8 x H100 SXM", "seq 8192", "57.8% MFU".
type phrase struct {
	start, end int
	meaning    meaning
	facts      []Fact      // without text, source and position
	value      Observation // of a quantity, without its position
	config     string      // of a key of a config.json
	model      string      // a published model
	convention string
}

// textWord is a word of running text.
type textWord struct {
	text       string
	start, end int
	last       bool // the phrase ends behind it: a comma, a full stop, a bracket
}

// longestPhrase is how many words a phrase has at most.
const longestPhrase = 8

// phrases takes running text apart; rest are the words that are part of no phrase.
func phrases(text string) (found []phrase, rest []textWord) {
	words := textWords(text)
	for i := 0; i < len(words); {
		n := 0
		var p phrase
		limit := i
		for limit < len(words) && limit-i < longestPhrase {
			limit++
			if words[limit-1].last {
				break
			}
		}
		for n = limit - i; n > 0; n-- {
			var ok bool
			if p, ok = phraseOf(text, words[i:i+n]); ok {
				break
			}
		}
		if n == 0 {
			rest = append(rest, words[i])
			i++
			continue
		}
		p.start, p.end = words[i].start, words[i+n-1].end
		found = append(found, p)
		i += n
	}
	return found, rest
}

// textWords splits a text at blanks, and at what parts phrases. A sign between a name and its value is a blank: TP=8, MFU: 40 %.
func textWords(text string) []textWord {
	var words []textWord
	start := -1
	end := func(at int, last bool) {
		if start >= 0 {
			words = append(words, textWord{text[start:at], start, at, last})
		} else if last && len(words) > 0 {
			words[len(words)-1].last = true
		}
		start = -1
	}
	for i, r := range text {
		next := i + len(string(r))
		spaced := next >= len(text) || text[next] == ' '
		switch {
		case unicode.IsSpace(r), r == '=', r == ':' && spaced:
			end(i, r == ':' && start >= 0 && isDigit(text[start])) // "Table 1:"
		case (r == ',' || r == '.') && spaced, strings.ContainsRune(";()[]|\"“”", r):
			end(i, true)
		case start < 0:
			start = i
		}
	}
	end(len(text), true)
	return words
}

// phraseOf is what a run of words says as a whole.
func phraseOf(text string, words []textWord) (p phrase, ok bool) {
	if fillers[strings.ToLower(words[0].text)] || fillers[strings.ToLower(words[len(words)-1].text)] {
		return p, false
	}
	whole := visible(text[words[0].start:words[len(words)-1].end])
	if whole == "" {
		return p, false
	}
	if facts, ok := deviceNamed(whole); ok {
		return phrase{facts: facts, meaning: ownColumn("device")}, true
	}
	if len(words) == 1 && !strings.ContainsRune("0123456789", rune(whole[0])) && !vagueTypes[strings.ToLower(whole)] {
		if _, ok := reference.ParsePrecision(whole); ok {
			return phrase{facts: []Fact{{Key: Precision, Str: whole}}, meaning: ownColumn("precision")}, true
		}
	}
	if mode, ok := recomputePhrase(whole); ok {
		return phrase{facts: []Fact{{Key: Recompute, Str: mode}}, meaning: ownColumn("recompute")}, true
	}
	if c, ok := conventionPhrase(words); ok {
		return phrase{convention: c, meaning: ownColumn("convention")}, true
	}
	if len(words) <= 4 && strings.ContainsAny(whole, "0123456789") {
		if m := modelNamed(whole); m != "" {
			return phrase{model: m, meaning: ownColumn("model")}, true
		}
	}
	return numberPhrase(text, words)
}

// ownColumn is the meaning of one of the tool's own columns.
func ownColumn(key string) meaning {
	m := claimKeys[key]
	m.key = key
	return m
}

// vagueTypes are words that name a precision and in running text mean something else.
var vagueTypes = map[string]bool{"half": true, "single": true, "double": true, "float": true}

// recomputePhrase is the mode of recomputation that a phrase names: "full activation recomputation", "no checkpointing".
func recomputePhrase(text string) (mode string, ok bool) {
	words := headerWords(text)
	mode = "full"
	if len(words) > 1 {
		switch words[0] {
		case "full", "with":
			words = words[1:]
		case "selective", "partial":
			mode, words = "selective", words[1:]
		case "no", "number", "without", "none": // headerWords takes "no" for a number
			mode, words = "none", words[1:]
		}
	}
	if strings.Join(words, " ") == "ac" {
		return "", false
	}
	m, ok := plainAlias(words)
	return mode, ok && m.fact == Recompute
}

// conventionPhrase is the convention that a phrase names: "convention palm", "palm convention".
func conventionPhrase(words []textWord) (name string, ok bool) {
	if len(words) != 2 {
		return "", false
	}
	a, b := words[0].text, words[1].text
	for _, w := range []string{"convention", "definition"} {
		switch {
		case strings.EqualFold(a, w):
			name = b
		case strings.EqualFold(b, w):
			name = a
		}
	}
	_, ok = reference.ConventionByName(name)
	return name, ok
}

// numberPhrase reads a number with its name and unit before and behind it: "9,870 tokens/s/GPU", "sequence length of 2048",
// "batch of 4M tokens".
func numberPhrase(text string, words []textWord) (p phrase, ok bool) {
	from, to := words[0].start, words[len(words)-1].end
	at := -1
	for i, w := range words {
		if n, err := parseCell(w.text, false); err == nil && (isDigit(w.text[0]) || strings.ContainsAny(w.text[:1], "~-+.") || w.text[0] >= 0x80) && n.text != "" {
			if at >= 0 {
				return p, false // two numbers
			}
			at = i
		}
	}
	if at < 0 {
		return p, false
	}
	before := strings.TrimSpace(text[from:words[at].start])
	cell := visible(text[words[at].start:to])
	n, err := parseCell(cell, false)
	if err != nil {
		return p, false
	}
	names := []string{before + " " + n.unit}
	if n.unit == "" {
		names = []string{before}
	}
	m, ok := phraseMeaning(names[0])
	if !ok && before != "" && n.unit != "" {
		if m, ok = phraseMeaning(before); ok {
			scale, unit, known := unitScale(m, n.unit)
			if !known && (m.fact == "" || n.unit != "tokens") {
				return p, false
			}
			if known {
				m.scale, m.unit = scale, unit
			}
		}
	}
	if !ok {
		return p, false
	}
	if m.fact == Device { // "8 GPUs"
		m = ownColumn("devices")
	}
	p.meaning = m
	count := n
	count.unit = ""
	switch {
	case m.role != roleNone || m.fact == Precision || m.fact == Sparsity || m.fact == Recompute:
		return p, false
	case m.config:
		v, ok := roundCount(FactKey(m.key), count)
		p.config = plainCount(v)
		p.facts = []Fact{{Key: FactKey(m.key), Num: v}}
		return p, ok
	case m.fact == TrainedFraction:
		return p, false
	case m.fact != "":
		v, ok := roundCount(m.fact, count)
		p.facts = []Fact{{Key: m.fact, Num: v}}
		return p, ok
	}
	p.value = Observation{Quantity: m.quantity, Key: m.key, Logged: n.value, Text: n.text, Scale: m.scale, Unit: m.unit, Digits: n.digits}
	if m.share && m.unit != "%" && n.value > mostShare {
		p.value.Scale, p.value.Unit = 0.01, "%"
	}
	if n.letter != 0 && m.quantity == reference.Parameters {
		p.value.Scale = 1
	}
	return p, true
}

// phraseMeaning is what a name in running text means, where a bare "seq" stands for the sequence length as well.
func phraseMeaning(name string) (meaning, bool) {
	switch strings.Join(headerWords(name), " ") {
	case "sequence":
		return meaningOfKey("seq_len")
	case "batch size token", "batch token", "token batch":
		return meaningOfKey("tokens_per_step")
	}
	return meaningOf(name)
}
