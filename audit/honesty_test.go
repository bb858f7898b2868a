package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// lone is what a log holds of which one value is wrong: nothing else speaks for or against a cause, so that chance matches are
// likeliest.
type lone struct {
	wrong string
	keep  []string
}

// lones are the values that causes are named for, each alone and FLOPs per token with what follows from them.
func lones() []lone {
	return []lone{
		{"flops_per_token", nil},
		{"attention_flops_per_layer", []string{"ffn_flops_per_layer"}},
		{"ffn_flops_per_layer", nil},
		{"tokens_per_sec", nil},
		{"hardware_peak_tflops", nil},
		{"mfu", nil},
		{"flops_per_token", []string{"mfu", "hardware_peak_tflops", "attention_flops_per_layer", "ffn_flops_per_layer", "tokens_per_sec"}},
	}
}

// distort writes a drawn log with four steps, of their metrics those of a lone value alone, and that value × factor. It is false where the
// log has no such value.
func (l lone) distort(data []byte, factor float64, print printer) ([]byte, bool) {
	var log map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if decoder.Decode(&log) != nil {
		return nil, false
	}
	steps := log["training_iterations"].([]any)[:5]
	log["training_iterations"] = steps
	for _, s := range steps[1:] {
		record := s.(map[string]any)
		metrics := record["mfu"].(map[string]any)
		v, ok := metrics[l.wrong].(json.Number)
		if !ok {
			return nil, false
		}
		maps.DeleteFunc(metrics, func(key string, _ any) bool { return key != l.wrong && !slices.Contains(l.keep, key) })
		right, err := v.Float64()
		if err != nil {
			return nil, false
		}
		metrics[l.wrong] = print(right * factor)
		if following, ok := metrics["mfu"].(json.Number); ok && l.wrong == "flops_per_token" {
			right, _ := following.Float64()
			metrics["mfu"] = print(right * factor)
		}
	}
	out, err := json.Marshal(log)
	return out, err == nil
}

// named returns the finding that names the cause of a wrong value, if one does: that two logged values contradict each other, or that a
// value is beyond what a device can do, is true of a wrong value whatever its cause.
func named(report *audit.RunReport) *audit.Finding {
	for _, f := range report.Findings {
		known := f.Evidence.Cause == audit.CauseUnique || f.Evidence.Cause == audit.CauseInferred
		if known && f.Severity != audit.SeverityNote && causal(f.Rule) {
			return f
		}
	}
	return nil
}

// causal reports whether a rule says how a value came to be wrong.
func causal(id string) bool {
	return slices.ContainsFunc(rules.All(), func(r audit.Rule) bool { return r.ID == id && r.Deviations != nil })
}

// wrongValue is one distorted log and what its audit said.
type wrongValue struct {
	what, quantity string
	world          audit.World
	digits         int // 17: all
	factor         float64
	found          *audit.Finding
}

// worldOf is what really ran, as a drawn log declares it.
func worldOf(data []byte, m *reference.Architecture, seqLen int64) audit.World {
	var log struct {
		Config struct {
			Accumulation int64 `json:"gradient_accumulation_steps"`
			Micro        int64 `json:"batch_size"`
		} `json:"config"`
		Startup struct {
			Hardware struct {
				Name    string `json:"gpu_name"`
				Devices int64  `json:"num_gpus"`
			} `json:"hardware"`
		} `json:"startup_info"`
	}
	_ = json.Unmarshal(data, &log) // the test wrote it
	_, width, _ := declared(m)
	match, _ := reference.ResolveDevice(log.Startup.Hardware.Name)
	return audit.World{
		Model: m, VocabKnown: true, SeqLen: seqLen, MicroBatch: log.Config.Micro, GradAccum: log.Config.Accumulation, DeclaredWidth: []int64{width},
		Devices: log.Startup.Hardware.Devices, Ranks: log.Startup.Hardware.Devices, Device: match.Device, Precision: reference.BF16,
	}
}

// models are the presets.
func models(t testing.TB) (names []string, list []*reference.Architecture) {
	t.Helper()
	for _, p := range reference.Presets() {
		config, err := p.Config()
		if err != nil {
			t.Fatal(err)
		}
		m, err := config.Architecture()
		if err != nil {
			t.Fatal(err)
		}
		names, list = append(names, p.Name), append(list, m)
	}
	return names, list
}

