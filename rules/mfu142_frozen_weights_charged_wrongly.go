package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func frozenWeightsChargedWrongly() audit.Rule {
	return audit.Rule{
		ID: "MFU142", Name: "frozen-weights-charged-wrongly", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Frozen weights are not charged what they cost.",
		What:    "Whether logged FLOPs come out only if weights that are not trained are charged like trained ones, or with their forward pass alone, or if the discount for them is given to the attention core.",
		Why:     "With adapters nearly all weights are frozen: 6N for 4N is half too much, and 2N half of what is due.",
		How:     "The formula knows parameters, not which of them are trained. A frozen weight still passes the gradient on to its input.",
		Fix:     "Charge a frozen weight 4 FLOPs a token (forward and the input's gradient), a trained one 6, and the attention core in full.",
		Citations: []audit.Citation{
			{Text: "Lightning-AI/litgpt #404: the MFU was above 1", URL: "https://github.com/Lightning-AI/litgpt/pull/404"},
			{Text: "Lightning-AI/litgpt #420: 1077.76 becomes 768.02 TFLOPs for falcon-40b", URL: "https://github.com/Lightning-AI/litgpt/pull/420"},
			{Text: "NVIDIA-NeMo/Automodel #786: everything is multiplied by (1 + 1 + ρ) ÷ 3", URL: "https://github.com/NVIDIA-NeMo/Automodel/pull/786"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil || w.Frozen <= 0 {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "frozen", Accounts: total(),
					Set:       func(b *reference.Basis) { b.Frozen = reference.FrozenAsTrained },
					Text:      "Frozen weights are charged like trained ones, 6 FLOPs a token; without a gradient of their own they cost 4.",
					Short:     "frozen weights charged as trained",
					SettledBy: "--trained-fraction",
				},
				{
					Axis: "frozen", Accounts: total(),
					Set:       func(b *reference.Basis) { b.Frozen = reference.FrozenForwardOnly },
					Text:      "Frozen weights are charged with their forward pass alone, 2 FLOPs a token; the gradient that passes through them costs 2 more.",
					Short:     "frozen weights charged forward only",
					SettledBy: "--trained-fraction",
				},
				{
					Axis: "frozen", Accounts: total(),
					Set:       func(b *reference.Basis) { b.Frozen = reference.FrozenEverything },
					Text:      "The discount for frozen weights is given to the attention core too, which has no weights.",
					Short:     "frozen discount on the attention core",
					SettledBy: "--trained-fraction",
				},
			}
		},
	}
}
