package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// toy has 2·(4·64·64 + 3·64·128) weights, an untied table and head of 1000·64 each, and five norms of 64: 82 240 + 64 000 + 64 000.
// Without the embedding table that is N = 146 240.
func toy() *reference.Architecture {
	c, err := reference.ParseConfig([]byte(`{"model_type": "llama", "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4, "intermediate_size": 128,
"vocab_size": 1000, "tie_word_embeddings": false}`))
	if err != nil {
		panic(err)
	}
	m, err := c.Architecture()
	if err != nil {
		panic(err)
	}
	return m
}

// whole audits the final values of Hugging Face's Trainer after 64 steps of 2 sequences on each rank, twice accumulated.
func whole(t *testing.T, flos, tokens string, model bool, devices, accumulation float64) map[string]string {
	t.Helper()
	text := fmt.Sprintf(`{"log_history": [{"step": 64, "epoch": 1.0, "total_flos": %s, "train_runtime": 136.5, "train_samples_per_second": 7.501, "train_steps_per_second": 0.469}],
"num_input_tokens_seen": %s, "total_flos": %s, "train_batch_size": 2}`, flos, tokens, flos)
	log, err := runlog.Read("trainer_state.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	opt := audit.Options{Rules: rules.All()}
	if model {
		opt.Model, opt.ModelSource = toy(), "config"
	}
	for key, v := range map[runlog.FactKey]float64{runlog.Devices: devices, runlog.GradAccum: accumulation} {
		if v > 0 {
			opt.Facts = append(opt.Facts, runlog.Fact{Key: key, Num: v, Source: "flag"})
		}
	}
	r := audit.Run(log, opt)[0]
	for _, f := range r.Findings {
		t.Errorf("%s: %s", f.Rule, f.Message)
	}
	out := map[string]string{}
	for _, q := range r.Quantities {
		out[q.Key] = string(q.Status) + ": " + q.Reason
	}
	return out
}

func TestTotalFLOPsAreHeldAgainstTheirDefinition(t *testing.T) {
	// 146 240 × 1 048 576 = 153 343 754 240, times 6.
	const right = "920062525440.0"
	for _, c := range []struct {
		name, flos, tokens string
		model              bool
		want               string
	}{
		{"as defined", right, "1048576", true, "ok: 6 × 1 048 576 tokens × 146 240 parameters without the embedding table"},
		{"a shard of each of four ranks", "230015631360.0", "1048576", true, "not-audited: is 0.25 × 6·N·tokens, N 146 240 without the embedding table, tokens 1 048 576: about 1/4, as parameters sharded over 4 ranks give, of which each counts its own"},
		{"half", "460031262720.0", "1048576", true, "not-audited: is 0.5 × 6·N·tokens, N 146 240 without the embedding table, tokens 1 048 576"},
		{"without tokens", right, "0", true, "not-audited: needs the tokens of the run (include_num_input_tokens_seen); at 6·N, N 146 240 without the embedding table, they would be 1 048 576"},
		{"without a model", right, "1048576", false, "not-audited: needs"},
	} {
		if got := whole(t, c.flos, c.tokens, c.model, 4, 2)["total_flos"]; !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestSequencesPerStepAreHeldAgainstTheBatch(t *testing.T) {
	// 7.501 ÷ 0.469 is between 7.5005 ÷ 0.4695 = 15.9755 and 7.5015 ÷ 0.4685 = 16.0117; 2 × 2 × 4 = 16.
	const rate = "15.9755 to 16.0117 sequences a step"
	for _, c := range []struct {
		devices, accumulation float64
		want                  string
	}{
		{4, 2, "ok: " + rate + "; batch 2 × accumulation 2 × 4 ranks is 16"},
		{8, 2, "not-audited: " + rate + ", but batch 2 × accumulation 2 × 8 ranks is 32"},
		{0, 2, "not-audited: " + rate + "; needs the batch (--devices) to hold them against"},
		{4, 0, "not-audited: " + rate + "; needs the batch (--grad-accum) to hold them against"},
	} {
		got := whole(t, "1.0", "0", true, c.devices, c.accumulation)
		for _, key := range []string{"train_samples_per_second", "train_steps_per_second"} {
			if got[key] != c.want {
				t.Errorf("%s, %v devices, accumulation %v: %s", key, c.devices, c.accumulation, got[key])
			}
		}
	}
}
