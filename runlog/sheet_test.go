package runlog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
)

func TestNamesOfMetrics(t *testing.T) {
	for name, want := range map[string]string{
		"tokens_per_sec":                        "tokens_per_sec ×1 or tokens_per_sec_per_device ×1",
		"train/tok_per_sec":                     "tokens_per_sec ×1 or tokens_per_sec_per_device ×1",
		"throughput/device/tokens_per_sec":      "tokens_per_sec_per_device ×1",
		"throughput/tokens_per_sec":             "tokens_per_sec ×1",
		"Throughput.Device.MFU":                 "mfu ×1",
		"mfu(%)":                                "mfu ×0.01",
		"time_metrics/end_to_end(s)":            "step_time ×1",
		"elapsed time per iteration (ms)":       "step_time ×0.001",
		"iteration-time":                        "step_time ×1",
		"throughput per GPU (TFLOP/s/GPU)":      "achieved_flops_per_device ×1e+12",
		"perf/per_device_tflops_per_sec":        "achieved_flops_per_device ×1e+12",
		"throughput/gflops_per_second":          "achieved_flops ×1e+09",
		"stats.throughput.device.flops_per_sec": "achieved_flops_per_device ×1",
		"eval/tokens_per_second":                "",
		"system/gpu.0.gpu.utilization":          "",
		"perf/mfu/actor_infer":                  "",
		"val_loss":                              "",
		"mfu_target_reached_at":                 "",
	} {
		got := ""
		if n, ok := metricNamed(name); ok {
			got = fmt.Sprintf("%s ×%g", n.quantity, n.scale)
			for _, o := range n.others {
				got += fmt.Sprintf(" or %s ×%g", o.Quantity, o.Scale)
			}
		}
		same(t, name, got, want)
	}
}

func TestEveryNameIsSpelledPlainlyAndHasAQuantity(t *testing.T) {
	for name, n := range vocabulary() {
		if plainName(name) != name {
			t.Errorf("%q is never found: names are looked up as %q", name, plainName(name))
		}
		for _, m := range append([]Meaning{{n.quantity, n.scale, n.unit, "itself"}}, n.others...) {
			if m.Quantity.Info().Unit == "" || m.Scale <= 0 || m.Unit == "" || m.Why == "" {
				t.Errorf("%s: %+v", name, m)
			}
		}
	}
}

// sheetOf reads records of a name and numbers each, "tps 5 mfu 40; tps 6", as a reader would.
func sheetOf(t *testing.T, text string) (*Run, *problems) {
	t.Helper()
	src := NewSource("run.x", []byte(text))
	found := &problems{src: src}
	s := newSheet(src, "x", found)
	at := 0
	for i, record := range strings.Split(text, ";") {
		s.record(int64(i), int64(at))
		at += len(record) + 1
		fields := strings.Fields(record)
		for k := 0; k+1 < len(fields); k += 2 {
			pos := func() Position { return src.Position(0, 0, fields[k]) }
			c := s.cell(fields[k], pos)
			s.number(c, fields[k+1], 0)
			s.word(c, fields[k+1], pos)
		}
	}
	return s.finish(func(r *Run, record int, key string) (Position, bool) { return src.Position(0, 1, key), true }), found
}

func TestASheetSettlesWhatItsColumnsMean(t *testing.T) {
	r, _ := sheetOf(t, "mfu 41.5 hfu 0.55; mfu 0 hfu 0.5; mfu -100; mfu nan; mfu 39")
	same(t, "shares", columnsOf(r), "mfu mfu ×0.01 %: 41.5/3 - - - 39/2\nhfu hfu ×1 fraction: 0.55/2 0.5/1 - - -")
	if c := r.Column("hfu"); len(c.Meanings) != 1 || c.Meanings[0].Scale != 0.01 {
		t.Error(c.Meanings)
	}

	r, found := sheetOf(t, "time 1.5 tokens_per_step 100; time 3 tokens_per_step 200; time 4.5 tokens_per_step 300; time 6.1 tokens_per_step 400")
	same(t, "running totals", columnsOf(r), "")
	if len(found.list) != 2 {
		t.Error(found.list)
	}
	r, _ = sheetOf(t, "time 1.5; time 3; time 1.4; time 6.1")
	same(t, "times", columnsOf(r), "time step_time ×1 s: 1.5/2 3/1 1.4/2 6.1/2")

	r, _ = sheetOf(t, "seq_len 2048 samples/s 3; seq_len 2048 samples/s 4")
	same(t, "sequences", columnsOf(r), "samples/s tokens_per_sec ×2048 samples/s: 3/1 4/1")
	r, _ = sheetOf(t, "samples/s 3; samples/s 4")
	same(t, "sequences of unknown length", columnsOf(r), "")
	if len(r.Sequences) != 1 || r.Sequences[0].Key != "samples/s" || r.Sequences[0].Scale != 1 {
		t.Error(r.Sequences)
	}
	r, _ = sheetOf(t, "seq_len 2048 block_size 1024 samples/s 3; seq_len 2048 block_size 1024 samples/s 4")
	if len(r.Columns)+len(r.Sequences) > 0 || len(r.Unknown) != 1 || r.Unknown[0].Why == "" {
		t.Error(columnsOf(r), r.Sequences, r.Unknown)
	}

	r, _ = sheetOf(t, "world_size 8 gpu_name A100 precision CANARY; world_size 8 gpu_name CANARY precision bf16")
	var facts []string
	for _, f := range r.Facts {
		facts = append(facts, fmt.Sprint(f.Key, f.Num, f.Str, f.Source))
	}
	same(t, "facts", strings.Join(facts, "\n"), "device0A100step\nprecision0bf16step\ndevices8step")
}

func TestAnUnknownEfficiencyMetricIsTold(t *testing.T) {
	r, _ := sheetOf(t, "tokens_per_secnd 5 lr 0.1 my_throughput 3; tokens_per_secnd 5")
	if len(r.Unknown) != 2 || r.Unknown[0].Nearest != "tokens_per_second" && r.Unknown[0].Nearest != "tokens_per_sec" || r.Unknown[1].Key != "my_throughput" {
		t.Error(r.Unknown)
	}
	if q := reference.Quantity("x"); q.Info().Unit != "" {
		t.Error("an unknown quantity has a unit")
	}
}
