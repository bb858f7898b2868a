package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
)

// The parts of the HTML report: the page, its style, and the few lines that sort and filter the table of several runs.
var (
	//go:embed templates/report.html.tmpl
	htmlTemplate string
	//go:embed templates/report.css
	htmlCSS string
	//go:embed templates/report.js
	htmlScript string
)

// HTML writes a report for people who would rather look: one file that needs no other and makes no request. Its policy lets it load
// nothing and run nothing but, where there are several runs, the script whose hash it states. Numbers are `data` elements whose values
// are those of the JSON report, to the last digit.
func HTML(w io.Writer, d *Document) error {
	t, err := template.New("report").Funcs(template.FuncMap{"prose": prose, "number": htmlNumber, "breakable": breakable}).Parse(htmlTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, newHTMLPage(d))
}

// htmlPage is what the template shows.
type htmlPage struct {
	Title, Heading string
	Version        string
	CSS            template.CSS
	Script         template.JS // "" for a single run
	Policy         string
	Claims         []htmlClaims
	Runs           []htmlRun
	Problems       []audit.InputProblem
	Counts         string
	NoCharts       string        // why there are no charts, "" if there are
	Team           []htmlFinding // what the gate found that belongs to no run
}

func newHTMLPage(d *Document) htmlPage {
	p := htmlPage{Version: clean(d.Version), CSS: template.CSS(pageCSS())}
	for i, t := range d.Report.Tables {
		p.Claims = append(p.Claims, newHTMLClaims(t, d.Version, i))
	}
	logs, _ := logsOf(d.Report)
	rest := *d
	rest.Report = logs
	d = &rest
	if n := len(d.Report.Runs); n > MostWithCharts {
		p.NoCharts = "Of more than " + group(MostWithCharts) + " runs the charts are left out: audit fewer at a time to see them."
	}
	several := len(d.Report.Runs) > 1
	total := counted{}
	for i, r := range d.Report.Runs {
		run := newHTMLRun(r, d, i, len(d.Report.Runs))
		p.Runs = append(p.Runs, run)
		total = total.plus(tally(r))
	}
	for _, f := range d.Report.Findings {
		p.Team = append(p.Team, newHTMLFinding(f, &audit.RunReport{}, d, 0))
	}
	for _, x := range d.Report.Problems {
		message, _, _ := strings.Cut(x.Message, "\n")
		p.Problems = append(p.Problems, audit.InputProblem{Path: clean(x.Path), Message: clean(message)})
	}
	p.Counts = plainText(total.spans())
	p.Heading = "Audit of " + plural(len(p.Runs), "training run")
	if len(p.Claims) > 0 {
		p.Heading = "Audit of " + plural(len(p.Claims), "table of claims")
		if len(p.Claims) > 1 {
			p.Heading = fmt.Sprintf("Audit of %d tables of claims", len(p.Claims))
		}
		if len(p.Runs) > 0 {
			p.Heading += " and " + plural(len(p.Runs), "training run")
		}
	}
	p.Title = "mfu-audit: " + p.Heading
	if len(p.Runs) == 1 && len(p.Claims) == 0 {
		p.Heading = "Audit of a training run"
		p.Title = "MFU audit of " + p.Runs[0].Path
	}
	p.Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
	if several {
		p.Script = template.JS(htmlScript)
		sum := sha256.Sum256([]byte(htmlScript))
		p.Policy += "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return p
}

// pageCSS is the page's style with the theme's colours and that of the charts.
func pageCSS() string {
	return ":root { color-scheme: light dark; " + variables(false) + " }\n" +
		"@media screen and (prefers-color-scheme: dark) { :root { " + variables(true) + " } }\n" + htmlCSS + chartCSS
}

// htmlNumber is a number as a person reads it, and as the JSON report has it.
type htmlValue struct {
	Exact string // "" if unknown
	Text  string
}

// value pairs a canonical value with the text that shows it.
func value(v float64, text string) htmlValue {
	out := htmlValue{Text: bind(text)}
	if known(v) {
		out.Exact = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return out
}

// htmlNumber writes a value for the template.
func htmlNumber(v htmlValue) template.HTML {
	text := template.HTMLEscapeString(v.Text)
	if v.Exact == "" {
		return template.HTML(`<span class="n">` + text + `</span>`)
	}
	return template.HTML(`<data class="n" value="` + template.HTMLEscapeString(v.Exact) + `">` + text + `</data>`)
}

// apart are the spaces inside a number, and between one and its sign; times those after a sign of multiplication or division.
var (
	apart = regexp.MustCompile(`(\d) (\d{3}\b|%)`)
	times = regexp.MustCompile(`([×÷]) (\d)`)
)

// bind keeps a number on one line: the spaces in it become narrow ones that do not break.
func bind(s string) string {
	for range 2 { // matches that share a digit
		s = apart.ReplaceAllString(s, "$1\u202f$2")
	}
	return times.ReplaceAllString(s, "$1\u00a0$2")
}

// breakable lets a path break after its separators, and leaves what is copied from it whole.
func breakable(path string) template.HTML {
	var b strings.Builder
	for _, r := range path {
		b.WriteString(template.HTMLEscapeString(string(r)))
		if strings.ContainsRune("/_-.[]", r) {
			b.WriteString("<wbr>")
		}
	}
	return template.HTML(b.String())
}

// wellSet makes a text safe for one line, with numbers that do not break.
func wellSet(s string) string { return bind(clean(s)) }

// flagName is a flag in a text, which hyphens would break over two lines.
var flagName = regexp.MustCompile(`--[a-z][a-z-]+`)

// prose is a text for the template, escaped, whose numbers and flags do not break.
func prose(s string) template.HTML {
	return template.HTML(flagName.ReplaceAllString(template.HTMLEscapeString(wellSet(s)), `<span class="nowrap">$0</span>`))
}
