package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// Restated writes a table of claims with every row under one definition, as Markdown or, with latex, as LaTeX. What cannot be
// restated says what is missing.
func Restated(w io.Writer, t *audit.ClaimsReport, c reference.Convention, version string, latex bool) error {
	header := []string{"row", "device", "devices", "printed MFU", "MFU under " + c.Name, "TFLOP/s per device", "FLOPs per token", ""}
	var rows [][]string
	for _, x := range t.Restate(c) {
		device, devices := "–", "–"
		if x.Row.Device != nil {
			device = x.Row.Device.Name
		}
		if x.Row.Devices > 0 {
			devices = fmt.Sprint(x.Row.Devices)
		}
		row := []string{x.Row.Claim.ID, device, devices, sharePrinted(x.Printed), sharePrinted(x.MFU), "–", "–", ""}
		if !math.IsNaN(x.FLOPs) {
			row[5], row[6] = fmt.Sprintf("%.4g", x.FLOPs/1e12), fmt.Sprintf("%.4g", x.PerToken)
		}
		if len(x.Missing) > 0 {
			row[7] = "missing: " + strings.Join(x.Missing, ", ")
		}
		rows = append(rows, row)
	}
	method := fmt.Sprintf("Every row under %s: %s (%s), of the dense peak of its device at its precision.", c.Name, c.Formula, c.Citation)
	var b strings.Builder
	if latex {
		fmt.Fprintf(&b, "%% %s\n\\begin{table}\n\\caption{%s}\n\\begin{tabular}{llrrrrrl}\n\\toprule\n", oneLine(provenance(t, version)), latexText(method))
		for i, row := range append([][]string{header}, rows...) {
			for j := range row {
				row[j] = latexText(oneLine(row[j]))
			}
			b.WriteString(strings.Join(row, " & ") + " \\\\\n")
			if i == 0 {
				b.WriteString("\\midrule\n")
			}
		}
		b.WriteString("\\bottomrule\n\\end{tabular}\n\\end{table}\n")
	} else {
		b.WriteString("| " + strings.Join(header, " | ") + " |\n|---|---|--:|--:|--:|--:|--:|---|\n")
		for _, row := range rows {
			for j := range row {
				row[j] = markdownText(oneLine(row[j]))
			}
			b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		}
		fmt.Fprintf(&b, "\n%s\n\n*%s*\n", markdownText(method), markdownText(provenance(t, version)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sharePrinted is a fraction as a percentage of four digits.
func sharePrinted(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.4g %%", 100*v)
}
