package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func predictionLayersLeftOut() audit.Rule {
	return audit.Rule{
		ID: "MFU156", Name: "prediction-layers-left-out", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "The prediction layers that the configuration declares are not counted.",
		What:    "Whether logged FLOPs come out only without multi-token-prediction layers, under a definition that counts them.",
		Why:     "One prediction layer is 4 % of DeepSeek-V3's FLOPs at S 4096.",
		How:     "The configuration declares prediction layers that the trainer does not build (transformers leaves DeepSeek-V3's out), or the formula stops at num_hidden_layers.",
		Fix:     "Count them where they are trained: a block, 2·2H·H and another 2·H·V each.",
		Citations: []audit.Citation{
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
					Set:       func(b *reference.Basis) { b.Predict = reference.PredictionOmitted },
					Text:      "The prediction layers are not charged: right if they are not trained.",
					Short:     "prediction layers left out",
					SettledBy: "whether prediction layers are trained",
				},
			}
		},
	}
}
