package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func outputProjectionOmitted() audit.Rule {
	return audit.Rule{
		ID: "MFU113", Name: "output-projection-omitted", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The attention output projection is left out.",
		What:    "Whether logged FLOPs come out only without the output projection, 2·a·d·H per token.",
		Why:     "A quarter of multi-head projections is missing: 6·S·H² is logged where 8·S·H² is due.",
		How:     "Query, key and value are one fused matrix in many code bases; the output projection is another module and is forgotten.",
		Fix:     "Add 2·a·d·H per token and layer for the output projection.",
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
				Set:       func(b *reference.Basis) { b.Output = reference.Omitted },
				Text:      "Query, key and value projections are charged, the output projection is not.",
				Short:     "output projection left out",
				SettledBy: "the trainer's formula",
			}}
		},
	}
}
