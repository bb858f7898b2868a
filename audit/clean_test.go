package audit_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// printer rounds a value as a logger prints it; what it returns is a JSON number.
type printer func(v float64) json.RawMessage

func digits(n int) printer {
	return func(v float64) json.RawMessage {
		return json.RawMessage(strconv.FormatFloat(v, 'e', n-1, 64))
	}
}

func shortest(v float64) json.RawMessage {
	return json.RawMessage(strconv.FormatFloat(v, 'g', -1, 64))
}

// drawnRun is a model, a sequence length and the bases on which a trainer's accounts count.
type drawnRun struct {
	model            *reference.Architecture
	seqLen           int64
	breakdown, total reference.Basis
	given            bool // the model stands beside the log, which need not declare all of it
}

// drawRight draws a run that counts rightly, under a convention.
func drawRight(r *rand.Rand, m *reference.Architecture, c reference.Convention) drawnRun {
	d := drawnRun{model: m, seqLen: []int64{1024, 2048, 4096, 8192}[r.IntN(4)], breakdown: reference.Basis{Core: c.Basis.Core}, total: c.Basis}
	if m.Positions > 0 {
		d.seqLen = m.Positions
	}
	if d.breakdown.Core == reference.CoreOmitted {
		d.breakdown.Core = reference.CoreFull // 6N leaves the core out of the total, not out of the attention
	}
	return d
}

// log writes the run as a training-json log: batch, devices and times are drawn, everything else follows from FORMULAS on the
// run's bases.
func (d drawnRun) log(r *rand.Rand, print printer, forget int) ([]byte, error) {
	m, S := d.model, d.seqLen
	g := m.First()
	alike := len(m.Groups) == 1 && g.Mixer == nil
	switch {
	case len(m.Encoder) > 0 || m.Ends != (reference.Ends{}):
		return nil, errors.New("no decoder: the format cannot declare it")
	case !alike && !d.given:
		return nil, errors.New("unlike layers: the format cannot declare them")
	}
	device := []struct {
		name string
		peak float64
	}{{"NVIDIA H100 80GB HBM3", 989.4e12}, {"NVIDIA A100-SXM4-80GB", 312e12}, {"NVIDIA B200", 2250e12}, {"NVIDIA RTX A6000", 154.8e12}}[r.IntN(4)]
	devices := []int64{1, 2, 4, 8, 64}[r.IntN(5)]
	micro, perRank := int64(1+r.IntN(8)), int64(1+r.IntN(8))
	accumulation := perRank * devices
	tokens := float64(micro * accumulation * S)
	flops := d.total.TrainingPerToken(m, S)
	peak := device.peak * float64(devices)
	layer := d.breakdown.Layer(m, S)
	amount := float64(S) * d.breakdown.Passes.Factor(1)
	attention, ffn := amount*(layer.Projections+layer.Core), amount*layer.FFN
	count := m.CountParameters()
	base := flops * tokens / (peak * (0.25 + 0.3*r.Float64()))
	var steps []any
	for i := range 12 {
		seconds := base * (1 + 0.002*r.NormFloat64())
		if i == 0 {
			seconds *= 8
		}
		rate := tokens / seconds
		record := map[string]any{"iter": i * 10, "loss": math.Log(float64(m.Vocab)) + 0.4 - float64(i)/10, "time_ms": print(seconds * 1000), "mfu": json.RawMessage("-100.0")}
		if i > 0 {
			metrics := map[string]any{
				"mfu": print(flops * rate / peak), "flops_per_token": print(flops), "tokens_per_sec": print(rate),
				"achieved_tflops": print(flops * rate / 1e12), "hardware_peak_tflops": shortest(peak / 1e12), "num_gpus": devices,
			}
			if alike { // of unlike layers no FLOPs per layer are those of all
				metrics["attention_flops_per_layer"], metrics["ffn_flops_per_layer"] = print(attention), print(ffn)
				metrics["attention_to_ffn_ratio"] = print(attention / ffn)
			}
			if len(m.Prediction) == 0 {
				metrics["logit_flops"] = print(2 * amount * float64(m.Hidden*m.Vocab))
			}
			if alike && g.Attention.KVHeads > 0 {
				metrics["gqa_group_size"] = g.Attention.Heads / g.Attention.KVHeads
			}
			record["mfu"] = metrics
		}
		steps = append(steps, record)
	}
	position := "rope"
	if m.Positions > 0 {
		position = "learned_absolute"
	}
	at, width, experts := declared(m)
	var window any
	if at.Window > 0 {
		window = at.Window
	}
	facts := map[string]any{
		"sliding_window": window,
		"n_layer":        m.Layers(), "n_head": at.Heads, "n_embd": m.Hidden, "num_key_value_heads": at.KVHeads, "head_dim": at.HeadDim,
		"intermediate_size": width, "vocab_size": m.Vocab, "weight_tying": m.Tied, "ffn_type": map[bool]string{true: "swiglu", false: "standard"}[g.FFN.Gated],
		"position_encoding": position, "block_size": S, "batch_size": micro, "gradient_accumulation_steps": accumulation, "dtype": "bfloat16",
	}
	if experts > 0 {
		facts["num_experts"] = experts
	}
	for _, key := range []string{"n_head", "num_key_value_heads", "head_dim", "intermediate_size"} {
		if facts[key] == int64(0) { // what a model has not, its configuration does not hold
			delete(facts, key)
		}
	}
	for _, key := range optional(r, forget) {
		delete(facts, key)
	}
	return json.Marshal(map[string]any{
		"run_name": "right",
		"config":   facts,
		"startup_info": map[string]any{
			"model":    map[string]any{"total_params": count.Total, "non_embedding_params": count.NonEmbedding()},
			"hardware": map[string]any{"gpu_name": device.name, "num_gpus": devices},
		},
		"training_iterations": steps,
		"end_time":            "2025-11-20T08:04:10",
	})
}

