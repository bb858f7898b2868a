package report_test

import (
	"bytes"
	"math"
	"testing"

	"golang.org/x/net/html"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
)

// charted is the founding run with what charts show: eleven steps ten apart, the first two left out, the MFU half of what is right.
func charted() *audit.RunReport {
	r := founding()
	steps := audit.StepRange{First: 10, Last: 100, Count: 10, Of: 10}
	mfu := audit.Curve{Quantity: reference.MFU, Key: "mfu.mfu", Values: 10, Cause: "MFU210", Affected: steps}
	rate := audit.Curve{Quantity: reference.TokensPerSec, Key: "mfu.tokens_per_sec", Values: 10, Cause: "MFU210", Affected: steps}
	time := audit.Curve{Quantity: reference.StepTime, Key: "time_ms", Values: 11}
	for i := range 11 {
		step, wobble := int64(10*i), 1+float64(i%3)/1000
		excluded := 0
		if i < 2 {
			excluded = i + 1
		}
		if i > 0 {
			mfu.Points = append(mfu.Points, audit.Point{Step: step, Logged: 0.3676 / wobble, Corrected: 0.7352 / wobble, Excluded: excluded})
			rate.Points = append(rate.Points, audit.Point{Step: step, Logged: 18828 / wobble, Corrected: 37656 / wobble, Excluded: excluded})
		}
		seconds := 10.442 * wobble
		if i == 0 {
			seconds = 31.5 // far beyond the steady steps
		}
		time.Points = append(time.Points, audit.Point{Step: step, Logged: seconds, Corrected: seconds, Excluded: excluded})
	}
	r.Series = &audit.Series{
		Records: 11, First: 0, Last: 100, Curves: []audit.Curve{mfu, rate, time},
		Reasons: []audit.ExcludedCount{{Reason: "warm-up", Steps: 1}, {Reason: "warm-up: second logged step", Steps: 1}},
	}
	r.Breakdown = &audit.Breakdown{Attention: 3 * 24 * 343597383680 / 2048, FFN: 3 * 24 * 137430564864 / 2048, Head: math.NaN(), Total: 12182802432}
	return r
}

func chartedRuns() *audit.Report {
	return &audit.Report{Runs: []*audit.RunReport{charted(), bare()}, Problems: severalRuns().Problems}
}

func htmlOf(t *testing.T, r *audit.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.HTML(&b, &report.Document{Report: r, Rules: someRules(), Version: "1.2.3"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parsed(t *testing.T, page []byte) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// all lists the elements of a page that match.
func all(doc *html.Node, match func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			out = append(out, n)
		}
	}
	return out
}

func named(tags ...string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, tag := range tags {
			if n.Data == tag {
				return true
			}
		}
		return false
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf is the text of a node and of all below it.
func textOf(n *html.Node) string {
	var b bytes.Buffer
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
