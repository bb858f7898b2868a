package runlog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// measuredAlias reads a header that names a metric with its unit and scope: "Tokens/s/GPU", "Aggregate PFLOP/s", "% of peak".
func measuredAlias(words []string) (meaning, bool) {
	u := unitWords{rest: words}
	u.percent = u.take("percent")
	u.device = u.take("per", "device")
	u.token = u.take("per", "token")
	u.step = u.take("per", "step") || u.take("per", "batch")
	u.second = u.take("per", "s")
	u.device = u.device || u.take("per", "device")
	for _, word := range []string{"aggregate", "total", "global"} {
		u.all = u.take(word) || u.all
	}
	for word, scale := range map[string]float64{"billion": 1e9, "million": 1e6, "thousand": 1e3} {
		if u.take(word) {
			u.scale = scale
		}
	}
	for _, word := range []string{"throughput", "training", "train", "performance", "speed"} {
		if len(u.rest) > 1 || u.second {
			u.take(word)
		}
	}
	m, ok := u.meaning()
	if ok && (u.percent || u.second || u.scale != 0) {
		m.mapped = "unit"
	}
	return m, ok
}

// unitWords are the words of a header, those of units taken apart.
type unitWords struct {
	rest                 []string
	percent, device, all bool
	second, step, token  bool
	scale                float64
}

func (u *unitWords) take(run ...string) (ok bool) {
	u.rest, ok = take(u.rest, run...)
	return ok
}

// meaning is what the words that are left name.
func (u unitWords) meaning() (meaning, bool) {
	name := strings.Join(u.rest, " ")
	rate := u.second && !u.step && !u.token && u.scale == 0 && !u.percent
	key := func(key string, allowed bool) (meaning, bool) {
		m, ok := meaningOfKey(key)
		return m, ok && allowed
	}
	switch name {
	case "mfu", "model flop utilization", "flop utilization":
		return u.share("mfu", nil)
	case "hfu", "hardware flop utilization":
		return u.share("hfu", nil)
	case "peak", "theoretical peak", "peak flop", "theoretical peak flop", "device peak", "hardware peak", "peak throughput", "peak performance":
		if u.percent {
			// Megatron's tables print under this name what recomputed activations are part of.
			return u.share("mfu", []Meaning{{reference.HFU, 0.01, "%", "recomputed activations counted"}})
		}
	case "parameter", "model parameter", "model size", "number parameter", "number model parameter", "parameter number", "size":
		if u.percent || u.second || u.device || u.step || u.token {
			return meaning{}, false
		}
		m, ok := key("parameters", true)
		if u.scale != 0 {
			m.scale, m.unit = u.scale, map[float64]string{1e9: "billion", 1e6: "million", 1e3: "thousand"}[u.scale]
		}
		return m, ok
	case "non embedding parameter":
		return key("non_embedding_parameters", u.scale == 0 && !u.second)
	case "token":
		switch {
		case rate:
			return u.tokens()
		case u.step && !u.second && !u.device && u.scale == 0:
			return key("tokens_per_step", true)
		}
	case "batch size token", "batch token", "batch size number token", "token batch size", "global batch size token", "batch size in token":
		m, ok := key("tokens_per_step", !u.second && !u.device && !u.percent && !u.step)
		if u.scale != 0 {
			m.scale, m.unit = u.scale, map[float64]string{1e9: "billion tokens", 1e6: "million tokens", 1e3: "thousand tokens"}[u.scale]
		}
		return m, ok
	case "sequence":
		return key("samples_per_sec", rate && !u.device)
	case "step time", "step time s", "time s", "time step", "time", "elapsed time", "elapsed time s", "batch time", "batch time s", "s", "step duration", "step latency":
		named := u.step || strings.Contains(name, "step") || strings.Contains(name, "batch")
		return key("step_time_s", named && !u.second && !u.device && !u.percent && u.scale == 0)
	case "step time ms", "time ms", "elapsed time ms", "batch time ms", "ms":
		named := u.step || strings.Contains(name, "step") || strings.Contains(name, "batch")
		return key("step_time_ms", named && !u.second && !u.device && !u.percent && u.scale == 0)
	case "logit share", "head share":
		return u.share("logit_share", nil)
	}
	return u.flops()
}

