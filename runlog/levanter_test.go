package runlog

import "testing"

func TestLevanterLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"without a length the FLOPs of a sequence stand for nothing", `{"tracker": "json_logger", "event": "summary", "metrics": {"throughput/flops_per_example": 5e14}}
{"tracker": "json_logger", "event": "log", "step": 3, "metrics": {"train/loss": NaN, "throughput/duration": 0.5}}
{"tracker": "json_logger", "event": "log", "step": null, "metrics": {"throughput/duration": 0.25}}
`,
			`steps [3] convention ""
throughput/duration step_time ×1 s: 0.5/1 at 2:109+3
listed throughput/flops_per_example 1:92+4: the length of a sequence is not known
nan 2:81 +3 ×1 train/loss: train/loss is NaN; the value is left out`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "levanter", c.text)), c.want)
		})
	}
}

func TestLevanterFixture(t *testing.T) {
	log, _ := readFixture(t, "levanter.log")
	same(t, "levanter", told(log), `
steps [10 11] convention ""
train/loss loss ×1 nats: 2.4/2 2.39/3 at 5:138+3
throughput/duration step_time ×1 s: 4/2 4.125/4 at 6:267+3
throughput/tokens_per_second tokens_per_sec ×1 tokens/s: 524288/7 508400.48484848486/17 at 6:234+8
throughput/gflops_per_second achieved_flops ×1e+09 GFLOP/s: 2.7005105089806337e+07/17 2.6186768571933415e+07/17 at 6:304+18
throughput/mfu mfu ×0.01 %: 42.643230624378376/17 41.35101151454872/16 at 6:342+18
listed throughput/examples_per_second 6:195+5: sequences per second; tokens per second say the same
global_batch_size 512 "512" config train_batch_size 1:159+3
num_hidden_layers 32 "32" config num_layers 1:236+2
hidden_size 4096 "4096" config hidden_dim 1:189+4
num_attention_heads 32 "32" config num_heads 1:253+2
num_key_value_heads 8 "8" config num_kv_heads 1:273+1
intermediate_size 14336 "14336" config intermediate_dim 1:215+5
device NVIDIA H100 80GB HBM3 "NVIDIA H100 80GB HBM3" config throughput/device_kind 2:143+21
devices 64 "6.3328e+16 ÷ 9.895e+14" metadata throughput/theoretical_flops 3:210+10
seq_len 4096 "tokens per second ÷ examples per second" step throughput/tokens_per_second 6:234+8
summary throughput/theoretical_flops_per_device peak_flops_per_device 9.895e+14/16 ×1 "989500000000000.0" 3:159+17
summary throughput/theoretical_flops peak_flops 6.3328e+16/5 ×1 "6.3328e+16" 3:210+10
summary throughput/flops_per_example model_flops_per_token 2.10977383514112e+14/16 ×0.000244140625 "210977383514112.0" 4:148+17`)
	if !log.Runs[0].Ended {
		t.Error("the end is not seen")
	}
}

func FuzzLevanter(f *testing.F) {
	fuzzText(
		f, &levanter,
		`{"tracker": "json_logger", "event": "hparams", "hparams": {"trainer": {"train_batch_size": 512}, "model": {"num_layers": 32}}}
{"tracker": "json_logger", "event": "summary", "metrics": {"throughput/device_kind": "TPU v4", "throughput/theoretical_flops": 2e15, "throughput/theoretical_flops_per_device": 1e15, "throughput/flops_per_example": 5e14}}
{"tracker": "json_logger", "event": "log", "step": 3, "metrics": {"throughput/examples_per_second": 2.0, "throughput/tokens_per_second": 8192.0, "throughput/mfu": 40.5}}
{"tracker": "json_logger", "event": "log", "step": 3, "metrics": {"train/loss": 2.5}}`,
		`"json_logger" "event": "log" "step": 3 "metrics": {"throughput/tokens_per_second": -1, "throughput/examples_per_second": 0`,
	)
}
