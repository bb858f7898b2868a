package rules_test

import (
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// A mean over the run so far is no second value of its step: it may differ from the step's own, and from its parts.
func TestAnAverageIsNotHeldAgainstItsStep(t *testing.T) {
	const text = `Device: NVIDIA H100 80GB HBM3, Device peak Flops/s: 989500000000000
[step=20/2000,epoch=1]
    throughput/device/MFU=44.57
    throughput/device/MFU (actual avg)=33.82
    throughput/device/flopsPS=441.0T
`
	findings := func(text string) string {
		log, err := runlog.Read("run.log", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		facts := []runlog.Fact{{Key: runlog.Devices, Num: 8, Source: "flag"}, {Key: runlog.Precision, Str: "bf16", Source: "flag"}}
		var out []string
		for _, f := range audit.Run(log, audit.Options{Rules: rules.All(), Facts: facts})[0].Findings {
			if f.Severity == audit.SeverityError {
				out = append(out, f.Rule)
			}
		}
		return strings.Join(out, " ")
	}
	if got := findings(text); got != "" {
		t.Errorf("a right log: %s", got)
	}
	// 441.0e12 ÷ 989.5e12 = 44.57 %, not 40 %.
	if got := findings(strings.Replace(text, "MFU=44.57", "MFU=40.00", 1)); got != "MFU410" {
		t.Errorf("a wrong MFU of a step: %q", got)
	}
}
