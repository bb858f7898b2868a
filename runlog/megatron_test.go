package runlog

import "testing"

func TestMegatronLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"Megatron-DeepSpeed in seconds", ` iteration    12695/  115311 | consumed samples: 25 | consumed tokens: 52613349376 | elapsed time per iteration (s): 105.22 | global batch size:  2048 | lm loss: 2.029E+00 | samples per second: 19.463 | TFLOPs: 149.02 |
`,
			`steps [12695] convention ""
elapsed time per iteration (s) step_time ×1 s: 105.22/5 at 1:118+6
lm loss loss ×1 nats: 2.029/4 at 1:163+9
TFLOPs hardware_flops_per_device ×1e+12 TFLOP/s: 149.02/5 at 1:212+6
sequences of unknown length global batch size ×1, 1 values
sequences of unknown length samples per second ×1, 1 values
global_batch_size 2048 "2048" step global batch size 1:147+4`,
		},
		{
			"a printed sequence length makes tokens of sequences", ` iteration 199/ 300 | elapsed time per iteration (ms): 14287.5 | global batch size: 768 | actual seqlen: 4096 | samples per second: 53.753 | tokens per gpu per second (tgs): 1146.733 | TFLOPs: 69.85 |
`,
			`steps [199] convention ""
elapsed time per iteration (ms) step_time ×0.001 ms: 14287.5/6 at 1:56+7
global batch size tokens_per_step ×4096 sequences: 768/3 at 1:85+3
samples per second tokens_per_sec ×4096 sequences/s: 53.753/5 at 1:133+6
tokens per gpu per second (tgs) tokens_per_sec_per_device ×1 tokens/s: 1146.733/7 at 1:175+8
TFLOPs hardware_flops_per_device ×1e+12 TFLOP/s: 69.85/4 at 1:194+5
global_batch_size 768 "768" step global batch size 1:85+3
seq_len 4096 "4096" step actual seqlen 1:106+4`,
		},
		{
			"a ramp of the batch size", `---- arguments ----
  global_batch_size ... 64
  rampup_batch_size ... ['32', '32', '1000']
  seq_length ... 128
---- end of arguments ----
 iteration 1/ 9 | elapsed time per iteration (ms): 10.5 | global batch size: 32 |
 iteration 2/ 9 | elapsed time per iteration (ms): 20.5 | global batch size: 64 |
`,
			`steps [1 2] convention ""
elapsed time per iteration (ms) step_time ×0.001 ms: 10.5/3 20.5/3 at 6:52+4
global batch size tokens_per_step ×128 sequences: 32/2 64/2 at 6:78+2
global_batch_size 64 "64" config global_batch_size 2:25+2 void: the batch size is ramped up to it
seq_len 128 "128" config seq_length 4:18+3`,
		},
		{
			"Megatron-Bridge without iteration lines", `Step Time : 6.13s GPU utilization: 426.6MODEL_TFLOP/s/GPU
 0: Step Time : 2.26s GPU utilization: 0.0MODEL_TFLOP/s/GPU # x
`,
			`steps [1 2] convention "megatron-lm"
Step Time step_time ×1 s: 6.13/3 2.26/3 at 1:13+4
GPU utilization achieved_flops_per_device ×1e+12 TFLOP/s: 426.6/4 - at 1:36+5
unnumbered 1:1 +57 ×2 : the records have no iteration numbers; they are counted from 1
sentinel 2:40 +3 ×1 GPU utilization: GPU utilization stands for not measured; the value is left out`,
		},
		{
			"Megatron-Bridge beside iteration lines", `Step Time : 6.13s GPU utilization: 426.6MODEL_TFLOP/s/GPU
 iteration 1/ 9 | elapsed time per iteration (ms): 6131.2 |
Step Time : 2.26s GPU utilization: 1156.2MODEL_TFLOP/s/GPU
 iteration 2/ 9 | elapsed time per iteration (ms): 2311.0 |
`,
			`steps [1 2] convention "megatron-lm"
Step Time step_time ×1 s: 6.13/3 - at 1:13+4
GPU utilization achieved_flops_per_device ×1e+12 TFLOP/s: 426.6/4 - at 1:36+5
elapsed time per iteration (ms) step_time ×0.001 ms: 6131.2/5 2311/5 at 2:52+6
unnumbered 3:13 +4 ×1 Step Time: Step Time fits no record beside it; the line is left out`,
		},
		{
			"NeMo", `[2025-11-20T14:55:23+08:00] training/0 Training epoch 0, iteration 97/99 | lr: 1.469e-05 | global_batch_size: 128 | reduced_train_loss: 6.265 | train_step_timing in s: 12.22 | tokens_per_sec_per_gpu: 1.073e+04 | consumed_samples: 12544
`,
			`steps [97] convention ""
reduced_train_loss loss ×1 nats: 6.265/4 at 1:137+5
train_step_timing in s step_time ×1 s: 12.22/4 at 1:169+5
tokens_per_sec_per_gpu tokens_per_sec_per_device ×1 tokens/s: 10730/4 at 1:201+9
sequences of unknown length global_batch_size ×1, 1 values
global_batch_size 128 "128" step global_batch_size 1:111+3`,
		},
		{
			"gpt-neox glues the unit to the number", ` samples/sec: 51.234 | iteration 10/ 50 | elapsed time per iteration (ms): 9876.5 | approx flops per GPU: 150.3TFLOPS | MFU: 48.2% | lm_loss: 2.5E+00 |
`,
			`steps [10] convention ""
elapsed time per iteration (ms) step_time ×0.001 ms: 9876.5/5 at 1:76+6
approx flops per GPU hardware_flops_per_device ×1e+12 TFLOP/s: 150.3/4 at 1:107+5
MFU mfu ×0.01 %: 48.2/3 at 1:126+4
lm_loss loss ×1 nats: 2.5/2 at 1:143+7
sequences of unknown length samples/sec ×1, 1 values`,
		},
		{
			"early Megatron-DeepSpeed", ` iteration 1/ 9 | elapsed time per iteration (ms): 121899.8 |
Effective Tera Flops per GPU: 41.94 and total parameters 52.005 B
`,
			`steps [1] convention ""
elapsed time per iteration (ms) step_time ×0.001 ms: 121899.8/7 at 1:52+8
Effective Tera Flops per GPU hardware_flops_per_device ×1e+12 TFLOP/s: 41.94/4 at 2:31+5
total parameters parameters ×1e+09 billion: 52.005/5 at 2:58+6`,
		},
		{
			"arguments of before GQA, with origins as in gpt-neox", `0: -------------------- arguments --------------------
0:   num_layers ...................... 12updated
0:   num_attention_heads ............. 8default
0:   hidden_size ..................... a lot
0:   checkpoint_activations ..........  True
0:   fp16 ............................ True
0: ---------------- end of arguments ----------------
 iteration 1/ 9 | elapsed time per iteration (ms): 10.5 |
`,
			`steps [1] convention ""
elapsed time per iteration (ms) step_time ×0.001 ms: 10.5/3 at 8:52+4
num_hidden_layers 12 "12" config num_layers 2:40+2
num_attention_heads 8 "8" config num_attention_heads 3:40+1
recompute full "True" config checkpoint_activations 5:41+4
precision fp16 "fp16" config fp16 6:40+4
num_key_value_heads 8 "Megatron: multi-head" format num_attention_heads 3:40+1
gated 0 "Megatron: GELU" format num_layers 2:40+2
tie_word_embeddings 1 "Megatron: tied" format num_layers 2:40+2
wrong-type 4:40 +5 ×1 hidden_size: hidden_size is not a positive whole number; the value is left out`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "megatron", c.text)), c.want)
		})
	}
}

