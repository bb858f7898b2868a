package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/mfu-audit/mfu-audit/audit"
)

func TestHTMLGolden(t *testing.T) {
	golden(t).Assert(t, "one_run_html", htmlOf(t, &audit.Report{Runs: []*audit.RunReport{charted()}}))
	golden(t).Assert(t, "several_runs_html", htmlOf(t, chartedRuns()))
}

func TestHTMLHasOneTopHeadingAndSkipsNoLevel(t *testing.T) {
	doc := parsed(t, htmlOf(t, chartedRuns()))
	level, tops := 0, 0
	for _, h := range all(doc, named("h1", "h2", "h3", "h4", "h5", "h6")) {
		now := int(h.Data[1] - '0')
		if now > level+1 {
			t.Errorf("%s %q follows a heading of level %d", h.Data, textOf(h), level)
		}
		if now == 1 {
			tops++
		}
		level = now
	}
	if tops != 1 || level == 0 {
		t.Errorf("%d top headings", tops)
	}
	for _, landmark := range []string{"header", "main", "nav", "footer"} {
		if len(all(doc, named(landmark))) == 0 {
			t.Errorf("no %s", landmark)
		}
	}
}

func TestHTMLReferencesLeadSomewhereAndIDsAreUnique(t *testing.T) {
	doc := parsed(t, htmlOf(t, chartedRuns()))
	ids := map[string]bool{}
	for _, n := range all(doc, func(n *html.Node) bool { return attribute(n, "id") != "" }) {
		id := attribute(n, "id")
		if ids[id] {
			t.Errorf("id %s twice", id)
		}
		ids[id] = true
	}
	links := 0
	for _, n := range all(doc, func(*html.Node) bool { return true }) {
		for _, id := range strings.Fields(attribute(n, "aria-labelledby")) {
			if !ids[id] {
				t.Errorf("%s is labelled by %s, which is not there", n.Data, id)
			}
		}
		if to, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok {
			links++
			if !ids[to] {
				t.Errorf("a link to #%s, which is not there", to)
			}
		}
	}
	if links < 10 {
		t.Errorf("%d links", links)
	}
}

func TestHTMLChartsAndTablesAreNamedForScreenReaders(t *testing.T) {
	doc := parsed(t, htmlOf(t, chartedRuns()))
	charts := all(doc, named("svg"))
	if len(charts) != 8 { // four kinds, each for a page and for a phone; the bare run gives none
		t.Errorf("%d charts", len(charts))
	}
	for _, c := range charts {
		if attribute(c, "role") != "img" || len(all(c, named("desc"))) != 1 || textOf(all(c, named("title"))[0]) == "" {
			t.Errorf("%s has no role, title or description", attribute(c, "aria-labelledby"))
		}
	}
	for _, f := range all(doc, named("figure")) {
		if len(all(f, named("table"))) == 0 {
			t.Error("a chart without a table")
		}
	}
	tables := all(doc, named("table"))
	for _, table := range tables {
		if len(all(table, named("caption"))) != 1 {
			t.Errorf("a table without a caption: %.80s", textOf(table))
		}
		for _, th := range all(table, named("th")) {
			if s := attribute(th, "scope"); s != "col" && s != "row" {
				t.Errorf("th %q has scope %q", textOf(th), s)
			}
		}
	}
	if len(tables) < 8 {
		t.Errorf("%d tables", len(tables))
	}
}

