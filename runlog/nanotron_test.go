package runlog

import "testing"

func TestNanotronLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			// 105 000 tokens/s × 2.5 s = 262 500, about the batch's 262 000.
			"a batch of tokens", `10/02 09:15:34 [INFO|DP=0|PP=0|TP=0]: iteration: 2 / 9 | consumed_tokens: 524K | time_per_iteration_ms: 2.5K | tokens_per_sec: 105K | tokens_per_sec_per_gpu: 13.1K | global_batch_size: 262K | lm_loss: 10.9 | model_tflops_per_gpu: 154 | eta: 0:00:17
`,
			`steps [2] convention "nanotron"
time_per_iteration_ms step_time ×0.001 ms: 2500/2 at 1:105+4
tokens_per_sec tokens_per_sec ×1 tokens/s: 105000/3 at 1:128+4
tokens_per_sec_per_gpu tokens_per_sec_per_device ×1 tokens/s: 13100/3 at 1:159+5
global_batch_size tokens_per_step ×1 tokens: 262000/3 at 1:186+4
lm_loss loss ×1 nats: 10.9/3 at 1:202+4
model_tflops_per_gpu achieved_flops_per_device ×1e+12 TFLOP/s: 154/3 at 1:231+3`,
		},
		{
			// 22 800 tokens/s × 11.5 s = 262 200 = 64 × 4097: sequences, but of what length is not said.
			"a batch of sequences of unknown length", `iteration: 7 / 9 | elapsed_time_per_iteration_ms: 11.5K | tokens_per_sec: 22.8K | global_batch_size: 64 | hardware_tflops_per_gpu: 38.3
`,
			`steps [7] convention "nanotron"
elapsed_time_per_iteration_ms step_time ×0.001 ms: 11500/3 at 1:51+5
tokens_per_sec tokens_per_sec ×1 tokens/s: 22800/3 at 1:75+5
sequences of unknown length global_batch_size ×1, 1 values
listed hardware_tflops_per_gpu 1:132+4: of a device's hardware: what is recomputed may be in it
global_batch_size 64 "64" step global_batch_size 1:102+2`,
		},
		{
			// 22 800 tokens/s × 11.5 s = 262 200 is neither 2000 sequences of 4096 nor 128 000 tokens.
			"a batch that is neither", `iteration: 7 / 9 | elapsed_time_per_iteration_ms: 11.5K | tokens_per_sec: 22.8K | global_batch_size: 128K
`,
			`steps [7] convention "nanotron"
elapsed_time_per_iteration_ms step_time ×0.001 ms: 11500/3 at 1:51+5
tokens_per_sec tokens_per_sec ×1 tokens/s: 22800/3 at 1:75+5
wrong-type 1:1 +0 ×1 global_batch_size: global_batch_size counts sequences or tokens, as versions differ, and tokens_per_sec × time fits neither; the values are left out`,
		},
		{
			// 1020 of the 1024 sequences are printed: no fact, but a value with three digits.
			"a batch that is rounded", `[Start training] mbs: 4 | grad_accum: 1 | sequence_length: 2048 | global_batch_size: 1024 | train_steps: 9
iteration: 7 / 9 | elapsed_time_per_iteration_ms: 4K | tokens_per_sec: 524K | global_batch_size: 1.02K
`,
			`steps [7] convention "nanotron"
elapsed_time_per_iteration_ms step_time ×0.001 ms: 4000/1 at 2:51+2
tokens_per_sec tokens_per_sec ×1 tokens/s: 524000/3 at 2:72+4
global_batch_size tokens_per_step ×2048 sequences: 1020/3 at 2:98+5
micro_batch_size 4 "4" config mbs 1:23+1
gradient_accumulation_steps 1 "1" config grad_accum 1:39+1
seq_len 2048 "2048" config sequence_length 1:60+4
global_batch_size 1024 "1024" config global_batch_size 1:86+4
accumulation_scope rank "nanotron: per replica" format grad_accum 1:27+10`,
		},
		{
			"experts on devices of their own", `Config(parallelism=ParallelismArgs(dp=2,
  pp=2,
  tp=4,
  expert_parallel_size=2))
done
iteration: 7 / 9 | time_per_iteration_ms: 4K | tokens_per_sec: 524K
`,
			`steps [7] convention "nanotron"
time_per_iteration_ms step_time ×0.001 ms: 4000/1 at 6:43+2
tokens_per_sec tokens_per_sec ×1 tokens/s: 524000/3 at 6:64+4
data_parallel_size 2 "2" config dp 1:39+1
pipeline_model_parallel_size 2 "2" config pp 2:6+1
tensor_model_parallel_size 4 "4" config tp 3:6+1
expert_model_parallel_size 2 "2" config expert_parallel_size 4:24+1`,
		},
		{
			"another model's dimensions, and a padded vocabulary", `Config(parallelism=ParallelismArgs(dp=2,
  pp=2,
  tp=4,
  expert_parallel_size=1),
  model=ModelArgs(model_config=Qwen2Config(hidden_size=16,
  num_hidden_layers=4),
  tokens=TokensArgs(sequence_length=None))
Padded vocab (size: 50257) with 15 dummy tokens (new size: 50272)
Total number of parameters: 12.4K (0.02MiB)
iteration: 7 / 9 | time_per_iteration_ms: 4K | tokens_per_sec: 524K
`,
			`steps [7] convention "nanotron"
time_per_iteration_ms step_time ×0.001 ms: 4000/1 at 10:43+2
tokens_per_sec tokens_per_sec ×1 tokens/s: 524000/3 at 10:64+4
data_parallel_size 2 "2" config dp 1:39+1
pipeline_model_parallel_size 2 "2" config pp 2:6+1
tensor_model_parallel_size 4 "4" config tp 3:6+1
expert_model_parallel_size 1 "1" config expert_parallel_size 4:24+1
devices 16 "dp × pp × tp" config dp 1:39+1
vocab_size 50272 "50272" config new size 8:60+5`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "nanotron", c.text)), c.want)
		})
	}
}

