package report

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

// htmlClaims is a table of claims on the page: the verdict on each row, and what anybody needs to repeat the audit.
type htmlClaims struct {
	ID, Path, Rate string
	Head           []string
	Rows           []htmlClaim
	Notes          []string
}

// htmlClaim is a row in the columns of claimsHeader.
type htmlClaim struct {
	Name  string
	Class string // of its verdict
	Cells []string
}

func newHTMLClaims(t *audit.ClaimsReport, version string, index int) htmlClaims {
	out := htmlClaims{ID: fmt.Sprintf("claims-%d", index+1), Path: clean(t.Table.Path), Rate: rate(t), Head: claimsHeader}
	for _, r := range t.Rows {
		row := claimsRow(r)
		for i := range row {
			row[i] = wellSet(oneLine(row[i]))
		}
		class := map[audit.ClaimVerdict]string{
			audit.ClaimReproduced: "ok", audit.ClaimDeviation: "wrong", audit.ClaimNotReproduced: "inherited", audit.ClaimNotDetermined: "not-audited",
		}[r.Verdict]
		if r.Verdict == audit.ClaimNotReproduced && len(r.Contradicts) > 0 {
			class = "wrong"
		}
		out.Rows = append(out.Rows, htmlClaim{row[0], class, row[1:]})
	}
	if t.Convention != "" {
		out.Notes = append(out.Notes, fmt.Sprintf("%s reproduces the most rows: %d of the %d that depend on a definition.", t.Convention, t.Explains, t.Needing))
	}
	out.Notes = append(append(out.Notes, claimPeaks(t)...), Methods(t, version), provenance(t, version))
	return out
}
