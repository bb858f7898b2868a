package reference

// Quantity is a metric with one meaning, one canonical unit and one scope. Its spelling follows the field.
type Quantity string

// The quantities an audit knows. Canonical units are SI: FLOP, FLOP/s, s, tokens/s; MFU and shares are fractions.
const (
	MFU                    Quantity = "mfu"
	HFU                    Quantity = "hfu"
	StepTime               Quantity = "step_time"
	TokensPerStep          Quantity = "tokens_per_step"
	TokensPerSec           Quantity = "tokens_per_sec"
	TokensPerSecPerDevice  Quantity = "tokens_per_sec_per_device"
	FLOPsPerToken          Quantity = "model_flops_per_token"
	WeightFLOPsPerToken    Quantity = "weight_flops_per_token"
	CoreFLOPsPerToken      Quantity = "attention_core_flops_per_token"
	AchievedFLOPs          Quantity = "achieved_flops"
	AchievedFLOPsPerDevice Quantity = "achieved_flops_per_device"
	HardwareFLOPsPerDevice Quantity = "hardware_flops_per_device"
	PeakFLOPs              Quantity = "peak_flops"
	PeakFLOPsPerDevice     Quantity = "peak_flops_per_device"
	AttentionFLOPsPerLayer Quantity = "attention_flops_per_layer"
	FFNFLOPsPerLayer       Quantity = "ffn_flops_per_layer"
	AttentionToFFNRatio    Quantity = "attention_to_ffn_ratio"
	LogitFLOPs             Quantity = "logit_flops"
	GQAGroupSize           Quantity = "gqa_group_size"
	SparseMode             Quantity = "sparse_mode"
	Parameters             Quantity = "parameters"
	TrainableParameters    Quantity = "trainable_parameters"
	NonEmbeddingParameters Quantity = "non_embedding_parameters"
	SequencesPerSec        Quantity = "sequences_per_sec"
	StepsPerSec            Quantity = "steps_per_sec"
	TotalTrainingFLOPs     Quantity = "total_training_flops"
	TotalTokens            Quantity = "total_tokens"
	Loss                   Quantity = "loss"
)

// Scope says over what a rate or an amount is taken.
type Scope string

// The scopes.
const (
	ScopeRun      Scope = "run"      // every device of the run
	ScopeDevice   Scope = "device"   // one device
	ScopeToken    Scope = "token"    // one token, all layers
	ScopeSequence Scope = "sequence" // one sequence, one layer where the quantity says so
	ScopeModel    Scope = "model"    // the model, whatever runs it
	ScopeStep     Scope = "step"     // one optimizer step
)

// QuantityInfo describes a quantity: its canonical unit, its scope, and whether it is an efficiency metric, which is
// what coverage counts. A ratio of a breakdown is one; loss is read where a rule needs it and is not.
type QuantityInfo struct {
	Quantity   Quantity
	Unit       string
	Scope      Scope
	Efficiency bool
	Doc        string
}

// Quantities lists every quantity in the order in which a report prints them.
func Quantities() []QuantityInfo {
	return []QuantityInfo{
		{MFU, "fraction", ScopeRun, true, "model FLOPs utilization: training FLOPs of the model ÷ what the devices could do at peak"},
		{HFU, "fraction", ScopeRun, true, "hardware FLOPs utilization: MFU with recomputed activations counted"},
		{FLOPsPerToken, "FLOP/token", ScopeToken, true, "training FLOPs (forward and backward) per token"},
		{WeightFLOPsPerToken, "FLOP/token", ScopeToken, true, "the part of the training FLOPs per token that is 6 × weights"},
		{CoreFLOPsPerToken, "FLOP/token", ScopeToken, true, "the attention core's part of the training FLOPs per token"},
		{AttentionFLOPsPerLayer, "FLOP", ScopeSequence, true, "forward FLOPs of one layer's attention, projections and core, over one sequence"},
		{FFNFLOPsPerLayer, "FLOP", ScopeSequence, true, "forward FLOPs of one layer's FFN over one sequence"},
		{AttentionToFFNRatio, "ratio", ScopeSequence, true, "attention ÷ FFN forward FLOPs of one layer over one sequence"},
		{LogitFLOPs, "FLOP", ScopeSequence, true, "forward FLOPs of the output head over one sequence"},
		{TokensPerStep, "tokens", ScopeStep, true, "tokens of one optimizer step, all ranks"},
		{TokensPerSec, "tokens/s", ScopeRun, true, "tokens per second, all ranks"},
		{TokensPerSecPerDevice, "tokens/s", ScopeDevice, true, "tokens per second and device"},
		{StepTime, "s", ScopeStep, true, "wall time of one optimizer step"},
		{AchievedFLOPs, "FLOP/s", ScopeRun, true, "training FLOPs per second, all devices"},
		{AchievedFLOPsPerDevice, "FLOP/s", ScopeDevice, true, "training FLOPs per second and device"},
		{HardwareFLOPsPerDevice, "FLOP/s", ScopeDevice, true, "FLOPs that a device computes per second, recomputed activations counted: what HFU is of the peak"},
		{PeakFLOPs, "FLOP/s", ScopeRun, true, "dense peak of all devices at the dtype of the matmuls"},
		{PeakFLOPsPerDevice, "FLOP/s", ScopeDevice, true, "dense peak of one device at the dtype of the matmuls"},
		{GQAGroupSize, "heads", ScopeModel, true, "query heads per key/value head, a/g"},
		{SparseMode, "bool", ScopeModel, true, "whether the run claims 2:4 structured sparsity"},
		{Parameters, "parameters", ScopeModel, true, "all parameters of the model, a tied table once"},
		{TrainableParameters, "parameters", ScopeModel, true, "parameters that are trained"},
		{NonEmbeddingParameters, "parameters", ScopeModel, true, "parameters without the embedding tables"},
		{SequencesPerSec, "sequences/s", ScopeRun, true, "sequences per second, all ranks, where it is not known how many tokens a sequence has"},
		{StepsPerSec, "steps/s", ScopeRun, true, "optimizer steps per second, mostly a mean over the run with all its pauses"},
		{TotalTrainingFLOPs, "FLOP", ScopeRun, true, "training FLOPs of the whole run by the trainer's own formula"},
		{TotalTokens, "tokens", ScopeRun, false, "tokens of the whole run, all ranks"},
		{Loss, "nats", ScopeStep, false, "training loss"},
	}
}

// Info returns the description of q; the zero value if q is not a known quantity.
func (q Quantity) Info() QuantityInfo {
	for _, i := range Quantities() {
		if i.Quantity == q {
			return i
		}
	}
	return QuantityInfo{}
}
