package runlog

import "testing"

func TestTrainingConsoleLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"a record over three lines, another over one", `📍 Iter     10 │ Loss: 10.7652 │ Time: 1838ms │ LR: 1.65e-06
⚡ MFU: 10.44% │ Achieved: 939.7 TF │ Peak: 9000.0 TF
   Tokens/s: 106979 │ FLOPs/token: 8.78 GF (6N+12LHQT: N=1.294B)
📍 Iter     20 │ Loss: 10.5 │ Time: 1840ms │ LR: 1.65e-06
`,
			`steps [10 20] convention "palm"
Loss loss ×1 nats: 10.7652/6 10.5/3 at 1:28+7
Time step_time ×0.001 ms: 1838/4 1840/4 at 1:46+4
MFU mfu ×0.01 %: 10.44/4 - at 2:10+5
Achieved achieved_flops ×1e+12 TFLOP/s: 939.7/4 - at 2:31+5
Peak peak_flops ×1e+12 TFLOP/s: 9000/5 - at 2:50+6
Tokens/s tokens_per_sec ×1 tokens/s: 106979/6 - at 3:14+6
FLOPs/token model_flops_per_token ×1e+09 GFLOP/token: 8.78/3 - at 3:38+4
N parameters ×1 parameters: 1.294e+09/4 - at 3:60+6
tokens_per_sec_scope rank "training-console: one rank's tokens" format  1:1+0`,
		},
		{
			"another unit is no value", `📍 Iter 10 │ Loss: nan │ Time: 1838ms
⚡ MFU: -100.00% │ Achieved: 1.2 PF │ Peak: 9000.0 TF
`,
			`steps [10] convention "palm"
Time step_time ×0.001 ms: 1838/4 at 1:38+4
Peak peak_flops ×1e+12 TFLOP/s: 9000/5 at 2:50+6
nan 1:24 +3 ×1 Loss: Loss is NaN; the value is left out
sentinel 2:10 +7 ×1 MFU: MFU stands for not measured; the value is left out`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "training-console", c.text)), c.want)
		})
	}
}

func TestTrainingConsoleFixture(t *testing.T) {
	log, _ := readFixture(t, "training-console.log")
	same(t, "training-console", told(log), `
steps [0 10] convention "palm"
Loss loss ×1 nats: 10.8414/6 10.7715/6 at 18:14+7
Time step_time ×0.001 ms: 59848/5 5120/4 at 18:28+5
MFU mfu ×0.01 %: - 45.45/4 at 23:10+5
Achieved achieved_flops ×1e+12 TFLOP/s: - 1798.1/5 at 23:31+6
Peak peak_flops ×1e+12 TFLOP/s: - 3956/5 at 23:51+6
Tokens/s tokens_per_sec ×1 tokens/s: - 204800/6 at 24:14+6
FLOPs/token model_flops_per_token ×1e+09 GFLOP/token: - 8.78/3 at 24:38+4
N parameters ×1 parameters: - 1.294e+09/4 at 24:60+6
micro_batch_size 8 "8" config Batch size (micro) 2:26+1
gradient_accumulation_steps 16 "16" config Gradient accum steps 3:26+2
global_batch_size 512 "512" config Effective batch size 4:26+3
tokens_per_step 1.048576e+06 "1,048,576" config Tokens per iteration 5:26+9
device NVIDIA H100 80GB HBM3 "NVIDIA H100 80GB HBM3" config Device 9:26+21
devices 4 "4" config GPUs 10:26+1
precision bfloat16 "bfloat16" config Precision 11:26+8
tokens_per_sec_scope rank "training-console: one rank's tokens" format  21:1+0
summary Hardware peak peak_flops 3956/5 ×1e+12 "3956.0" 14:26+6
summary FLOPs per token model_flops_per_token 8.78/3 ×1e+09 "8.78" 15:26+4
summary Attention/FFN ratio attention_to_ffn_ratio 2.5/3 ×1 "2.50" 16:26+4`)
}

func FuzzTrainingConsole(f *testing.F) {
	fuzzText(f, &trainingConsole,
		`  Batch size (micro):    24
  Device:                NVIDIA B200
  Hardware peak:         9000.0 TFLOPS (B200 bf16)
Iter 0: loss 10.8422, time 32054ms (warming up...)
📍 Iter     10 │ Loss: 10.7652 │ Time: 1838ms │ LR: 1.65e-06
⚡ MFU: 10.44% │ Achieved: 939.7 TF │ Peak: 9000.0 TF
   Tokens/s: 106979 │ FLOPs/token: 8.78 GF (6N+12LHQT: N=1.294B)`,
	)
}
