package runlog

import "testing"

func TestComposerLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"epochs, and batches counted within each", `[epoch=1][batch=99/100]:
	 Train loss/train/total: 2.5000
[epoch=2][batch=1/100]:
	 Train loss/train/total: 2.2500
`,
			`steps [99 101] convention ""
loss/train/total loss ×1 nats: 2.5/5 2.25/5 at 2:27+6`,
		},
		{
			"one line, and a rank that repeats", `[batch=12/20]:  Train throughput/device/mfu: 0.4512
[batch=12/20]:  Train throughput/device/mfu: 0.4512
[batch=13/20]:
	 Train time/secs_per_step: 0.5012
	 Train throughput/device/mfu: 0.4510
`,
			`steps [12 13] convention ""
throughput/device/mfu mfu ×1 fraction: 0.4512/4 0.451/4 at 1:46+6
listed time/secs_per_step 4:29+6: the time of one step; the rates are means over a window
repeated 2:1 +51 ×1 : the record of a step is printed by several ranks; the first is used`,
		},
		{
			"tokens", `[token=4194304/100000000]:
	 Train loss/train/total: 2.5000
`,
			`steps [4194304] convention ""
loss/train/total loss ×1 nats: 2.5/5 at 2:27+6`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "composer", c.text)), c.want)
		})
	}
}

func TestComposerFixture(t *testing.T) {
	log, _ := readFixture(t, "composer.log")
	same(t, "composer", told(log), `
steps [1 2 3] convention ""
loss/train/total loss ×1 nats: 10.9736/6 10.5/6 - at 22:27+7
throughput/tokens_per_sec tokens_per_sec ×1 tokens/s: - 1.048576e+06/11 - at 27:36+12
throughput/device/tokens_per_sec tokens_per_sec_per_device ×1 tokens/s: - 131072/10 - at 28:43+11
throughput/flops_per_sec achieved_flops ×1 FLOP/s: - 8.9653248e+14/19 - at 29:35+20
throughput/device/flops_per_sec achieved_flops_per_device ×1 FLOP/s: - 1.1206656e+14/19 - at 30:42+20
throughput/device/mfu mfu ×1 fraction: - 0.3592/4 0.359/4 at 31:32+6
listed throughput/batches_per_sec 25:37+6: a mean over a window of batches
listed throughput/samples_per_sec 26:37+8: samples may be shorter than the sequence length
recompute full "true" config fsdp_config.activation_checkpointing 4:29+4
global_batch_size 256 "256" config global_train_batch_size 5:26+3
seq_len 2048 "2048" config max_seq_len 7:14+4
hidden_size 768 "768" config model.d_model 9:12+3
num_attention_heads 12 "12" config model.n_heads 11:12+2
num_hidden_layers 12 "12" config model.n_layers 12:13+2
vocab_size 50368 "50368" config model.vocab_size 14:15+5
devices 8 "8" config n_gpus 15:9+1
precision amp_bf16 "amp_bf16" config precision 16:12+8
nan 36:27 +3 ×1 loss/train/total: loss/train/total is NaN; the value is left out`)
}

func FuzzComposer(f *testing.F) {
	fuzzText(
		f, &composer,
		"model:\n  d_model: 768\nmax_seq_len: 2048\nprecision: amp_bf16\n[batch=2/4800]:\n\t Train loss/train/total: 10.5\n\t Train throughput/device/mfu: 0.3592",
		"[epoch=2][batch=3/100]: Train loss/train/total: nan\n[sample=5]:\n[token=9/9]:\n[batch=3/3]:\n",
	)
}
