package runlog

import "testing"

func TestLitGPTLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"an iteration is a step where nothing is accumulated", `Epoch 1 | iter 10 step 10 | loss train: 2.846, val: n/a | iter time: 112.20 ms (step) remaining time: 0:01:54
Epoch 1 | iter 20 step 20 | loss train: 2.750, val: 2.861 | iter time: 111.35 ms (step)
`,
			`steps [10 20] convention ""
loss loss ×1 nats: 2.846/4 2.75/4 at 1:41+5
iter time step_time ×0.001 ms: 112.2/5 111.35/5 at 1:70+6
gradient_accumulation_steps 1 "iterations ÷ steps" step  2:1+0
accumulation_scope rank "litgpt: micro-batches of a rank" format  2:1+0`,
		},
		{
			"iterations of unfinished steps say nothing of the accumulation", `Epoch 1 | iter 6 step 2 | loss train: 2.846, val: n/a | iter time: 112.20 ms remaining time: 0:01:54
Epoch 1 | iter 9 step 3 | loss train: 2.750, val: n/a | iter time: 111.35 ms
`,
			`steps [6 9] convention ""
loss loss ×1 nats: 2.846/4 2.75/4 at 1:39+5
listed iter time 1:68+6: the time of one micro-batch, of which a step has several`,
		},
		{
			"the first dialect, whose iterations count from 0", `{'eval_interval': 100, 'devices': 2, 'batch_size': 128, 'micro_batch_size': 4}
Number of trainable parameters: 4,194,304
iter 30 step 0: loss 1.9667, iter time: 92.21ms
iter 31 step 1: loss nan, iter time: 196.06ms (optimizer.step)
`,
			`steps [30 31] convention ""
loss loss ×1 nats: 1.9667/5 - at 3:22+6
listed iter time 3:41+5: the time of one micro-batch, of which a step has several
micro_batch_size 4 "4" config micro_batch_size 1:77+1
devices 2 "2" config devices 1:35+1
summary Number of trainable parameters trainable_parameters 4.194304e+06/7 ×1 "4,194,304" 2:33+9
nan 4:22 +3 ×1 loss: loss is NaN; the value is left out`,
		},
		{
			"two ratios of iterations to steps", `Epoch 1 | iter 4 step 2 | loss train: 2.846, val: n/a | iter time: 112.20 ms (step)
Epoch 1 | iter 9 step 3 | loss train: 2.750, val: n/a | iter time: 111.35 ms (step)
`,
			`steps [4 9] convention ""
loss loss ×1 nats: 2.846/4 2.75/4 at 1:39+5
listed iter time 1:68+6: the time of one micro-batch, of which a step has several`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "litgpt", c.text)), c.want)
		})
	}
}

func TestLitGPTFixture(t *testing.T) {
	log, _ := readFixture(t, "litgpt.log")
	same(t, "litgpt", told(log), `
steps [4 8 12] convention ""
loss loss ×1 nats: 10.987/5 10.504/5 10.211/5 at 22:39+6
listed iter time 22:69+7: the time of one micro-batch, of which a step has several
head_dim 64 "64" config head_size 5:32+2
gated 0 "GptNeoxMLP" config mlp_class_name 6:37+12
hidden_size 768 "768" config n_embd 7:29+3
num_attention_heads 12 "12" config n_head 8:29+2
num_hidden_layers 12 "12" config n_layer 9:30+2
num_key_value_heads 12 "12" config n_query_groups 10:37+2
vocab_size 50304 "50304" config padded_vocab_size 11:40+5
devices 2 "2" config devices 2:13+1
precision bf16-true "bf16-true" config precision 13:16+9
global_batch_size 32 "32" config global_batch_size 14:33+2
micro_batch_size 4 "4" config micro_batch_size 16:32+1
tie_word_embeddings 0 "False" config tie_embeddings 17:30+5
seq_len 1024 "1024" config block_size 4:33+4
gradient_accumulation_steps 4 "iterations ÷ steps" step  25:1+0
accumulation_scope rank "litgpt: micro-batches of a rank" format  25:1+0
summary Total parameters parameters 1.62322944e+08/9 ×1 "162,322,944" 19:19+11`)
}

func FuzzLitGPT(f *testing.F) {
	fuzzText(
		f, &litGPT,
		`{'devices': 2, 'model_config': {'block_size': 1024, 'n_layer': 12, 'mlp_class_name': 'LLaMAMLP'}, 'num_nodes': 1,
 'precision': 'bf16-true', 'train': {'global_batch_size': 32, 'max_seq_length': None, 'tie_embeddings': True}}
Total parameters: 162,322,944
Epoch 1 | iter 4 step 4 | loss train: 10.987, val: n/a | iter time: 1412.20 ms (step) remaining time: 0:10:54`,
		"iter 77 step 39: loss 1.9667, iter time: 214.40ms (optimizer.step)\niter 78 step 39: loss 1, iter time: nanms",
	)
}
