package rules

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// aboveFindings tells an MFU above a limit, corrected and under the smallest definition that fits.
func aboveFindings(a *audit.Audit, limit float64, what string) []audit.Finding {
	columns := a.Run.ColumnsOf(reference.MFU)
	corrected := a.CorrectedMFU()
	if len(columns) == 0 || !audit.IsNumber(corrected) || a.Doubts(columns[0]) {
		return nil
	}
	c := columns[0]
	logged := audit.Canonical(c, a.Steps.Headline)
	k := corrected / logged * a.Smallest()
	if !audit.IsNumber(k) {
		k = 1
	}
	cmp := a.Compare(c, func(row int) (audit.Span, bool) {
		return audit.AtMost(limit / k), !slices.Contains(a.Steps.Asynchronous, row)
	})
	if len(cmp.Bad) == 0 {
		return nil
	}
	f := a.FindingOfComparison(cmp)
	f.Expected = math.NaN()
	f.Evidence.Cause = audit.CauseNone
	f.Message = fmt.Sprintf("%s is above %s.", audit.Percent(f.Logged), what)
	if math.Abs(k-1) > 1e-12 {
		f.Message = fmt.Sprintf("Corrected, and under the smallest definition that fits, this is %s: above %s.", audit.Percent(f.Logged*k), what)
	}
	return []audit.Finding{f}
}

// hfuAboveFindings tells an HFU that no device reaches.
func hfuAboveFindings(a *audit.Audit) []audit.Finding {
	for _, c := range a.Run.ColumnsOf(reference.HFU) {
		if a.Doubts(c) {
			continue
		}
		cmp := a.Compare(c, func(row int) (audit.Span, bool) {
			return audit.AtMost(1), !slices.Contains(a.Steps.Asynchronous, row)
		})
		if len(cmp.Bad) > 0 {
			f := a.FindingOfComparison(cmp)
			f.Expected = math.NaN()
			f.Evidence.Cause = audit.CauseNone
			f.Message = fmt.Sprintf("HFU %s is above 100 %% of the dense peak.", audit.Percent(f.Logged))
			return []audit.Finding{f}
		}
	}
	return nil
}

// restatementFindings names the definition under which the logged FLOPs are right.
func restatementFindings(a *audit.Audit) []audit.Finding {
	text, k, ok := a.Restate()
	if !ok || a.TotalEdited() {
		return nil // a wrong total is not "right under"; the waterfall restates it once corrected
	}
	columns := slices.Concat(a.Run.ColumnsOf(reference.FLOPsPerToken), a.Run.ColumnsOf(reference.MFU))
	if len(columns) == 0 {
		return nil
	}
	c, row := columns[0], a.Steps.Headline
	if !audit.IsNumber(audit.Canonical(c, row)) {
		row = c.FirstRow()
	}
	f := a.Finding(c, row)
	f.Expected = f.Logged * k
	own, _ := reference.ConventionByName(a.OwnName)
	f.LoggedAs, f.ExpectedAs = a.OwnName+": "+own.Formula, reference.MatmulFull
	also := ""
	if len(a.OwnAlso) > 0 {
		also = " (also " + audit.List(a.OwnAlso) + ")"
	}
	less, by := "less", 1/k
	if k > 1 {
		less, by = "more", k
	}
	f.Message = fmt.Sprintf("Right under %s%s: %s. Nothing is wrong; under %s it is a factor of %s %s.", a.OwnName, also, text, reference.MatmulFull, audit.Number(by), less)
	return []audit.Finding{f}
}