func TestHTMLLoadsNothingAndRunsNothingButItsOwnScript(t *testing.T) {
	for name, runs := range map[string][]*audit.RunReport{"one": {charted()}, "several": {charted(), bare()}} {
		page := htmlOf(t, &audit.Report{Runs: runs})
		doc := parsed(t, page)
		for _, n := range all(doc, func(*html.Node) bool { return true }) {
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "srcset", a.Key == "style", a.Key == "action":
					t.Errorf("%s: %s has %s=%q", name, n.Data, a.Key, a.Val)
				case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
					t.Errorf("%s: a link to %s", name, a.Val)
				}
			}
		}
		if n := len(all(doc, named("link", "iframe", "object", "embed", "img", "base"))); n > 0 {
			t.Errorf("%s: %d elements that load something", name, n)
		}
		for _, bad := range []string{"url(", "@import", "@font-face"} {
			if strings.Contains(string(page), bad) {
				t.Errorf("%s: the page has %s", name, bad)
			}
		}
		policy := ""
		for _, m := range all(doc, named("meta")) {
			if attribute(m, "http-equiv") == "Content-Security-Policy" {
				policy = attribute(m, "content")
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none'; style-src 'unsafe-inline'; img-src data:") {
			t.Errorf("%s: policy %q", name, policy)
		}
		scripts := all(doc, named("script"))
		if name == "one" && (len(scripts) != 0 || strings.Contains(policy, "script-src")) {
			t.Errorf("a single run has %d scripts, policy %q", len(scripts), policy)
		}
		for _, s := range scripts {
			sum := sha256.Sum256([]byte(textOf(s)))
			if hash := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(policy, "script-src 'sha256-"+hash+"'") {
				t.Errorf("the policy %q does not allow the script, whose hash is %s", policy, hash)
			}
		}
		if name == "several" && len(scripts) != 1 {
			t.Errorf("%d scripts", len(scripts))
		}
	}
}

// What a log or a path can hold stays text wherever the page shows it.
func TestHTMLEscapesEverythingFromOutside(t *testing.T) {
	const evil = `"'></style></title></script><script>alert(1)</script><img src=x onerror=alert(2)>`
	r := charted()
	r.Path, r.Name, r.Format = evil, evil, evil
	r.Hardware.Device, r.Hardware.Printed = nil, evil
	r.Model.Evidence, r.Model.Domain = []string{evil}, evil
	r.Facts[0].Key, r.Facts[0].Value, r.Facts[1].Broken = evil, evil, evil
	r.Problems[0].Message = evil
	r.Quantities[0].Key, r.Quantities[0].Reason, r.Quantities[0].Unit = evil, evil, evil
	f := r.Findings[0]
	f.Message, f.Pos.Path, f.Pos.File, f.Printed, f.LoggedAs, f.Symbols, f.Derivation = evil, evil, evil, evil, evil, evil, []string{evil}
	f.Rivals[0].Text, f.Rivals[0].SettledBy, f.Consequences[0].Path = evil, evil, evil
	r.MFU.OwnConvention, r.MFU.PeakText, r.MFU.Waterfall[0].Text, r.MFU.RestatedText = evil, evil, evil, evil
	r.Coverage.NotAudited, r.Coverage.Needs, r.Coverage.Skipped[0].Reason = []string{evil}, []string{evil}, evil
	r.Series.Reasons[0].Reason, r.Series.Curves[0].Cause = evil, evil
	page := htmlOf(t, &audit.Report{Runs: []*audit.RunReport{r}, Problems: []audit.InputProblem{{Path: evil, Message: evil}}})
	doc := parsed(t, page)
	if n := len(all(doc, named("script", "img"))); n > 0 {
		t.Errorf("%d elements came out of a text", n)
	}
	if n := len(all(doc, named("style"))); n != 1 {
		t.Errorf("%d style elements", n)
	}
	if n := strings.Count(textOf(doc), "alert(2)"); n < 20 {
		t.Errorf("the text is shown %d times", n)
	}
}

func TestHTMLOfNoRuns(t *testing.T) {
	if s := textOf(parsed(t, htmlOf(t, &audit.Report{}))); !strings.Contains(s, "There are no runs") {
		t.Error(s)
	}
}

// A log whose MFU nothing was compared with has no corrected MFU, though nothing corrects it.
func TestHTMLCallsNoUnauditedMFUCorrect(t *testing.T) {
	r := charted()
	for i := range r.Quantities {
		r.Quantities[i].Status = audit.StatusNotAudited
	}
	r.MFU.Waterfall, r.MFU.Corrected = nil, r.MFU.Logged
	doc := parsed(t, htmlOf(t, &audit.Report{Runs: []*audit.RunReport{r}}))
	for _, div := range all(doc, func(n *html.Node) bool { return attribute(n, "class") == "corrected" }) {
		if s := textOf(div); strings.Contains(s, "36.76") || !strings.Contains(s, "not audited") {
			t.Error(s)
		}
	}
}
