package runlog

import "testing"

func TestVerlLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"three decimals, and an MFU above 1", `(TaskRunner pid=1) step:2 - critic/score/mean:-0.011 - perf/mfu/actor:1.018 - actor/lr:0.000
`,
			`steps [2] convention ""
perf/mfu/actor mfu ×1 fraction: 1.018/4 aside at 1:71+5`,
		},
		{
			"a line a key, behind colours", "\x1b[36m(TaskRunner pid=1)\x1b[0m step:1 - critic/score/mean:0.5\n" + ` - perf/mfu/actor:np.float64(0.25)
 - perf/mfu/critic:0.125
 - train/mfu:0.5
`,
			`steps [1] convention ""
perf/mfu/actor mfu ×1 fraction: 0.25/2 aside at 2:30+4
listed perf/mfu/critic 3:20+5: covers the critic's update alone, whose time is not logged
listed train/mfu 4:14+3: the time it covers is not known`,
		},
		{
			"supervised fine-tuning behind a progress bar", `{'trainer': {'nnodes': 1, 'n_gpus_per_node': 8, 'device': 'cuda'}}
Epoch 1/6:   0%|  | 0/62 [00:00<?, ?it/s]step:1 - train/loss:1.0605114698410034 - train/lr(1e-3):0.00027
`,
			`steps [1] convention ""
train/loss loss ×1 nats: 1.0605114698410034/17 at 2:62+18
devices 8 "n_gpus_per_node × nnodes" config n_gpus_per_node 1:46+1`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "verl", c.text)), c.want)
		})
	}
}

// The devices of the rollout and the evaluation before the first step are none of the trainer's.
func TestVerlFixture(t *testing.T) {
	log, _ := readFixture(t, "verl.log")
	same(t, "verl", told(log), `
steps [1 2 3] convention ""
perf/mfu/actor mfu ×1 fraction: 0.3531/4 0.3602/4 - aside at 8:98+6
listed perf/mfu/actor_infer 8:164+4: covers a forward pass alone, whose time is not logged
listed perf/total_num_tokens 8:193+7: the tokens of an RL step, rollout included
listed perf/time_per_step 8:222+7: the time of an RL step, rollout included
listed perf/throughput 8:248+6: tokens per second and GPU of an RL step, rollout included
devices 16 "n_gpus_per_node × nnodes" config nnodes 5:46+1
sentinel 12:19 +3 ×1 perf/mfu/actor: perf/mfu/actor stands for not measured; the value is left out`)
}

func FuzzVerl(f *testing.F) {
	fuzzText(
		f, &verl,
		`{'trainer': {'nnodes': 2, 'n_gpus_per_node': 8}}
(TaskRunner pid=1) step:2 - critic/score/mean:-0.011 - perf/mfu/actor:1.018 - perf/throughput:np.float64(5.5)
step:2 - actor/lr:1 - perf/mfu/actor:0.5`,
		"step:1 - perf/mfu/actor:0\n - perf/mfu/actor:np.float32(0.25)\n - perf/time_per_step:nan - perf/total_num_tokens:5",
	)
}
