package runlog

import (
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// meaning is what a column of a table was taken for.
type meaning struct {
	key    string
	metric           // of a quantity
	fact   FactKey   // of a fact
	config bool      // a key of a config.json
	role   claimRole // what else the column does
	others []Meaning // what else the header may mean
	mapped string    // how the meaning was found, as TableColumn.Mapped
	share  bool      // a fraction or a percentage, which the numbers tell where neither header nor cell does
	scoped bool      // the header says whether it counts one device or all
}

// claimRole is what a column does that holds neither a quantity nor a fact.
type claimRole uint8

const (
	roleNone claimRole = iota
	roleID
	roleModel
	roleConvention
)

// LogitShare is the part of the forward FLOPs that the output head has; a table may print it, and no log does.
const LogitShare reference.Quantity = "logit_share"

// claimKeys are the names that a table of the tool's own has for its columns, beside the keys of a config.json (gated is one
// of those here: whether the FFN has a gate).
var claimKeys = map[string]meaning{
	"id":         {role: roleID},
	"model":      {role: roleModel},
	"convention": {role: roleConvention},

	"device": {fact: Device}, "devices": {fact: Devices}, "precision": {fact: Precision}, "sparsity": {fact: Sparsity}, "recompute": {fact: Recompute},
	"seq_len": {fact: SeqLen}, "global_batch_size": {fact: GlobalBatch}, "micro_batch_size": {fact: MicroBatch},
	"gradient_accumulation_steps": {fact: GradAccum}, "trained": {fact: TrainedFraction}, "trained_fraction": {fact: TrainedFraction},
	"data_parallel_size": {fact: DataParallel}, "tensor_model_parallel_size": {fact: TensorParallel}, "pipeline_model_parallel_size": {fact: PipelineParallel},
	"context_parallel_size": {fact: ContextParallel}, "expert_model_parallel_size": {fact: ExpertParallel},

	"parameters":               {metric: metric{reference.Parameters, 1, "parameters"}},
	"non_embedding_parameters": {metric: metric{reference.NonEmbeddingParameters, 1, "parameters"}},
	"trainable_parameters":     {metric: metric{reference.TrainableParameters, 1, "parameters"}},
	"step_time_s":              {metric: metric{reference.StepTime, 1, "s"}},
	"step_time_ms":             {metric: metric{reference.StepTime, 1e-3, "ms"}},
	"tokens_per_step":          {metric: metric{reference.TokensPerStep, 1, "tokens"}},
	"tokens_per_sec":           {metric: metric{reference.TokensPerSec, 1, "tokens/s"}},
	"tokens_per_sec_per_device": {
		metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}, scoped: true,
	},
	"samples_per_sec":            {metric: metric{reference.SequencesPerSec, 1, "samples/s"}},
	"mfu":                        {metric: mfuFraction, share: true},
	"hfu":                        {metric: metric{reference.HFU, 1, "fraction"}, share: true},
	"tflops_per_device":          {metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"}, scoped: true},
	"hardware_tflops_per_device": {metric: metric{reference.HardwareFLOPsPerDevice, 1e12, "TFLOP/s"}, scoped: true},
	"aggregate_tflops":           {metric: metric{reference.AchievedFLOPs, 1e12, "TFLOP/s"}, scoped: true},
	"aggregate_pflops":           {metric: metric{reference.AchievedFLOPs, 1e15, "PFLOP/s"}, scoped: true},
	"aggregate_flops":            {metric: metric{reference.AchievedFLOPs, 1, "FLOP/s"}, scoped: true},
	"aggregate_peak_flops":       {metric: metric{reference.PeakFLOPs, 1, "FLOP/s"}, scoped: true},
	"peak_tflops_per_device":     {metric: metric{reference.PeakFLOPsPerDevice, 1e12, "TFLOP/s"}, scoped: true},
	"flops_per_token":            {metric: metric{reference.FLOPsPerToken, 1, "FLOP/token"}},
	"logit_flops":                {metric: metric{reference.LogitFLOPs, 1, "FLOP"}},
	"logit_share":                {metric: metric{LogitShare, 1, "fraction"}, share: true},
	"attention_to_ffn_ratio":     {metric: metric{reference.AttentionToFFNRatio, 1, "ratio"}},
	"attention_flops_per_layer":  {metric: metric{reference.AttentionFLOPsPerLayer, 1, "FLOP"}},
	"ffn_flops_per_layer":        {metric: metric{reference.FFNFLOPsPerLayer, 1, "FLOP"}},
	"gqa_group_size":             {metric: metric{reference.GQAGroupSize, 1, "heads"}},
	"total_training_flops":       {metric: metric{reference.TotalTrainingFLOPs, 1, "FLOP"}},
	"total_tokens":               {metric: metric{reference.TotalTokens, 1, "tokens"}},

	"gated": {config: true},
}

// meaningOfKey is what a canonical key stands for: one of the tool's own or one of a config.json. Other spellings of those, n_layer
// say, are taken for the usual one.
func meaningOfKey(key string) (meaning, bool) {
	m, ok := claimKeys[key]
	if !ok {
		if ambiguousConfigKeys[key] || new(reference.Config).Set(key, "1") != nil {
			return meaning{}, false
		}
		m = meaning{config: true}
		if usual, found := usualConfigKeys[key]; found {
			key = usual
		}
	}
	m.key = key
	return m, true
}

// usualConfigKeys gives the spellings of dimensions that are common in tables one name.
var usualConfigKeys = map[string]string{
	"n_layer": "num_hidden_layers", "n_layers": "num_hidden_layers", "num_layers": "num_hidden_layers",
	"n_embd": "hidden_size", "n_embed": "hidden_size", "d_model": "hidden_size",
	"n_head": "num_attention_heads", "n_heads": "num_attention_heads", "num_heads": "num_attention_heads",
	"num_kv_heads": "num_key_value_heads", "n_head_kv": "num_key_value_heads",
	"d_ff": "intermediate_size", "ffn_dim": "intermediate_size", "ffn_hidden_size": "intermediate_size", "n_inner": "intermediate_size",
	"num_local_experts": "num_experts", "n_routed_experts": "num_experts", "moe_num_experts": "num_experts",
}

// ambiguousConfigKeys are keys of some config.json that mean something else in a table of runs, or too many things.
var ambiguousConfigKeys = map[string]bool{"expand": true, "bias": true, "block_size": true, "max_seq_len": true, "chunk_size": true}

// meaningOf is what a header says, by its name alone.
func meaningOf(header string) (meaning, bool) {
	header = visible(header)
	if m, ok := meaningOfKey(strings.ToLower(header)); ok {
		m.mapped = "name"
		return m, true
	}
	return aliasOf(header)
}
