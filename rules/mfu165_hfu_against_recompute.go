package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

func hfuAgainstRecompute() audit.Rule {
	return audit.Rule{
		ID: "MFU165", Name: "hfu-against-recompute", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The HFU is not the MFU with what the run recomputes.",
		What:    "HFU ÷ MFU where both are logged: 1 without recompute; under selective recompute neither 1 nor what the printed formula with S/3H gives.",
		Why:     "Selective recompute runs the attention core's forward once more: at S = 2·H that is 8 % of a multi-head model with a 4H FFN, where the printed formula has 25 %.",
		How:     "72·L·H²(1 + S/3H) is taken from the paper, where 2S/9H is due; or a factor of 4/3 is applied whatever is recomputed.",
		Fix:     "Add one forward of the attention core under selective recompute, 16·L·a·d·S for 12, and nothing without recompute.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM #523: 24·B·L·s²·h in the paper should be 16", URL: "https://github.com/NVIDIA/Megatron-LM/issues/523"},
		},
		Needs: []reference.Quantity{reference.HFU, reference.MFU},
		Requires: func(a *audit.Audit) string {
			switch {
			case !a.Logs(reference.HFU):
				return "" // nothing to hold
			case !a.Logs(reference.MFU):
				return "no MFU is logged beside the HFU"
			case a.Facts.String(runlog.Recompute) == "":
				return "needs what is recomputed (--recompute)"
			case a.Facts.String(runlog.Recompute) == "selective":
				return audit.ModelUnknown(a)
			}
			return ""
		},
		Check: func(a *audit.Audit) []audit.Finding {
			columns, mfu := a.Run.ColumnsOf(reference.HFU), a.Run.ColumnsOf(reference.MFU)
			if len(columns) == 0 || a.Doubts(columns[0]) || len(mfu) > 0 && a.Doubts(mfu[0]) {
				return nil
			}
			want, mistakes := hardwareShare(a)
			for _, m := range mistakes {
				if f, ok := hfuFinding(a, columns[0], want, m); ok {
					return []audit.Finding{f}
				}
			}
			return nil
		},
	}
}

// hfuMistake is a wrong HFU ÷ MFU and what it comes from.
type hfuMistake struct {
	ratio float64
	text  string
	wrong audit.Wrong // inferred where the run may recompute otherwise than it declares
}

// hardwareShare is the HFU ÷ MFU that the run's recompute gives, and the wrong ones that are known of it; full recompute is
// hfuAgainstMFU's.
func hardwareShare(a *audit.Audit) (want float64, mistakes []hfuMistake) {
	switch a.Facts.String(runlog.Recompute) {
	case "none":
		return 1, []hfuMistake{{4.0 / 3, "The HFU counts a recomputed forward pass; the run is declared to recompute nothing.", audit.WrongInferred}}
	case "selective":
		if a.World.Model == nil || !a.Settled() {
			return 0, nil
		}
		f := a.Own.Forward(a.World.Model, a.World.SeqLen)
		share := f.Core / f.Sum()
		return 1 + share/3, []hfuMistake{
			{1, "The HFU is the MFU: the attention core, declared to be recomputed, is not in it once more.", audit.WrongInferred},
			{1 + share, "The HFU holds the core once more for each of three passes, as the printed S/3H does; one forward is recomputed (2S/9H).", audit.WrongProven},
		}
	}
	return 0, nil
}

// hfuFinding tells an HFU that is the MFU times a wrong ratio in every record, and not times the right one in any.
func hfuFinding(a *audit.Audit, c *runlog.Column, want float64, m hfuMistake) (audit.Finding, bool) {
	times := func(k float64) audit.Comparison {
		return a.Compare(c, func(row int) (audit.Span, bool) {
			mfu, ok := a.Cell(reference.MFU, row)
			return mfu.Scale(k), ok && mfu.Lo > 0
		})
	}
	right, wrong := times(want), times(m.ratio)
	if wrong.Rows == 0 || len(wrong.Bad) > 0 || len(right.Bad) < right.Rows {
		return audit.Finding{}, false
	}
	f := a.FindingOfComparison(right)
	f.ExpectedAs = fmt.Sprintf("mfu × %s", audit.Number(want))
	f.Message = m.text
	f.Evidence = audit.Evidence{Wrong: m.wrong, Cause: audit.CauseInferred}
	return f, true
}
