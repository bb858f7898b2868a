package audit

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Audit is the comparison of one run with what is right. Check rules read it.
type Audit struct {
	Run      *runlog.Run
	Problems []runlog.Problem // of the input
	Options  Options
	Facts    Facts
	Steps    Steps
	World    World // what the audit believes ran; Model is nil where several fit and none is preferred
	// Own is the basis of the log's own definition of FLOPs per token, recognised or stated; matmul-full otherwise.
	Own     reference.Basis
	OwnName string   // "" if not recognised
	OwnAlso []string // conventions that coincide with it on this model

	Diagnosis *Diagnosis
	Tokens    *TokenDiagnosis
	Peaks     []*PeakDiagnosis
	Hardware  []HardwareRate
	Implied   *ImpliedPeak // the peak behind an MFU, where it is not logged; nil if nothing gives it

	targets      []target
	worlds       []World
	nearMisses   []World
	searched     reference.Domain
	modelMissing []string
	paddingNote  string
	unsolved     bool // no model of the domain has the logged parameter total
	parameters   int64
	firstLoss    float64
	otherDevices []*reference.Accelerator // which the printed device name may mean as well
	vocabMatters bool
	accidental   float64 // expected models that fit the total by chance
	meanings     meaningsFound
	report       *RunReport
	factors      []factor
	identity     string   // the rule that says that the run's MFU disagrees with its parts at some steps, "" if it agrees
	spread       *float64 // of the steady steps' times, once it is known

	// MFUExplained reports whether an MFU without logged parts was reproduced from the model, the batch and a peak.
	MFUExplained bool
	usesPeak     bool // the logged MFU was computed with the logged peak
	timed        bool // the MFU was reproduced with the step time
}

// Run audits every run of a log.
func Run(log *runlog.Log, opt Options) []*RunReport {
	var out []*RunReport
	for i, run := range log.Runs {
		r := auditRun(run, log.Problems, opt)
		if len(log.Runs) > 1 {
			r.Name += fmt.Sprintf(" run %d", i+1)
		}
		out = append(out, r)
	}
	return out
}

// auditRun is the audit of one run: settle the world, compare, diagnose, run the check rules, sum up.
func auditRun(run *runlog.Run, problems []runlog.Problem, opt Options) *RunReport {
	facts := newFacts(run, opt.Facts)
	run = inTokens(run, facts)
	a := &Audit{Run: run, Problems: problems, Options: opt, Facts: facts}
	a.report = &RunReport{Path: run.Path, Format: run.Format, Name: nameOf(run.Path), Source: run.Source, Steps: len(run.Steps), Problems: problems, Allow: run.Allow}
	a.settle()
	a.settleMeanings()
	run = a.Run
	a.Steps = findSteps(run, mfuColumn(run), first(run.ColumnsOf(reference.StepTime)), a.report.Hardware.Peak, opt.Step)
	a.collect()
	a.World.ImpliedWidth = a.impliedWidths()
	a.findWorlds()
	a.diagnoseModel()
	a.Tokens = a.diagnoseTokens()
	for i := range a.targets {
		if a.targets[i].Account == AccountPeak {
			if d := a.diagnosePeak(&a.targets[i]); d != nil {
				a.Peaks = append(a.Peaks, d)
			}
		}
	}
	a.Implied = a.implyPeak()
	a.Hardware = a.hardwareRates()
	a.imply()
	a.tellEdits()
	a.tellTokens()
	a.tellPeaks()
	a.tellImpliedPeak()
	a.checks()
	a.tellMFU()
	a.cover()
	if opt.Steady {
		a.report.Steady = a.steady()
	}
	if opt.Series {
		a.report.Series, a.report.Breakdown = a.series(), a.breakdown()
	}
	return a.report
}

// inTokens is the run with its columns of sequences in tokens, where a fact from outside the log says how long a sequence is.
func inTokens(run *runlog.Run, facts Facts) *runlog.Run {
	seqLen := facts.Int(runlog.SeqLen)
	if len(run.Sequences) == 0 || seqLen <= 0 {
		return run
	}
	out := *run
	out.Columns, out.Sequences = slices.Clone(run.Columns), nil
	for _, c := range run.Sequences {
		tokens := *c
		tokens.Scale *= float64(seqLen)
		out.Columns = append(out.Columns, &tokens)
	}
	return &out
}

// nameOf names a run after its file: what a log calls itself is not repeated, since it may hold anything.
func nameOf(file string) string {
	base := path.Base(file)
	return strings.TrimSuffix(base, path.Ext(base))
}

