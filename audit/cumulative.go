package audit

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/reference"
)

// CumulativeTokensRule is the rule under which tokens since the start over the time of one step are told.
const CumulativeTokensRule = "MFU222"

// growingRecords is how many records have to grow with the step before their growth says anything.
const growingRecords = 5

// growth is tokens per second × step time that grows with the step: what a counter that is never set back gives.
type growth struct {
	each reference.Interval // tokens of one step
	from int64              // step before the first that is counted
	row  int                // the record that the report shows
	n    float64            // steps that the record's tokens are of
}

// cumulative reports whether tokens per second × step time is proportional to the steps done: steps are numbered from 0 or from 1.
func (a *Audit) cumulative() (g growth, ok bool) {
	d := a.Tokens
	if d == nil || !d.Timed || !d.Varies || !slices.IsSorted(a.Run.Steps) {
		return g, false
	}
	for _, from := range []int64{0, -1} {
		x := reference.Interval{Lo: 0, Hi: math.Inf(1)}
		var rows []int
		var least, most float64
		for row, step := range a.Run.Steps {
			tokens, has := a.TokensAt(row)
			n := float64(step - from)
			if !has || n <= 0 || !(tokens.Lo > 0) {
				continue
			}
			x = x.Intersect(tokens.Interval.Scale(1 / n))
			rows = append(rows, row)
			if least == 0 {
				least = tokens.Point
			}
			most = tokens.Point
		}
		if len(rows) < growingRecords || x.Empty() || most < 2*least {
			continue
		}
		row := rows[len(rows)-1]
		if slices.Contains(rows, a.Steps.Headline) {
			row = a.Steps.Headline
		}
		return growth{each: x, from: from, row: row, n: float64(a.Run.Steps[row] - from)}, true
	}
	return g, false
}

// TokensAt is the tokens of a step that a record's rate and time give: tokens per second of all devices × step time.
func (a *Audit) TokensAt(row int) (Span, bool) {
	rate, ok1 := a.Global(reference.TokensPerSec, reference.TokensPerSecPerDevice, row)
	time, ok2 := a.Cell(reference.StepTime, row)
	return rate.Mul(time), ok1 && ok2
}

// tellCumulative files tokens that grow with the step.
func (a *Audit) tellCumulative(g growth) {
	t := a.Tokens.Target
	own := columnTarget(a.Run, t.Column, g.row)
	f := &Finding{
		Rule: CumulativeTokensRule, Quantity: t.Quantity, Pos: own.position(a.Run), Steps: t.Steps, Logged: own.Value, Expected: own.Value / g.n,
		Evidence: Evidence{Wrong: WrongInferred, Cause: CauseInferred},
	}
	each := (g.each.Lo + g.each.Hi) / 2
	if whole := math.Round(each); g.each.Contains(whole) {
		each = whole
	}
	f.LoggedAs = fmt.Sprintf("%s tokens of %s steps ÷ the time of one", number(each*g.n), plain(g.n))
	f.ExpectedAs = fmt.Sprintf("%s tokens ÷ the time of the step", number(each))
	for _, r := range a.Tokens.Readings {
		if g.each.Contains(r.Tokens) {
			f.Evidence = Evidence{Wrong: WrongProven, Cause: CauseUnique}
			f.ExpectedAs += ": " + r.Text
		}
	}
	f.Message = fmt.Sprintf("Tokens per second × step time is %s tokens times the number of steps done, in every record: all tokens since the start over the time of one step.", number(each))
	f.Printed = a.printed(f)
	a.add(f)
	a.factors = append(a.factors, factor{rule: f.Rule, kind: Correction, value: 1 / g.n, text: fmt.Sprintf("the tokens of %s steps over the time of one", plain(g.n)), cause: f.Evidence.Cause, order: 2})
}
