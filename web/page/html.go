package page

import (
	"bytes"
	"fmt"
	"html"
	"io"

	"github.com/mfu-audit/mfu-audit/report"
)

// write writes a report as the page shows it.
func write(w io.Writer, d *report.Document) error {
	var b bytes.Buffer
	if err := report.Text(&b, d.Report, report.TextOptions{Width: 100}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Report</title>\n<main><pre tabindex=\"0\">%s</pre></main>\n", html.EscapeString(b.String()))
	return err
}
