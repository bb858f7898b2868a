package main

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// pageOf audits a bundled run and parses the page.
func pageOf(t *testing.T, path string) *html.Node {
	t.Helper()
	var out strings.Builder
	c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &strings.Builder{}}
	c.Main([]string{"--format", "html", "--fail-on", "never", path})
	doc, err := html.Parse(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// each calls f for every element of a tag below a node.
func each(n *html.Node, tag string, f func(*html.Node)) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == tag {
			f(c)
		}
	}
}

func attributeOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textIn(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// numbersIn lists the numbers of the data elements below a node, in order.
func numbersIn(t *testing.T, n *html.Node) []float64 {
	t.Helper()
	var out []float64
	each(n, "data", func(d *html.Node) {
		v, err := strconv.ParseFloat(attributeOf(d, "value"), 64)
		if err != nil {
			t.Error(err)
		}
		out = append(out, v)
	})
	return out
}

// present keeps the numbers that are not null.
func present(list ...*float64) []float64 {
	var out []float64
	for _, v := range list {
		if v != nil {
			out = append(out, *v)
		}
	}
	return out
}

func same(t *testing.T, what string, page, document []float64) {
	t.Helper()
	if len(page) != len(document) {
		t.Errorf("%s: the page has %v, the document %v", what, page, document)
		return
	}
	for i := range page {
		if page[i] != document[i] {
			t.Errorf("%s: the page has %v, the document %v", what, page[i], document[i])
		}
	}
}

// jsonNumbers is what of a JSON report the page has as well.
type jsonNumbers struct {
	Runs []struct {
		Path, Verdict string
		MFU           struct {
			Logged, Corrected, Restated *float64
			Waterfall                   []struct{ MFU float64 }
			Others                      map[string]float64
		}
		Quantities []struct {
			Key, Status                string
			Logged, Expected, Restated *float64
		}
		Findings []struct {
			Rule, Severity   string
			Logged, Expected *float64
			Consequences     []struct{ Logged, Corrected *float64 }
		}
		Coverage struct{ Logged, Audited int }
		Facts    []struct{ Key, Value string }
	}
}

// TestThePageAndTheDocumentOfARunAgree compares every number of the page's headline, waterfall, metrics and findings with the JSON
// report's, to the last digit.
func TestThePageAndTheDocumentOfARunAgree(t *testing.T) {
	files, err := filepath.Glob(runs + "/*.json")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			page := pageOf(t, file)
			var out strings.Builder
			c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &strings.Builder{}}
			c.Main([]string{"--format", "json", "--fail-on", "never", file})
			var doc jsonNumbers
			if err := json.Unmarshal([]byte(out.String()), &doc); err != nil || len(doc.Runs) != 1 {
				t.Fatal(err)
			}
			compareRun(t, page, doc)
		})
	}
}

func compareRun(t *testing.T, page *html.Node, doc jsonNumbers) {
	t.Helper()
	run := doc.Runs[0]
	verdict := map[string]string{"fail": "Fail", "pass": "Pass", "not-audited": "Not audited"}[run.Verdict]
	findings, seen := 0, map[string]bool{}
	each(page, "p", func(p *html.Node) {
		if attributeOf(p, "class") == "result" {
			seen["verdict"] = true
			if !strings.HasPrefix(textIn(p), verdict) {
				t.Errorf("verdict %q, want %s", textIn(p), verdict)
			}
		}
	})
	each(page, "dl", func(dl *html.Node) {
		if attributeOf(dl, "class") == "headline" {
			seen["headline"] = true
			same(t, "headline", numbersIn(t, dl), present(run.MFU.Logged, run.MFU.Corrected, run.MFU.Restated))
		}
	})
	each(page, "article", func(a *html.Node) {
		if findings >= len(run.Findings) {
			t.Error("the page has more findings")
			return
		}
		f := run.Findings[findings]
		findings++
		want := present(f.Logged, f.Expected)
		for _, c := range f.Consequences {
			want = append(want, present(c.Logged, c.Corrected)...)
		}
		same(t, f.Rule, numbersIn(t, a), want)
		each(a, "h4", func(h *html.Node) {
			if !strings.HasPrefix(textIn(h), f.Severity+" "+f.Rule) {
				t.Errorf("%q, want %s %s", textIn(h), f.Severity, f.Rule)
			}
		})
	})
	if findings != len(run.Findings) {
		t.Errorf("%d findings on the page, %d in the document", findings, len(run.Findings))
	}
	each(page, "table", func(table *html.Node) {
		var rows [][]float64
		each(table, "tr", func(tr *html.Node) { rows = append(rows, numbersIn(t, tr)) })
		caption := ""
		each(table, "caption", func(c *html.Node) { caption = textIn(c) })
		rows = rows[1:] // without the head
		switch caption {
		case "Logged metrics and what became of them":
			seen["metrics"] = true
			if len(rows) != len(run.Quantities) {
				t.Fatalf("%d metrics, want %d", len(rows), len(run.Quantities))
			}
			for i, q := range run.Quantities {
				same(t, q.Key, rows[i], present(q.Logged, q.Expected, q.Restated))
			}
		case "From the logged to the restated MFU, step by step":
			seen["waterfall"] = true
			got := rows[len(rows)-1]
			same(t, "the end of the waterfall", got, present(run.MFU.Restated))
			var after []float64
			for _, row := range rows {
				if len(row) == 2 { // a factor and what follows from it
					after = append(after, row[1])
				}
			}
			var want []float64
			for _, w := range run.MFU.Waterfall {
				want = append(want, w.MFU)
			}
			same(t, "waterfall", after, want)
		case "MFU under every convention":
			seen["conventions"] = true
			for _, v := range run.MFU.Others {
				found := false
				for _, row := range rows {
					found = found || row[0] == v
				}
				if !found {
					t.Errorf("no convention has the MFU %v", v)
				}
			}
		case "Declared facts":
			seen["facts"] = true
			if len(rows) != len(run.Facts) {
				t.Errorf("%d facts, want %d", len(rows), len(run.Facts))
			}
		}
	})
	each(page, "meter", func(m *html.Node) {
		seen["coverage"] = true
		if attributeOf(m, "value") != strconv.Itoa(run.Coverage.Audited) || attributeOf(m, "max") != strconv.Itoa(run.Coverage.Logged) {
			t.Errorf("coverage %v", m.Attr)
		}
	})
	if len(run.MFU.Waterfall) == 0 { // one bar is not drawn
		seen["waterfall"] = true
	}
	for _, part := range []string{"verdict", "headline", "metrics", "waterfall", "conventions", "facts", "coverage"} {
		if !seen[part] {
			t.Errorf("the page has no %s", part)
		}
	}
}
