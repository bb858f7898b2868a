package runlog

import "testing"

func TestMaxTextLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"2023", `completed step: 0, seconds: 1.5, TFLOP/s: 12.5, loss: 10.25
`,
			`steps [0] convention "maxtext"
seconds step_time ×1 s: 1.5/2 at 1:29+3
TFLOP/s achieved_flops_per_device ×1e+12 TFLOP/s: 12.5/3 at 1:43+4
loss loss ×1 nats: 10.25/4 at 1:55+5`,
		},
		{
			"while the batch grows there are no rates", `[Rampup Batch Size Phase], completed step: 4, seconds: 1.5, total_weights: 10, loss: 10.25, lm_loss: 9.000, perplexity: 1.000
completed step: 5, seconds: 1.25, TFLOP/s/device: 1687070.000, Tokens/s/device: 32768000.000, loss: inf, main_model_loss: 1.000
Completed eval step: 6, seconds: 1.500, running loss=9.000
`,
			`steps [4 5] convention "maxtext"
seconds step_time ×1 s: 1.5/2 1.25/3 at 1:56+3
loss loss ×1 nats: 10.25/4 - at 1:86+5
TFLOP/s/device achieved_flops_per_device ×1e+12 TFLOP/s: - 1.68707e+06/10 at 2:51+11
Tokens/s/device tokens_per_sec_per_device ×1 tokens/s: - 3.2768e+07/11 at 2:81+12
infinity 2:101 +3 ×1 loss: loss is infinite; the value is left out`,
		},
		{
			// 50.00 TFLOPs of 2 × 1024 tokens a device; the prefill's are not training's.
			"a mixture of experts declares its batch alone", `Config param decoder_block: DecoderBlockType.LLAMA2
Config param dtype: bfloat16
Config param emb_dim: 4096
Config param max_target_length: 1024
Config param num_experts: 8
Config param per_device_batch_size: 2
Config param quantization: int8
Config param remat_policy: minimal
Per prefill step per device:
 Total TFLOPs: 10.00
Per train step:
 Total TFLOPs: 50.00
completed step: 0, seconds: 1.5, TFLOP/s/device: 33.3, Tokens/s/device: 1365.3, loss: 10.25
`,
			`steps [0] convention "maxtext"
seconds step_time ×1 s: 1.5/2 at 13:29+3
TFLOP/s/device achieved_flops_per_device ×1e+12 TFLOP/s: 33.3/3 at 13:50+4
Tokens/s/device tokens_per_sec_per_device ×1 tokens/s: 1365.3/5 at 13:73+6
loss loss ×1 nats: 10.25/4 at 13:87+5
seq_len 1024 "1024" config max_target_length 4:33+4
micro_batch_size 2 "2" config per_device_batch_size 6:37+1
precision int8 "int8" config quantization 7:28+4
summary Total TFLOPs model_flops_per_token 50/4 ×4.8828125e+08 "50.00" 12:16+5`,
		},
		{
			"under DPO another model's FLOPs are in the sum, and half a sequence is no batch", `Config param decoder_block: gemma2
Config param emb_dim: 4096
Config param max_target_length: 1024
Config param mlp_activations: ['secret', 'linear']
Config param per_device_batch_size: 0.5
Config param use_dpo: True
Per train step:
 Total TFLOPs: 50.00
completed step: 0, seconds: 1.5, loss: 10.25
`,
			`steps [0] convention "maxtext"
seconds step_time ×1 s: 1.5/2 at 9:29+3
loss loss ×1 nats: 10.25/4 at 9:40+5
seq_len 1024 "1024" config max_target_length 3:33+4`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "maxtext", c.text)), c.want)
		})
	}
}

func TestMaxTextFixture(t *testing.T) {
	log, _ := readFixture(t, "maxtext.log")
	// 3373.16e12 FLOPs of 4 × 8192 × 2 = 65 536 tokens a device: 1e12 ÷ 65 536 = 15 258 789.0625.
	same(t, "maxtext", told(log), `
steps [0 1 2 3] convention "maxtext"
seconds step_time ×1 s: 31.204/5 0.002/1 13.498/5 13.5/5 at 28:29+6
TFLOP/s/device achieved_flops_per_device ×1e+12 TFLOP/s: 108.1/6 1.68658e+06/10 249.901/6 249.864/6 at 28:53+7
Tokens/s/device tokens_per_sec_per_device ×1 tokens/s: 2100.243/7 3.2768e+07/11 4855.238/7 4854.519/7 at 28:79+8
loss loss ×1 nats: 12.263/5 12.263/5 - 11.514/5 at 28:119+6
global_batch_size 256 "256" config global_batch_size_to_train_on 6:45+3
gradient_accumulation_steps 2 "2" config gradient_accumulation_steps 7:43+1
seq_len 8192 "8192" config max_target_length 10:33+4
micro_batch_size 4 "4.0" config per_device_batch_size 17:37+3
hidden_size 4096 "4096" config emb_dim 5:23+4
head_dim 128 "128" config head_dim 8:24+3
intermediate_size 14336 "14336" config mlp_dim 12:23+5
num_hidden_layers 32 "32" config num_decoder_layers 13:34+2
num_key_value_heads 8 "8" config num_kv_heads 15:28+1
num_attention_heads 32 "32" config num_query_heads 16:31+2
vocab_size 128256 "128256" config vocab_size 22:26+6
tie_word_embeddings 0 "False" config logits_via_embedding 9:36+5
gated 1 "['silu', 'linear']" config mlp_activations 11:31+18
precision bfloat16 "bfloat16" config dtype 4:21+8
recompute full "full" config remat_policy 19:28+4
devices 32 "32" config Num_devices 23:14+2
accumulation_scope rank "MaxText: per device" format gradient_accumulation_steps 7:43+1
position_embedding rope "MaxText: llama2" format decoder_block 3:29+6
norm rms "MaxText: llama2" format decoder_block 3:29+6
norms_per_layer 2 "MaxText: llama2" format decoder_block 3:29+6
final_norm 1 "MaxText: llama2" format decoder_block 3:29+6
bias 0 "MaxText: llama2" format decoder_block 3:29+6
qk_norm 0 "MaxText: llama2" format decoder_block 3:29+6
summary number parameters parameters 8.03/4 ×1e+09 "8.030" 24:20+5
summary Total TFLOPs model_flops_per_token 3373.16/6 ×1.52587890625e+07 "3373.16" 26:16+7
nan 31:119 +3 ×1 loss: loss is NaN; the value is left out
repeated 32:1 +128 ×1 : the record of a step is printed by several ranks; the first is used`)
}

func FuzzMaxText(f *testing.F) {
	fuzzText(f, &maxText,
		`Config param decoder_block: llama2
Config param emb_dim: 4096
Config param gradient_accumulation_steps: 2
Config param max_target_length: 1024
Config param mlp_activations: ['silu', 'linear']
Config param per_device_batch_size: 2.0
Num_devices: 32, shape (1, 32)
number parameters: 8.030 billion
Per train step:
 Total TFLOPs: 50.00
completed step: 0, seconds: 1.5, TFLOP/s/device: 33.3, Tokens/s/device: 1365.3, total_weights: 1, loss: 10.25
completed step: 0, seconds: nan, TFLOP/s: 0`,
		"completed step: 1, seconds:1\rcompleted step: 0, seconds: 1,seconds: 2",
	)
}
