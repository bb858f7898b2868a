package rules

import (
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func asynchronousStepTimes() audit.Rule {
	return audit.Rule{
		ID: "MFU231", Name: "asynchronous-step-times", Severity: audit.SeverityWarning, Since: "0.1.0",
		Summary: "Early steps are timed before the device has done them.",
		What:    "Whether one of the first steps takes less than a tenth of the median step time, or has an MFU above 100 % or FLOP/s above the peak that later steps do not have.",
		Why:     "The time is that of handing the work over: 0.002 s for a step of 11.7 s, and 917 442 TFLOP/s on a device of 459. The steps after it wait for two.",
		How:     "Work is queued without waiting; the clock is read when the call returns. The queue is full after a few steps, and only then the clock shows the device's pace.",
		Fix:     "Wait for the device before reading the clock, or leave the first steps out.",
		Citations: []audit.Citation{
			{Text: "JAX documentation: asynchronous dispatch", URL: "https://docs.jax.dev/en/latest/async_dispatch.html"},
			{Text: "karpathy/nanoGPT #527: the clock is read before the device is waited for", URL: "https://github.com/karpathy/nanoGPT/pull/527"},
		},
		Needs: []reference.Quantity{reference.StepTime},
		Check: func(a *audit.Audit) []audit.Finding {
			rows := a.Steps.Asynchronous
			if len(rows) == 0 {
				return nil
			}
			c := a.Run.ColumnsOf(reference.StepTime)[0]
			f := a.Finding(c, rows[0])
			f.Expected = math.NaN()
			f.Steps = audit.StepRange{First: a.Run.Steps[rows[0]], Last: a.Run.Steps[rows[len(rows)-1]], Count: len(rows), Of: c.Count()}
			var names []string
			for _, row := range rows {
				f.Steps.List = append(f.Steps.List, a.Run.Steps[row])
				v, _ := c.Canonical(row)
				names = append(names, fmt.Sprintf("%d (%s s)", a.Run.Steps[row], audit.Number(v)))
			}
			f.Message = fmt.Sprintf("Step %s is timed before the device was done; the median of the steady steps is %s s. What is computed from such a time means nothing.", audit.List(names), audit.Number(a.Steps.Median))
			return []audit.Finding{f}
		},
	}
}
