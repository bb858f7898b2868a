package audit_test

import (
	"math/rand/v2"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// BenchmarkSearch audits a mixture with a mistake, and a mixture and a hybrid with FLOPs that nothing explains, for which
// the search tries every set of three edits. The aim is 100 ms a run.
func BenchmarkSearch(b *testing.B) {
	for _, x := range []struct {
		name, model string
		edit        func(*reference.Basis)
	}{
		{"mixture", "deepseek-ai/DeepSeek-V3", func(b *reference.Basis) { b.Experts = reference.ExpertsAll }},
		{"unexplained mixture", "deepseek-ai/DeepSeek-V3", func(b *reference.Basis) { b.FFNWidth = 777 }},
		{"unexplained hybrid", "ai21labs/Jamba-v0.1", func(b *reference.Basis) { b.FFNWidth = 777 }},
		{"unexplained windows", "google/gemma-3-4b-pt", func(b *reference.Basis) { b.FFNWidth = 777 }},
	} {
		b.Run(x.name, func(b *testing.B) {
			p, ok := reference.PresetByName(x.model)
			if !ok {
				b.Fatal("no preset " + x.model)
			}
			config, err := p.Config()
			if err != nil {
				b.Fatal(err)
			}
			m, err := config.Architecture()
			if err != nil {
				b.Fatal(err)
			}
			d := drawnRun{model: m, seqLen: 4096, given: true}
			x.edit(&d.total)
			data, err := d.log(rand.New(rand.NewPCG(1, 1)), shortest, 0)
			if err != nil {
				b.Fatal(err)
			}
			log, err := runlog.Read("bench.json", data)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				audit.Run(log, audit.Options{Rules: rules.All(), Model: m, ModelSource: "sidecar", ModelName: "config.json"})
			}
		})
	}
}
