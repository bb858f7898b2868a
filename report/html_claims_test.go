package report_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Rows of a table of claims are rows of one table on the page, not a section each; what a row was called is text.
func TestHTMLHasTheVerdictOnEveryRowOfATableOfClaims(t *testing.T) {
	claim := func(id, text string) *runlog.Claim {
		return &runlog.Claim{ID: id, Values: []runlog.Observation{{Quantity: reference.MFU, Text: text}}}
	}
	rows := []*audit.ClaimReport{
		{Claim: claim("good", "41 %"), Verdict: audit.ClaimReproduced, Conventions: []string{"palm"}},
		{Claim: claim("<b>bad</b>", "50 %"), Verdict: audit.ClaimNotReproduced, Contradicts: []string{"mfu = tflops ÷ peak"}},
	}
	r := &audit.Report{
		Tables: []*audit.ClaimsReport{{Table: &runlog.Table{Path: "published.csv"}, Rows: rows, Digest: "abc"}},
		Runs:   []*audit.RunReport{{Path: "published.csv", Claim: rows[0]}, {Path: "published.csv", Claim: rows[1]}},
	}
	doc := parsed(t, htmlOf(t, r))
	tables := all(doc, named("table"))
	if len(tables) != 1 || len(all(tables[0], named("tr"))) != 3 || len(all(doc, named("nav"))) != 0 {
		t.Fatalf("%d tables: %s", len(tables), textOf(doc))
	}
	for _, want := range []string{"1 of 2 rows reproduced", "good41\u202f%reproducedpalm", "<b>bad</b>50\u202f%contradicts itself", "mfu = tflops ÷ peak"} {
		if !strings.Contains(textOf(doc), want) {
			t.Errorf("no %q in %s", want, textOf(doc))
		}
	}
	wrong := all(tables[0], func(n *html.Node) bool { return attribute(n, "class") == "status wrong" })
	if len(wrong) != 1 {
		t.Errorf("%d rows are wrong", len(wrong))
	}
}
