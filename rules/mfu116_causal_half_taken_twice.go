package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func causalHalfTakenTwice() audit.Rule {
	return audit.Rule{
		ID: "MFU116", Name: "causal-half-taken-twice", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The attention core is halved for the causal mask twice.",
		What:    "Whether logged FLOPs come out only with a quarter of the full core, S²·a·d a layer in place of 2·S²·a·d, or with half of what the mask leaves exactly.",
		Why:     "At S = 6·H the causal half is a third of a multi-head model with a 4H FFN; halving it once more takes a sixth off MFU.",
		How:     "A factor ½ is added to a term that counts one triangle already.",
		Fix:     "Halve the core once: 6·L·a·d·S per token.",
		Citations: []audit.Citation{
			{Text: "ByteDance-Seed/VeOmni #125: a factor 0.5 is added to the attention term of one model family", URL: "https://github.com/ByteDance-Seed/VeOmni/pull/125"},
			{Text: "AI-Hypercomputer/maxtext #1988: the half is introduced", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/1988"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, attends) {
				return nil
			}
			return []audit.Edit{{
				Axis: "core", Accounts: totalAndLayers(),
				Set: func(b *reference.Basis) {
					switch b.Core {
					case reference.CoreHalf:
						b.Core = reference.CoreQuarter
					case reference.CoreExact:
						b.Core = reference.CoreExactHalved
					}
				},
				Text:      "The attention core is halved for the causal mask, and halved once more.",
				Short:     "causal half taken twice",
				SettledBy: "the trainer's formula",
			}}
		},
	}
}