// share is a share of the peak or of FLOPs.
func (u unitWords) share(key string, others []Meaning) (meaning, bool) {
	m, ok := meaningOfKey(key)
	if u.percent {
		m.scale, m.unit = 0.01, "%"
	}
	m.others = others
	return m, ok && !u.step && !u.token && u.scale == 0 && (!u.second || slices.Contains(u.rest, "peak"))
}

// tokens is a rate of tokens. Without a scope it is taken for that of all devices.
func (u unitWords) tokens() (meaning, bool) {
	if u.device {
		return meaningOfKey("tokens_per_sec_per_device")
	}
	m, ok := meaningOfKey("tokens_per_sec")
	if m.scoped = u.all; !u.all {
		m.others = []Meaning{{reference.TokensPerSecPerDevice, 1, "tokens/s", perDeviceWhy}}
	}
	return m, ok
}

// flopPrefixes are the scales of FLOP words.
var flopPrefixes = map[string]struct {
	scale float64
	unit  string
}{
	"flop": {1, "FLOP"}, "mflop": {1e6, "MFLOP"}, "gflop": {1e9, "GFLOP"}, "tflop": {1e12, "TFLOP"}, "pflop": {1e15, "PFLOP"}, "eflop": {1e18, "EFLOP"},
}

// flops is a rate of FLOPs or FLOPs per token. Tables print TFLOPs and mean TFLOP/s. Without a scope, PFLOP/s are those of all
// devices and TFLOP/s those of one.
func (u unitWords) flops() (meaning, bool) {
	var unit string
	var scale float64
	for word, prefix := range flopPrefixes {
		if u.take(word) {
			scale, unit = prefix.scale, prefix.unit
		}
	}
	kind := strings.Join(u.rest, " ")
	if scale == 0 || u.percent || u.step || u.scale != 0 {
		return meaning{}, false
	}
	with := func(q reference.Quantity, key string, unit string, others ...Meaning) (meaning, bool) {
		return meaning{key: key, metric: metric{q, scale, unit}, scoped: u.device || u.all, others: others}, true
	}
	rate := unit + "/s"
	switch {
	case u.token:
		return meaning{key: "flops_per_token", metric: metric{reference.FLOPsPerToken, scale, unit + "/token"}}, kind == "" || kind == "model"
	case !u.second && (u.all || unit == "FLOP" || unit == "EFLOP"):
		return meaning{}, false // of the whole training, as likely
	case kind == "peak" || kind == "theoretical peak":
		if u.all {
			return with(reference.PeakFLOPs, "aggregate_peak_flops", rate)
		}
		return with(reference.PeakFLOPsPerDevice, "peak_tflops_per_device", rate)
	case kind == "hardware":
		return with(reference.HardwareFLOPsPerDevice, "hardware_tflops_per_device", rate)
	case kind != "" && kind != "model":
		return meaning{}, false
	case u.all || !u.device && (unit == "PFLOP" || unit == "EFLOP"):
		key := map[string]string{"TFLOP": "aggregate_tflops", "PFLOP": "aggregate_pflops"}[unit]
		return with(reference.AchievedFLOPs, cmp.Or(key, "aggregate_flops"), rate)
	case u.device:
		return with(reference.AchievedFLOPsPerDevice, "tflops_per_device", rate)
	}
	return with(reference.AchievedFLOPsPerDevice, "tflops_per_device", rate, Meaning{reference.AchievedFLOPs, scale, rate, "all devices' FLOP/s"})
}

// unitScale is the scale of a number that has a unit behind it, in a column of a meaning.
func unitScale(m meaning, unit string) (scale float64, name string, ok bool) {
	if unit == "%" {
		return 0.01, "%", m.share
	}
	switch strings.ToLower(unit) {
	case "s", "sec", "seconds":
		return 1, "s", m.quantity == reference.StepTime
	case "ms":
		return 1e-3, "ms", m.quantity == reference.StepTime
	case "tokens", "parameters", "params":
		return m.scale, m.unit, m.quantity == reference.TokensPerStep || m.quantity == reference.Parameters
	}
	u, ok := aliasOf(unit)
	if !ok {
		return 0, "", false
	}
	if u.quantity == m.quantity {
		return u.scale, u.unit, true
	}
	for _, other := range u.others {
		if other.Quantity == m.quantity {
			return other.Scale, other.Unit, true
		}
	}
	return 0, "", false
}
