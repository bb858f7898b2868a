package runlog

import "testing"

func TestModdedNanoGPTLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"the dialect without losses", `step:20/1770 train_time:2034ms step_avg:101.70ms
step:0/1770 val_loss:10.8258 train_time:0ms step_avg:0.02ms
step:21/1770 train_time:2136ms step_avg:101.71ms
peak memory allocated: 29226 MiB reserved: 39154 MiB
`,
			`steps [20 21] convention ""
step_avg step_time ×0.001 ms: 101.7/5 101.71/5 smoothed at 1:41+6`,
		},
		{
			"nothing is measured at first", `step:1/10 train_loss:10.5 train_time:9999ms step_avg:nanms
step:12/10 train_loss:nan train_time:303ms step_avg:151.51ms
`,
			`steps [1 12] convention ""
train_loss loss ×1 nats: 10.5/3 - at 1:22+4
step_avg step_time ×0.001 ms: - 151.51/5 smoothed at 2:53+6
sentinel 1:54 +3 ×1 step_avg: step_avg stands for not measured; the value is left out
nan 2:23 +3 ×1 train_loss: train_loss is NaN; the value is left out`,
		},
		{
			"a stream of documents has no length that attention sees", `from torch.nn.attention.flex_attention import flex_attention
class Hyperparameters:
    batch_size : int = 8 # batch size, in sequences, across all devices
    device_batch_size : int = 1 # batch size, in sequences, per device
    sequence_length : int = 64*1024 # sequence length, in tokens
args = Hyperparameters()
assert world_size == 8 # this code is designed for 8xH100
step:20/1770 train_time:2034ms step_avg:101.70ms
`,
			`steps [20] convention ""
step_avg step_time ×0.001 ms: 101.7/5 smoothed at 8:41+6
tokens_per_step 524288 "8 × 64*1024" config batch_size 3:24+1
devices 8 "8" config world_size 7:22+1`,
		},
		{
			"what is not said is not taken for said", `class Hyperparameters:
    batch_size : int = 8
    sequence_length : int = get() # sequence length, in tokens
    device_batch_size : int = 1 # batch size, in samples
args = Hyperparameters()
# assert world_size == 8
batch_size : int = 8 # batch size, in sequences, across all devices
step:20/1770 train_time:2034ms step_avg:101.70ms
`,
			`steps [20] convention ""
step_avg step_time ×0.001 ms: 101.7/5 smoothed at 8:41+6`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "modded-nanogpt", c.text)), c.want)
		})
	}
}

func TestModdedNanoGPTFixture(t *testing.T) {
	log, _ := readFixture(t, "modded-nanogpt.log")
	same(t, "modded-nanogpt", told(log), `
steps [1 2 11 12 125] convention ""
train_loss loss ×1 nats: 10.8258/6 10.0711/6 7.5011/5 7.312/5 5.2011/5 at 43:24+7
step_avg step_time ×0.001 ms: - - - 151.51/5 152.1/5 smoothed at 46:58+6
global_batch_size 512 "8*64" config batch_size 9:24+4
micro_batch_size 64 "64" config device_batch_size 10:31+2
seq_len 1024 "1024" config sequence_length 11:29+4
device NVIDIA H100 80GB HBM3 "NVIDIA H100 80GB HBM3" header nvidia-smi 26:8+21
sentinel 43:60 +3 ×3 step_avg: step_avg stands for not measured; the value is left out`)
}

func FuzzModdedNanoGPT(f *testing.F) {
	fuzzText(f, &moddedNanoGPT,
		`import flex_attention
class Hyperparameters:
    batch_size : int = 8*9 # in sequences, across all devices
    sequence_length : int = 64*1024 # in tokens
args = Hyperparameters()
assert world_size == 8
|   0  NVIDIA H100 80GB HBM3          On  | 00000000:19:00.0 Off |                    0 |
+---+
step:1/9 train_loss:1 train_time:1ms step_avg:nanms
step:2/9 train_time:1ms step_avg:1.5ms`,
		"step:2/9 val_loss:1 train_time:1ms step_avg:1.5ms\rstep:1/1 train_time: step_avg:1 ms",
	)
}
