package rules

import (
	"fmt"
	"math"
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func throughputAbovePeak() audit.Rule {
	return audit.Rule{
		ID: "MFU713", Name: "throughput-above-peak", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The tokens per second need more FLOP/s than the devices have.",
		What:    "Tokens per second × the least that a token can cost, its matmul weights with every one frozen and no attention core, against the highest dense peak of the devices. Only where no MFU is logged, which says it by itself.",
		Why:     "A log without MFU hides an impossible throughput: nobody divides.",
		How:     "Tokens are counted on ranks that share them or since the start, the device is not waited for, or the model or the device is not what ran.",
		Fix:     "Check the tokens of a step, the clock and the device count.",
		Citations: []audit.Citation{
			{Text: "allenai/open-instruct #1032: tokens per second that meant about 250 % utilization", URL: "https://github.com/allenai/open-instruct/pull/1032"},
		},
		Needs: tokenMetrics()[:2],
		Requires: func(a *audit.Audit) string {
			switch {
			case a.Logs(reference.MFU):
				return "the MFU is logged and held against the peak itself"
			case a.World.Device == nil:
				return "needs the device (--device)"
			case a.World.Devices == 0:
				return "needs the number of devices (--devices)"
			default:
				return audit.ModelUnknown(a)
			}
		},
		Check: func(a *audit.Audit) []audit.Finding {
			const frozen = 2.0 / 3                                                   // of what training costs: forward and the inputs' gradients
			flops, ok := a.Predict(reference.WeightFLOPsPerToken, reference.Basis{}) // without the core: packed sequences may be short
			limit, precision := highestPeak(a.World.Device)
			if !ok || !a.Settled() || limit == 0 || told(a, reference.TokensPerSec) || told(a, reference.TokensPerSecPerDevice) {
				return nil
			}
			flops *= frozen
			for _, q := range tokenMetrics()[:2] {
				devices := 1.0
				if q == reference.TokensPerSec {
					devices = float64(a.World.Devices)
				}
				for _, c := range a.Run.ColumnsOf(q) {
					if a.Doubts(c) {
						continue
					}
					cmp := a.Compare(c, func(row int) (audit.Span, bool) {
						return audit.AtMost(limit * devices / flops), !slices.Contains(a.Steps.Asynchronous, row)
					})
					if len(cmp.Bad) == 0 || 2*len(cmp.Bad) < cmp.Rows {
						continue
					}
					f := a.FindingOfComparison(cmp)
					f.Expected = math.NaN()
					f.Evidence.Cause = audit.CauseNone
					f.Message = fmt.Sprintf("%s tokens/s × %s FLOPs, the least that a token of this model can cost, are %s TFLOP/s of a device; %s has %s at most, %s.",
						audit.Number(f.Logged), audit.Number(flops), audit.Number(f.Logged*flops/devices/1e12), a.World.Device.Name, audit.Number(limit/1e12), precision)
					return []audit.Finding{f}
				}
			}
			return nil
		},
	}
}