// settle reads the facts that need no search: sequence length, batch, devices.
func (a *Audit) settle() {
	f, w := a.Facts, &a.World
	w.SeqLen = f.Int(runlog.SeqLen)
	if tokens, batch := f.Int(runlog.TokensPerStep), f.Int(runlog.GlobalBatch); w.SeqLen == 0 && batch > 0 && tokens%batch == 0 {
		w.SeqLen = tokens / batch
	}
	w.Devices = f.Int(runlog.Devices)
	w.Ranks = ranks(f, w.Devices)
	w.Tensor, w.Context = f.Int(runlog.TensorParallel), f.Int(runlog.ContextParallel)
	w.Sparse = f.String(runlog.Sparsity) == "2:4"
	w.StatedPeak = a.Options.PeakFLOPs
	if v, ok := f.Number(runlog.TrainedFraction); ok && v >= 0 && v <= 1 {
		w.Frozen = 1 - v
	}
	w.MicroBatch = f.Int(runlog.MicroBatch)
	w.GradAccum = f.Int(runlog.GradAccum)
	if p, ok := reference.ParsePrecision(f.String(runlog.Precision)); ok {
		w.Precision = p
	}
	for _, x := range f.Of(runlog.Device) {
		if m, ok := reference.ResolveDevice(x.Str); ok {
			w.Device, a.otherDevices = m.Device, m.Ambiguous
			a.report.Hardware.Printed = x.Str
			break
		}
	}
	for _, x := range f.Of(runlog.IntermediateSize) {
		if v := int64(x.Num); !slices.Contains(w.DeclaredWidth, v) {
			w.DeclaredWidth = append(w.DeclaredWidth, v)
		}
	}
	a.parameters = f.Int(runlog.Parameters)
	for _, o := range a.Run.Summary {
		if o.Quantity == reference.Parameters && a.parameters == 0 {
			a.parameters = wholeNumber(o.Logged, o.Digits, o.Scale, a.Run.LongFloats)
		}
	}
	for _, c := range a.Run.ColumnsOf(reference.Parameters) {
		if v, d, ok := c.At(c.FirstRow()); ok && a.parameters == 0 {
			a.parameters = wholeNumber(v, d, c.Scale, a.Run.LongFloats)
		}
	}
	if loss := first(a.Run.ColumnsOf(reference.Loss)); loss != nil && len(a.Run.Steps) > 0 && a.Run.Steps[0] == 0 {
		a.firstLoss, _ = loss.Canonical(0)
	}
	h := &a.report.Hardware
	h.Device, h.Devices, h.Precision = w.Device, w.Devices, w.Precision
	one := *w
	one.Devices = 1
	h.Peak, _, _ = PeakOf(&one, reference.Basis{})
}

// wholeNumber is the one whole number that a printed value stands for; 0 if its digits leave several, as 1.24 billion does.
func wholeNumber(v float64, d runlog.Digits, scale float64, longFloats bool) int64 {
	exact, _, _ := intervals(v, d, scale, longFloats)
	n := math.Round(v * scale)
	if n < 1 || n >= 1<<53 || exact.Hi-exact.Lo > 2 {
		return 0
	}
	return int64(n)
}

// ranks is the data-parallel size: as declared, or the devices ÷ the other degrees.
func ranks(f Facts, devices int64) int64 {
	if n := f.Int(runlog.DataParallel); n > 0 {
		return n
	}
	for _, key := range []runlog.FactKey{runlog.TensorParallel, runlog.PipelineParallel, runlog.ContextParallel} {
		if n := f.Int(key); n > 0 && devices%n == 0 {
			devices /= n
		}
	}
	return devices
}

// collect gathers the logged values that are constants of the run.
func (a *Audit) collect() {
	for _, c := range a.Run.Columns {
		if accountOf(c.Quantity) == "" || accountOf(c.Quantity) == AccountTime || c.Count() == 0 {
			continue
		}
		row := a.Steps.Headline
		if !c.Has(row) {
			row = c.FirstRow()
		}
		a.targets = append(a.targets, columnTarget(a.Run, c, row))
	}
	for i := range a.Run.Summary {
		o := &a.Run.Summary[i]
		if accountOf(o.Quantity) != "" && !IsAverage(o.Key) && accountOf(o.Quantity) != AccountTime {
			a.targets = append(a.targets, summaryTarget(a.Run, o))
		}
	}
	if t, ok := a.impliedFLOPs(); ok {
		a.targets = append(a.targets, t)
	}
	for _, t := range a.targets {
		if t.Account == AccountTotal || t.Quantity == reference.LogitFLOPs {
			a.vocabMatters = true
		}
	}
	for _, q := range []reference.Quantity{reference.MFU, reference.AchievedFLOPs} {
		a.vocabMatters = a.vocabMatters || len(a.Run.ColumnsOf(q)) > 0
	}
}

