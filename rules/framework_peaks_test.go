package rules_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// By what a table's entry multiplies an MFU: the dense figure of the data sheet ÷ the entry, each worked out by hand.
func TestFrameworkPeaksAreOffByTheDocumentedFactors(t *testing.T) {
	want := map[string]float64{
		"allenai/OLMo-core b300 bf16":                   7.2115, // 2250 ÷ 312
		"allenai/OLMo-core a100-sxm4-80gb bf16":         2,      // 312 ÷ 156
		"allenai/OLMo-core gb200 bf16":                  1.1111, // 2500 ÷ 2250
		"Lightning-AI/pytorch-lightning l40s bf16":      2.9921, // 362.05 ÷ 121
		"Lightning-AI/pytorch-lightning rtx-a6000 bf16": 4,      // 154.8 ÷ 38.7
		"Lightning-AI/pytorch-lightning rtx-4090 bf16":  2,      // 165.2 ÷ 82.6
		"Lightning-AI/pytorch-lightning a10g bf16":      0.56,   // 70 ÷ 125
		"pytorch/pytorch h100-sxm tf32":                 3.1712, // 494.7 ÷ 156
		"pytorch/torchtitan h20 bf16":                   0.1496, // 148 ÷ 989
		"pytorch/torchtitan mi350x bf16":                7.3939, // 2306.9 ÷ 312
		"NVIDIA-NeMo/Automodel h100-sxm bf16":           0.5,    // 989.4 ÷ 1979
		"hiyouga/LLaMA-Factory rtx-4090 bf16":           1.6857, // 165.2 ÷ 98
		"karpathy/nanochat mi250x-gcd bf16":             0.5,    // 191.5 ÷ 383
		"karpathy/nanochat h800-sxm bf16":               1.3087, // 989.4 ÷ 756
		"ByteDance-Seed/VeOmni b200 bf16":               0.9446, // 2250 ÷ 2382
		"ByteDance-Seed/VeOmni gb200 bf16":              0.9747, // 2500 ÷ 2565; the older entry, 2250, is 1.1111
		"allenai/open-instruct rtx-6000-ada bf16":       0.4999, // 364.2 ÷ 728.5
		"karpathy/llm.c rtx-a6000 bf16":                 2,      // 154.8 ÷ 77.4
		"NVIDIA/cosmos-framework rtx-pro-6000-ws bf16":  0.2056, // 503.8 ÷ 2450
		"karpathy/autoresearch a100-sxm4-80gb bf16":     0.3153, // 312 ÷ 989.5
	}
	for _, f := range rules.FrameworkPeaks() {
		if f.Device == nil || f.Right == 0 {
			t.Errorf("%s: no device, or no peak at %s", f.Where(), f.Precision)
			continue
		}
		if math.Abs(f.Factor()-1) < 1e-3 {
			t.Errorf("%s %s: %v is right", f.Where(), f.Device.ID, f.Used)
		}
		key := fmt.Sprintf("%s %s %s", f.Framework, f.Device.ID, f.Precision)
		if v, ok := want[key]; ok && math.Abs(f.Factor()-v) < 1e-3*v {
			delete(want, key)
		}
	}
	for key, v := range want {
		t.Errorf("no entry %s with a factor of %v", key, v)
	}
}

// TestEveryFrameworkPeakIsTold logs each entry as the peak of a run on that device. A rule must tell it, name the right figure, and say
// where public code has the wrong one.
func TestEveryFrameworkPeakIsTold(t *testing.T) {
	dtype := map[reference.Precision]string{reference.BF16: "bfloat16", reference.FP16: "float16", reference.FP8: "fp8", reference.TF32: "tf32", reference.FP32: "float32"}
	told, nameless := map[string]int{}, 0
	for _, f := range rules.FrameworkPeaks() {
		name := printedName(f.Device)
		if name == "" {
			t.Logf("%s: no printed name is %s's alone", f.Where(), f.Device.ID)
			nameless++
			continue
		}
		data := fmt.Sprintf(`{"run_name": "table", "config": {"n_layer": 16, "n_head": 32, "n_embd": 2048, "dtype": %q},
 "startup_info": {"hardware": {"gpu_name": %q, "num_gpus": 1}},
 "training_iterations": [{"iter": 1, "time_ms": 500.0, "mfu": {"hardware_peak_flops": %v}}]}`, dtype[f.Precision], name, f.Used)
		log, err := runlog.Read("table.json", []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		report := audit.Run(log, audit.Options{Rules: rules.All()})[0]
		i := slices.IndexFunc(report.Findings, func(x *audit.Finding) bool { return x.Quantity == reference.PeakFLOPs })
		if i < 0 {
			t.Errorf("%s, %s (%s) at %s: nothing is told of %v", f.Where(), f.Device.ID, name, f.Precision, f.Used)
			continue
		}
		x := report.Findings[i]
		told[x.Rule]++
		if !strings.HasPrefix(x.Rule, "MFU31") || x.Expected != f.Right {
			t.Errorf("%s, %s at %s: %s says %v, right is %v: %s", f.Where(), f.Device.ID, f.Precision, x.Rule, x.Expected, f.Right, x.Message)
		}
		if !strings.Contains(strings.Join(x.Derivation, "\n"), "this figure stands for "+f.Device.Name) {
			t.Errorf("%s, %s at %s: %s does not say where the figure stands: %q", f.Where(), f.Device.ID, f.Precision, x.Rule, x.Derivation)
		}
	}
	t.Logf("told by %v", told)
	if nameless > 2 {
		t.Errorf("%d entries could not be tried", nameless)
	}
	for _, id := range []string{"MFU310", "MFU311", "MFU312", "MFU313", "MFU316", "MFU318"} {
		if told[id] == 0 {
			t.Errorf("no entry is told by %s", id)
		}
	}
}

// printedName is a name under which software prints a device, and which is no other's; "" if there is none.
func printedName(d *reference.Accelerator) string {
	for _, name := range slices.Concat(d.DeviceStrings, d.Aliases, []string{d.Name, d.ID}) {
		if m, ok := reference.ResolveDevice(name); ok && m.Device == d && (len(m.Ambiguous) == 0 || m.SamePeak(reference.BF16) || m.SamePeak(reference.FP16)) {
			return name
		}
	}
	return ""
}