// auditWrong draws n right runs of given models, multiplies one value of each by a drawn factor, and audits what is then logged.
func auditWrong(t *testing.T, n int, seed uint64, draw func(r *rand.Rand) float64) []wrongValue {
	t.Helper()
	names, list := models(t)
	full, _ := reference.ConventionByName(reference.MatmulFull)
	type job struct {
		value wrongValue
		data  []byte
		model *reference.Architecture
	}
	jobs := make(chan job)
	go func() {
		defer close(jobs)
		r := rand.New(rand.NewPCG(seed, 1))
		for made := 0; made < n; {
			i, digit, l := r.IntN(len(list)), []int{2, 3, 4, 17}[made%4], lones()[r.IntN(len(lones()))]
			d := drawRight(r, list[i], full)
			d.given = true
			right, err := d.log(r, shortest, 0)
			if err != nil {
				continue
			}
			factor := draw(r)
			data, ok := l.distort(right, factor, digits(digit))
			if !ok {
				continue
			}
			made++
			jobs <- job{wrongValue{
				what: fmt.Sprintf("%s of %s at %d", l.wrong, names[i], d.seqLen), quantity: l.wrong, digits: digit, factor: factor, world: worldOf(data, list[i], d.seqLen),
			}, data, list[i]}
		}
	}()
	var mu sync.Mutex
	var out []wrongValue
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for j := range jobs {
				log, err := runlog.Read("wrong.json", j.data)
				if err != nil {
					t.Error(err)
					continue
				}
				j.value.found = named(audit.Run(log, audit.Options{Rules: rules.All(), Model: j.model, ModelSource: "sidecar", ModelName: "config.json"})[0])
				mu.Lock()
				out = append(out, j.value)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return out
}

// wrongValues is how many wrong values are drawn: all, or few where time is short.
func wrongValues(all int) int {
	if testing.Short() || raceEnabled {
		return 500
	}
	return all
}

// TestARandomWrongValueIsSeldomGivenACause multiplies right values by factors that are log-uniform over the six powers of ten which
// Accidental is stated for. No cause is named above audit.ChanceLimit, so no more than that share may be given one.
func TestARandomWrongValueIsSeldomGivenACause(t *testing.T) {
	values := auditWrong(t, wrongValues(10_000), 11, func(r *rand.Rand) float64 { return math.Exp((r.Float64() - 0.5) * math.Log(1e6)) })
	judgeShares(t, values)
}

// TestAValueOffByASimpleFractionIsSeldomGivenACause multiplies right values by p/q. Where one edit of the catalogue gives exactly that
// fraction of the right value, naming it is no accident: those values are counted apart.
func TestAValueOffByASimpleFractionIsSeldomGivenACause(t *testing.T) {
	values := auditWrong(t, wrongValues(10_000), 12, func(r *rand.Rand) float64 {
		for {
			if p, q := 1+r.IntN(16), 1+r.IntN(16); p != q {
				return float64(p) / float64(q)
			}
		}
	})
	var rest []wrongValue
	of := 0
	for _, v := range values {
		if v.catalogued() {
			of++
			continue
		}
		rest = append(rest, v)
	}
	t.Logf("%d of %d values are off by what one edit of the catalogue gives", of, len(values))
	judgeShares(t, rest)
}

// judgeShares holds the share of the values that were given a cause, over all and by digits and by kind, against what the limit on chance
// matches predicts, with three standard deviations for the draw.
func judgeShares(t *testing.T, values []wrongValue) {
	t.Helper()
	of, given := map[string]int{}, map[string]int{}
	for _, v := range values {
		for _, key := range []string{"all", fmt.Sprintf("%2d digits", v.digits), v.quantity, fmt.Sprintf("%s, %2d digits", v.quantity, v.digits)} {
			of[key]++
			if v.found != nil {
				given[key]++
			}
		}
		if f := v.found; f != nil && (testing.Verbose() || f.Evidence.Accidental > audit.ChanceLimit) {
			t.Logf("%s to %d digits × %.6g: %s, %.2g expected by chance, ratio %.6g: %s", v.what, v.digits, v.factor, f.Rule, f.Evidence.Accidental, f.Ratio(), f.Message)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(of)) {
		n := float64(of[key])
		most := audit.ChanceLimit*n + 3*math.Sqrt(audit.ChanceLimit*(1-audit.ChanceLimit)*n)
		t.Logf("%s: %d of %d are given a cause, %.2f %%", key, given[key], of[key], 100*float64(given[key])/n)
		if float64(given[key]) > most {
			t.Errorf("%s: %d of %d are given a cause, at most %.0f may be", key, given[key], of[key], most)
		}
	}
}

// catalogued reports whether one edit of the catalogue alone multiplies the value by exactly the factor.
func (v *wrongValue) catalogued() bool {
	w := &v.world
	exact := func(k float64) bool { return math.Abs(k/v.factor-1) < 1e-9 }
	if v.quantity == "tokens_per_sec" || v.quantity == "mfu" {
		for _, k := range []float64{float64(w.Ranks), float64(w.GradAccum), float64(w.GradAccum) / float64(w.Ranks)} {
			if exact(k) || exact(1/k) { // whose tokens, and whose accumulation
				return true
			}
		}
	}
	sum := func(b reference.Basis) float64 {
		layer := b.Layer(w.Model, w.SeqLen)
		k := b.Passes.Factor(1) * b.Scale.Factor()
		switch v.quantity {
		case "attention_flops_per_layer":
			return k * (layer.Projections + layer.Core)
		case "ffn_flops_per_layer":
			return k * layer.FFN
		case "hardware_peak_tflops":
			peak, _, _ := audit.PeakOf(w, b)
			return peak
		case "mfu":
			peak, _, _ := audit.PeakOf(w, b)
			return b.TrainingPerToken(w.Model, w.SeqLen) / peak
		default:
			return b.TrainingPerToken(w.Model, w.SeqLen)
		}
	}
	right := sum(reference.Basis{})
	if exact(3) && strings.HasSuffix(v.quantity, "_per_layer") {
		return true // a definition: forward and backward
	}
	for _, rule := range rules.All() {
		if rule.Deviations == nil {
			continue
		}
		for _, e := range rule.Deviations(w) {
			for _, passes := range []reference.Passes{reference.PassesDefault, reference.ForwardBackward} { // of a breakdown, both are definitions
				b := reference.Basis{Passes: passes}
				if e.Set(&b); exact(sum(b) / right) {
					return true
				}
			}
		}
	}
	return false
}