// declared are the attention, the dense width or that of the experts, and the experts that a configuration of the model holds.
func declared(m *reference.Architecture) (at reference.Attention, width, experts int64) {
	for _, g := range m.Groups {
		if g.Attention.Heads > 0 && at.Heads == 0 {
			at = g.Attention
		}
		at.Window = max(at.Window, g.Attention.Window)
		if width == 0 {
			width = g.FFN.Width
		}
		experts = max(experts, g.FFN.Experts.Count)
	}
	if width == 0 && len(m.Groups) > 0 {
		width = m.First().FFN.Experts.Width // Mixtral's intermediate_size
	}
	if at.IsLatent() {
		at.HeadDim, at.KVHeads = 0, at.Heads
	}
	return at, width, experts
}

// optional draws n facts that a log may leave out.
func optional(r *rand.Rand, n int) []string {
	keys := []string{
		"num_key_value_heads", "head_dim", "intermediate_size", "vocab_size", "weight_tying", "ffn_type", "position_encoding", "batch_size",
		"gradient_accumulation_steps", "dtype",
	}
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys[:n]
}

// deeper is a model with one layer more: one that nobody published, so that the audit cannot know it by its total.
func deeper(m *reference.Architecture) *reference.Architecture {
	more := *m
	more.Groups = slices.Clone(m.Groups)
	more.Groups[0].Count++
	return &more
}

