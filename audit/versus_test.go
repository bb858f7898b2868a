package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/runlog"
)

// sampleRun audits a sample log that stands beside the project; the test is skipped where it does not.
func sampleRun(t *testing.T, name string) *RunReport {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "samples", "training-console", name))
	if err != nil {
		t.Skip("the samples are not beside the project")
	}
	log, err := runlog.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return Run(log, Options{Steady: true})[0]
}

// Two runs of one trainer on 2 and on 8 devices log 106979 and 106809 tokens/s, which are those of one rank: 0.16 % apart.
func TestALogOfOneRanksTokensOnMoreDevicesIsNotSlower(t *testing.T) {
	a, b := sampleRun(t, "b200x2.log"), sampleRun(t, "b200x8.log")
	v := Compare([]*RunReport{a}, []*RunReport{b}, 0.05)
	if v.Regressed() {
		t.Errorf("%+v", v.Metrics)
	}
	for _, m := range v.Metrics {
		if m.Name == "step time" && (m.Outcome != OutcomeNotCompare || !strings.Contains(m.Why, "devices")) {
			t.Errorf("%+v", m)
		}
	}
}

// The line from (10, 4) to (20, 2) is at 3.5 a quarter of the way.
func TestLossIsReadBetweenSteps(t *testing.T) {
	if v := interpolate([]float64{10, 20}, []float64{4, 2}, 12.5); v != 3.5 {
		t.Error(v)
	}
	if v := interpolate([]float64{10, 20}, []float64{4, 2}, 20); v != 2 {
		t.Error(v)
	}
}

// Facts decide what may be compared: another device makes the step time none, another convention the corrected MFU.
func TestFactsDecideWhatIsCompared(t *testing.T) {
	run := func(convention string, devices int64) *RunReport {
		r := &RunReport{MFU: &MFUReport{Logged: 0.4, Corrected: 0.4, Restated: 0.35, OwnConvention: convention}, Steady: &Steady{}}
		r.Hardware.Devices = devices
		for range 40 {
			r.Steady.StepTime = append(r.Steady.StepTime, 2)
			r.Steady.MFU = append(r.Steady.MFU, 0.4)
			r.Steady.Restated = append(r.Steady.Restated, 0.35)
		}
		return r
	}
	outcomes := func(v *Versus) string {
		var out []string
		for _, m := range v.Metrics[1:] { // after the logged MFU
			out = append(out, m.Name+" "+string(m.Outcome))
		}
		return strings.Join(out, "; ")
	}
	if got := outcomes(Compare([]*RunReport{run("palm", 8)}, []*RunReport{run("palm", 8)}, 0.05)); got != "MFU restated, matmul-full ~; MFU corrected ~; step time ~" {
		t.Error(got)
	}
	if got := outcomes(Compare([]*RunReport{run("palm", 8)}, []*RunReport{run("kaplan", 16)}, 0.05)); got != "MFU restated, matmul-full ~; MFU corrected not compared; step time not compared" {
		t.Error(got)
	}
}
