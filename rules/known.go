package rules

// Known is a mistake that a public thread tells of.
type Known struct {
	Number int
	Thread string // repository and numbers
	URL    string // of the one that tells most
	What   string
	Factor string // logged ÷ right, or what is too much
	Rule   string // ID of the rule that finds it, whose archive holds a log with it
	Reason string // why a log cannot show it
	Open   bool   // no fixture shows it yet; Rule, if any, is the one that is to
}

// KnownMistakes lists them by number.
func KnownMistakes() []Known {
	return []Known{
		{
			Number: 1, Thread: "bigscience-workshop/Megatron-DeepSpeed #221, #223", URL: "https://github.com/bigscience-workshop/Megatron-DeepSpeed/issues/221",
			What: "GFLOPs printed as TFLOPs", Factor: "1000", Rule: "MFU164",
		},
		{
			Number: 2, Thread: "deepspeedai/Megatron-DeepSpeed #350, #371", URL: "https://github.com/deepspeedai/Megatron-DeepSpeed/pull/371",
			What: "grouped queries charged as multi-head, logits missing", Factor: "by model", Rule: "MFU112",
		},
		{
			Number: 3, Thread: "deepspeedai/Megatron-DeepSpeed #398, #445", URL: "https://github.com/deepspeedai/Megatron-DeepSpeed/issues/398",
			What: "top-k of a mixture ignored", Factor: "1/k of the FFN", Rule: "MFU124",
		},
		{
			Number: 4, Thread: "alibaba/Pai-Megatron-Patch #485", URL: "https://github.com/alibaba/Pai-Megatron-Patch/issues/485",
			What: "experts of ffn_hidden_size in place of moe_ffn_hidden_size", Factor: "i/i_e of the FFN", Rule: "MFU125",
		},
		{
			Number: 5, Thread: "NVIDIA/Megatron-LM #682", URL: "https://github.com/NVIDIA/Megatron-LM/pull/682",
			What: "an FFN of 4H whatever the model has", Factor: "±30 TFLOP/s per GPU", Rule: "MFU122",
		},
		{
			Number: 6, Thread: "NVIDIA/Megatron-LM #831", URL: "https://github.com/NVIDIA/Megatron-LM/issues/831",
			What: "the core not halved for the causal mask: above 100 % at S 16k", Factor: "2 of the core",
			Reason: "counting the full core is a definition (PaLM's): the value is right under it, the causal one stands beside it, and above 100 % MFU710 tells",
		},
		{
			Number: 7, Thread: "NVIDIA/Megatron-LM #1725, #3280", URL: "https://github.com/NVIDIA/Megatron-LM/issues/1725",
			What: "sliding windows and chunks ignored", Factor: "4 to 8 of the core", Rule: "MFU145",
		},
		{
			Number: 8, Thread: "NVIDIA/Megatron-LM #523", URL: "https://github.com/NVIDIA/Megatron-LM/issues/523",
			What: "S/3H for selective recompute where 2S/9H is due", Factor: "24 for 16 B·L·S²·H", Rule: "MFU165",
		},
		{
			Number: 9, Thread: "NVIDIA/Megatron-LM #995", URL: "https://github.com/NVIDIA/Megatron-LM/pull/995",
			What: "16 for 12 in the vocabulary term", Factor: "3/4 of the logits", Rule: "MFU133",
		},
		{
			Number: 10, Thread: "NVIDIA/Megatron-LM #2198", URL: "https://github.com/NVIDIA/Megatron-LM/pull/2198",
			What: "the experts of hybrid models missing", Factor: "by model", Rule: "MFU128",
		},
		{
			Number: 11, Thread: "EleutherAI/gpt-neox #1093", URL: "https://github.com/EleutherAI/gpt-neox/issues/1093",
			What: "the vocabulary term without its prefactors", Factor: "1.2 % (20B) to 102 % (70M)", Rule: "MFU130",
		},
		{
			Number: 12, Thread: "AI-Hypercomputer/maxtext #678", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/678",
			What: "all experts counted", Factor: "3.60", Rule: "MFU123",
		},
		{
			Number: 13, Thread: "AI-Hypercomputer/maxtext #1972, #1988", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/1988",
			What: "the core not halved for the causal mask", Factor: "1.14 (7B at 8k) to 1.72 (129k)",
			Reason: "counting the full core is a definition (PaLM's): the value is right under it, the causal one stands beside it, and above 100 % MFU710 tells",
		},
		{
			Number: 14, Thread: "AI-Hypercomputer/maxtext #4017", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/4017",
			What: "the shared expert at the width of a routed one", Factor: "1/3 of the shared expert", Rule: "MFU126",
		},
		{
			Number: 15, Thread: "AI-Hypercomputer/maxtext #644", URL: "https://github.com/AI-Hypercomputer/maxtext/pull/644",
			What: "an older count of FFN and head", Factor: "about 0.98",
			Reason: "the thread gives totals before and after and not the terms: such a value is told as unexplained",
		},
		{
			Number: 16, Thread: "AI-Hypercomputer/maxdiffusion #111", URL: "https://github.com/AI-Hypercomputer/maxdiffusion/pull/111",
			What: "a factor 2 too much", Factor: "2", Rule: "MFU162",
		},
		{
			Number: 17, Thread: "verl-project/verl #4929, #4937, #4959", URL: "https://github.com/verl-project/verl/pull/4959",
			What: "the query's width for both matmuls of latent attention", Factor: "12·q for 3·(q + v)", Rule: "MFU151",
		},
		{
			Number: 18, Thread: "verl-project/verl #6389, review", URL: "https://github.com/verl-project/verl/pull/6389",
			What: "12 for 6 in the full layers of Qwen3.5", Factor: "2 of the core",
			Reason: "counting the full core is a definition (PaLM's): the value is right under it, the causal one stands beside it, and above 100 % MFU710 tells",
		},
		{
			Number: 19, Thread: "ByteDance-Seed/VeOmni #125", URL: "https://github.com/ByteDance-Seed/VeOmni/pull/125",
			What: "head_dim = H/a for Qwen3-MoE", Factor: "d/(H/a) of attention", Rule: "MFU119",
		},
		{
			Number: 20, Thread: "ByteDance-Seed/VeOmni #944, review", URL: "https://github.com/ByteDance-Seed/VeOmni/pull/944",
			What: "the sliding term times all layers", Factor: "by model", Rule: "MFU146",
		},
		{
			Number: 21, Thread: "NVIDIA-NeMo/RL #2736", URL: "https://github.com/NVIDIA-NeMo/RL/pull/2736",
			What: "Qwen3's attention sized by H and not a·d", Factor: "0.543 at 192k", Rule: "MFU119",
		},
		{
			Number: 22, Thread: "NVIDIA-NeMo/RL #933, #1015", URL: "https://github.com/NVIDIA-NeMo/RL/issues/933",
			What: "TFLOPS of all ranks printed per rank: 156 %", Factor: "world size", Rule: "MFU415",
		},
		{
			Number: 23, Thread: "NVIDIA-NeMo/Megatron-Bridge #2898", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/issues/2898",
			What: "routing of experts not accounted for: 210 TFLOPS with tensor cores 1 % busy", Factor: "E/k of the experts", Rule: "MFU123",
		},
		{
			Number: 24, Thread: "NVIDIA-NeMo/Megatron-Bridge #3498, #3529, #3839, #4366", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/issues/3498",
			What: "the configured length for the real ones, pack² for Σs², the vision tower left out", Factor: "2.6 to 10",
			Reason: "the lengths of the sequences in a pack, and what an image costs, are in no log of a step",
		},
		{
			Number: 25, Thread: "NVIDIA-NeMo/Megatron-Bridge #4511", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/issues/4511",
			What: "divided by the virtual pipeline size twice", Factor: "1/VP",
			Reason: "the virtual pipeline size is in no log that is read; where model and batch are known, the FLOP/s are told as unexplained",
		},
		{
			Number: 26, Thread: "NVIDIA-NeMo/Megatron-Bridge #3029, #3947", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/pull/3947",
			What: "gated units other than SwiGLU counted as two matrices, latent experts at full width, half a window", Factor: "about 10 % of gpt-oss", Rule: "MFU120",
		},
		{
			Number: 27, Thread: "NVIDIA-NeMo/Automodel #786", URL: "https://github.com/NVIDIA-NeMo/Automodel/pull/786",
			What: "adapters charged as full training; 37 893 TFLOPs per GPU in the same log", Factor: "1.5", Rule: "MFU142",
		},
		{
			Number: 28, Thread: "pytorch/torchtitan #4300", URL: "https://github.com/pytorch/torchtitan/pull/4300",
			What: "windows ignored, the vision tower in N: above 100 %", Factor: "1.097 (gpt-oss 20b)", Rule: "MFU145",
		},
		{
			Number: 29, Thread: "pytorch/torchtitan #3225", URL: "https://github.com/pytorch/torchtitan/pull/3225",
			What: "a tied head subtracted twice", Factor: "−6·H·V", Rule: "MFU130",
		},
		{
			Number: 30, Thread: "pytorch/torchtitan #280, #452", URL: "https://github.com/pytorch/torchtitan/issues/452",
			What: "the embedding in or out of N", Factor: "±6·H·V", Rule: "MFU140",
		},
		{
			Number: 31, Thread: "pytorch/torchtitan #2983, #2990", URL: "https://github.com/pytorch/torchtitan/issues/2983",
			What: "tokens seen multiplied by the context-parallel size", Factor: "CP", Rule: "MFU216",
		},
		{
			Number: 32, Thread: "pytorch/torchtitan #4192", URL: "https://github.com/pytorch/torchtitan/issues/4192",
			What: "padding counted as tokens", Factor: "1/(1 − padding)",
			Reason: "which tokens are padding is in no log of a step: the count is right for the batch as it was computed",
		},
		{
			Number: 33, Thread: "allenai/OLMo-core #614", URL: "https://github.com/allenai/OLMo-core/pull/614",
			What: "an A100's 312 halved to 156", Factor: "2", Rule: "MFU312",
		},
		{
			Number: 34, Thread: "allenai/OLMo-core #475, #478, #480, #482, #511", URL: "https://github.com/allenai/OLMo-core/pull/511",
			What: "windows, mixtures and pipelines counted wrongly", Factor: "by model", Rule: "MFU145",
		},
		{
			Number: 35, Thread: "Lightning-AI/pytorch-lightning #21677, #21743", URL: "https://github.com/Lightning-AI/pytorch-lightning/pull/21743",
			What: "H100 NVL and H200 stored with sparsity", Factor: "0.5", Rule: "MFU310",
		},
		{
			Number: 36, Thread: "Lightning-AI/litgpt #404, #420", URL: "https://github.com/Lightning-AI/litgpt/pull/420",
			What: "frozen weights charged 6N, block_size for the real length", Factor: "1.40", Rule: "MFU142",
		},
		{
			Number: 37, Thread: "karpathy/nanoGPT #464", URL: "https://github.com/karpathy/nanoGPT/pull/464",
			What: "an A100's peak on an H100", Factor: "3.17", Rule: "MFU313",
		},
		{
			Number: 38, Thread: "karpathy/nanoGPT #619", URL: "https://github.com/karpathy/nanoGPT/issues/619",
			What: "the MFU is said to fall with the number of processes", Factor: "none",
			Reason: "contested: the printed value is per GPU, and right",
		},
		{
			Number: 39, Thread: "karpathy/nanochat #147, karpathy/autoresearch #5, #547", URL: "https://github.com/karpathy/nanochat/pull/147",
			What: "an H100's peak for every GPU", Factor: "0.315 (A100)", Rule: "MFU311",
		},
		{
			Number: 40, Thread: "karpathy/nanochat #175, #177", URL: "https://github.com/karpathy/nanochat/issues/175",
			What: "tokens per second without accumulation, the MFU with it", Factor: "1/GA", Rule: "MFU220",
		},
		{
			Number: 41, Thread: "NVIDIA-NeMo/Speech #13078", URL: "https://github.com/NVIDIA-NeMo/Speech/issues/13078",
			What: "tokens per second of one micro-step over the time of one: 1557 for 389", Factor: "GA", Rule: "MFU221",
		},
		{
			Number: 42, Thread: "NVIDIA-BioNeMo/bionemo-recipes #1548, review", URL: "https://github.com/NVIDIA-BioNeMo/bionemo-recipes/pull/1548",
			What: "micro-batch FLOPs over the time of a step, divided by the devices twice", Factor: "1/GA, 1/DP", Rule: "MFU220",
		},
		{
			Number: 43, Thread: "allenai/open-instruct #1032", URL: "https://github.com/allenai/open-instruct/pull/1032",
			What: "cumulative tokens over the time of one step", Factor: "grows", Rule: "MFU222",
		},
		{
			Number: 44, Thread: "PrimeIntellect-ai/prime-rl #778, #803", URL: "https://github.com/PrimeIntellect-ai/prime-rl/issues/778",
			What: "total in place of active parameters", Factor: "N/N_active", Rule: "MFU123",
		},
		{
			Number: 45, Thread: "PrimeIntellect-ai/prime-diloco #10", URL: "https://github.com/PrimeIntellect-ai/prime-diloco/pull/10",
			What: "steps timed before the device is done", Factor: "noise", Rule: "MFU231",
		},
		{
			Number: 46, Thread: "huggingface/trl #7100, #7101", URL: "https://github.com/huggingface/trl/issues/7100",
			What: "tokens multiplied by the tensor-parallel size", Factor: "TP", Rule: "MFU212",
		},
		{
			Number: 47, Thread: "huggingface/transformers #29889, #32469, #35529, #40416", URL: "https://github.com/huggingface/transformers/issues/29889",
			What: "padding counted as tokens seen", Factor: "1/(1 − padding)",
			Reason: "which tokens are padding is in no log of a step: the count is right for the batch as it was computed",
		},
		{
			Number: 48, Thread: "huggingface/trl #6708, #6709, #6731", URL: "https://github.com/huggingface/trl/issues/6708",
			What: "the look-up charged, the head free if tied", Factor: "+6·H·V untied", Rule: "MFU140",
		},
		{
			Number: 49, Thread: "tenstorrent/tt-metal #50114", URL: "https://github.com/tenstorrent/tt-metal/pull/50114",
			What: "the look-up charged: 35 % for 33.2 %", Factor: "1.054", Rule: "MFU140",
		},
		{
			Number: 50, Thread: "meta-pytorch/torchtune #2622, #2296", URL: "https://github.com/meta-pytorch/torchtune/pull/2622",
			What: "tokens of ranks that hold the same data", Factor: "non-DP ranks", Rule: "MFU214",
		},
		{
			Number: 51, Thread: "EvolvingLMMs-Lab/lmms-engine #158", URL: "https://github.com/EvolvingLMMs-Lab/lmms-engine/pull/158",
			What: "divided by the sequence-parallel size twice", Factor: "1/SP", Rule: "MFU215",
		},
		{
			Number: 52, Thread: "huggingface/blog #1649, #1650", URL: "https://github.com/huggingface/blog/issues/1649",
			What: "the tokens of 16 GPUs over the peak of one", Factor: "16", Rule: "MFU314",
		},
		{
			Number: 53, Thread: "modelscope/ms-swift #9506", URL: "https://github.com/modelscope/ms-swift/pull/9506",
			What: "FLOPs of the cluster over the devices of a node", Factor: "nodes", Rule: "MFU314",
		},
		{
			Number: 54, Thread: "mosaicml/composer #3469", URL: "https://github.com/mosaicml/composer/pull/3469",
			What: "the documentation of mfu divides by the world size", Factor: "none",
			Reason: "documentation: no logged value was wrong",
		},
		{
			Number: 55, Thread: "karpathy/llm.c #486", URL: "https://github.com/karpathy/llm.c/issues/486",
			What: "workstation Ampere above 100 %", Factor: "about 2", Rule: "MFU312",
		},
		{
			Number: 56, Thread: "deepspeedai/DeepSpeed #2292, #7413", URL: "https://github.com/deepspeedai/DeepSpeed/issues/2292",
			What: "the profiler adds up over steps", Factor: "grows", Rule: "MFU166",
		},
		{
			Number: 57, Thread: "deepspeedai/DeepSpeed #7256", URL: "https://github.com/deepspeedai/DeepSpeed/issues/7256",
			What: "modules that share weights counted three times: 180 for 60 kFLOPs", Factor: "3",
			Reason: "which modules of a model are one object is in no log; the value is told as unexplained",
		},
		{
			Number: 58, Thread: "deepspeedai/DeepSpeed #4723", URL: "https://github.com/deepspeedai/DeepSpeed/issues/4723",
			What: "scaled_dot_product_attention and @ not counted", Factor: "the core missing", Rule: "MFU118",
		},
		{
			Number: 59, Thread: "deepspeedai/DeepSpeed #3362", URL: "https://github.com/deepspeedai/DeepSpeed/pull/3362",
			What: "recomputation ignored", Factor: "3 for 4", Rule: "MFU414",
		},
		{
			Number: 60, Thread: "pytorch/pytorch #134804", URL: "https://github.com/pytorch/pytorch/issues/134804",
			What: "scaled_dot_product_attention counted twice", Factor: "2 of the core", Rule: "MFU111",
		},
		{
			Number: 61, Thread: "vllm-project/vllm #55624", URL: "https://github.com/vllm-project/vllm/pull/55624",
			What: "windows ignored", Factor: "8 to 30 of the core", Rule: "MFU145",
		},
		{
			Number: 62, Thread: "NVIDIA/Megatron-LM #1276, #1565, deepseek-ai/FlashMLA #75, foundation-model-stack/fms-fsdp #89", URL: "https://github.com/NVIDIA/Megatron-LM/issues/1276",
			What: "the 2:4-sparse 1979 TFLOP/s for dense work", Factor: "0.5", Rule: "MFU310",
		},
		{
			Number: 63, Thread: "MrYxJ/calculate-flops.pytorch #24", URL: "https://github.com/MrYxJ/calculate-flops.pytorch/issues/24",
			What: "a whole printed as 50 % of itself", Factor: "1/2", Rule: "MFU413",
		},
		{
			Number: 64, Thread: "PrimeIntellect-ai/prime-rl #1722, #3168", URL: "https://github.com/PrimeIntellect-ai/prime-rl/pull/3168",
			What: "an A100's peak for MI300X, B300, GB200 and GB300", Factor: "4.19 to 8.01", Rule: "MFU313",
		},
		{
			Number: 65, Thread: "AMD-AGI/Primus #772, pytorch/torchtitan #4779", URL: "https://github.com/AMD-AGI/Primus/pull/772",
			What: "an A100's peak for MI350X and MI355X: 563 %", Factor: "7.39 to 8.07", Rule: "MFU313",
		},
		{
			Number: 66, Thread: "allenai/OLMo-core #817, #810", URL: "https://github.com/allenai/OLMo-core/pull/817",
			What: "an A100's peak for B300 and H200: 105.70 %", Factor: "7.21, 3.17", Rule: "MFU313",
		},
		{
			Number: 67, Thread: "ByteDance-Seed/VeOmni #986, marin-community/marin #7334", URL: "https://github.com/ByteDance-Seed/VeOmni/pull/986",
			What: "a B200's peak for a GB200", Factor: "1.11", Rule: "MFU311",
		},
		{
			Number: 68, Thread: "NVIDIA-NeMo/Automodel #3569", URL: "https://github.com/NVIDIA-NeMo/Automodel/pull/3569",
			What: "a default of 1979 TFLOP/s for bf16, in place of the configured peak", Factor: "0.5", Rule: "MFU310",
		},
		{
			Number: 69, Thread: "stas00/ml-engineering #76", URL: "https://github.com/stas00/ml-engineering/issues/76",
			What: "one die of an MI250X against the peak of both", Factor: "0.5", Rule: "MFU318",
		},
		{
			Number: 70, Thread: "NVIDIA-NeMo/Megatron-Bridge #4750", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/pull/4750",
			What: "tokens of every virtual pipeline chunk added up: 14946 TFLOP/s per GPU for 1503", Factor: "VP (9.95 of 10)", Rule: "MFU712",
		},
		{
			Number: 71, Thread: "PrimeIntellect-ai/prime-diloco #25", URL: "https://github.com/PrimeIntellect-ai/prime-diloco/pull/25",
			What: "the tokens of n records over the time between the first and the last", Factor: "n/(n − 1)",
			Reason: "how many records a window holds is in no log",
		},
		{
			Number: 72, Thread: "hiyouga/LlamaFactory #7415, #10739, huggingface/transformers #40560, #41156", URL: "https://github.com/hiyouga/LlamaFactory/issues/7415",
			What: "the tokens of all sessions over the time since the resume: 224413.85 for 571.74 tokens/s", Factor: "392, sinking", Rule: "MFU223",
		},
	}
}
