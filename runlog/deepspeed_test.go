package runlog

import "testing"

func TestDeepSpeedLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"the step of 2022", `[2022-08-29 06:58:56,176] [INFO] [timer.py:198:stop] 0/20, RunningAvgSamplesPerSec=232.7340551694273, CurrSamplesPerSec=227.48090316379353, MemAllocated=0.36GB
`,
			`steps [20] convention ""
sequences of unknown length RunningAvgSamplesPerSec ×1, 1 values
sequences of unknown length CurrSamplesPerSec ×1, 1 values`,
		},
		{
			"the pipeline engine, beside the timer", `steps: 10 loss: 2.5012 iter time (s): 1.250 samples/sec: 25.600
[2024-09-23 10:12:20,714] [INFO] [timer.py:260:stop] epoch=0/micro_step=20/global_step=10, RunningAvgSamplesPerSec=-inf, CurrSamplesPerSec=25.6, MemAllocated=4.32GB
steps: 20 loss: 2.4012 iter time (s): 1.200 samples/sec: 26.667
`,
			`steps [10 20] convention ""
loss loss ×1 nats: 2.5012/5 2.4012/5 at 1:17+6
iter time (s) step_time ×1 s: 1.25/4 1.2/4 at 1:39+5
sequences of unknown length samples/sec ×1, 2 values
sequences of unknown length CurrSamplesPerSec ×1, 1 values
infinity 2:116 +4 ×1 RunningAvgSamplesPerSec: RunningAvgSamplesPerSec is infinite; the value is left out`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "deepspeed", c.text)), c.want)
		})
	}
}

func TestDeepSpeedFixture(t *testing.T) {
	log, _ := readFixture(t, "deepspeed.log")
	same(t, "deepspeed", told(log), `
steps [10 20] convention ""
sequences of unknown length RunningAvgSamplesPerSec ×1, 2 values
sequences of unknown length CurrSamplesPerSec ×1, 2 values
precision bf16 "bfloat16_enabled" config bfloat16_enabled 2:58+35
gradient_accumulation_steps 2 "2" config gradient_accumulation_steps 4:89+1
global_batch_size 32 "32" config train_batch_size 5:89+2
micro_batch_size 4 "4" config train_micro_batch_size_per_gpu 6:90+1`)
	for i, c := range log.Runs[0].Sequences {
		if want := i == 0; c.Smoothed != want {
			t.Errorf("%s smoothed: %t", c.Key, c.Smoothed)
		}
	}
}

// The engine prints into the consoles of others, which are read as theirs.
func TestDeepSpeedYieldsToTheTrainer(t *testing.T) {
	const timer = "epoch=0/micro_step=1/global_step=1, RunningAvgSamplesPerSec=25.5, CurrSamplesPerSec=25.6\n"
	readText(t, "deepspeed", timer)
	readText(t, "megatron", timer+" iteration 1/ 10 | elapsed time per iteration (ms): 1250.0 | lm loss: 2.5 |\n")
}

func FuzzDeepSpeed(f *testing.F) {
	fuzzText(
		f, &deepSpeed,
		`[2024-09-23 10:11:49,861] [INFO] [config.py:988:print]   train_batch_size ............. 32
[2024-09-23 10:11:49,861] [INFO] [config.py:988:print]   bfloat16_enabled ............. True
epoch=0/micro_step=20/global_step=10, RunningAvgSamplesPerSec=25.5, CurrSamplesPerSec=25.6, MemAllocated=4.32GB`,
		"steps: 10 loss: 2.5012 iter time (s): 1.250 samples/sec: 25.600\n0/10, RunningAvgSamplesPerSec=1, CurrSamplesPerSec=nan",
	)
}
