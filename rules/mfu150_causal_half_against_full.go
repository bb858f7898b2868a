package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func causalHalfAgainstFull() audit.Rule {
	return audit.Rule{
		ID: "MFU150", Name: "causal-half-against-full", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The attention core is halved where the log's definition counts it in full.",
		What:    "Whether FLOPs per token come out only if a definition with the full core has it halved, and whether they halve a core that the per-layer FLOPs of the same log count in full.",
		Why:     "The core is 22 % of Llama-3-8B at S 8192 under a full count; halving moves MFU by 11 %.",
		How:     "Half of a formula was updated to causal counting.",
		Fix:     "Count the core one way everywhere and name the convention.",
		Citations: []audit.Citation{
			{Text: "AI-Hypercomputer/maxtext #1988: 1721 becomes 1510 TFLOPs for Llama-2-7B at S 8192", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/1988"},
			{Text: "verl-project/verl #4959: 12 becomes 6 for causal models", URL: "https://github.com/verl-project/verl/pull/4959"},
		},
		Needs: []reference.Quantity{reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, attends) {
				return nil
			}
			return []audit.Edit{{
				Axis: "core", Accounts: []audit.Account{audit.AccountTotal},
				Set:       func(b *reference.Basis) { b.Core = reference.CoreHalf },
				Text:      "The attention core is halved (causal), which the definition that fits the rest does not do.",
				Short:     "attention core halved",
				SettledBy: "--convention",
			}}
		},
		Check: func(a *audit.Audit) []audit.Finding {
			row, total, ok := totalCore(a)
			if !ok || total != reference.CoreHalf && total != reference.CoreExact {
				return nil
			}
			for _, l := range layerCores(a) {
				if l.basis.Core != reference.CoreFull {
					continue
				}
				full := a.Own
				full.Core = reference.CoreFull
				f := a.Finding(a.Run.ColumnsOf(reference.FLOPsPerToken)[0], row)
				f.Expected, _ = a.Predict(f.Quantity, full)
				f.Message = fmt.Sprintf("FLOPs per token halve the attention core (%s), %s counts it in full.", a.OwnName, l.column.Key)
				f.Evidence = audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseInferred}
				return []audit.Finding{f}
			}
			return nil
		},
	}
}