func TestMegatronFixture(t *testing.T) {
	log, _ := readFixture(t, "megatron.log")
	same(t, "megatron", told(log), `
steps [1 2] convention "megatron-lm"
elapsed time per iteration (ms) step_time ×0.001 ms: 25361.6/6 9040.2/5 at 30:138+7
throughput per GPU (TFLOP/s/GPU) achieved_flops_per_device ×1e+12 TFLOP/s: 133/4 373.1/4 at 30:182+5
global batch size tokens_per_step ×8192 sequences: 128/3 128/3 at 30:241+3
lm loss loss ×1 nats: 12.18812/7 11.20313/7 at 30:256+12
context_parallel_size 1 "1" config context_parallel_size 4:64+1
data_parallel_size 4 "4" config data_parallel_size 5:64+1
intermediate_size 14336 "14336" config ffn_hidden_size 7:64+5
global_batch_size 128 "128" config global_batch_size 10:64+3
hidden_size 4096 "4096" config hidden_size 12:64+4
head_dim 128 "128" config kv_channels 13:64+3
micro_batch_size 1 "1" config micro_batch_size 14:64+1
norm rms "RMSNorm" config normalization 15:64+7
num_attention_heads 32 "32" config num_attention_heads 16:64+2
num_hidden_layers 32 "32" config num_layers 18:64+2
num_key_value_heads 8 "8" config num_query_groups 19:64+1
pipeline_model_parallel_size 2 "2" config pipeline_model_parallel_size 20:64+1
position_embedding rope "rope" config position_embedding_type 21:64+4
recompute selective "selective" config recompute_granularity 22:64+9
seq_len 8192 "8192" config seq_length 23:64+4
gated 1 "True" config swiglu 24:64+4
tensor_model_parallel_size 2 "2" config tensor_model_parallel_size 25:64+1
tie_word_embeddings 0 "True" config untie_embeddings_and_output_weights 26:64+4
devices 16 "16" config world_size 27:64+2
precision fp8 "fp8" config fp8 9:64+6
vocab_size 128256 "128256" config new size 29:74+6
global_batch_size 128 "128" step global batch size 30:241+3`)
}

func FuzzMegatron(f *testing.F) {
	fuzzText(f, &megatron,
		`---- arguments ----
  num_layers ... 2
  num_attention_heads ... 8
  group_query_attention ... True
  num_query_groups ... 2
---- end of arguments ----
Step Time : 6.13s GPU utilization: 426.6MODEL_TFLOP/s/GPU
 iteration 1/ 9 | elapsed time per iteration (ms): 6131.2 | global batch size: 8 | actual seqlen: 5 |
Effective Tera Flops per GPU: 41.94`,
		`Training epoch 0, iteration 97/99 | train_step_timing in s: 12.22 | global_batch_size: 128
Training epoch 0, iteration 98/99 | train_step_timing in s: 12.22 | global_batch_size: 256`,
		`Step Time : 6.13s GPU utilization: 426.6MODEL_TFLOP/s/GPU
Step Time : nans`,
	)
}
