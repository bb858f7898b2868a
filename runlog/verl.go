package runlog

import (
	"bytes"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// verl is the console of verl (volcengine/verl verl/utils/logger/aggregate_logger.py concat_dict_to_str, at two versions: three
// decimals until 2025, Python's own digits since), one line a step or one line a key:
//
//	(TaskRunner pid=16292) step:2 - actor/pg_loss:0.001 - perf/mfu/actor:0.353 - perf/total_num_tokens:431047 - perf/time_per_step:129.426 - perf/throughput:3330.45
//	 - perf/mfu/actor:np.float64(0.3531)
//
// perf/mfu/actor is a fraction: the FLOPs of the step's tokens × ppo_epochs ÷ the time of the actor's update alone, which a
// worker takes and nobody prints (workers/fsdp_workers.py update_actor). perf/time_per_step is the whole RL step, rollout
// included, and perf/throughput is all its tokens ÷ that time ÷ GPUs (trainer/ppo/metric_utils.py compute_throughout_metrics).
// None of these says anything about another, so only the first is audited, against limits. Zero is an MFU that verl could not
// compute.
var verl = textFormat{
	name: "verl", summary: "lines such as step:2 - actor/pg_loss:0.001 - perf/mfu/actor:0.353 - perf/throughput:3330.45",
	tells:   "the MFU of the actor's update; with the settings printed at the start, the devices",
	lacks:   "the update's own time and tokens, the model's dimensions, the device; throughput and step time are those of a whole RL step",
	anchors: []string{"step:"}, joins: true, columns: verlColumns, record: verlRecord, more: verlMore, start: verlHeader,
}

var verlColumns = []textColumn{
	{key: "perf/mfu/actor", metric: mfuFraction, aside: "covers the actor's update alone, whose time is not logged; it is held against limits"},
	{key: "perf/mfu/actor_infer", aside: "covers a forward pass alone, whose time is not logged"},
	{key: "perf/mfu/critic", aside: "covers the critic's update alone, whose time is not logged"},
	{key: "perf/total_num_tokens", aside: "the tokens of an RL step, rollout included"},
	{key: "perf/time_per_step", aside: "the time of an RL step, rollout included"},
	{key: "perf/throughput", aside: "tokens per second and GPU of an RL step, rollout included"},
	{key: "train/loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "train/mfu", aside: "the time it covers is not known"},
}

// verlSections are the first parts of the names of what verl measures in a training step; "val-" ones are evaluations.
var verlSections = []string{"actor/", "critic/", "global_seqlen/", "perf/", "response_length/", "rollout/", "timing_s/", "train/", "training/"}

func verlRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "step:", func(c cursor) bool {
		if i := c.at - len("step:"); i > 0 && (text[i-1] == '/' || text[i-1] == '-') {
			return false
		}
		var known bool
		if step, known = c.integer(); !known || !c.literal(" - ") {
			return false
		}
		known = slices.ContainsFunc(verlSections, func(section string) bool { return bytes.HasPrefix(text[c.at:], []byte(section)) })
		if known {
			values = verlFields(text, c.at, out)
		}
		return known
	})
	return step, values, ok
}

// verlMore reads a line of a record that has one line a key.
func verlMore(text []byte, out []token) []token {
	c := cursor{text, body(text)}
	if !c.literal("- ") {
		return out
	}
	return verlFields(text, c.at, out)
}

// verlFields appends the values of "key:value - key:value" from a place of a line on.
func verlFields(text []byte, at int, out []token) []token {
	for at < len(text) {
		end := len(text)
		if i := bytes.Index(text[at:], []byte(" - ")); i >= 0 {
			end = at + i
		}
		if i := bytes.IndexByte(text[at:end], ':'); i >= 0 {
			if column, ok := find(verlColumns, bytes.TrimSpace(text[at:at+i])); ok {
				from := at + i + 1
				if bytes.HasPrefix(text[from:end], []byte("np.")) { // np.float64(0.1)
					from += bytes.IndexByte(text[from:end], '(') + 1
				}
				out = column.value(text[:end], from, out)
			}
		}
		at = end + len(" - ")
	}
	return out
}

// verlHeader reads the trainer's devices in the configuration, which is printed as a Python dictionary.
func verlHeader(t *textRun) func(l line) {
	inside := false
	counts := map[string]float64{}
	return func(l line) {
		from := 0
		if i := bytes.Index(l.text, []byte("'trainer': {")); i >= 0 {
			inside, from = true, i
			clear(counts)
		}
		if !inside {
			return
		}
		eachSetting(l.text[from:], func(name string, at, to int) {
			if !inside || name != "n_gpus_per_node" && name != "nnodes" {
				return
			}
			c := cursor{l.text[:from+to], from + at}
			v, _ := c.number(name)
			n, ok := product(string(l.text[v.start:v.end]))
			if !ok {
				return
			}
			counts[name] = n
			devices := counts["n_gpus_per_node"] * counts["nnodes"]
			if len(counts) == 2 && devices < 1<<53 {
				t.declare(Fact{Key: Devices, Num: devices, Text: "n_gpus_per_node × nnodes"}, l, v)
				inside = false
			}
		})
	}
}
