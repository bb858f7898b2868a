package reference

// jaxConventions are MaxText's and Levanter's.
func jaxConventions() []Convention {
	return []Convention{
		{
			Name: "maxtext", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Core: CoreHalf, Predict: PredictionBlock},
			Evaluate: maxText,
			Formula:  "6·(matmul weights used) + 6·L·a·d·S; Gemma and gpt-oss windows 12·a·d·(W − W²/(2·S)), Llama 4 chunks halved",
			Summary:  "Every matrix multiplication, routers too, the core halved; a prediction layer adds its block alone.",
			Quirks: []string{
				"windows of Gemma and gpt-oss are counted without the diagonal; Mistral's are ignored", "prediction layers without their projection and their logits",
				"a reference model's forward pass is added under DPO", "Gemma 4's shared expert was counted at the experts' width until pull request 4017", "prints TFLOP/s per device, no MFU",
			},
			Verified: true,
			Citation: "AI-Hypercomputer/maxtext 00902f36 src/maxtext/utils/maxtext_utils.py calculate_tflops_training_per_device (as in e591f30c)",
		},
		{
			Name: "maxtext-before-1988", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Predict: PredictionOmitted},
			Misreads: windowsIgnored,
			Evaluate: func(m *Architecture, seqLen int64) float64 {
				weights := Basis{Core: CoreOmitted, Predict: PredictionOmitted}
				return weights.TrainingPerToken(m, seqLen) + coreIgnoringWindows(m, float64(seqLen))
			},
			Formula:  "6·(matmul weights used) + 12·L·a·d·S",
			Summary:  "As maxtext before the core was halved: matmul-full, windows ignored.",
			Quirks:   []string{"windows are ignored", "all experts instead of k were counted until issue 678", "prints TFLOP/s per device, no MFU"},
			Verified: true,
			Citation: "AI-Hypercomputer/maxtext 0245b568 MaxText/maxtext_utils.py calculate_tflops_training_per_device",
		},
		{
			Name: "levanter", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Predict: PredictionOmitted},
			Evaluate: levanter,
			Misreads: anyOf(headsNotOfHidden, windowsIgnored),
			Formula:  "3·(L·(2·c·H·i·(k + shared) + 2·H·E + 2·H·d·(a + 2·g) + 2·H² + S·(4·a·d + 3·a)) + 2·H·V), d = H/a",
			Summary:  "Every matrix multiplication, routers too, the full core, and the softmax.",
			Quirks: []string{
				"the softmax is counted as three FLOPs a score", "d is H/a and the output projection H²: 0.67 of Qwen3-30B-A3B", "windows are ignored",
				"an H100 whose name holds neither sxm nor hbm3 is taken for the PCIe card", "an H200 is not in its table: no MFU",
			},
			Denominator: []DenominatorEntry{
				{"h100 hbm3", 989.5e12},
				{"h100", 756.5e12},
				{"a100", 312e12},
				{"a10", 125e12},
				{"v100 sxm", 125e12},
				{"a6000", 154.85e12},
				{"tpu v4", 275e12},
				{"tpu v5p", 459e12},
				{"tpu v6 lite", 918e12},
				{OtherDevice, 0},
			},
			Verified: true,
			Citation: "stanford-crfm/levanter 03c45fec src/levanter/utils/flop_utils.py lm_flops_per_token, whose callers multiply by 3 (as in 9263f81e)",
		},
	}
}

func maxText(m *Architecture, seqLen int64) float64 {
	S := float64(seqLen)
	flops := Basis{Core: CoreHalf, Predict: PredictionBlock}.TrainingPerToken(m, seqLen)
	switch m.Family {
	case "gemma2", "gemma3", "gemma3_text", "gpt_oss", "llama4", "llama4_text":
	default:
		return flops
	}
	return flops + coreOver(m, func(at *Attention) float64 {
		W := float64(at.Window)
		switch {
		case at.Window <= 0 || at.Window >= seqLen:
			return 0
		case at.Chunked:
			rest := float64(seqLen % at.Window)
			return (float64(seqLen/at.Window)*W*W+rest*rest)/(2*S) - S/2
		default:
			return W - W*W/(2*S) - S/2
		}
	})
}

func levanter(m *Architecture, seqLen int64) float64 {
	H, S := float64(m.Hidden), float64(seqLen)
	flops := logits(m)
	for i := range m.Groups {
		g := &m.Groups[i]
		a, kv := g.heads()
		x := &g.FFN.Experts
		ffn := float64(g.FFN.Matrices()) * H * (g.FFN.active()*g.FFN.inner() + float64(x.SharedWidth))
		forward := 2*ffn + 2*H*float64(x.Count) + 2*H*(H+2*H*kv/a) + 2*H*H + S*(4*H+3*a)
		flops += 3 * float64(g.Count) * forward
	}
	return flops
}
