package runlog

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// place is where a value stands: under key, in an element of a list if list is not empty.
type place struct {
	list  string // "training_iterations"
	index int
	key   string // key path, "mfu.mfu_percent"
}

// String is the key path, as in training_iterations[1].mfu.mfu_percent.
func (p place) String() string { return p.with("[" + strconv.Itoa(p.index) + "]") }

// every is the key path of the same value in any element.
func (p place) every() string { return p.with("[]") }

func (p place) with(index string) string {
	switch {
	case p.list == "":
		return p.key
	case p.key == "":
		return p.list + index
	}
	return p.list + index + "." + p.key
}

// document is a scanned JSON text. Strings that gjson returns share its memory: what outlives the reading is cloned.
type document struct {
	text     string
	base     int64 // offset of the text in the source
	problems *problems
}

// openJSON scans the bytes of a source from lo to hi for gjson.
func openJSON(report *problems, lo, hi int64, known func(string) bool) *document {
	text := scan(string(report.src.Bytes[lo:hi]), lo, report, known)
	return &document{text: text, base: lo, problems: report}
}

func (d *document) root() node { return node{doc: d, value: gjson.Parse(d.text)} }

// node is a JSON value with its place. Its readers report false where the value is absent or of another type; the latter is
// a Problem, and null is only absent.
type node struct {
	doc   *document
	value gjson.Result
	at    place
}

// member is a key of an object and its value.
type member struct {
	key   string
	value gjson.Result
}

// members lists the members of an object in file order, in the memory of buf; of a key that is there twice, the last value.
func (n node) members(buf []member) []member {
	const small = 32
	list := buf[:0]
	if !n.isObject() {
		return list
	}
	var index map[string]int // once the object is no longer small
	forEach(n.value, func(key string, value gjson.Result) bool {
		at := -1
		if index == nil {
			at = slices.IndexFunc(list, func(m member) bool { return m.key == key })
		} else if i, ok := index[key]; ok {
			at = i
		}
		if at >= 0 {
			list[at].value = value
			return true
		}
		list = append(list, member{key, value})
		switch {
		case index != nil:
			index[key] = len(list) - 1
		case len(list) > small:
			index = make(map[string]int, 2*small)
			for i, m := range list {
				index[m.key] = i
			}
		}
		return true
	})
	return list
}

// each calls f for every element of an array.
func (n node) each(f func(i int, value gjson.Result)) {
	i := 0
	forEach(n.value, func(_ string, value gjson.Result) bool {
		f(i, value)
		i++
		return true
	})
}

// forEach calls f for every element of a list and every member of an object that have been scanned, until it returns false.
// gjson's own takes the byte behind a value for a comma, which a damaged text may lack.
func forEach(container gjson.Result, f func(key string, value gjson.Result) bool) {
	text := container.Raw
	for i := 1; ; {
		for i < len(text) && strings.IndexByte(" \t\r\n,:", text[i]) >= 0 {
			i++
		}
		if i >= len(text) || text[i] == ']' || text[i] == '}' {
			return
		}
		key := ""
		if text[0] == '{' && text[i] == '"' {
			end, _ := skipString(text, i)
			key = gjson.Parse(text[i:end]).Str
			for i = end; i < len(text) && strings.IndexByte(" \t\r\n:", text[i]) >= 0; {
				i++
			}
		}
		end := valueEnd(text, i)
		value := gjson.Parse(text[i:end])
		value.Index = container.Index + i
		if !f(key, value) {
			return
		}
		i = end
	}
}

// valueEnd is where the value that starts at text[i] ends.
func valueEnd(text string, i int) int {
	if i >= len(text) {
		return len(text)
	}
	switch text[i] {
	case '"':
		end, _ := skipString(text, i)
		return end
	case '{', '[':
		return skipContainer(text, i)
	}
	for end := i + 1; end < len(text); end++ {
		if strings.IndexByte(" \t\n\r,]}", text[end]) >= 0 {
			return end
		}
	}
	return len(text)
}

// child is a member as a node of its own; key is its path.
func (n node) child(m member, key string) node {
	at := n.at
	at.key = key
	return node{n.doc, m.value, at}
}

func (n node) isObject() bool { return n.value.IsObject() }

func (n node) isArray() bool { return n.value.IsArray() }

// absent holds for null and for a value that the scan found unreadable.
func (n node) absent() bool {
	return n.value.Type == gjson.Null || n.value.Type == gjson.Number && n.value.Raw[0] == unreadable
}

// pos is the place of the value's token.
func (n node) pos() Position {
	return n.doc.problems.src.Position(n.offset(), len(n.value.Raw), n.at.String())
}

func (n node) offset() int64 { return n.doc.base + int64(n.value.Index) }

func (n node) problem(kind ProblemKind, format string, args ...any) {
	message := n.at.every() + " " + fmt.Sprintf(format, args...)
	n.doc.problems.add(kind, message, n.offset(), len(n.value.Raw), n.at.String)
}

// wrongType notes a value of another type than wanted, unless there is none.
func (n node) wrongType(wanted string) {
	if !n.absent() {
		n.problem(ProblemWrongType, "is %s where %s is due; the value is left out", n.kind(), wanted)
	}
}

func (n node) kind() string {
	switch n.value.Type {
	case gjson.String:
		return "a string"
	case gjson.Number:
		return "a number"
	case gjson.True, gjson.False:
		return "a boolean"
	}
	if n.isArray() {
		return "a list"
	}
	return "an object"
}

// printed is a number with how it was printed.
type printed struct {
	value  float64
	digits Digits
	text   string
}

// number reads a number, also one in quotes.
func (n node) number() (printed, bool) {
	text := n.value.Raw
	switch n.value.Type {
	case gjson.Number:
		if n.absent() {
			return printed{}, false
		}
	case gjson.String:
		text = strings.TrimSpace(n.value.Str)
	default:
		n.wrongType("a number")
		return printed{}, false
	}
	v, d, err := parseNumber(text)
	switch {
	case errors.Is(err, errOutOfRange):
		n.problem(ProblemOutOfRange, "is outside the range of a float64; the value is left out")
	case err != nil:
		switch notANumber(text) {
		case wordNaN:
			n.problem(ProblemNaN, "is NaN; the value is left out")
		case wordInfinity:
			n.problem(ProblemInfinity, "is infinite; the value is left out")
		default:
			n.wrongType("a number")
		}
	default:
		if n.value.Type == gjson.String {
			n.problem(ProblemNumberString, "is a number in quotes; it is read as a number")
		}
		return printed{v, d, text}, true
	}
	return printed{}, false
}

// integer reads a whole number, also one printed with a fraction of zero.
func (n node) integer() (int64, bool) {
	p, ok := n.number()
	if !ok {
		return 0, false
	}
	if i, err := strconv.ParseInt(p.text, 10, 64); err == nil {
		return i, true
	}
	if p.value != math.Trunc(p.value) || math.Abs(p.value) > 1<<53 {
		n.problem(ProblemOutOfRange, "is not a whole number; the value is left out")
		return 0, false
	}
	return int64(p.value), true
}

// str reads a string.
func (n node) str() (string, bool) {
	if n.value.Type == gjson.String {
		return n.value.Str, true
	}
	n.wrongType("a string")
	return "", false
}
