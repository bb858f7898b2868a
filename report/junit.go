package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// The elements of JUnit's XML that its readers agree on (the Jenkins xunit schema, junit-10.xsd).
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	// Properties come before the cases; they are written by the suites that have any.
	Properties *junitProperties `xml:"properties,omitempty"`
	Cases      []junitCase      `xml:"testcase"`
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	Failure *junitText  `xml:"failure,omitempty"`
	Error   *junitText  `xml:"error,omitempty"`
	Skipped *junitText  `xml:"skipped,omitempty"`
	Out     *junitCData `xml:"system-out,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

type junitCData struct {
	Text string `xml:",chardata"`
}

// junit writes a suite for each run: a case for each metric, which fails with the findings about it that are errors, and a case for
// each finding about no metric. A metric that was not audited is skipped with the reason: silence would pass for success.
func junit(w io.Writer, d *Document) error {
	doc := junitSuites{Name: "mfu-audit"}
	for _, run := range d.Report.Runs {
		doc.add(junitRun(run))
	}
	if len(d.Report.Findings) > 0 {
		suite := junitSuite{Name: "configuration"}
		for _, f := range d.Report.Findings {
			c := junitCase{Class: clean(fileOf(decisions(f), f)), Name: f.Rule + " " + f.Name}
			c.tell(f)
			suite.add(c)
		}
		doc.add(suite)
	}
	if len(d.Report.Problems) > 0 {
		suite := junitSuite{Name: "inputs"}
		for _, p := range d.Report.Problems {
			message, _, _ := strings.Cut(p.Message, "\n")
			suite.add(junitCase{Class: "input", Name: clean(p.Path), Error: &junitText{Message: oneLine(message), Type: "not read"}})
		}
		doc.add(suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuites) add(suite junitSuite) {
	s.Tests += suite.Tests
	s.Failures += suite.Failures
	s.Errors += suite.Errors
	s.Skipped += suite.Skipped
	s.Suites = append(s.Suites, suite)
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func junitRun(run *audit.RunReport) junitSuite {
	suite := junitSuite{Name: clean(run.Path)}
	if n := tally(run).suppressed; n > 0 {
		suite.Properties = &junitProperties{[]junitProperty{{"suppressed", strconv.Itoa(n)}}}
	}
	told := map[*audit.Finding]bool{}
	for _, q := range run.Quantities {
		c := junitCase{Class: clean(run.Path), Name: clean(q.Key)}
		for _, f := range run.Findings {
			if audit.MetricKey(f.Pos.Path) == audit.MetricKey(q.Key) && f.Quantity == q.Quantity || f.Rule == q.Cause && q.Cause != "" {
				told[f] = told[f] || f.Rule != q.Cause || f.Quantity == q.Quantity
				c.tell(f)
			}
		}
		if q.Status == audit.StatusNotAudited && c.Failure == nil {
			c.Skipped = &junitText{Message: oneLine(q.Reason)}
		}
		suite.add(c)
	}
	for _, f := range run.Findings {
		if !told[f] {
			c := junitCase{Class: clean(run.Path), Name: f.Rule + " " + f.Name}
			c.tell(f)
			suite.add(c)
		}
	}
	if len(suite.Cases) == 0 {
		suite.add(junitCase{Class: clean(run.Path), Name: "metrics", Skipped: &junitText{Message: "no efficiency metrics are logged"}})
	}
	return suite
}

// tell makes a case fail for an error; a warning, a note and what is suppressed are told beside it.
func (c *junitCase) tell(f *audit.Finding) {
	text := fmt.Sprintf("%s %s %s: %s", f.Severity, f.Rule, f.Name, sentence(f))
	if e := evidence(f); e != "" {
		text += " (" + e + ")"
	}
	switch {
	case f.Suppressed != "":
		text = "suppressed, " + oneLine(f.Suppressed) + ": " + text
	case f.Severity == audit.SeverityError && c.Failure == nil:
		c.Failure = &junitText{Message: sentence(f), Type: f.Rule + " " + f.Name, Text: strings.Join(workings(f), "\n")}
		return
	}
	if c.Out == nil {
		c.Out = &junitCData{}
	} else {
		c.Out.Text += "\n"
	}
	c.Out.Text += text
}

// workings is what a reader checks by hand, a line each.
func workings(f *audit.Finding) []string {
	var out []string
	logged, expected := pair(f.Quantity, f.Logged, f.Expected)
	if f.LoggedAs != "" {
		out = append(out, "logged   "+logged+" = "+oneLine(f.LoggedAs))
	}
	if f.ExpectedAs != "" {
		out = append(out, "expected "+expected+" = "+oneLine(f.ExpectedAs))
	}
	if f.Symbols != "" {
		out = append(out, "with     "+oneLine(f.Symbols))
	}
	for _, d := range f.Derivation {
		out = append(out, oneLine(d))
	}
	return out
}
