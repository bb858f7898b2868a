package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func predictionLayersIncomplete() audit.Rule {
	return audit.Rule{
		ID: "MFU153", Name: "prediction-layers-incomplete", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Prediction layers are counted without their head and projection.",
		What:    "Whether logged FLOPs come out only with the block of multi-token-prediction layers alone, under a definition that counts them.",
		Why:     "A prediction layer computes the logits once more: for DeepSeek-V3 at S 8192, 285.67 in place of 291.20 GFLOPs per token.",
		How:     "The layer is added to the number of layers; its head is the model's own and its 2H → H projection is in no layer.",
		Fix:     "Charge each depth its block, 2·2H·H and another 2·H·V.",
		Citations: []audit.Citation{
			{Text: "AI-Hypercomputer/maxtext e591f30c src/maxtext/utils/maxtext_utils.py: the block alone", URL: "https://github.com/AI-Hypercomputer/maxtext"},
			{Text: "DeepSeek-AI 2024, DeepSeek-V3, section 2.2", URL: "https://arxiv.org/abs/2412.19437"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil || len(w.Model.Prediction) == 0 {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "prediction", Accounts: total(),
					Set:       func(b *reference.Basis) { b.Predict = reference.PredictionBlock },
					Text:      "Of the prediction layers the block is charged, their projection and head are not.",
					Short:     "prediction layers without head and projection",
					SettledBy: "the trainer's formula",
				},
			}
		},
	}
}