// TestARightRunOfAGivenModelIsNeverAccused draws right runs of every preset that stands beside the log, mixtures, hybrids and models with
// unlike layers among them, each convention with every second: none may get an error or a warning, and the total must have been audited.
func TestARightRunOfAGivenModelIsNeverAccused(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	n := 0
	for i, p := range reference.Presets() {
		config, err := p.Config()
		if err != nil {
			t.Fatal(err)
		}
		m, err := config.Architecture()
		if err != nil {
			t.Fatal(err)
		}
		for j, c := range reference.Conventions() {
			d := drawRight(r, m, c)
			if d.given = true; c.SuspectFor(m, d.seqLen) || (i+j)%sparser(2) != 0 {
				continue
			}
			name := []string{"shortest", "6 digits", "4 digits", "3 digits"}[r.IntN(4)]
			data, err := d.log(r, map[string]printer{"shortest": shortest, "6 digits": digits(6), "4 digits": digits(4), "3 digits": digits(3)}[name], 0)
			if err != nil {
				continue
			}
			log, err := runlog.Read("right.json", data)
			if err != nil {
				t.Fatal(err)
			}
			report := audit.Run(log, audit.Options{Rules: rules.All(), Model: m, ModelSource: "sidecar", ModelName: "config.json"})[0]
			n++
			for _, f := range report.Findings {
				if f.Severity != audit.SeverityNote {
					t.Errorf("%s under %s with %s: %s %s logged %v expected %v: %s", p.Name, c.Name, name, f.Rule, f.Pos.Path, f.Logged, f.Expected, f.Message)
				}
			}
			for _, q := range report.Quantities {
				if q.Quantity == reference.FLOPsPerToken && q.Status != audit.StatusOK {
					t.Errorf("%s under %s with %s: FLOPs per token are %v: %s", p.Name, c.Name, name, q.Status, q.Reason)
				}
			}
			if t.Failed() && n > 40 {
				t.Fatalf("stopped after %d runs; last:\n%.1500s", n, data)
			}
		}
	}
	if n < fewer(100) {
		t.Errorf("only %d runs were drawn", n)
	}
}

// TestARightRunIsNeverAccused draws right runs of every dense preset, each definition with every fourth, printed with many and with few
// digits, some with facts left out: none may get an error or a warning, whatever else is told.
func TestARightRunIsNeverAccused(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	printers := map[string]printer{"shortest": shortest, "6 digits": digits(6), "4 digits": digits(4), "3 digits": digits(3)}
	n := 0
	for i, p := range reference.Presets() {
		config, err := p.Config()
		if err != nil {
			t.Fatal(err)
		}
		m, err := config.Architecture()
		if err != nil {
			t.Fatal(err)
		}
		for j, c := range reference.Conventions() {
			if (i+j)%sparser(16) != 0 {
				continue // each with every fourth model
			}
			forget := max(0, r.IntN(8)-3) // most runs declare everything
			name := []string{"shortest", "6 digits", "4 digits", "3 digits"}[r.IntN(4)]
			drawnModel := m
			if m.First().FFN.Width > 0 && r.IntN(2) == 0 {
				drawnModel = deeper(m)
			}
			d := drawRight(r, drawnModel, c)
			data, err := d.log(r, printers[name], forget)
			if err != nil || c.SuspectFor(drawnModel, d.seqLen) {
				continue // a run under a suspect convention is not right
			}
			log, err := runlog.Read("right.json", data)
			if err != nil {
				t.Fatal(err)
			}
			opt := audit.Options{Rules: rules.All()}
			if m.First().FFN.Width == 0 {
				opt.Model, opt.ModelSource, opt.ModelName = m, "preset", p.Name // the log alone does not say enough of its experts
			}
			report := audit.Run(log, opt)[0]
			n++
			for _, f := range report.Findings {
				if f.Severity != audit.SeverityNote {
					t.Errorf("%s under %s with %s, %d facts left out: %s %s logged %v expected %v: %s", p.Name, c.Name, name, forget, f.Rule, f.Pos.Path, f.Logged, f.Expected, f.Message)
				}
			}
			if t.Failed() && n > 40 {
				t.Fatalf("stopped after %d runs; last:\n%.1500s", n, data)
			}
		}
	}
	if n < fewer(100) {
		t.Errorf("only %d runs were drawn", n)
	}
}
