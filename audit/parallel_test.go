package audit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// layout is how a drawn run is split over devices.
type layout struct{ data, tensor, context, pipeline int64 }

func (l layout) devices() int64 { return l.data * l.tensor * l.context * l.pipeline }

func drawLayout(r *rand.Rand) layout {
	one := func(n ...int64) int64 { return n[r.IntN(len(n))] }
	return layout{one(1, 2, 3, 4, 8, 16), one(1, 2, 4, 8), one(1, 1, 2, 4), one(1, 1, 2, 4)}
}

// parallelLog writes a run of 128 sequences of 4096 tokens a step whose logged tokens are a multiple of the right ones.
func parallelLog(r *rand.Rand, l layout, multiple float64, perDevice bool) []byte {
	steps := ""
	for i := range 8 {
		seconds := 2 * (1 + 0.003*r.NormFloat64())
		rate, key := 128*4096*multiple/seconds, "throughput/tokens_per_sec"
		if perDevice {
			rate, key = rate/float64(l.devices()), "tokens_per_sec_per_gpu"
		}
		steps += fmt.Sprintf(`{"step": %d, "loss": %.3f, "step_time_s": %v, %q: %v}`+"\n", i+1, 3-0.1*float64(i), seconds, key, rate)
	}
	return []byte(fmt.Sprintf(`{"event": "start", "config": {"world_size": %d, "tensor_model_parallel_size": %d, "context_parallel_size": %d, "pipeline_model_parallel_size": %d, "seq_len": 4096, "global_batch_size": 128, "dtype": "bfloat16", "gpu_name": "NVIDIA H100 80GB HBM3"}}
`, l.devices(), l.tensor, l.context, l.pipeline) + steps)
}

func auditParallel(t *testing.T, data []byte) *audit.RunReport {
	t.Helper()
	log, err := runlog.Read("parallel.jsonl", data)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Run(log, audit.Options{Rules: rules.All()})[0]
}

// TestARightParallelRunIsNeverAccused draws layouts of data, tensor, context and pipeline parallelism, each with right tokens.
func TestARightParallelRunIsNeverAccused(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		l := drawLayout(r)
		for _, f := range auditParallel(t, parallelLog(r, l, 1, r.IntN(2) == 0)).Findings {
			if f.Severity != audit.SeverityNote {
				t.Errorf("%+v: %s %s", l, f.Rule, f.Message)
			}
		}
	}
}

// TestADegreeInTheTokensIsNamedOrListed multiplies the tokens by a degree or divides them by one. The rule of that mistake must be named,
// or stand among the rivals where another size of the run is the same number; the right value must be expected.
func TestADegreeInTheTokensIsNamedOrListed(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	tried := map[string]int{}
	for range 200 {
		l := drawLayout(r)
		all := l.devices() / l.data
		for _, m := range []struct {
			rule     string
			multiple float64
		}{
			{"MFU210", 1 / float64(l.data)},
			{"MFU211", float64(l.data)},
			{"MFU212", float64(l.tensor)},
			{"MFU213", float64(l.context)},
			{"MFU214", float64(all)},
			{"MFU215", 1 / float64(l.context)},
			{"MFU215", 1 / float64(l.devices())},
		} {
			if m.multiple == 1 || m.rule == "MFU214" && (all == l.tensor || all == l.context) || m.rule == "MFU215" && l.data == l.devices() ||
				m.rule == "MFU215" && m.multiple == 1/float64(l.data) {
				continue // no mistake, or one that has another rule's name
			}
			tried[m.rule]++
			report := auditParallel(t, parallelLog(r, l, m.multiple, r.IntN(2) == 0))
			if ruleIn(report, m.rule) == "" {
				t.Errorf("%+v × %v: %s is neither named nor listed: %s", l, m.multiple, m.rule, ruleIDs(report))
				continue
			}
			for _, f := range report.Findings {
				if f.Severity != audit.SeverityNote && (f.Ratio()/m.multiple > 1+1e-9 || f.Ratio()/m.multiple < 1-1e-9) {
					t.Errorf("%+v × %v: %s expects another value, logged ÷ expected = %v", l, m.multiple, f.Rule, f.Ratio())
				}
			}
		}
	}
	for _, id := range []string{"MFU210", "MFU211", "MFU212", "MFU213", "MFU214", "MFU215"} {
		if tried[id] < 20 {
			t.Errorf("%s was tried %d times", id, tried[id])
		}
	}
}
