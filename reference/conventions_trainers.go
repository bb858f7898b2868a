package reference

// trainerConventions are those of nanotron, LLM Foundry with Composer, and OLMo-core.
func trainerConventions() []Convention {
	return []Convention{
		{
			Name: "nanotron", Kind: Implementation, Since: "0.1.0", Suspect: true,
			Basis:    Basis{FFNKind: FFNGated, Experts: ExpertsOne, NoRouter: true, Predict: PredictionOmitted},
			Evaluate: nanotron,
			Formula:  "3·(L·(2·H·d·(a + 2·g) + 4·a·d·S + 2·a·d·H + 6·H·i) + 2·H·V), d = H/a",
			Summary:  "Every matrix of a Llama, the core full.",
			Quirks: []string{
				"the FFN is gated, whatever the model has", "d is H/a, rounded down; head_dim is ignored", "of a mixture of experts one FFN of the dense width is counted: 0.62 of Mixtral",
				"windows are ignored", "\"hardware flops\" are the model flops", "prints TFLOP/s per GPU, no MFU",
			},
			Verified: true,
			Citation: "huggingface/nanotron 03b83fc8 src/nanotron/models/llama.py get_flops (as in 2411b022)",
		},
		{
			Name: "llm-foundry", Kind: Implementation, Since: "0.1.0",
			Basis: Basis{Positions: true, Vectors: true, Predict: PredictionOmitted},
			Evaluate: func(m *Architecture, seqLen int64) float64 {
				weights := Basis{Positions: true, Vectors: true, Core: CoreOmitted, Predict: PredictionOmitted}
				return weights.TrainingPerToken(m, seqLen) + widthCore(m, seqLen)
			},
			Misreads: anyOf(headsNotOfHidden, windowsIgnored),
			Formula:  "6·(N_active − input embedding, if untied) + 12·L·H·S",
			Summary:  "MPT under Composer's speed monitor: active parameters less an untied table, and the full core.",
			Quirks: []string{
				"norms, biases and learned positions are charged", "a·d is taken for H", "S is the width of the padded batch", "0 where block_overrides are set",
				"a device that Composer's table does not know logs no MFU; any \"a10…\", an A10G too, is an A10",
			},
			// composer/callbacks/speed_monitor.py at 003ec03f.
			Denominator: []DenominatorEntry{
				{"h200", 989.5e12},
				{"h100 hbm3", 989.5e12},
				{"h100 pcie", 756.5e12},
				{"a100", 312e12},
				{"a10", 125e12},
				{"v100-sxm", 125e12},
				{"v100-pcie", 112e12},
				{OtherDevice, 0},
			},
			Verified: true,
			Citation: "mosaicml/llm-foundry 34c28fc9 llmfoundry/models/mpt/modeling_mpt.py ComposerMPTCausalLM.flops_per_batch, 5f2fcbb0 llmfoundry/models/utils/mpt_param_count.py; mosaicml/composer 003ec03f composer/callbacks/speed_monitor.py",
		},
		{
			Name: "olmo-core", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Predict: PredictionOmitted},
			Evaluate: olmoCore,
			Formula:  "6·(parameters of attention, FFN and head) + 12·a·d·min(S, W) in each layer",
			Summary:  "Each module counts its parameters six times; the norms of a block belong to none of them, the last norm belongs to the head.",
			Quirks: []string{
				"the last norm and the norms of queries and keys are charged, those of the blocks are not", "biases would be charged: OLMo models have none", "experts are charged by k/E",
				"a gated delta layer counts its forward pass only", "other devices than H100 and B200, an H200 too, are taken for an A100",
			},
			// train/callbacks/speed_monitor.py at fa6c501; 07b9e856 has 156 for an A100 (halved twice; pull request 614).
			Denominator: []DenominatorEntry{
				{"H100 NVL", 835.5e12},
				{"H100 PCIe", 756.5e12},
				{"H100", 989.5e12},
				{"B200", 2250e12},
				{OtherDevice, 312e12},
			},
			Verified: true,
			Citation: "allenai/OLMo-core 001b5d62 src/olmo_core/nn/attention/__init__.py num_flops_per_token (as in fa6c5014); peaks src/olmo_core/train/callbacks/speed_monitor.py",
		},
	}
}

func nanotron(m *Architecture, seqLen int64) float64 {
	H, S := float64(m.Hidden), float64(seqLen)
	flops := logits(m)
	for i := range m.Groups {
		g := &m.Groups[i]
		a, kv := g.heads()
		d := float64(m.Hidden / int64(a))
		flops += 3 * float64(g.Count) * (2*H*d*(a+2*kv) + 4*a*d*S + 2*a*d*H + 6*H*g.FFN.inner())
	}
	return flops
}

// olmoCore adds to the matmuls the norms inside the modules that count themselves: an RMS norm in the head, as OLMo models
// have it, and those of queries and keys.
func olmoCore(m *Architecture, seqLen int64) float64 {
	flops := Basis{Predict: PredictionOmitted}.TrainingPerToken(m, seqLen) + 6*float64(min(m.Hidden, m.FinalNorm.Parameters(m.Hidden)))
	for i := range m.Groups {
		flops += 6 * float64(m.Groups[i].Count) * float64(m.Groups[i].Attention.qkNorms())
	}
	return flops
}
