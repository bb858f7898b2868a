package runlog

import "github.com/mfu-audit/mfu-audit/reference"

// metric is what a key of a JSON record means: canonical value = logged value × scale.
type metric struct {
	quantity reference.Quantity
	scale    float64
	unit     string
}

// metricKeys are the metric keys that trainers write into JSON records. "mfu" is not among them: a record may hold an object,
// a fraction, a percentage or a sentinel under it.
var metricKeys = map[string]metric{
	"time_ms":                   {reference.StepTime, 1e-3, "ms"},
	"time_s":                    {reference.StepTime, 1, "s"},
	"loss":                      {reference.Loss, 1, "nats"},
	"mfu_percent":               {reference.MFU, 0.01, "%"},
	"hfu":                       {reference.HFU, 1, "fraction"},
	"hfu_percent":               {reference.HFU, 0.01, "%"},
	"flops_achieved":            {reference.AchievedFLOPs, 1, "FLOP/s"},
	"achieved_tflops":           {reference.AchievedFLOPs, 1e12, "TFLOP/s"},
	"hardware_tflops_per_gpu":   {reference.HardwareFLOPsPerDevice, 1e12, "TFLOP/s"},
	"flops_per_token":           {reference.FLOPsPerToken, 1, "FLOP/token"},
	"non_attn_gflops":           {reference.WeightFLOPsPerToken, 1e9, "GFLOP/token"},
	"attn_gflops":               {reference.CoreFLOPsPerToken, 1e9, "GFLOP/token"},
	"tokens_per_sec":            {reference.TokensPerSec, 1, "tokens/s"},
	"tokens_per_sec_per_gpu":    {reference.TokensPerSecPerDevice, 1, "tokens/s"},
	"tokens_per_sec_per_device": {reference.TokensPerSecPerDevice, 1, "tokens/s"},
	"tokens_per_step":           {reference.TokensPerStep, 1, "tokens"},
	"tokens_per_iter":           {reference.TokensPerStep, 1, "tokens"},
	"hardware_peak_flops":       {reference.PeakFLOPs, 1, "FLOP/s"},
	"hardware_peak_tflops":      {reference.PeakFLOPs, 1e12, "TFLOP/s"},
	"model_params_billion":      {reference.Parameters, 1e9, "billion"},
	"total_params":              {reference.Parameters, 1, "parameters"},
	"trainable_params":          {reference.TrainableParameters, 1, "parameters"},
	"non_embedding_params":      {reference.NonEmbeddingParameters, 1, "parameters"},
	"attention_flops_per_layer": {reference.AttentionFLOPsPerLayer, 1, "FLOP"},
	"ffn_flops_per_layer":       {reference.FFNFLOPsPerLayer, 1, "FLOP"},
	"attention_to_ffn_ratio":    {reference.AttentionToFFNRatio, 1, "ratio"},
	"logit_flops":               {reference.LogitFLOPs, 1, "FLOP"},
	"gqa_group_size":            {reference.GQAGroupSize, 1, "heads"},
	"sparse_mode":               {reference.SparseMode, 1, "bool"},
}

var (
	mfuFraction = metric{reference.MFU, 1, "fraction"}
	mfuPercent  = metric{reference.MFU, 0.01, "%"}
)

// factRule is what a key of a configuration declares: a count, a name as printed, or what each of a few words stands for
// ("true" and "false" are the booleans).
type factRule struct {
	key   FactKey
	name  bool
	words map[string][]Fact
}

