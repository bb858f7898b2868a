package runlog

import (
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
)

func TestHeadersAsPeoplePrintThemAreUnderstood(t *testing.T) {
	for _, c := range []struct {
		header, key string
		quantity    reference.Quantity
		scale       float64
	}{
		{"# GPUs", "devices", "", 0},
		{"Number of GPUs", "devices", "", 0},
		{"GPU", "device", "", 0},
		{"SeqLen (T)", "seq_len", "", 0},
		{"Sequence length", "seq_len", "", 0},
		{"GlobalBatchSize", "global_batch_size", "", 0},
		{"GlobalBatchSize (T)", "tokens_per_step", reference.TokensPerStep, 1},
		{"Batch size (M tokens)", "tokens_per_step", reference.TokensPerStep, 1e6},
		{"MicroBatchSize", "micro_batch_size", "", 0},
		{"GradAccum", "gradient_accumulation_steps", "", 0},
		{"Throughput (S/s)", "samples_per_sec", reference.SequencesPerSec, 1},
		{"Throughput (T/s)", "tokens_per_sec", reference.TokensPerSec, 1},
		{"Throughput (T/s/GPU)", "tokens_per_sec_per_device", reference.TokensPerSecPerDevice, 1},
		{"Tokens/s/GPU", "tokens_per_sec_per_device", reference.TokensPerSecPerDevice, 1},
		{"tokens/sec/chip", "tokens_per_sec_per_device", reference.TokensPerSecPerDevice, 1},
		{"TGS", "tokens_per_sec_per_device", reference.TokensPerSecPerDevice, 1},
		{"TFLOP/s/GPU", "tflops_per_device", reference.AchievedFLOPsPerDevice, 1e12},
		{"TFLOPs/GPU", "tflops_per_device", reference.AchievedFLOPsPerDevice, 1e12},
		{"Model TFLOP", "tflops_per_device", reference.AchievedFLOPsPerDevice, 1e12},
		{"Achieved teraFLOP/s per GPU", "tflops_per_device", reference.AchievedFLOPsPerDevice, 1e12},
		{"Achieved aggregate petaFLOP/s", "aggregate_pflops", reference.AchievedFLOPs, 1e15},
		{"Percentage of theoretical peak FLOP/s", "mfu", reference.MFU, 0.01},
		{"% of peak", "mfu", reference.MFU, 0.01},
		{"MFU (%)", "mfu", reference.MFU, 0.01},
		{"MFU", "mfu", reference.MFU, 1},
		{"HFU [%]", "hfu", reference.HFU, 0.01},
		{"Parameters (billion)", "parameters", reference.Parameters, 1e9},
		{"Number of parameters (billion)", "parameters", reference.Parameters, 1e9},
		{"Params (M)", "parameters", reference.Parameters, 1e6},
		{"NumParams", "parameters", reference.Parameters, 1},
		{"Step time (s)", "step_time_s", reference.StepTime, 1},
		{"Iteration time (ms)", "step_time_ms", reference.StepTime, 1e-3},
		{"ms/step", "step_time_ms", reference.StepTime, 1e-3},
		{"GFLOPs per token", "flops_per_token", reference.FLOPsPerToken, 1e9},
		{"Peak TFLOP/s per GPU", "peak_tflops_per_device", reference.PeakFLOPsPerDevice, 1e12},
		{"Model Hidden size", "hidden_size", "", 0},
		{"Attention heads", "num_attention_heads", "", 0},
		{"KV heads", "num_key_value_heads", "", 0},
		{"d_ff", "intermediate_size", "", 0},
		{"Vocabulary size", "vocab_size", "", 0},
		{"Tensor model-parallel size", "tensor_model_parallel_size", "", 0},
		{"PP", "pipeline_model_parallel_size", "", 0},
		{"Activation Checkpointing", "recompute", "", 0},
		{"Precision", "precision", "", 0},
	} {
		m, ok := meaningOf(c.header)
		if !ok || m.key != c.key || m.quantity != c.quantity || m.scale != c.scale {
			t.Errorf("%s: %q %q × %v, want %q %q × %v", c.header, m.key, m.quantity, m.scale, c.key, c.quantity, c.scale)
		}
	}
}

func TestHeadersThatSayMoreThanAMetricAreNone(t *testing.T) {
	for _, header := range []string{
		"MFU improvement", "Speedup", "Training time (days)", "Tokens", "Total TFLOPs", "FLOPs", "Activation CPUOffload", "MP Mode", "Sharding Strategy",
		"Throughput", "Memory (GB)", "", "#", "%", "Active parameters", "Tokens/J", "MFU vs. baseline", "samples/s/GPU", "Validation loss", "peak memory", "Inference tokens/s",
	} {
		if m, ok := meaningOf(header); ok {
			t.Errorf("%q is taken for %s", header, m.key)
		}
	}
}