// impliedFLOPs is the FLOPs per token that achieved FLOP/s ÷ tokens/s gives where the metric itself is not logged: constant over
// the steps, so its interval is the intersection of theirs.
func (a *Audit) impliedFLOPs() (target, bool) {
	if a.Logs(reference.FLOPsPerToken) {
		return target{}, false
	}
	each := 0.0 // one device's share, 0 if unknown
	if a.World.Devices > 0 {
		each = 1 / float64(a.World.Devices)
	}
	for _, pair := range []struct {
		achieved, rate reference.Quantity
		scale          float64 // of the quotient, which brings both to the same devices
	}{
		{reference.AchievedFLOPs, reference.TokensPerSec, 1},
		{reference.AchievedFLOPsPerDevice, reference.TokensPerSecPerDevice, 1},
		{reference.AchievedFLOPs, reference.TokensPerSecPerDevice, each},
		{reference.AchievedFLOPsPerDevice, reference.TokensPerSec, float64(a.World.Devices)},
	} {
		achieved, rate := instant(a.Run, pair.achieved), instant(a.Run, pair.rate)
		if achieved == nil || rate == nil || pair.scale == 0 || a.Steps.Headline < 0 {
			continue
		}
		rows := slices.Clone(a.Steps.Steady)
		if !slices.Contains(rows, a.Steps.Headline) {
			rows = append(rows, a.Steps.Headline)
		}
		x, varies, ok := product(rows, func(row int) (Span, bool) {
			f, ok1 := cell(achieved, row, a.Run.LongFloats)
			t, ok2 := cell(rate, row, a.Run.LongFloats)
			if !ok1 || !ok2 || t.Lo <= 0 {
				return Span{}, false
			}
			return f.Div(t).Scale(pair.scale), true
		})
		if !ok || varies {
			continue
		}
		t := columnTarget(a.Run, achieved, a.Steps.Headline)
		t.Quantity, t.Account, t.Value = reference.FLOPsPerToken, AccountTotal, x.Point
		t.Exact, t.Loose, t.Over = x.Interval, x.Interval, rate
		t.From = fmt.Sprintf("FLOPs per token are %s ÷ %s", lastKey(achieved.Key), lastKey(rate.Key))
		switch {
		case pair.scale < 1:
			t.From += fmt.Sprintf(" ÷ %d devices", a.World.Devices)
		case pair.scale > 1:
			t.From += fmt.Sprintf(" × %d devices", a.World.Devices)
		}
		return t, true
	}
	return target{}, false
}

// accountTargets lists the targets of an account, the most telling first.
func (a *Audit) accountTargets(account Account) []*target {
	var out []*target
	for i := range a.targets {
		if a.targets[i].Account == account {
			out = append(out, &a.targets[i])
		}
	}
	return out
}

// diagnoseModel settles the model and the bases of the FLOP accounts together.
func (a *Audit) diagnoseModel() {
	accounts := map[Account][]*target{
		AccountBreakdown: a.accountTargets(AccountBreakdown),
		AccountTotal:     a.accountTargets(AccountTotal),
	}
	a.Diagnosis = a.diagnose(a.worlds, accounts)
	best := a.Diagnosis.Best
	if best == nil {
		return
	}
	a.World = *best.world
	a.judgeModel(accounts)
	part := best.parts[AccountTotal]
	switch c, ok := reference.ConventionByName(a.Options.Convention); {
	case part != nil:
		a.Own, a.OwnName, a.OwnAlso = part.start.basis, part.start.name, part.also
	case ok:
		a.Own, a.OwnName = c.Basis, c.Name
	}
}

// IsAverage reports whether a summary key holds a mean over steps.
func IsAverage(key string) bool {
	last := key[lastDot(key)+1:]
	for _, prefix := range []string{"avg_", "mean_", "average_"} {
		if len(last) > len(prefix) && last[:len(prefix)] == prefix {
			return true
		}
	}
	return false
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// add files a finding, with its rule's name and default severity.
func (a *Audit) add(f *Finding) {
	for _, r := range a.Options.Rules {
		if r.ID != f.Rule {
			continue
		}
		f.Name = r.Name
		if f.Severity == "" {
			f.Severity = r.Severity
		}
		if a.meanings.none && f.Evidence.Wrong == WrongProven {
			f.Evidence.Wrong = WrongInferred // no reading of the columns is free of contradictions
		}
		// Severity follows how surely the value is wrong.
		if f.Severity == SeverityError && f.Evidence.Wrong == WrongInferred {
			f.Severity = SeverityWarning
		}
		f.Fingerprint = fmt.Sprintf("%s:%s:%s:%s", f.Rule, a.Run.Format, f.Quantity, lastKey(f.Pos.Path))
		a.report.Findings = append(a.report.Findings, f)
		return
	}
}

// lastKey is the metric's own key, without the record that holds it.
func lastKey(path string) string { return path[lastDot(path)+1:] }
