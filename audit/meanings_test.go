package audit_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// unnamed is a column whose name leaves two meanings, and the value that a step has under each.
type unnamed struct {
	key      string
	meanings [2]runlog.Meaning
	values   func(s stepOf) float64 // canonical, under the first meaning
	second   float64                // canonical value under the second meaning ÷ that under the first
}

type stepOf struct{ seconds, rate, achieved, peak, mfu float64 }

// unnamedColumns are what JSON Lines and CSV logs hold.
func unnamedColumns(devices float64) []unnamed {
	m := func(q reference.Quantity, scale float64, unit string) runlog.Meaning {
		return runlog.Meaning{Quantity: q, Scale: scale, Unit: unit}
	}
	return []unnamed{
		{"step_time", [2]runlog.Meaning{m(reference.StepTime, 1, "s"), m(reference.StepTime, 1e-3, "ms")}, func(s stepOf) float64 { return s.seconds }, 1},
		{"tokens_per_sec", [2]runlog.Meaning{m(reference.TokensPerSec, 1, "tokens/s"), m(reference.TokensPerSecPerDevice, 1, "tokens/s")}, func(s stepOf) float64 { return s.rate }, 1 / devices},
		{"tflops", [2]runlog.Meaning{m(reference.AchievedFLOPs, 1e12, "TFLOP/s"), m(reference.AchievedFLOPsPerDevice, 1e12, "TFLOP/s")}, func(s stepOf) float64 { return s.achieved }, 1 / devices},
		{"peak_tflops", [2]runlog.Meaning{m(reference.PeakFLOPs, 1e12, "TFLOP/s"), m(reference.PeakFLOPsPerDevice, 1e12, "TFLOP/s")}, func(s stepOf) float64 { return s.peak }, 1 / devices},
		{"mfu", [2]runlog.Meaning{m(reference.MFU, 1, "fraction"), m(reference.MFU, 0.01, "%")}, func(s stepOf) float64 { return s.mfu }, 1},
	}
}

// drawUnnamed writes a right run of Llama 3 8B with some of these columns, each under a drawn meaning that the log does not tell.
func drawUnnamed(r *rand.Rand, facts []runlog.Fact, devices, tokens, flops float64, columns []unnamed, truth []int, own []int) *runlog.Log {
	run := &runlog.Run{Path: "run.jsonl", Format: "jsonl", Facts: facts}
	digits := []int{3, 4, 6, 8, 17}[r.IntN(5)]
	for i, c := range columns {
		m := c.meanings[own[i]]
		column := runlog.NewColumn(m.Quantity, c.key, m.Scale, m.Unit)
		column.Meanings = []runlog.Meaning{c.meanings[1-own[i]]}
		run.Columns = append(run.Columns, column)
	}
	peak := 989.4e12 * devices
	base := flops * tokens / peak / (0.25 + 0.3*r.Float64())
	for row := range 12 {
		seconds := base * (1 + 0.01*r.Float64())
		if row == 0 {
			seconds *= 5
		}
		s := stepOf{seconds: seconds, rate: tokens / seconds, achieved: flops * tokens / seconds, peak: peak, mfu: flops * tokens / seconds / peak}
		run.Steps, run.Offsets = append(run.Steps, int64(row)), append(run.Offsets, 0)
		for i, c := range columns {
			v := c.values(s)
			if truth[i] == 1 {
				v *= c.second
			}
			printed, err := strconv.ParseFloat(strconv.FormatFloat(v/c.meanings[truth[i]].Scale, 'e', digits-1, 64), 64)
			if err != nil {
				panic(err)
			}
			run.Columns[i].Set(row, printed, runlog.Digits(digits))
		}
	}
	return &runlog.Log{Path: run.Path, Format: run.Format, Runs: []*runlog.Run{run}}
}

// TestAColumnOfSeveralMeaningsIsNeverAccusedUnderAnyOfThem draws right runs whose columns have one of two meanings, with facts left
// out: whichever it is, nothing is accused. With every fact the right meanings are found.
func TestAColumnOfSeveralMeaningsIsNeverAccusedUnderAnyOfThem(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 15))
	p, ok := reference.PresetByName("meta-llama/Meta-Llama-3-8B")
	if !ok {
		t.Fatal("no preset")
	}
	config, err := p.Config()
	if err != nil {
		t.Fatal(err)
	}
	m, err := config.Architecture()
	if err != nil {
		t.Fatal(err)
	}
	const seqLen = 8192
	settled := 0
	for n := range 600 {
		devices := float64([]int{1, 2, 8, 64}[r.IntN(4)])
		all := unnamedColumns(devices)
		var columns []unnamed
		for _, c := range all {
			if n%4 == 0 || r.IntN(4) > 0 {
				columns = append(columns, c)
			}
		}
		truth, own := make([]int, len(columns)), make([]int, len(columns))
		for i := range columns {
			truth[i], own[i] = r.IntN(2), r.IntN(2)
		}
		perRank, micro := float64(1+r.IntN(4)), float64(1+r.IntN(4))
		tokens := devices * perRank * micro * seqLen
		source := "config"
		facts := []runlog.Fact{
			{Key: runlog.SeqLen, Num: seqLen, Source: source},
			{Key: runlog.Device, Str: "NVIDIA H100 80GB HBM3", Source: source},
			{Key: runlog.Precision, Str: "bfloat16", Source: source},
			{Key: runlog.Devices, Num: devices, Source: source},
			{Key: runlog.MicroBatch, Num: micro, Source: source},
			{Key: runlog.GradAccum, Num: perRank * []float64{1, devices}[n%2], Source: source}, // per rank or over all
		}
		opt := audit.Options{Rules: rules.All()}
		complete := n%4 == 0
		if complete || r.IntN(2) == 0 {
			opt.Model, opt.ModelSource, opt.ModelName = m, "preset", p.Name
		}
		if !complete {
			for range r.IntN(3) {
				i := r.IntN(len(facts))
				facts = append(facts[:i:i], facts[i+1:]...)
			}
		}
		flops := reference.Basis{}.TrainingPerToken(m, seqLen)
		log := drawUnnamed(r, facts, devices, tokens, flops, columns, truth, own)
		report := audit.Run(log, opt)[0]
		name := fmt.Sprintf("run %d: %v devices, truth %v, own %v, %d columns, %d facts, model %t", n, devices, truth, own, len(columns), len(facts), opt.Model != nil)
		for _, f := range report.Findings {
			if f.Severity != audit.SeverityNote {
				t.Errorf("%s %v %v: %s %s logged %v expected %v: %s", name, facts, report.Coverage.NotAudited, f.Rule, f.Pos.Path, f.Logged, f.Expected, f.Message)
			}
		}
		if complete && report.Coverage.Audited == len(columns) {
			settled++
		}
		for i, c := range columns {
			for _, q := range report.Quantities {
				want := c.meanings[truth[i]]
				if complete && devices > 1 && q.Key == c.key && q.Status == audit.StatusOK && (q.Quantity != want.Quantity || q.Scale != want.Scale) {
					t.Errorf("%s: %s is read as %s × %v, want %s × %v", name, c.key, q.Quantity, q.Scale, want.Quantity, want.Scale)
				}
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if settled < 120 {
		t.Errorf("of 150 runs with every fact %d are audited whole", settled)
	}
}
