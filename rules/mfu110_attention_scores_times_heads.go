package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func attentionScoresTimesHeads() audit.Rule {
	return audit.Rule{
		ID: "MFU110", Name: "attention-scores-times-heads", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The attention score term is multiplied by the number of heads.",
		What:    "Whether logged attention FLOPs come out only if the score term is multiplied by the heads that split it.",
		Why:     "With 16 heads the score term is 8 times too large: attention that costs 0.75 of the FFN is printed as 2.50 of it, and who tunes by that number tunes the wrong part.",
		How:     "Per head, QKᵀ costs 2·S²·d. Summed over a heads that is 2·S²·a·d = 2·S²·H. Code that writes 2·a·S²·H multiplies by the heads twice: d was already replaced by H.",
		Fix:     "Count 2·S²·H for QKᵀ and as much for AV: 4·S²·H per layer and sequence, whatever the number of heads.",
		Citations: []audit.Citation{
			{Text: "Chowdhery et al. 2022, PaLM, appendix B: 12·L·H·Q·T with Q the head dimension", URL: "https://arxiv.org/abs/2204.02311"},
		},
		Needs: []reference.Quantity{reference.AttentionFLOPsPerLayer, reference.AttentionToFFNRatio, reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			at, ok := attention(w)
			if !ok || at.Heads < 2 {
				return nil
			}
			a := at.Heads
			accounts := []audit.Account{audit.AccountBreakdown, audit.AccountTotal}
			return []audit.Edit{
				{
					Axis: "core", Accounts: accounts,
					Set:   func(b *reference.Basis) { b.Core = reference.CoreScoresTimesHeads },
					Text:  fmt.Sprintf("The score term is %s times (a/2) too large: heads split H, they do not multiply it.", audit.Number(float64(a)/2)),
					Short: "attention scores × heads",
				},
				{
					Axis: "core", Accounts: accounts,
					Set:   func(b *reference.Basis) { b.Core = reference.CoreTimesHeads },
					Text:  fmt.Sprintf("The attention core is %d times (a) too large: heads split H, they do not multiply it.", a),
					Short: "attention core × heads",
				},
			}
		},
	}
}
