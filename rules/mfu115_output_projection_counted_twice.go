package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func outputProjectionCountedTwice() audit.Rule {
	return audit.Rule{
		ID: "MFU115", Name: "output-projection-counted-twice", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The attention output projection is counted twice.",
		What:    "Whether logged FLOPs come out only with the output projection counted twice.",
		Why:     "With a/g = 2, 8·S·H² is logged where 6·S·H² is due: a third too much.",
		How:     "A formula such as 4·S·H² for the query and the output projection already holds it, and a second line adds it again.",
		Fix:     "Count the output projection once: 2·a·d·H per token and layer.",
		Citations: []audit.Citation{
			{Text: "Narayanan et al. 2021, Megatron-LM, appendix: 6·B·s·h² for query, key and value, 2·B·s·h² for the output projection", URL: "https://arxiv.org/abs/2104.04473"},
		},
		Needs: []reference.Quantity{reference.AttentionFLOPsPerLayer, reference.AttentionToFFNRatio, reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, attends) {
				return nil
			}
			return []audit.Edit{{
				Axis: "output projection", Accounts: []audit.Account{audit.AccountBreakdown, audit.AccountTotal},
				Set:       func(b *reference.Basis) { b.Output = reference.Twice },
				Text:      "The output projection is counted twice.",
				Short:     "output projection counted twice",
				SettledBy: "the trainer's formula",
			}}
		},
	}
}
