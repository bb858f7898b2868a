package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// verdictWords are the verdicts on claims as prose has them.
var verdictWords = map[audit.ClaimVerdict]string{
	audit.ClaimReproduced: "reproduced", audit.ClaimDeviation: "only with a deviation",
	audit.ClaimNotReproduced: "not reproduced", audit.ClaimNotDetermined: "not determined",
}

// verdictOfClaim is a row's verdict in a few words.
func verdictOfClaim(r *audit.ClaimReport) string {
	if r.Verdict == audit.ClaimNotReproduced && len(r.Contradicts) > 0 {
		return "contradicts itself"
	}
	return verdictWords[r.Verdict]
}

// under is the definition that a row comes out under, with how many others do.
func under(r *audit.ClaimReport) string {
	switch {
	case r.Verdict == audit.ClaimReproduced && len(r.Conventions) == 0:
		return "its other columns"
	case len(r.Conventions) == 0:
		return "–"
	case len(r.Conventions) == 1:
		return r.Conventions[0]
	}
	return fmt.Sprintf("%s and %d more", r.Conventions[0], len(r.Conventions)-1)
}

// claimed is a row's printed MFU, or what else it claims.
func claimed(r *audit.ClaimReport) string {
	for _, q := range []reference.Quantity{reference.MFU, reference.HFU, reference.AchievedFLOPsPerDevice, reference.TokensPerSecPerDevice, reference.TokensPerSec} {
		for _, o := range r.Claim.Values {
			if o.Quantity == q {
				text := strings.TrimSpace(o.Text)
				if o.Unit != "" && !strings.HasSuffix(text, o.Unit) {
					text += " " + o.Unit
				}
				return text
			}
		}
	}
	return "–"
}

// peakTold is a peak in TFLOP/s.
func peakTold(v float64) string {
	if v <= 0 {
		return "–"
	}
	return fmt.Sprintf("%.5g", v/1e12)
}

// rate is the share of rows that are reproduced, of those that could be compared.
func rate(t *audit.ClaimsReport) string {
	n, of := t.Count(audit.ClaimReproduced), len(t.Rows)-t.Count(audit.ClaimNotDetermined)
	if of == 0 {
		return "nothing could be compared"
	}
	text := fmt.Sprintf("%d of %d rows reproduced (%.0f %%)", n, of, math.Floor(100*float64(n)/float64(of)))
	for _, v := range []audit.ClaimVerdict{audit.ClaimDeviation, audit.ClaimNotReproduced, audit.ClaimNotDetermined} {
		if n := t.Count(v); n > 0 {
			text += fmt.Sprintf(", %d %s", n, verdictWords[v])
		}
	}
	return text
}

// provenance says what anybody needs to repeat the audit.
func provenance(t *audit.ClaimsReport, version string) string {
	text := fmt.Sprintf("mfu-audit %s (edition %s), input %s, sha256 %s", version, strings.TrimSuffix(version, "-dev"), t.Table.Path, t.Digest)
	if t.Convention != "" {
		text += ", convention " + t.Convention
	}
	return text
}

// Methods is a sentence that states the definition and the peak of a table precisely, to paste into a paper.
func Methods(t *audit.ClaimsReport, version string) string {
	var b strings.Builder
	n := t.Count(audit.ClaimReproduced)
	fmt.Fprintf(&b, "We recomputed every printed metric from the other cells of its row with mfu-audit %s, taking the printed digits as the precision; ", version)
	fmt.Fprintf(&b, "%d of %d rows are reproduced.", n, len(t.Rows))
	if c, ok := reference.ConventionByName(t.Convention); ok && t.Explains > 0 {
		fmt.Fprintf(&b, " Training FLOPs per token follow the convention %s, %s (%s), which reproduces %d of the %d rows that depend on one.", c.Name, c.Formula, c.Citation, t.Explains, t.Needing)
	}
	var peaks []string
	for _, p := range t.Peaks {
		if p.FLOPs > 0 {
			peaks = append(peaks, fmt.Sprintf("%s TFLOP/s (%s, %s, dense)", peakTold(p.FLOPs), p.Device.Name, p.Precision))
		}
	}
	if len(peaks) > 0 {
		fmt.Fprintf(&b, " Utilizations are fractions of %s.", strings.Join(peaks, "; "))
	}
	return b.String()
}

// claimPeaks tells the peaks that a table was computed with, and where its digits leave several.
func claimPeaks(t *audit.ClaimsReport) []string {
	var out []string
	for _, p := range t.Peaks {
		if p.FLOPs <= 0 {
			continue
		}
		text := fmt.Sprintf("%s %s: %s TFLOP/s in %d of %d rows", p.Device.Name, p.Precision, peakTold(p.FLOPs), p.Explains, p.Of)
		var also []string
		for _, v := range p.Also {
			also = append(also, peakTold(v))
		}
		if len(also) > 0 {
			text += "; the digits leave " + strings.Join(also, ", ") + " as well"
		}
		out = append(out, text)
	}
	return out
}

