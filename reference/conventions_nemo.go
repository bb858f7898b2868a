package reference

// nemoConventions are NeMo's and NeMo AutoModel's.
func nemoConventions() []Convention {
	return []Convention{
		{
			Name: "nemo", Kind: Implementation, Since: "0.1.0",
			Basis: Basis{NoRouter: true, Predict: PredictionOmitted},
			Evaluate: func(m *Architecture, seqLen int64) float64 {
				return hiddenSized(m, float64(seqLen)) + logits(m)
			},
			Misreads: anyOf(headsNotOfHidden, windowsIgnored, notOneLayer),
			Formula:  "L·H²·(12 + 12·g/a + 6·c·k·i/H + 12·S/H + 6·V/(L·H))",
			Summary:  "A formula for each family, all with heads that split H and the full core.",
			Quirks: []string{
				"a·d is taken for H", "V is from a table by the family's name, whatever the tokenizer", "routers and shared experts are not charged", "windows are ignored",
				"GPT-3: an FFN of 4·H is assumed", "the stored DeepSeek-V3 formula reads fields that do not exist and cannot run",
			},
			Verified: true,
			Citation: "NVIDIA/NeMo 034b17b3 nemo/utils/flops_formulas.py gpt3, llama3, nemotron and mixtral",
		},
		{
			Name: "nemo-automodel", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Core: CoreHalf, NoRouter: true, Predict: PredictionOmitted},
			Evaluate: automodel,
			Formula:  "L·H²·(12 + 12·g/a + 6·c·k·i/H + 6·S/H + 6·V/(L·H)); Qwen and DeepSeek-V3 with their own d",
			Summary:  "NeMo's formulas with the core halved.",
			Quirks: []string{
				"a·d is taken for H except in Qwen, GLM-4 MoE and DeepSeek-V3", "gpt-oss: the exact causal mean, with d = H/a", "routers are not charged; of DeepSeek's shared experts one is",
				"prediction layers are counted only where mtp_num_layers is set, which no published config does",
				"calculate_mfu divides by 1979 TFLOP/s unless told otherwise: the sparse bf16 peak of an H100, so half the MFU",
			},
			Denominator: []DenominatorEntry{{OtherDevice, 1979e12}},
			Verified:    true,
			Citation:    "NVIDIA-NeMo/Automodel 032a69ae nemo_automodel/components/utils/flops_utils.py llama3_flops, mixtral_flops, qwen3_flops, deepseekv3_flops, gpt_oss_flops",
		},
	}
}

// hiddenSized is NeMo's layers, heads splitting H: 12·H²·(1 + g/a) + 12·H·context + 6·c·H·k·i each.
func hiddenSized(m *Architecture, context float64) float64 {
	H := float64(m.Hidden)
	var sum float64
	for i := range m.Groups {
		g := &m.Groups[i]
		a, kv := g.heads()
		i := g.FFN.inner()
		if !g.FFN.Gated && a == kv && g.FFN.Experts.Count == 0 { // GPT-3's formula
			i = 4 * H
		}
		sum += float64(g.Count) * (12*H*(H+H*kv/a) + 12*H*context + 6*float64(g.FFN.Matrices())*H*g.FFN.active()*i)
	}
	return sum
}

func automodel(m *Architecture, seqLen int64) float64 {
	own := Basis{Core: CoreHalf, NoRouter: true, Predict: PredictionOmitted}
	switch m.Family {
	case "qwen2", "qwen3", "qwen3_moe", "glm4_moe":
		return own.TrainingPerToken(m, seqLen)
	case "gpt_oss":
		return automodelGPTOSS(m, seqLen)
	}
	if m.First().Attention.IsLatent() {
		return own.TrainingPerToken(m, seqLen)
	}
	return hiddenSized(m, float64(seqLen)/2) + logits(m)
}

// automodelGPTOSS counts windows exactly and takes d for H/a, rounded down.
func automodelGPTOSS(m *Architecture, seqLen int64) float64 {
	H := float64(m.Hidden)
	flops := logits(m)
	for i := range m.Groups {
		g := &m.Groups[i]
		a, kv := g.heads()
		d := float64(m.Hidden / int64(a))
		line := Line{Window: g.Attention.Window}
		attention := H*d*(a+2*kv) + H*d*a + 2*a*d*line.meanContext(seqLen)
		flops += 6 * float64(g.Count) * (attention + float64(g.FFN.Matrices())*H*g.FFN.active()*g.FFN.inner())
	}
	return flops
}
