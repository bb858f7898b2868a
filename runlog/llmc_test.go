package runlog

import "testing"

func TestLLMCLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"the Python twin prints no moving average", `step    2/10 | train loss 10.539388 | norm 43.5996 | lr 1.71e-06 | (2747.19 ms | 381690 tok/s)
`,
			`steps [2] convention "llm.c"
train loss loss ×1 nats: 10.539388/8 at 1:27+9
ms step_time ×0.001 ms: 2747.19/6 at 1:69+7
tok/s tokens_per_sec ×1 tokens/s: 381690/6 at 1:82+6`,
		},
		{
			"two runs in one file", `step 1/9 | loss 11.0 | 10.00 ms | 42.6% bf16 MFU | 400 tok/s
step 2/9 | loss 11.0 | 10.00 ms | 42.6% bf16 MFU | 400 tok/s
step 1/5 | loss 11.0 | 20.00 ms | 21.3% bf16 MFU | 200 tok/s
`,
			`steps [1 2] convention "llm.c"
loss loss ×1 nats: 11/3 11/3 at 1:17+4
ms step_time ×0.001 ms: 10/4 10/4 at 1:24+5
bf16 MFU mfu ×0.01 %: 42.6/3 42.6/3 at 1:35+4
tok/s tokens_per_sec ×1 tokens/s: 400/3 400/3 smoothed at 1:52+3
precision bfloat16 "llm.c: built for bf16 unless PRECISION says otherwise" format  1:1+0
steps [1] convention "llm.c"
loss loss ×1 nats: 11/3 at 3:17+4
ms step_time ×0.001 ms: 20/4 at 3:24+5
bf16 MFU mfu ×0.01 %: 21.3/3 at 3:35+4
tok/s tokens_per_sec ×1 tokens/s: 200/3 smoothed at 3:52+3
precision bfloat16 "llm.c: built for bf16 unless PRECISION says otherwise" format  3:1+0`,
		},
		{
			"an unknown device has no peak", `| peak TFlops           | -1.0 |
| device | fast thing |
step 1/9 | loss nan (+nanz)| 10.00 ms | -100.0% bf16 MFU | 400 tok/s
`,
			`steps [1] convention "llm.c"
ms step_time ×0.001 ms: 10/4 at 3:30+5
tok/s tokens_per_sec ×1 tokens/s: 400/3 smoothed at 3:60+3
sentinel 1:27 +4 ×1 peak TFlops: peak TFlops stands for not measured; the value is left out
nan 3:17 +3 ×1 loss: loss is NaN; the value is left out
sentinel 3:41 +6 ×1 bf16 MFU: bf16 MFU stands for not measured; the value is left out`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "llm.c", c.text)), c.want)
		})
	}
}

func TestLLMCFixture(t *testing.T) {
	log, _ := readFixture(t, "llmc.log")
	same(t, "llmc", told(log), `
steps [1 2 3] convention "llm.c"
loss loss ×1 nats: 11.018204/8 10.963152/8 10.862104/8 at 24:24+9
ms step_time ×0.001 ms: 341.8/5 300.4/5 300.1/5 at 24:79+6
bf16 MFU mfu ×0.01 %: 49.4/3 56.2/3 - at 24:91+4
tok/s tokens_per_sec ×1 tokens/s: 1.533903e+06/7 1.7453e+06/7 1.746194e+06/7 smoothed at 24:108+7
micro_batch_size 64 "64" config micro batch size B 5:27+2
seq_len 1024 "1024" config sequence length T 6:27+4
tokens_per_step 524288 "524288" config total batch size 7:27+6
device NVIDIA A100-SXM4-80GB "NVIDIA A100-SXM4-80GB" config device 9:27+21
precision BF16 "BF16" config precision 11:27+4
vocab_size 50304 "50304" config padded_vocab_size Vp 13:27+5
num_hidden_layers 12 "12" config num_layers L 14:27+2
num_attention_heads 12 "12" config num_heads NH 15:27+2
hidden_size 768 "768" config channels C 16:27+3
devices 8 "8" config num_processes 18:27+1
gradient_accumulation_steps 1 "1" config grad_accum_steps 22:29+1
accumulation_scope rank "llm.c: per process" format grad_accum_steps 22:29+1
intermediate_size 3072 "llm.c: 4 × channels" format channels C 16:27+3
gated 0 "llm.c: GELU" format channels C 16:27+3
num_key_value_heads 12 "llm.c: multi-head" format channels C 16:27+3
tie_word_embeddings 1 "llm.c: wte is the head" format channels C 16:27+3
position_embedding learned "llm.c: wpe" format channels C 16:27+3
norm layer "llm.c: LayerNorm" format channels C 16:27+3
norms_per_layer 2 "llm.c: ln1, ln2" format channels C 16:27+3
final_norm 1 "llm.c: lnf" format channels C 16:27+3
bias 1 "llm.c: biases everywhere" format channels C 16:27+3
summary peak TFlops peak_flops_per_device 312/4 ×1e+12 "312.0" 10:27+5
summary num_parameters parameters 1.24475904e+08/9 ×1 "124475904" 17:27+9
sentinel 26:93 +6 ×1 bf16 MFU: bf16 MFU stands for not measured; the value is left out`)
}

func FuzzLLMC(f *testing.F) {
	fuzzText(f, &llmC,
		`| num_layers L | 12 |
| channels C | 768 |
| num_heads NH | 12 |
batch_size B=16 * seq_len T=1024 * num_processes=8 and total_batch_size=1048576
step 1/9 | loss 11.0 (+nanz)| norm 1 | 10.00 ms | 42.6% bf16 MFU | 400 tok/s
step 1/9 | train loss 1 | (1 ms | 2 tok/s)`,
	)
}
