package runlog

import "testing"

func TestTorchTuneLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"without a configuration", `Writing logs to /tmp/x/log_1.txt
INFO:torchtune.utils.logging:Model is initialized with precision torch.bfloat16.
Step 4 | loss:1.25 lr:2e-05 tokens_per_second_per_gpu:417.498 
Step 5 | loss:tensor(1.5) lr:2e-05 tokens_per_second_per_gpu:nan 
`,
			`steps [4 5] convention ""
loss loss ×1 nats: 1.25/3 - at 3:15+4
tokens_per_second_per_gpu tokens_per_sec_per_device ×1 tokens/s: 417.498/6 - aside at 3:55+7
precision bfloat16 "bfloat16" config precision 2:72+8
nan 4:62 +3 ×1 tokens_per_second_per_gpu: tokens_per_second_per_gpu is NaN; the value is left out`,
		},
		{
			"sequences that are not packed have no length", `INFO:torchtune.utils._logging:Running X with resolved config:
ac_mode: selective
batch_size: 4
dataset:
  packed: false
enable_activation_checkpointing: true
tensor_parallel_dim: 2
tokenizer:
  max_seq_len: 4096
  batch_size: 9
model parallelism: on
batch_size: 5
Step 4 | loss:1.25 lr:2e-05 tokens_per_second_per_gpu:417.498
`,
			`steps [4] convention ""
loss loss ×1 nats: 1.25/3 at 13:15+4
tokens_per_second_per_gpu tokens_per_sec_per_device ×1 tokens/s: 417.498/6 aside at 13:55+7
micro_batch_size 4 "4" config batch_size 3:13+1
tensor_model_parallel_size 2 "2" config tensor_parallel_size 7:22+1`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "torchtune", c.text)), c.want)
		})
	}
}

func TestTorchTuneFixture(t *testing.T) {
	log, _ := readFixture(t, "torchtune.log")
	same(t, "torchtune", told(log), `
steps [1 2 3] convention ""
loss loss ×1 nats: 1.4913606643676758/17 - 1.2087135314941406/17 at 24:15+18
tokens_per_second_per_gpu tokens_per_sec_per_device ×1 tokens/s: 2104.3371182901/14 5290.120411889033/16 5301.5/5 aside at 24:69+15
micro_batch_size 2 "2" config batch_size 3:13+1
precision bf16 "bf16" config dtype 10:8+4
recompute full "true" config activation_checkpointing 11:34+4
gradient_accumulation_steps 8 "8" config gradient_accumulation_steps 13:30+1
seq_len 4096 "4096" config max_seq_len 20:16+4
precision bfloat16 "bfloat16" config precision 23:73+8
accumulation_scope rank "torchtune: per rank" format gradient_accumulation_steps 13:30+1
nan 26:15 +3 ×1 loss: loss is NaN; the value is left out`)
}

func FuzzTorchTune(f *testing.F) {
	fuzzText(f, &torchTune,
		`Running X with resolved config:
ac_mode: full
batch_size: 4
dataset:
  packed: true
enable_activation_checkpointing: true
gradient_accumulation_steps: 8
tokenizer:
  max_seq_len: 4096
Model is initialized with precision torch.float32.
Step 4 | loss:1.25 lr:2e-05 tokens_per_second_per_gpu:417.498 `,
		"Step 1 | tokens_per_second_per_gpu:None \rStep 0 | tokens_per_second_per_gpu:1 tokens_per_second_per_gpu:2",
	)
}
