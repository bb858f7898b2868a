package minimize

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// all reports whether data holds every one of the parts.
func all(parts ...string) func([]byte) bool {
	return func(data []byte) bool {
		for _, p := range parts {
			if !bytes.Contains(data, []byte(p)) {
				return false
			}
		}
		return true
	}
}

func minimal(t *testing.T, text string, holds func([]byte) bool, known ...string) string {
	t.Helper()
	r, err := Log([]byte(text), holds, Options{Tries: 600, Known: func(w string) bool { return strings.Contains(" "+strings.Join(known, " ")+" ", " "+w+" ") }})
	if err != nil {
		t.Fatal(err)
	}
	if !holds(r.Data) {
		t.Errorf("the property is lost in %q", r.Data)
	}
	return string(r.Data)
}

func TestOnlyNeededLinesStay(t *testing.T) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "line %d\n", i)
	}
	if got := minimal(t, text.String(), all("line 7\n", "line 512\n")); got != "line 7\nline 512\n" {
		t.Errorf("%q", got)
	}
	if got := minimal(t, "a\r\nb", all("b")); got != "b" {
		t.Errorf("%q", got)
	}
}

func TestOnlyNeededMembersAndElementsStay(t *testing.T) {
	const text = `{"a": {"b": 1, "c": [10, 11,
  {"d": "x", "e": NaN}, 12]}, "f": "\"}", "g": []}
{"h": 1}
`
	got := minimal(t, text, func(data []byte) bool {
		_, ok := jsonPieces(data)
		return ok && all(`"e": NaN`)(data)
	}, "a", "c", "e", "NaN")
	if want := "{\"a\": { \"c\": [\n  { \"e\": NaN}]}}\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, broken := range []string{`{"a": 1`, `{"a" 1}`, `{"a": }`, `[1 2]`, "step 1", "", strings.Repeat("[", 1000)} {
		if _, ok := jsonPieces([]byte(broken)); ok {
			t.Errorf("%q passes for JSON", broken)
		}
	}
}

func TestRenderingEverythingGivesTheInput(t *testing.T) {
	for _, text := range []string{`{"a": [1, {"b": "c"} ] , "d" : {} }` + "\n", "[]", " [1]\n[2]", "{\"a\":1}\n{\"b\":2}\n"} {
		p, ok := jsonPieces([]byte(text))
		if !ok {
			t.Fatalf("%q is no JSON", text)
		}
		got := string(p.render([]byte(text)))
		if strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(text), "") {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

const canary = "canary"

func TestACanaryNeverSurvives(t *testing.T) {
	for _, text := range []string{
		"canary step 1 mfu 36.7\n",
		"step 1 mfu 36.7 /home/canary/x.json\n",
		"step 1 mfu 36.7 canary@example.com 10.1.2.3\n",
		"node-canary-17.example.org: step 1 mfu 36.7\n",
		`step 1 mfu 36.7 C:\canary\a` + "\n",
		"canarystep 1 mfu 36.7canary\n", // joined to what is needed
		"canary_step 1 mfu 36.7\n",
		`{"canary": "canary", "step 1 mfu 36.7": "\u0063anary"}`,
	} {
		got := minimal(t, text, all("step 1 mfu 36.7"), "step", "mfu")
		if strings.Contains(got, canary) || strings.Contains(got, "anary") || strings.Contains(got, "example") || strings.Contains(got, "10.1.2.3") || strings.Contains(got, "home") {
			t.Errorf("%q becomes %q", text, got)
		}
		if len(got) > len(text) {
			t.Errorf("%q grows to %q", text, got)
		}
	}
}

func TestNumbersAndKnownWordsStayAndLengthsDo(t *testing.T) {
	s := &search{holds: func([]byte) bool { return true }, left: 5}
	in := "iter 71/100: loss 3.2e-1, 500.25ms 36.76% A100 müller 2025-11-20 30.99GiB \xff\xfe -1"
	want := "iter 71/100: loss 3.2e-1, 500.25ms 36.76% A100 xxxxxxx xxxx-xx-xx 30.99GiB xx -1"
	got, ok := s.redact([]byte(in), false, func(w string) bool { return strings.Contains(" iter loss A100 ", " "+w+" ") })
	if !ok || string(got) != want {
		t.Errorf("%q\nwant\n%q", got, want)
	}
}

func TestWhatCannotBeMadeSafeIsRefused(t *testing.T) {
	for _, needed := range []string{"/home/canary/x", "canary@x.com", "a.canary.org"} {
		_, err := Log([]byte("path "+needed+"\n"), all(needed), Options{Tries: 100})
		if !errors.Is(err, ErrUnsafe) {
			t.Errorf("%s: %v", needed, err)
		}
	}
	if _, err := Log([]byte("a b"), all("c"), Options{Tries: 100}); !errors.Is(err, ErrHoldsNot) {
		t.Error(err)
	}
}

func TestTheBoundsHold(t *testing.T) {
	text := []byte(strings.Repeat("1 mfu\n2 mfu\n", 5000))
	asked := 0
	r, err := Log(text, func(data []byte) bool { asked++; return bytes.Count(data, []byte("1")) >= 3333 }, Options{Tries: 40, Known: func(string) bool { return true }})
	if err != nil || asked > 40 || r.Tries != asked || !r.Cut {
		t.Errorf("%d asked, %d told, %v, %v", asked, r.Tries, r.Cut, err)
	}
	r, err = Log(text, func([]byte) bool { return true }, Options{Tries: 400, Deadline: time.Now().Add(-time.Second), Known: func(string) bool { return true }})
	if err != nil || len(r.Data) != len(text) || !r.Cut {
		t.Errorf("%d bytes after the deadline, %v, %v", len(r.Data), r.Cut, err)
	}
}