// claimsTable writes a table of claims for people: the verdicts, the rate, and what is to be said of rows that are not reproduced.
func (p *page) claimsTable(t *audit.ClaimsReport) error {
	p.line(span{clean(t.Table.Path), bold}, span{fmt.Sprintf("   %s · %s", t.Table.Format, plural(len(t.Rows), "row")), plain})
	p.mapping(t)
	p.blank()
	cols := []column{{header: "row"}, {header: "verdict"}, {header: "claim", right: true}, {header: "under"}, {header: "peak", right: true}, {header: ""}}
	var rows [][]cell
	for _, r := range t.Rows {
		paint := map[audit.ClaimVerdict]style{audit.ClaimReproduced: green, audit.ClaimDeviation: red, audit.ClaimNotReproduced: yellow}[r.Verdict]
		if len(r.Contradicts) > 0 && r.Verdict == audit.ClaimNotReproduced {
			paint = red
		}
		note := ""
		if r.StandsOut {
			note = "stands out"
		}
		row := cells(r.Claim.ID, verdictOfClaim(r), claimed(r), under(r), peakTold(r.Peak), note)
		row[1].style = paint
		rows = append(rows, row)
	}
	if err := p.table(0, cols, rows); err != nil {
		return err
	}
	p.blank()
	p.line(span{rate(t), bold})
	if t.Convention != "" {
		p.para(0, plain, fmt.Sprintf("%s reproduces the most rows: %d of the %d that depend on a definition.", t.Convention, t.Explains, t.Needing))
	}
	for _, x := range claimPeaks(t) {
		p.para(0, plain, x)
	}
	for _, r := range t.Rows {
		p.claim(r, t)
	}
	return nil
}

// mapping says what could not be understood of the table, and of all columns what they were taken for where that is asked for.
func (p *page) mapping(t *audit.ClaimsReport) {
	var taken, not []string
	for _, c := range t.Table.Columns {
		switch {
		case c.Key == "" && strings.TrimSpace(c.Header) != "":
			not = append(not, fmt.Sprintf("%q", clean(c.Header)))
		case c.Mapped != "name" && c.Header != c.Key:
			taken = append(taken, fmt.Sprintf("%q → %s", clean(c.Header), c.Key))
		}
	}
	if len(taken) > 0 {
		p.para(2, dim, "columns: "+strings.Join(taken, ", "))
	}
	if len(not) > 0 {
		p.para(2, yellow, "not understood: "+strings.Join(not, ", "))
	}
	for _, x := range t.Table.Problems {
		p.para(2, dim, oneLine(x.Message))
	}
}

// claim writes what is to be said of one row: of a reproduced one only what stands out, or all where that is asked for.
func (p *page) claim(r *audit.ClaimReport, t *audit.ClaimsReport) {
	right := r.Verdict == audit.ClaimReproduced
	if right && !r.StandsOut && !p.verbose {
		return
	}
	p.blank()
	p.line(span{clean(r.Claim.ID), bold}, span{"  " + verdictOfClaim(r), plain})
	if s := r.Sentence(t.Tried); s != "" {
		p.para(2, plain, s)
	}
	if right && len(r.Conventions) > 1 {
		p.para(2, plain, "comes out under "+strings.Join(r.Conventions, ", "))
	}
	for _, c := range r.Checks {
		if !c.Holds || p.verbose {
			p.para(2, dim, checkText(c))
		}
	}
	for _, x := range r.Repairs {
		p.para(2, plain, "alone: "+x.Text)
	}
	label := "as well: "
	if r.Verdict == audit.ClaimNotReproduced {
		label = "candidate: " // more of them fit than chance allows to name one
	}
	for i, x := range r.Rivals {
		if i == mostRivals {
			p.para(2, plain, fmt.Sprintf("%sand %d more", label, len(r.Rivals)-i))
			break
		}
		p.para(2, plain, label+x)
	}
	for _, x := range r.Notes {
		p.para(2, dim, "note: "+x)
	}
	if r.ModelText != "" {
		p.para(2, dim, r.ModelText)
	}
	if len(r.Unchecked) > 0 {
		p.para(2, dim, "not compared: "+strings.Join(r.Unchecked, ", "))
	}
	if len(r.Missing) > 0 && !right {
		p.para(2, dim, "would settle more: "+strings.Join(r.Missing, ", "))
	}
}

// mostRivals is how many other explanations of a row text lists; JSON has all.
const mostRivals = 5

// checkText is a relation with its numbers.
func checkText(c audit.ClaimCheck) string {
	mark := "="
	if !c.Holds {
		mark = "≠"
	}
	return fmt.Sprintf("%s: %.6g %s %.6g", c.Text, c.Logged, mark, c.Derived)
}
