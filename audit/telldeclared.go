package audit

import (
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/runlog"
)

// DeclaredBatchRule is the rule under which a declared batch is told that the step cannot have held.
const DeclaredBatchRule = "MFU240"

// mostMicroBatches bounds the micro-batches of a step that are read from its tokens.
const mostMicroBatches = 1 << 16

// microBatches is how many micro-batches of one rank the logged tokens of a step are; 0 if they are no whole number of them that
// the digits single out.
func (a *Audit) microBatches(d *TokenDiagnosis) float64 {
	unit := float64(a.World.MicroBatch) * float64(a.World.SeqLen)
	if !d.Timed || unit <= 0 {
		return 0
	}
	n := d.Observed.Scale(1 / unit)
	k := math.Round(n.Mid())
	if k < 1 || k > mostMicroBatches || !n.Contains(k) || n.Hi-n.Lo > ChanceLimit {
		return 0
	}
	return k
}

// tellDeclaredBatch files a declared batch that the step cannot have held: the logged tokens are a whole number of micro-batches,
// and the declared ones in the same time would exceed the devices' peak. Whose micro-batches they are only the format can say.
func (a *Audit) tellDeclaredBatch(f *Finding, rejected []Rival) bool {
	d := a.Tokens
	k := a.microBatches(d)
	mfu := a.loggedMFU()
	if k == 0 || math.IsNaN(mfu) || len(d.Readings) == 0 {
		return false
	}
	for _, r := range d.Readings {
		if mfu*r.Tokens/d.Value*a.smallest() <= 1 {
			return false // the devices can have done that: as likely the logged rate is wrong
		}
	}
	r, W := d.Readings[0], float64(a.World.Ranks)
	micro, S := plain(float64(a.World.MicroBatch)), plain(float64(a.World.SeqLen))
	f.Rule, f.Evidence.Wrong, f.Evidence.Cause, f.Expected = DeclaredBatchRule, WrongInferred, CauseAmbiguous, math.NaN()
	f.LoggedAs = fmt.Sprintf("%s tokens a step = %s micro-batches of %s × S %s", d.From, plain(k), micro, S)
	f.Message = fmt.Sprintf("By the batch facts: %s. By tokens per second and step time: %s micro-batches, %s tokens. They contradict each other, and the former cannot have run in that time.",
		r.Text, plain(k), group(k*float64(a.World.MicroBatch*a.World.SeqLen)))
	all := ""
	if W > 1 && math.Mod(k, W) == 0 {
		all = fmt.Sprintf("tokens of all ranks, %s micro-batches on each: nothing to multiply", plain(k/W))
	}
	rank := fmt.Sprintf("tokens of one rank of %s that accumulates %s times: %s a step", plain(W), plain(k), group(k*W*float64(a.World.MicroBatch*a.World.SeqLen)))
	switch {
	case W <= 1:
		f.Evidence.Cause = CauseInferred
	case a.Facts.String(runlog.RateScope) == "rank" || all == "":
		f.Expected, f.Evidence.Cause = f.Logged*W, CauseInferred
		f.ExpectedAs = "of all ranks: " + rank
		f.Message += fmt.Sprintf(" Taken for the %s: %s times too few.", rank, plain(W))
		if all != "" {
			f.Rivals = append(f.Rivals, Rival{Text: all, SettledBy: "--tokens-per-step"})
		}
		fa := factor{rule: f.Rule, kind: Correction, value: W, text: fmt.Sprintf("tokens of one rank over the peak of all %s (assumed; %s micro-batches a step)", plain(W), plain(k)), cause: CauseInferred, order: 2}
		if all != "" {
			fa.rivals = []string{all}
		}
		a.factors = append(a.factors, fa)
	default:
		f.Rivals = append(f.Rivals, Rival{Text: all, SettledBy: "--tokens-per-step"}, Rival{Text: rank, SettledBy: "--tokens-per-step"})
	}
	f.Rivals = append(append(f.Rivals, a.strayReadings(d)...), rejected...)
	a.add(f)
	return true
}