// factKeys are the configuration keys that trainers write, in nanoGPT's, Hugging Face's and Megatron's spelling.
var factKeys = map[string]factRule{
	"n_layer": {key: Layers}, "n_layers": {key: Layers}, "num_layers": {key: Layers}, "num_hidden_layers": {key: Layers},
	"n_head": {key: Heads}, "n_heads": {key: Heads}, "num_attention_heads": {key: Heads},
	"n_embd": {key: HiddenSize}, "d_model": {key: HiddenSize}, "hidden_size": {key: HiddenSize},
	"num_key_value_heads": {key: KVHeads}, "n_kv_head": {key: KVHeads}, "n_kv_heads": {key: KVHeads}, "num_kv_heads": {key: KVHeads},
	"num_query_groups": {key: KVHeads}, "n_query_groups": {key: KVHeads},
	"head_dim": {key: HeadDim}, "head_size": {key: HeadDim},
	"d_ff": {key: IntermediateSize}, "intermediate_size": {key: IntermediateSize}, "ffn_hidden_size": {key: IntermediateSize},
	"vocab_size": {key: VocabSize}, "n_vocab": {key: VocabSize}, "padded_vocab_size": {key: VocabSize},
	"block_size": {key: SeqLen}, "seq_len": {key: SeqLen}, "max_seq_len": {key: SeqLen}, "sequence_length": {key: SeqLen},
	// max_position_embeddings is no training length: it bounds what the model can take.
	"max_seq_length": {key: SeqLen}, "sequence_len": {key: SeqLen}, "cutoff_len": {key: SeqLen},
	"batch_size": {key: MicroBatch}, "micro_batch_size": {key: MicroBatch}, "local_batch_size": {key: MicroBatch},
	"per_device_train_batch_size": {key: MicroBatch}, "train_micro_batch_size_per_gpu": {key: MicroBatch},
	"gradient_accumulation_steps": {key: GradAccum},
	"global_batch_size":           {key: GlobalBatch},
	"num_gpus":                    {key: Devices}, "world_size": {key: Devices}, "n_gpus": {key: Devices},
	"num_experts": {key: Experts}, "n_experts": {key: Experts}, "num_local_experts": {key: Experts}, "n_routed_experts": {key: Experts},
	"sliding_window":       {key: Window},
	"data_parallel_size":   {key: DataParallel},
	"tensor_parallel_size": {key: TensorParallel}, "tensor_model_parallel_size": {key: TensorParallel},
	"tensor_parallel_degree": {key: TensorParallel},
	"pipeline_parallel_size": {key: PipelineParallel}, "pipeline_model_parallel_size": {key: PipelineParallel},
	"pipeline_parallel_degree": {key: PipelineParallel},
	"context_parallel_size":    {key: ContextParallel}, "context_parallel_degree": {key: ContextParallel},
	"log_interval": {key: LogInterval},

	"dtype": {key: Precision, name: true}, "precision": {key: Precision, name: true},
	"gpu_name": {key: Device, name: true}, "device_name": {key: Device, name: true},

	"bf16": {words: map[string][]Fact{"true": {{Key: Precision, Str: "bf16"}}, "false": nil}},
	"fp16": {words: map[string][]Fact{"true": {{Key: Precision, Str: "fp16"}}, "false": nil}},

	"weight_tying":                  {words: truth(TiedEmbeddings)},
	"tie_word_embeddings":           {words: truth(TiedEmbeddings)},
	"bias":                          {words: truth(Bias)},
	"qk_norm":                       {words: truth(QKNorm)},
	"fsdp_activation_checkpointing": {words: recomputation},
	"activation_checkpointing":      {words: recomputation},
	"gradient_checkpointing":        {words: recomputation},
	"sparse_mode": {words: map[string][]Fact{
		"true": {{Key: Sparsity, Str: "2:4"}}, "false": {{Key: Sparsity, Str: "none"}},
	}},
	"ffn_type": {words: map[string][]Fact{
		"swiglu": {{Key: GatedFFN, Num: 1}}, "geglu": {{Key: GatedFFN, Num: 1}},
		"standard": {{Key: GatedFFN}}, "gelu": {{Key: GatedFFN}}, "mlp": {{Key: GatedFFN}},
	}},
	"normalization": {words: map[string][]Fact{
		"rmsnorm": {{Key: Norm, Str: "rms"}}, "layernorm": {{Key: Norm, Str: "layer"}},
		"layernorm_nobias": {{Key: Norm, Str: "layer-no-bias"}},
	}},
	"norm_position": {words: map[string][]Fact{
		"pre":  {{Key: NormsPerLayer, Num: 2}, {Key: FinalNorm, Num: 1}},
		"post": {{Key: NormsPerLayer, Num: 2}, {Key: FinalNorm}},
	}},
	"position_encoding": {words: map[string][]Fact{
		"rope": {{Key: PositionKind, Str: "rope"}}, "learned_absolute": {{Key: PositionKind, Str: "learned"}},
		"learned": {{Key: PositionKind, Str: "learned"}}, "alibi": {{Key: PositionKind, Str: "alibi"}},
		"none": {{Key: PositionKind, Str: "none"}},
	}},
}

var recomputation = map[string][]Fact{
	"true": {{Key: Recompute, Str: "full"}}, "false": {{Key: Recompute, Str: "none"}},
	"full": {{Key: Recompute, Str: "full"}}, "selective": {{Key: Recompute, Str: "selective"}}, "none": {{Key: Recompute, Str: "none"}},
}

func truth(key FactKey) map[string][]Fact {
	return map[string][]Fact{"true": {{Key: key, Num: 1}}, "false": {{Key: key}}}
}

// presetOverrides are the facts that an architecture preset sets whatever the configuration beside it says.
var presetOverrides = map[FactKey]bool{
	TiedEmbeddings: true, Norm: true, PositionKind: true, NormsPerLayer: true, FinalNorm: true, GatedFFN: true, Bias: true,
}
