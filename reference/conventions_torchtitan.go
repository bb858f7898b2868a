package reference

const torchtitanLadder = "the peak is looked up by parts of the device's name; an unknown device is taken for an A100"

// torchtitanPeaks are torchtitan/tools/utils.py get_peak_flops at 02581674.
func torchtitanPeaks() []DenominatorEntry {
	return []DenominatorEntry{
		{"A100", 312e12},
		{"H100 NVL", 835e12},
		{"H100 PCIe", 756e12},
		{"H100", 989e12},
		{"H200", 989e12},
		{"B200", 2250e12},
		{"MI300X", 1300e12},
		{"MI325X", 1300e12},
		{"MI250X", 191.5e12},
		{OtherDevice, 312e12},
	}
}

// torchtitanConventions are pytorch/torchtitan's, the newest first.
func torchtitanConventions() []Convention {
	peaks := torchtitanPeaks()
	return []Convention{
		{
			Name: "torchtitan", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Vectors: true},
			Evaluate: torchtitan,
			Formula:  "6·(N_active − input embedding, if untied) + 6·L·a·(d_qk + d_v)·min(S, W)",
			Summary:  "The parameters that a token uses less an untied embedding table, norms and biases among them, and the full attention core, a window's where there is one.",
			Quirks: []string{
				"norms and biases are charged", "experts are charged by k/E of their parameters, routers and shared experts in full",
				"a tied table is charged once, as the head", torchtitanLadder, "\"l40s\" in the ladder is lower case and never matches", "no MFU is logged for FP8",
			},
			Denominator: peaks, Verified: true,
			Citation: "pytorch/torchtitan 01c01c88 torchtitan/models/utils.py get_nparams_and_active_nparams and quadratic_attention_flops_per_token",
		},
		{
			Name: "torchtitan-before-4300", Kind: Implementation, Since: "0.1.0",
			Basis:    Basis{Vectors: true, Predict: PredictionOmitted},
			Misreads: windowsIgnored,
			Evaluate: func(m *Architecture, seqLen int64) float64 {
				return torchtitanWeights(m) + coreIgnoringWindows(m, float64(seqLen))
			},
			Formula:     "6·(N_active − input embedding, if untied) + 6·L·a·(d_qk + d_v)·S",
			Summary:     "As torchtitan, windows ignored.",
			Quirks:      []string{"norms and biases are charged", "windows are ignored: an MFU above 100 % was seen on gpt-oss (pull request 4300)", torchtitanLadder},
			Denominator: peaks,
			Citation:    "pytorch/torchtitan b5bcd76c torchtitan/models/utils.py get_dense_model_nparams_and_flops and get_moe_model_nparams_and_flops",
		},
		{
			Name: "torchtitan-before-3225", Kind: Implementation, Since: "0.1.0", Suspect: true,
			Basis: Basis{Vectors: true, Head: HeadIfStored, Predict: PredictionOmitted},
			Evaluate: func(m *Architecture, seqLen int64) float64 {
				flops := torchtitanWeights(m) + coreIgnoringWindows(m, float64(seqLen))
				if m.Tied {
					flops -= logits(m)
				}
				return flops
			},
			Formula:     "6·(N_active − embedding table) + 6·L·a·(d_qk + d_v)·S",
			Summary:     "As torchtitan-before-4300, but a tied table is subtracted as the embedding although it is the head too: the logits are not counted.",
			Quirks:      []string{"logits are missing where the table is tied (issue 3225)", "norms and biases are charged", "the experts' share is parameters·k ÷ E, rounded down", "windows are ignored", torchtitanLadder},
			Denominator: peaks, Verified: true,
			Citation: "pytorch/torchtitan 76dd118b torchtitan/models/utils.py get_dense_model_nparams_and_flops and get_moe_model_nparams_and_flops",
		},
	}
}

// torchtitanWeights is 6·(N_active − embedding), a tied table left in.
func torchtitanWeights(m *Architecture) float64 {
	return Basis{Vectors: true, Core: CoreOmitted, Predict: PredictionOmitted}.TrainingPerToken(m, 1) - balanceBiases(m)
}

func torchtitan(m *Architecture, seqLen int64) float64 {
	return torchtitanWeights(m) + coreOver(m, func(at *Attention) float64 { return float64(context(seqLen, at.Window)) })
}

func torchtitanHF(m *Architecture, seqLen int64) float64 {
	all := Basis{
		Lookup: true, Positions: true, Vectors: true, Head: HeadIfStored,
		Experts: ExpertsAll, Core: CoreOmitted, Predict: PredictionOmitted,
	}
	flops := all.TrainingPerToken(m, seqLen) - balanceBiases(m)
	for i := range m.Groups {
		g := &m.Groups[i]
		d := g.Attention.HeadDim
		if g.Attention.IsLatent() {
			d = g.Attention.Latent.RopeDim
		}
		flops += 6 * float64(g.Count) * float64(g.Attention.Heads) * float64(d) * float64(seqLen)
	}
	return flops
}
