package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func multiHeadChargedToGroupedQuery() audit.Rule {
	return audit.Rule{
		ID: "MFU112", Name: "multi-head-charged-to-grouped-query", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Key and value projections are charged for every query head of a grouped-query model.",
		What:    "Whether logged FLOPs come out only if the key and value projections are charged with a heads where the model has g.",
		Why:     "With a/g = 8 the projections are overstated 8 ÷ 4.5 = 1.78 times; a Llama-3-70B layer at S 8192 is charged with 12 % more than it computes.",
		How:     "The formula 8·S·H² is that of multi-head attention; for a grouped-query model it is S·H²·(4 + 4·g/a).",
		Fix:     "Charge the key and value projections with the number of key/value heads: 2·H·d·(a + 2g) + 2·a·d·H per token.",
		Citations: []audit.Citation{
			{Text: "deepspeedai/Megatron-DeepSpeed #350: TFLOPs with grouped queries corrected, merged as #371", URL: "https://github.com/deepspeedai/Megatron-DeepSpeed/pull/350"},
		},
		Needs: []reference.Quantity{reference.AttentionFLOPsPerLayer, reference.AttentionToFFNRatio, reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			at, ok := attention(w)
			if !ok || at.IsLatent() || at.KVHeads == at.Heads {
				return nil
			}
			return []audit.Edit{{
				Axis: "kv heads", Accounts: []audit.Account{audit.AccountBreakdown, audit.AccountTotal},
				Set:       func(b *reference.Basis) { b.KV = reference.KVAll },
				Text:      fmt.Sprintf("Key and value projections are charged for %d heads; the model has %d.", at.Heads, at.KVHeads),
				Short:     "multi-head projections charged to a grouped-query model",
				SettledBy: "num_key_value_heads in the trainer's formula",
			}}
		},
	}
}
