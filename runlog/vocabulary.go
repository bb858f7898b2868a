package runlog

import (
	"strings"
	"sync"

	"github.com/mfu-audit/mfu-audit/reference"
)

// named is what the name of a metric means in logs whose format does not define its metrics: JSON Lines, CSV, trackers.
type named struct {
	metric
	others    []Meaning // what else it may mean, likelier ones first
	smoothed  bool      // an average over steps or since the start
	sequences bool      // counts sequences: it takes the sequence length to tell the tokens
	sum       bool      // under this name some log a running total, which is no metric of a step
}

// vocabulary maps names as plainName spells them to what they mean. A bare name such as tokens_per_sec has the scope that most
// trainers give it, and the other one as an alternative; a name that states its scope or unit has no alternative. Sources:
// torchtitan components/metrics.py (throughput(tps), time_metrics/…), Lightning LightningModule.log (…_step for a value of each step), Composer callbacks/speed_monitor.py and Lightning
// fabric/utilities/throughput.py (throughput/device/… per device, device/… fractions, items are tokens), Levanter callbacks/_metrics.py
// (throughput/…, all global, mfu in percent), OLMo-core train/callbacks/speed_monitor.py, gpt-neox megatron/logging.py
// (runtime/…), MaxText metric_logger.py (perf/…), Megatron-LM training.py (iteration-time, throughput), nanotron trainer.py,
// transformers trainer_utils.py speed_metrics, Liger and Axolotl callbacks, nanochat scripts/base_train.py (train/…).
var vocabulary = sync.OnceValue(makeVocabulary)

const (
	perDeviceWhy = "one device's tokens"
	globalWhy    = "all devices' tokens"
)