func TestNanotronFixture(t *testing.T) {
	log, _ := readFixture(t, "nanotron.log")
	same(t, "nanotron", told(log), `
steps [1 2 3] convention "nanotron"
elapsed_time_per_iteration_ms step_time ×0.001 ms: 11200/3 2500/2 2510/3 at 28:121+5
tokens_per_sec tokens_per_sec ×1 tokens/s: 23400/3 105000/3 104000/3 at 28:145+5
tokens_per_sec_per_gpu tokens_per_sec_per_device ×1 tokens/s: 2930/3 13100/3 13100/3 at 28:177+5
global_batch_size tokens_per_step ×4096 sequences: 64/2 64/2 64/2 at 28:204+2
lm_loss loss ×1 nats: 11/2 10.9/3 - at 28:218+2
model_tflops_per_gpu achieved_flops_per_device ×1e+12 TFLOP/s: 34.5/3 154/3 154/3 at 28:257+4
listed hardware_tflops_per_gpu 28:289+4: of a device's hardware: what is recomputed may be in it
data_parallel_size 8 "8" config dp 5:82+1
pipeline_model_parallel_size 1 "1" config pp 6:82+1
tensor_model_parallel_size 1 "1" config tp 7:82+1
hidden_size 2048 "2048" config hidden_size 11:104+4
intermediate_size 8192 "8192" config intermediate_size 12:110+4
num_attention_heads 32 "32" config num_attention_heads 13:112+2
num_hidden_layers 24 "24" config num_hidden_layers 14:110+2
num_key_value_heads 8 "8" config num_key_value_heads 15:112+1
tie_word_embeddings 1 "True" config tie_word_embeddings 17:112+4
vocab_size 49152 "49152" config vocab_size 18:103+5
precision bfloat16 "bfloat16" config dtype 19:79+8
seq_len 4096 "4096" config sequence_length 21:85+4
micro_batch_size 2 "2" config micro_batch_size 23:86+1
gradient_accumulation_steps 4 "4" config batch_accumulation_per_replica 24:100+1
devices 8 "dp × pp × tp" config dp 5:82+1
global_batch_size 64 "64" config global_batch_size 27:141+2
global_batch_size 64 "64" step global_batch_size 28:204+2
position_embedding rope "nanotron: LlamaConfig" format model_config 9:80+11
norm rms "nanotron: LlamaConfig" format model_config 9:80+11
norms_per_layer 2 "nanotron: LlamaConfig" format model_config 9:80+11
final_norm 1 "nanotron: LlamaConfig" format model_config 9:80+11
bias 0 "nanotron: LlamaConfig" format model_config 9:80+11
qk_norm 0 "nanotron: LlamaConfig" format model_config 9:80+11
gated 1 "nanotron: LlamaConfig" format model_config 9:80+11
accumulation_scope rank "nanotron: per replica" format batch_accumulation_per_replica 24:100+1
summary Total number of parameters parameters 1.56e+09/3 ×1 "1.56B" 26:72+5
nan 30:217 +3 ×1 lm_loss: lm_loss is NaN; the value is left out`)
}

func FuzzNanotron(f *testing.F) {
	fuzzText(f, &nanotron,
		`[INFO|DP=0|PP=0|TP=0]: Config(general=GeneralArgs(x='y',
[INFO|DP=0|PP=0|TP=0]:   parallelism=ParallelismArgs(dp=2,
  pp=1,
  tp=1,
  model=ModelArgs(model_config=LlamaConfig(hidden_size=16,
  vocab_size=256))
done
Total number of parameters: 12.4K (0.02MiB)
[Start training] mbs: 2 | grad_accum: 1 | global_batch_size: 64 | sequence_length: 4096 | x
iteration: 1 / 9 | elapsed_time_per_iteration_ms: 2.5K | tokens_per_sec: 105K | global_batch_size: 64 | lm_loss: 2
iteration: 2 / 9 | time_per_iteration_ms: 2.5K | tokens_per_sec: 105K | global_batch_size: 1.6M`,
		"iteration: 1/1|time_per_iteration_ms:nan|tokens_per_sec:1E|global_batch_size:0|",
	)
}
