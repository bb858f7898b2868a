package audit

import (
	"fmt"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// sequenceRates says whether sequences and steps per second agree with the batch: their quotient is the sequences of a step. A
// difference is told but is no finding: the last batch of an epoch is smaller, and a device count may be that of a machine of
// which the run used a part.
func (a *Audit) sequenceRates() (Status, string) {
	sequences, steps := a.Values(reference.SequencesPerSec), a.Values(reference.StepsPerSec)
	if len(sequences) == 0 {
		return StatusNotAudited, "no sequences or tokens per second to hold it against"
	}
	if len(steps) == 0 {
		return StatusNotAudited, "counts sequences, and how many tokens they have is not logged"
	}
	perStep := a.rate(sequences[0]).Div(a.rate(steps[0]))
	logged := fmt.Sprintf("%s to %s sequences a step", number(perStep.Lo), number(perStep.Hi))
	batch, text := a.sequencesOfStep()
	switch {
	case perStep.Lo <= 0:
		return StatusNotAudited, "steps per second are rounded to nothing"
	case batch == 0:
		return StatusNotAudited, logged + "; needs the batch (" + text + ") to hold them against"
	case perStep.Scale(1 / batch).Overlaps(reference.Around(1, endsOfEpochs)):
		return StatusOK, fmt.Sprintf("%s; %s is %s", logged, text, plain(batch))
	default:
		return StatusNotAudited, fmt.Sprintf("%s, but %s is %s", logged, text, plain(batch))
	}
}

// endsOfEpochs is how far sequences ÷ steps may be off the batch: the Trainer counts every sequence of the data, and its steps may
// leave out the rest of an epoch or take it as a step of its own.
const endsOfEpochs = 0.02

// rate is what a logged rate stands for. The Trainer rounds its own to three decimals and prints no trailing zeros (transformers,
// trainer_utils.py speed_metrics).
func (a *Audit) rate(o runlog.Observation) reference.Interval {
	if strings.HasPrefix(lastPart(o.Key), "train_") {
		return reference.Around(o.Logged, 0.0005).Scale(o.Scale)
	}
	_, x, _ := intervals(o.Logged, o.Digits, o.Scale, a.Run.LongFloats)
	return x
}

// sequencesOfStep is the global batch that the facts give, in sequences, and how; 0 and what is missing if they do not.
func (a *Audit) sequencesOfStep() (float64, string) {
	if n := a.Facts.Int(runlog.GlobalBatch); n > 0 {
		return float64(n), "the declared global batch"
	}
	w := &a.World
	switch {
	case w.MicroBatch == 0:
		return 0, "--micro-batch"
	case w.GradAccum == 0:
		return 0, "--grad-accum"
	case w.Ranks == 0:
		return 0, "--devices"
	case a.Facts.String(runlog.AccumScope) != "rank":
		return 0, "--accumulation-scope"
	}
	return float64(w.MicroBatch * w.GradAccum * w.Ranks), fmt.Sprintf("batch %d × accumulation %d × %d ranks", w.MicroBatch, w.GradAccum, w.Ranks)
}

// totalFLOPs holds total_flos of Hugging Face's Trainer against its definition: 6 × tokens × parameters outside of embedding
// tables, an untied head among them (huggingface/transformers, modeling_utils.py floating_point_ops and num_parameters, summed
// over the ranks by trainer.py store_flos). A difference is told but is no finding: the parameters may be those of a rank's
// shard, adapters or quantized weights, and newer versions can count the tokens without padding.
func (a *Audit) totalFLOPs(t *target) (Status, string) {
	not := func(reason string) (Status, string) { return StatusNotAudited, reason }
	if lastPart(t.Key) != "total_flos" {
		return not("how the trainer defines it is not known")
	}
	if reason := ModelUnknown(a); reason != "" {
		return not(reason)
	}
	if a.Options.Model == nil && !a.declaredWhole() || !a.World.VocabKnown {
		return not("needs every dimension of the model (--model)")
	}
	p := a.World.Model.CountParameters()
	n := float64(p.Total - p.Embedding - p.Positions)
	tokens, ok := a.wholeTokens(t.Row)
	if !ok {
		return not(fmt.Sprintf("needs the tokens of the run (include_num_input_tokens_seen); at 6·N, N %s without the embedding table, they would be %s", group(n), number(t.Value/6/n)))
	}
	// Trainers add it up in float64, batch by batch.
	want := reference.Around(6*n*tokens, 6*n*tokens*1e-9)
	if want.Overlaps(t.Loose) {
		return StatusOK, fmt.Sprintf("6 × %s tokens × %s parameters without the embedding table", group(tokens), group(n))
	}
	ratio := t.Value / (6 * n * tokens)
	reason := fmt.Sprintf("is %s × 6·N·tokens, N %s without the embedding table, tokens %s", number(ratio), group(n), group(tokens))
	if w := float64(a.World.Ranks); w > 1 && ratio*w > 0.97 && ratio*w < 1.03 {
		reason += fmt.Sprintf(": about 1/%s, as parameters sharded over %s ranks give, of which each counts its own", plain(w), plain(w))
	}
	return not(reason)
}

// wholeTokens is the tokens of the run up to a record, or of the whole run for a row below 0.
func (a *Audit) wholeTokens(row int) (float64, bool) {
	if row >= 0 {
		if c := first(a.Run.ColumnsOf(reference.TotalTokens)); c != nil {
			return c.Canonical(row)
		}
	}
	for _, o := range a.Run.Summary {
		if o.Quantity == reference.TotalTokens {
			return o.Value(), true
		}
	}
	return 0, false
}

// lastPart is a metric's own name, without what it stands behind.
func lastPart(key string) string {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] == '/' || key[i] == '.' {
			return key[i+1:]
		}
	}
	return key
}
