package rules

import (
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func hfuAgainstMFU() audit.Rule {
	return audit.Rule{
		ID: "MFU414", Name: "hfu-against-mfu", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "HFU is below MFU, or equal to it where everything is recomputed.",
		What:    "Step by step, HFU against the MFU beside it: never less, and 4/3 of it or little below where all activations are declared to be recomputed.",
		Why:     "Hardware FLOPs are model FLOPs and the recomputed ones: with full recomputation HFU is 4/3 of MFU (40 % is 53 %), without any the two are equal, and nothing makes HFU the smaller one.",
		How:     "The two are swapped, take different peaks, or the factor for recomputation is applied to the wrong one.",
		Fix:     "HFU = MFU × (forward, backward and recomputed FLOPs) ÷ (forward and backward FLOPs).",
		Citations: []audit.Citation{
			{Text: "Chowdhery et al. 2022, PaLM, arXiv 2204.02311, section 4.1: MFU and HFU", URL: "https://arxiv.org/abs/2204.02311"},
			{Text: "Korthikanti et al. 2022, arXiv 2205.05198, section 5: hardware and model FLOPs under recomputation", URL: "https://arxiv.org/abs/2205.05198"},
		},
		Needs: []reference.Quantity{reference.HFU, reference.MFU},
		Requires: func(a *audit.Audit) string {
			if !a.Logs(reference.MFU) {
				return "no MFU is logged beside the HFU"
			}
			return ""
		},
		Check: func(a *audit.Audit) []audit.Finding {
			for _, c := range a.Run.ColumnsOf(reference.HFU) {
				if mfu := a.Run.ColumnsOf(reference.MFU); a.Doubts(c) || len(mfu) > 0 && a.Doubts(mfu[0]) {
					continue
				}
				cmp := a.Compare(c, func(row int) (audit.Span, bool) {
					mfu, ok := a.Cell(reference.MFU, row)
					mfu.Hi = math.Inf(1)
					return mfu, ok
				})
				if len(cmp.Bad) > 0 {
					f := a.FindingOfComparison(cmp)
					f.Expected = math.NaN()
					f.Evidence.Cause = audit.CauseNone
					f.Message = fmt.Sprintf("HFU %s is below the MFU beside it, %s: hardware FLOPs hold the model's.", audit.Percent(f.Logged), audit.Percent(cmp.Expected))
					return []audit.Finding{f}
				}
				if f, ok := recomputeNotCounted(a, c); ok {
					return []audit.Finding{f}
				}
			}
			return nil
		},
	}
}

// recomputeNotCounted tells an HFU that equals the MFU although the run is declared to recompute every activation.
func recomputeNotCounted(a *audit.Audit, c *runlog.Column) (audit.Finding, bool) {
	const between = 7.0 / 6 // halfway from 1 to 4/3
	if a.Facts.String(runlog.Recompute) != string(reference.RecomputeFull) {
		return audit.Finding{}, false
	}
	cmp := a.Compare(c, func(row int) (audit.Span, bool) {
		mfu, ok := a.Cell(reference.MFU, row)
		low := mfu.Scale(between)
		low.Hi = math.Inf(1)
		return low, ok
	})
	if cmp.Rows == 0 || len(cmp.Bad) < cmp.Rows {
		return audit.Finding{}, false
	}
	f := a.FindingOfComparison(cmp)
	f.Expected = cmp.Expected / between * 4 / 3
	f.ExpectedAs = "4/3 × MFU"
	f.Evidence = audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseInferred}
	f.Message = "All activations are declared to be recomputed, but HFU is MFU: the forward pass that runs again is not counted, or does not run again."
	return f, true
}
