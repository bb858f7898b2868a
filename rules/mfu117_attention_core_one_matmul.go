package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func attentionCoreOneMatmul() audit.Rule {
	return audit.Rule{
		ID: "MFU117", Name: "attention-core-one-matmul", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Only one of the two matmuls of the attention core is counted.",
		What:    "Whether per-layer attention FLOPs come out only with 2·S²·H for the core, and whether they do where FLOPs per token count 4·S²·H.",
		Why:     "The core is QKᵀ and AV, 2·S²·H each; with S = 2H a quarter of the FLOPs of multi-head attention is missing, with S = 8H 40 %.",
		How:     "Write-ups that call 2·S²·H \"both attention matmuls\" are copied into code. Where a whole log counts so, it is the causal half, which is a definition.",
		Fix:     "Count 4·S²·H per layer and sequence, or state that the causal half is meant.",
		Citations: []audit.Citation{
			{Text: "FlashAttention-2, section 4.1: 4·S²·d·heads for the forward pass", URL: "https://arxiv.org/abs/2307.08691"},
		},
		Needs: []reference.Quantity{reference.AttentionFLOPsPerLayer, reference.AttentionToFFNRatio},
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, attends) {
				return nil
			}
			return []audit.Edit{{
				Axis: "core", Accounts: []audit.Account{audit.AccountBreakdown},
				Set:   func(b *reference.Basis) { b.Core = reference.CoreOneMatmul },
				Text:  "Only one of the two matmuls of the attention core, QKᵀ and AV, is counted.",
				Short: "one core matmul of two",
			}}
		},
		Check: func(a *audit.Audit) []audit.Finding {
			_, total, ok := totalCore(a)
			if !ok || total != reference.CoreFull {
				return nil
			}
			var out []audit.Finding
			for _, l := range layerCores(a) {
				if l.basis.Core != reference.CoreHalf || len(out) > 0 {
					continue
				}
				full := l.basis
				full.Core = reference.CoreFull
				f := a.Finding(l.column, l.row)
				f.Expected, _ = a.Predict(f.Quantity, full)
				f.Message = "The core is 2·S²·H here and 4·S²·H in FLOPs per token: one matmul of two, or the causal half in one place only."
				f.Evidence = audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseAmbiguous}
				out = append(out, f)
			}
			return out
		},
	}
}
