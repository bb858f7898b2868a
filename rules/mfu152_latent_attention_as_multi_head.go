package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func latentAttentionAsMultiHead() audit.Rule {
	return audit.Rule{
		ID: "MFU152", Name: "latent-attention-as-multi-head", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Latent attention is charged as multi-head attention.",
		What:    "Whether logged FLOPs come out only with full projections and heads of H ÷ a, or of d_n + d_r, where keys and values come from a latent vector.",
		Why:     "A layer of DeepSeek-V2-Lite has 13.8 M weights of latent attention; as multi-head attention of width H it is charged for 16.8 M.",
		How:     "The configuration of latent attention holds num_attention_heads and num_key_value_heads like any other.",
		Fix:     "Sum the low-rank projections: H·(r_kv + d_r) + r_kv·a·(d_n + d_v), the query's, and a·d_v·H.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM 86df799d megatron/training/training.py: latent attention counted as multi-head attention", URL: "https://github.com/NVIDIA/Megatron-LM"},
			{Text: "DeepSeek-AI 2024, DeepSeek-V2, section 2.1", URL: "https://arxiv.org/abs/2405.04434"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, func(g *reference.LayerGroup) bool { return attends(g) && g.Attention.IsLatent() }) {
				return nil
			}
			edit := func(reading reference.LatentReading, text, short string) audit.Edit {
				return audit.Edit{
					Axis: "latent attention", Accounts: totalAndLayers(), Text: text, Short: short, SettledBy: "kv_lora_rank in the trainer's formula",
					Set: func(b *reference.Basis) { b.Shape.Latent = reading },
				}
			}
			return []audit.Edit{
				edit(reference.LatentMultiHead, "Latent attention is charged as multi-head attention of width H.", "latent attention as multi-head of H"),
				edit(reference.LatentQueryHeads, "Latent attention is charged as multi-head attention with heads of d_n + d_r.", "latent attention as multi-head of d_n + d_r"),
			}
		},
	}
}