func makeVocabulary() map[string]named {
	v := map[string]named{}
	add := func(n named, names ...string) {
		for _, name := range names {
			v[name] = n
		}
	}
	plain := func(q reference.Quantity, scale float64, unit string, names ...string) {
		add(named{metric: metric{q, scale, unit}}, names...)
	}

	plain(reference.StepTime, 1, "s", "step_time_s", "step_time_sec", "step_time_seconds", "step_time(s)", "step_time_(s)", "iteration_time", "iteration_time_s",
		"iteration_time(s)", "time_per_step", "time_per_step_s", "seconds_per_step", "sec_per_step", "s_per_step", "time_s", "end_to_end(s)", "train_step_timing_in_s",
		"train_step_timing", "train_step_time", "elapsed_time_per_iteration_(s)", "elapsed_time_per_iteration_s", "throughput/duration")
	plain(reference.StepTime, 1e-3, "ms", "time_ms", "step_time_ms", "step_time(ms)", "step_time_(ms)", "iteration_time_ms", "iter_time_ms", "dt_ms", "ms_per_step", "ms_per_iter",
		"elapsed_time_per_iteration_(ms)", "elapsed_time_per_iteration_ms", "time_per_iteration_ms", "step_ms")
	seconds := named{
		metric: metric{reference.StepTime, 1, "s"},
		others: []Meaning{{reference.StepTime, 1e-3, "ms", "milliseconds"}},
		sum:    true,
	}
	add(seconds, "step_time", "dt", "iter_time", "time", "seconds", "duration", "step_duration")

	global := named{
		metric: metric{reference.TokensPerSec, 1, "tokens/s"},
		others: []Meaning{{reference.TokensPerSecPerDevice, 1, "tokens/s", perDeviceWhy}},
	}
	add(global, "tokens_per_sec", "tokens_per_second", "tok_per_sec", "tok_per_second", "tok/s", "tok/sec", "tokens/s", "tokens/sec", "toks_per_sec", "throughput_tokens",
		"step_tokens_per_second", "throughput_tokens_per_sec", "tokens_s", "tok_s")
	device := named{
		metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"},
		others: []Meaning{{reference.TokensPerSec, 1, "tokens/s", globalWhy}},
	}
	add(device, "tps", "wps")
	plain(reference.TokensPerSec, 1, "tokens/s", "throughput/tokens_per_sec", "throughput/tokens_per_second", "global_tokens_per_sec",
		"tokens_per_sec_global", "total_tokens_per_sec", "runtime/tokens_per_sec")
	plain(reference.TokensPerSecPerDevice, 1, "tokens/s", "tokens_per_sec_per_gpu", "tokens_per_second_per_gpu", "tokens_per_sec_per_device",
		"tokens_per_second_per_device", "tokens_per_gpu_per_second", "tokens_per_gpu_per_second_(tgs)", "tgs", "throughput(tps)", "per_device_tokens_per_sec",
		"throughput/device/tokens_per_sec", "throughput/device/tokens_per_second", "device/items_per_sec", "throughput/device/tps", "tokens/s/gpu", "tokens/sec/gpu", "tokens/s/device",
		"tok/s/gpu", "tok_per_sec_per_gpu", "toks_per_gpu", "tps_per_gpu")
	add(named{metric: metric{reference.TokensPerSec, 1, "tokens/s"}, others: global.others, smoothed: true}, "avg_tokens_per_second", "avg_tokens_per_sec")
	add(named{metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}, smoothed: true}, "throughput/device/tps_(actual_avg)")
	add(named{metric: metric{reference.TokensPerSec, 1, "samples/s"}, sequences: true}, "samples_per_second", "samples_per_sec",
		"examples_per_second", "throughput/samples_per_sec", "throughput/examples_per_second", "runtime/samples_per_sec", "sequences_per_second", "samples/s", "samples/sec")
	add(named{metric: metric{reference.TokensPerSecPerDevice, 1, "samples/s"}, sequences: true}, "throughput/device/samples_per_sec", "device/samples_per_sec", "samples_per_second_per_gpu")

	// Hugging Face's Trainer (transformers, trainer_utils.py speed_metrics) divides by the time since the start, evaluation and saving
	// included. Its samples may be padded to any length, so they tell no tokens. Its tokens are those of one rank's data loader
	// (trainer.py num_tokens) unless include_num_input_tokens_seen is set, then those of all ranks.
	add(named{metric: metric{reference.SequencesPerSec, 1, "samples/s"}, smoothed: true}, "train_samples_per_second")
	add(named{metric: metric{reference.StepsPerSec, 1, "steps/s"}, smoothed: true}, "train_steps_per_second")
	add(named{metric: metric{reference.TokensPerSec, 1, "tokens/s"}, others: global.others, smoothed: true}, "train_tokens_per_second")
	// modeling_utils.py floating_point_ops, summed over the run and the ranks by trainer.py store_flos.
	plain(reference.TotalTrainingFLOPs, 1, "FLOP", "total_flos")
	plain(reference.TotalTokens, 1, "tokens", "num_input_tokens_seen", "n_tokens_seen", "ntokens_seen")

	tflops := named{
		metric: metric{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s"},
		others: []Meaning{{reference.AchievedFLOPs, 1e12, "TFLOP/s", "all devices' FLOP/s"}},
	}
	add(tflops, "tflops", "tflop/s", "tflops_per_sec", "tflops_per_second", "throughput(tflops)")
	add(named{
		metric: metric{reference.AchievedFLOPs, 1e12, "TFLOP/s"},
		others: []Meaning{{reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s", "one device's FLOP/s"}},
	}, "achieved_tflops", "model_tflops")
	add(named{
		metric: metric{reference.AchievedFLOPs, 1, "FLOP/s"},
		others: []Meaning{{reference.AchievedFLOPsPerDevice, 1, "FLOP/s", "one device's FLOP/s"}},
	}, "flops_achieved", "achieved_flops", "flops_per_sec", "flops_per_second")
	plain(reference.AchievedFLOPs, 1, "FLOP/s", "throughput/flops_per_sec")
	plain(reference.AchievedFLOPs, 1e12, "TFLOP/s", "throughput/tflops")
	plain(reference.AchievedFLOPs, 1e9, "GFLOP/s", "throughput/gflops_per_second")
	plain(reference.AchievedFLOPsPerDevice, 1, "FLOP/s", "throughput/device/flops_per_sec", "device/flops_per_sec", "flops_per_sec_per_device", "flops_per_device_per_sec",
		"throughput/device/flopsps")
	plain(reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s", "tflops_per_gpu", "tflops_per_device", "tflops/gpu", "tflop/s/gpu", "tflops/s/gpu", "tflop/s/device", "model_tflops_per_gpu",
		"model_tflops_per_device", "achieved_tflops_per_gpu", "achieved_tflops_per_device", "throughput/tflops/device", "throughput/tflops_per_device",
		"per_device_tflops_per_sec", "throughput_per_gpu_(tflop/s/gpu)", "throughput_per_gpu", "model_tflop/s/gpu", "tflops_per_gpu_per_sec")

	// Fraction or percentage is settled by size, see settleShares.
	add(named{metric: mfuFraction}, "mfu", "train_mfu", "throughput/mfu", "throughput/device/mfu", "device/mfu", "model_flops_utilization", "runtime/model_flops_utilization",
		"model_flop_utilization", "bf16_mfu", "mfu_fraction")
	add(named{metric: mfuPercent}, "mfu_percent", "mfu_pct", "mfu(%)", "mfu_(%)", "mfu%", "mfu_%")
	plain(reference.HFU, 1, "fraction", "hfu", "hardware_flops_utilization", "runtime/hardware_flops_utilization", "hardware_flop_utilization")
	plain(reference.HFU, 0.01, "%", "hfu_percent", "hfu_pct", "hfu(%)", "hfu_(%)")

	plain(reference.FLOPsPerToken, 1, "FLOP/token", "flops_per_token", "num_flops_per_token", "model_flops_per_token", "train_flops_per_token", "training_flops_per_token")
	plain(reference.FLOPsPerToken, 1e9, "GFLOP/token", "gflops_per_token")
	plain(reference.PeakFLOPsPerDevice, 1, "FLOP/s", "peak_flops_per_device", "peak_flops_per_gpu", "gpu_peak_flops", "device_peak_flops", "theoretical_flops_per_device",
		"throughput/theoretical_flops_per_device", "gpu_flops_available")
	plain(reference.PeakFLOPsPerDevice, 1e12, "TFLOP/s", "peak_tflops_per_device", "peak_tflops_per_gpu", "gpu_peak_tflops", "device_peak_tflops")
	plain(reference.PeakFLOPs, 1, "FLOP/s", "theoretical_flops", "throughput/theoretical_flops", "total_peak_flops")
	peak := func(scale float64, unit string) named {
		return named{
			metric: metric{reference.PeakFLOPs, scale, unit},
			others: []Meaning{{reference.PeakFLOPsPerDevice, scale, unit, "one device's peak"}},
		}
	}
	add(peak(1, "FLOP/s"), "peak_flops", "hardware_peak_flops", "promised_flops")
	add(peak(1e12, "TFLOP/s"), "peak_tflops", "hardware_peak_tflops")

	add(named{metric: metric{reference.TokensPerStep, 1, "tokens"}, sum: true}, "tokens_per_step", "tokens_per_batch", "tokens_per_iter", "batch_tokens", "global_batch_tokens",
		"global_batch_size_tokens", "step_tokens", "total_num_tokens")

	plain(reference.Parameters, 1, "parameters", "parameters", "num_params", "num_parameters", "n_params", "total_params", "total_parameters", "model_params", "model_parameters", "params")
	plain(reference.Parameters, 1e9, "billion", "model_params_billion", "params_billion", "params_b")
	plain(reference.TrainableParameters, 1, "parameters", "trainable_params", "trainable_parameters")
	plain(reference.NonEmbeddingParameters, 1, "parameters", "non_embedding_params", "non_embedding_parameters")
	for _, name := range []string{"attention_flops_per_layer", "ffn_flops_per_layer", "attention_to_ffn_ratio", "logit_flops", "gqa_group_size", "non_attn_gflops", "attn_gflops"} {
		v[name] = named{metric: metricKeys[name]}
	}
	plain(reference.Loss, 1, "nats", "loss", "train_loss", "train_loss_step", "lm_loss", "reduced_train_loss", "global_avg_loss", "training_loss", "ce_loss", "train/loss", "loss/train")
	return v
}

// otherAccounts are parts of a name that say that it does not speak of training steps: evaluation has its own throughput, a
// system's utilization is none of FLOPs, and an actor's inference is no training.
var otherAccounts = map[string]bool{
	"eval": true, "val": true, "valid": true, "validation": true, "validation_metrics": true, "test": true, "system": true, "system_metrics": true,
	"actor_infer": true, "rollout": true, "gen": true, "inference": true, "memory": true,
}

// plainName spells a name as the vocabulary does: in lower case, with / between parts and _ between words.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '.':
			return '/'
		case ' ', '-':
			return '_'
		}
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, strings.TrimSpace(name))
}

// metricNamed is what a metric's name means. What a known name stands behind does not matter ("train/mfu", "stats.mfu"), unless
// it says that the metric is not one of training.
func metricNamed(name string) (named, bool) {
	rest := plainName(name)
	for part := range strings.SplitSeq(rest, "/") {
		if otherAccounts[part] {
			return named{}, false
		}
	}
	for {
		if n, ok := vocabulary()[rest]; ok {
			return n, true
		}
		_, after, ok := strings.Cut(rest, "/")
		if !ok {
			return named{}, false
		}
		rest = after
	}
}

// efficiencyWords are what names of efficiency metrics are made of; a number under a name without any is not missed.
var efficiencyWords = []string{"mfu", "hfu", "flop", "tok", "throughput", "per_sec", "tps", "utiliz"}

// soundsLikeEfficiency reports whether an unknown name may be that of a metric that an audit is expected to know.
func soundsLikeEfficiency(name string) bool {
	name = plainName(name)
	for part := range strings.SplitSeq(name, "/") {
		if otherAccounts[part] {
			return false
		}
	}
	for _, w := range efficiencyWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}
