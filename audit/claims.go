package audit

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// ClaimVerdict is what became of one row of a table of claims.
type ClaimVerdict string

// The verdicts.
const (
	ClaimReproduced    ClaimVerdict = "reproduced"     // the printed numbers follow from each other under a definition
	ClaimDeviation     ClaimVerdict = "deviation"      // they do once one named mistake is undone
	ClaimNotReproduced ClaimVerdict = "not-reproduced" // under none of the definitions that were tried
	ClaimNotDetermined ClaimVerdict = "not-determined" // too little is printed to compare anything
)

// ClaimsReport is the audit of a table of claims.
type ClaimsReport struct {
	Table *runlog.Table
	Rows  []*ClaimReport
	// Convention is the definition that reproduces the most rows, of those that need one; "" if no row needs one.
	Convention string
	Explains   int    // rows that it reproduces
	Needing    int    // rows that need a definition
	Digest     string // sha256 of the input, hexadecimal
	Tried      int    // definitions that were tried
	Peaks      []ClaimPeak
}

// ClaimPeak is the spelling of a device's peak that reproduces the most rows of a table.
type ClaimPeak struct {
	Device    *reference.Accelerator
	Precision reference.Precision
	FLOPs     float64   // FLOP/s per device
	Explains  int       // rows that it reproduces
	Of        int       // rows that compare something with this peak
	Also      []float64 // other spellings that reproduce as many
}

// ClaimReport is the audit of one row.
type ClaimReport struct {
	Claim       *runlog.Claim
	Verdict     ClaimVerdict
	Checks      []ClaimCheck // everything that was compared, under the definition named first
	Conventions []string     // that reproduce the row: the stated one first, then definitions, then implementations
	StandsOut   bool         // the definition that explains most rows of the table does not reproduce this one
	Model       *reference.Architecture
	ModelText   string // what the row's cells left open of the model and how it was taken, "" if nothing
	Device      *reference.Accelerator
	Devices     int64
	Precision   reference.Precision
	SeqLen      int64
	Peak        float64 // FLOP/s per device that reproduces the row, or the table's; 0 if none is needed or known
	Notes       []string
	Missing     []string // what would let more be compared
	Unchecked   []string // keys of claims that nothing was compared with

	Rule        string // of a deviation that the catalogue knows
	Cause       string // of a deviation, a sentence
	CauseKnown  Cause
	Hypotheses  int     // distinct predictions that were compared with the row
	Accidental  float64 // expected number of them that match by chance
	Rivals      []string
	Contradicts []string // relations between cells of the row alone that do not hold
	Nearest     string   // definition that comes nearest
	Ratio       float64  // printed ÷ expected under it; 1 where the row is reproduced
	Off         *ClaimCheck
	Repairs     []ClaimRepair

	Digest string // sha256 of the input

	row *claimRow
	fit *claimFit
}

// ClaimCheck is one relation between cells of a row, or between them and the model or the peak.
type ClaimCheck struct {
	Text    string  // "mfu = tflops_per_device ÷ peak"
	Key     string  // of the claim on its left side
	Logged  float64 // canonical
	Derived float64 // from the other side; NaN if it is no number
	Holds   bool
	Reading runlog.Reading // rounded, or truncated where only that fits
	Own     bool           // between cells of the row alone
}

// Ratio is printed ÷ derived.
func (c ClaimCheck) Ratio() float64 {
	if !(c.Derived > 0) {
		return 0
	}
	return c.Logged / c.Derived
}

// ClaimRepair is a cell that would have to hold another value for the row to be reproduced.
type ClaimRepair struct {
	Key     string
	Printed string
	Value   reference.Interval // canonical: what it would have to be
	Text    string             // "global_batch_size would have to be 512 (a quarter)"
}

// mostSearched bounds the rows of a table whose causes are looked for: a search takes some hundredths of a second.
const mostSearched = 500

// Claims audits a table of claims: whether the numbers of each row follow from each other, under which definition of FLOPs and
// which peak, and what is wrong where they do not. The printed digits are all the precision there is: a claim is reproduced if
// some value within the printed digits of every input gives a value within those of the claim.
func Claims(t *runlog.Table, opt Options) *ClaimsReport {
	digest := ""
	if t.Source != nil {
		sum := sha256.Sum256(t.Source.Bytes)
		digest = hex.EncodeToString(sum[:])
	}
	out := &ClaimsReport{Table: t, Digest: digest, Tried: len(claimConventions(""))}
	for _, c := range t.Claims {
		row := newClaimRow(t, c, opt)
		r := &ClaimReport{Claim: c, row: row, Ratio: 1, Digest: digest}
		r.Device, r.Devices, r.Precision, r.SeqLen = row.world.Device, row.world.Devices, row.world.Precision, row.world.SeqLen
		out.Rows = append(out.Rows, r)
		r.judge()
	}
	out.infer()
	for _, r := range out.Rows {
		if r.Verdict != ClaimReproduced {
			continue
		}
		r.settle(out.Convention, out.peakOf(r))
	}
	searched := 0
	for i, r := range out.Rows {
		if searched++; searched > mostSearched {
			r.Notes = append(r.Notes, "no cause is looked for beyond the first rows of a long table")
			continue
		}
		switch {
		case r.Verdict == ClaimNotReproduced:
			r.explain(out, i)
		case r.Verdict == ClaimReproduced && len(r.Conventions) > 0:
			r.standOut(out, i)
		}
	}
	return out
}

// Count is the number of rows with a verdict.
func (r *ClaimsReport) Count(v ClaimVerdict) int {
	n := 0
	for _, row := range r.Rows {
		if row.Verdict == v {
			n++
		}
	}
	return n
}
