package reference

// megatronConventions are NVIDIA/Megatron-LM's and Megatron-Bridge's.
func megatronConventions() []Convention {
	return []Convention{
		{
			Name: "megatron-lm", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Core: CoreHalf, NoRouter: true},
			Evaluate: megatronLM,
			Formula:  "6·(Σ_layers(P_attn + c·H·(i, or k·i_e + i_s)) + H·V·(1 + n_mtp) + n_mtp·(3·H + 2·H²)) + 6·L·a·d·S",
			Summary:  "The layers' matmul weights and the logits, the core halved; each prediction layer adds its block, its projection and the logits once more.",
			Quirks: []string{
				"V is the padded vocabulary", "three FFN matrices only where --swiglu is set: other gated FFNs count two", "windows are ignored", "routers are not charged",
				"of latent attention the norms of the low-rank vectors are charged (the + 1 in r·(H + … + 1))", "of a prediction layer three norms are charged",
				"a hybrid model's state-space layers are counted with an inner width of 2·H, whatever it is", "prints TFLOP/s per GPU, no MFU",
			},
			Verified: true,
			Citation: "NVIDIA/Megatron-LM 001b00c2 megatron/training/training.py num_floating_point_operations (the same in d98e8a64)",
		},
		{
			Name: "megatron-lm-2024", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{NoRouter: true, Predict: PredictionOmitted},
			Evaluate: megatronLM2024,
			Misreads: anyOf(headsLatent, windowsIgnored, notOneLayer),
			Formula:  "12·L·H²·((1 + g/a + S/H)·a·d/H + (i/H)·k·(1 or 3/2) + V/(2·L·H))",
			Summary:  "As megatron-lm was before the causal half: the full core, every layer alike.",
			Quirks: []string{
				"V is the padded vocabulary", "every FFN is taken for k experts as wide as the dense FFN, shared experts are not counted", "routers are not charged",
				"latent attention is counted as multi-head attention of width H", "windows are ignored", "prints TFLOP/s per GPU, no MFU",
			},
			Verified: true,
			Citation: "NVIDIA/Megatron-LM 86df799d megatron/training/training.py num_floating_point_operations",
		},
		{
			Name: "megatron-bridge", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Core: CoreHalf, NoRouter: true},
			Evaluate: megatronBridge,
			Formula:  "as megatron-lm, a window W < S: 12·a·d·(W − W·(W − 1)/(2·S)) in its layer",
			Summary:  "As megatron-lm, with any gated FFN counted as three matrices and windows as the exact band.",
			Quirks: []string{
				"V is padded to make_vocab_size_divisible_by times the tensor-parallel size", "a layer without a window is charged S/2 keys, one with a window its exact mean", "routers are not charged",
				"LoRA runs are counted as full training, except Llama-3-70B on packed SQuAD", "packed data: padded tokens for the weights, real lengths squared for the core", "prints MODEL_TFLOP/s/GPU, no MFU",
			},
			Verified: true,
			Citation: "NVIDIA-NeMo/Megatron-Bridge 0494433b src/megatron/bridge/training/utils/flop_utils.py num_floating_point_operations",
		},
	}
}

// megatronLM adds to the causal half what Megatron-LM takes for weights: norms of low-rank vectors and of prediction layers.
func megatronLM(m *Architecture, seqLen int64) float64 {
	flops := Basis{Core: CoreHalf, NoRouter: true}.TrainingPerToken(m, seqLen)
	flops += lowRankNorms(m.Groups) + lowRankNorms(m.Prediction)
	for i := range m.Prediction {
		flops += 6 * float64(m.Prediction[i].Count) * 3 * float64(m.Hidden)
	}
	return flops
}

// lowRankNorms is 6·(r_q + r_kv) in each layer.
func lowRankNorms(groups []LayerGroup) float64 {
	var sum float64
	for i := range groups {
		x := &groups[i].Attention.Latent
		sum += 6 * float64(groups[i].Count) * float64(x.QRank+x.KVRank)
	}
	return sum
}

func megatronBridge(m *Architecture, seqLen int64) float64 {
	return megatronLM(m, seqLen) + bandOverHalf(m.Groups, seqLen) + bandOverHalf(m.Prediction, seqLen)
}

// bandOverHalf is what counting sliding windows exactly adds to the causal half: W − W·(W − 1)/2S keys in place of S/2.
func bandOverHalf(groups []LayerGroup, seqLen int64) float64 {
	var sum float64
	S := float64(seqLen)
	for i := range groups {
		at := &groups[i].Attention
		if at.Window <= 0 || at.Window >= seqLen || at.Chunked {
			continue
		}
		W := float64(at.Window)
		qk, v := at.CoreDims()
		sum += 6 * float64(groups[i].Count) * float64(at.Heads) * float64(qk+v) * (W - W*(W-1)/(2*S) - S/2)
	}
	return sum
}

func megatronLM2024(m *Architecture, seqLen int64) float64 {
	H, S := float64(m.Hidden), float64(seqLen)
	var width float64 // --ffn-hidden-size: the dense FFN's, or the experts' if there is none
	k := 1.0
	for i := range m.Groups {
		f := &m.Groups[i].FFN
		width = max(width, float64(f.Width))
		k = max(k, f.active())
	}
	flops := logits(m)
	for i := range m.Groups {
		g := &m.Groups[i]
		a, kv := g.heads()
		query := a * float64(g.Attention.HeadDim)
		if g.Attention.IsLatent() || g.Mixer != nil {
			query = H
		}
		i := width
		if i == 0 {
			i = g.FFN.inner()
		}
		flops += float64(g.Count) * (12*query*(H+H*kv/a+S) + 6*float64(g.FFN.Matrices())*H*i*k)
	}
	return flops
}
