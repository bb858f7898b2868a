package rules

import (
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func tokensSeenTimesDegree() audit.Rule {
	return audit.Rule{
		ID: "MFU216", Name: "tokens-seen-times-degree", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The tokens seen since the start grow by the batch times a parallel degree.",
		What:    "Whether the count of tokens seen grows by one number a step, and that number is the declared batch times a parallel degree.",
		Why:     "Curves of loss over tokens are stretched by the degree: a run with a context-parallel size of 2 seems to need twice the data.",
		How:     "A rank's count is summed over ranks that hold the same tokens.",
		Fix:     "Sum the count over the data-parallel group.",
		Citations: []audit.Citation{
			{Text: "pytorch/torchtitan #2983: n_tokens_seen inflated by the context-parallel degree", URL: "https://github.com/pytorch/torchtitan/issues/2983"},
			{Text: "huggingface/trl #7100: num_tokens is tp_size times the tokens trained on", URL: "https://github.com/huggingface/trl/issues/7100"},
		},
		Needs:    []reference.Quantity{reference.TotalTokens},
		Requires: audit.BatchUnknown,
		Check: func(a *audit.Audit) []audit.Finding {
			for _, c := range a.Run.ColumnsOf(reference.TotalTokens) {
				growth, row := growthPerStep(a, reference.TotalTokens)
				if row < 0 {
					continue
				}
				if f, ok := seenFinding(a, growth); ok {
					at := a.Finding(c, row)
					f.Quantity, f.Pos, f.Logged = at.Quantity, at.Pos, at.Logged
					f.Expected = f.Logged / f.Expected
					f.Steps = audit.StepRange{First: a.Run.Steps[c.FirstRow()], Last: a.Run.Steps[row], Count: c.Count(), Of: c.Count()}
					return []audit.Finding{f}
				}
			}
			return nil
		},
	}
}

// growthPerStep is by how much a running total grows in a step, and the last record that has it; −1 if it does not grow evenly.
func growthPerStep(a *audit.Audit, q reference.Quantity) (x reference.Interval, last int) {
	x, last = reference.Interval{Lo: 0, Hi: math.Inf(1)}, -1
	pairs := 0
	for row, step := range a.Run.Steps {
		v, ok := a.Cell(q, row)
		if !ok {
			continue
		}
		if last >= 0 {
			before, _ := a.Cell(q, last)
			steps := float64(step - a.Run.Steps[last])
			if steps <= 0 {
				return x, -1
			}
			x = x.Intersect(reference.Interval{Lo: (v.Lo - before.Hi) / steps, Hi: (v.Hi - before.Lo) / steps})
			pairs++
		}
		last = row
	}
	if pairs < 3 || x.Empty() || x.Lo <= 0 {
		return x, -1
	}
	return x, last
}

// seenFinding tells a growth that is the batch times a degree; Expected is the degree. A growth that fits a reading of the batch, or
// nothing of the run, is none, and neither is a smaller one: sequences may be shorter than declared.
func seenFinding(a *audit.Audit, growth reference.Interval) (f audit.Finding, ok bool) {
	w := &a.World
	readings := a.BatchReadings()
	for _, r := range readings {
		if growth.Contains(r.Tokens) {
			return f, false
		}
	}
	if len(readings) != 1 {
		return f, false // several readings and several degrees leave too much open
	}
	r := readings[0]
	for _, d := range []struct {
		n    int64
		what string
	}{
		{w.Tensor, "the tensor-parallel size"},
		{w.Context, "the context-parallel size"},
		{shared(w), "the devices of one data-parallel rank"},
		{w.Ranks, "the data-parallel size"},
	} {
		if d.n < 2 || !growth.Contains(r.Tokens*float64(d.n)) {
			continue
		}
		f.Expected = float64(d.n)
		f.ExpectedAs = r.Text + " a step"
		f.Message = fmt.Sprintf("The tokens seen grow by the batch times %s, %d, in every step.", d.what, d.n)
		f.Evidence = audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseInferred}
		return f, true
	}
	return f, false
}
