package minimize

import (
	"bytes"
	"strings"
)

// piece is a stretch of the input that can be dropped: a line, a member of an object, an element of a list, or all of it.
type piece struct {
	lead     int // where what goes with it begins: blanks, and a key with its colon
	from, to int // the value, or the line
	list     bool
	comma    bool // its parts are separated by commas
	parts    []*piece
	gone     bool
}

// level lists the pieces at a depth that are still there.
func (p *piece) level(depth int, out []*piece) []*piece {
	if depth == 0 {
		return append(out, p)
	}
	for _, q := range p.parts {
		if !q.gone {
			out = q.level(depth-1, out)
		}
	}
	return out
}

// render is the input without the pieces that are gone.
func (p *piece) render(data []byte) []byte { return p.write(nil, data) }

func (p *piece) write(out, data []byte) []byte {
	if !p.list {
		return append(out, data[p.from:p.to]...)
	}
	end := p.to
	if p.comma { // behind its bracket
		out = append(out, data[p.from])
		end--
	}
	tail := p.from
	if p.comma {
		tail++
	}
	first := true
	for _, q := range p.parts {
		tail = q.to
		if q.gone {
			continue
		}
		if p.comma && !first {
			out = append(out, ',')
		}
		first = false
		out = append(out, data[q.lead:q.from]...)
		out = q.write(out, data)
	}
	for tail < end && p.comma && data[tail] != '\n' && strings.IndexByte(" \t\r", data[tail]) < 0 {
		tail++ // a comma too many, and what is no JSON
	}
	out = append(out, data[tail:end]...)
	if p.comma {
		out = append(out, data[end])
	}
	return out
}

// linePieces makes a piece of each line with its end.
func linePieces(data []byte) *piece {
	root := &piece{to: len(data), list: true}
	for at := 0; at < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		root.parts = append(root.parts, &piece{lead: at, from: at, to: end})
		at = end
	}
	return root
}

// deepest is the nesting that is taken apart.
const deepest = 100

// jsonPieces takes JSON apart: one value, or one behind another, as in JSON Lines. false if the input is something else.
func jsonPieces(data []byte) (*piece, bool) {
	r := reader{data: data}
	root := &piece{to: len(data), list: true}
	for {
		lead := r.at
		if r.blanks(); r.at == len(data) {
			break
		}
		if data[r.at] != '{' && data[r.at] != '[' {
			return nil, false
		}
		p, ok := r.value(lead, 0)
		if !ok {
			return nil, false
		}
		root.parts = append(root.parts, p)
	}
	if len(root.parts) > 0 {
		root.parts[len(root.parts)-1].to = r.end
	}
	return root, len(root.parts) > 0
}

// reader reads JSON and what passes for it: NaN is a word like true.
type reader struct {
	data []byte
	at   int
	end  int // of the last value
}

func (r *reader) blanks() {
	for r.at < len(r.data) && strings.IndexByte(" \t\r\n", r.data[r.at]) >= 0 {
		r.at++
	}
}

// value reads a value; what goes with it begins at lead.
func (r *reader) value(lead, depth int) (*piece, bool) {
	if r.at == len(r.data) || depth > deepest {
		return nil, false
	}
	p := &piece{lead: lead, from: r.at}
	ok := true
	switch c := r.data[r.at]; c {
	case '{', '[':
		p.list, p.comma = true, true
		ok = r.container(p, c, depth)
	case '"':
		ok = r.quoted()
	default:
		for r.at < len(r.data) && strings.IndexByte(" \t\r\n,]}:\"{[", r.data[r.at]) < 0 {
			r.at++
		}
		ok = r.at > p.from
	}
	p.to, r.end = r.at, r.at
	return p, ok
}

func (r *reader) container(p *piece, open byte, depth int) bool {
	r.at++
	for {
		lead := r.at
		r.blanks()
		if r.at == len(r.data) {
			return false
		}
		if r.data[r.at] == open+2 { // in ASCII, a closing bracket follows its opening one by two
			r.at++
			return true
		}
		if len(p.parts) > 0 {
			if r.data[r.at] != ',' {
				return false
			}
			r.at++
			lead = r.at
			r.blanks()
		}
		if open == '{' {
			if r.at == len(r.data) || r.data[r.at] != '"' || !r.quoted() {
				return false
			}
			if r.blanks(); r.at == len(r.data) || r.data[r.at] != ':' {
				return false
			}
			r.at++
			r.blanks()
		}
		q, ok := r.value(lead, depth+1)
		if !ok {
			return false
		}
		p.parts = append(p.parts, q)
	}
}

func (r *reader) quoted() bool {
	for r.at++; r.at < len(r.data); r.at++ {
		switch r.data[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			return true
		}
	}
	return false
}
