package runlog

import (
	"errors"
	"testing"
)

func TestNumbersOfTablesAreReadAsPrinted(t *testing.T) {
	for _, c := range []struct {
		text    string
		value   float64
		digits  Digits
		printed string
		unit    string
	}{
		{"44%", 44, 2 | DigitsInteger, "44", "%"},
		{"502.0", 502, 4, "502.0", ""},
		{"0.50", 0.5, 2, "0.50", ""},
		{"0.5", 0.5, 1, "0.5", ""},
		{"1,024", 1024, 4 | DigitsInteger, "1,024", ""},
		{"1 024", 1024, 4 | DigitsInteger, "1 024", ""},
		{"2'304", 2304, 4 | DigitsInteger, "2'304", ""},
		{"1\u202f234\u202f567.8", 1234567.8, 8, "1\u202f234\u202f567.8", ""},
		{"4_194_304", 4194304, 7 | DigitsInteger, "4_194_304", ""},
		{"1.7B", 1.7e9, 2 | DigitsExponent, "1.7B", ""},
		{"1008.0 billion", 1008e9, 5 | DigitsExponent, "1008.0 billion", ""},
		{"125m", 125e6, 3 | DigitsExponent, "125m", ""},
		{"1.2 × 10^23", 1.2e23, 2 | DigitsExponent, "1.2 × 10^23", ""},
		{"1.2e+23", 1.2e23, 2 | DigitsExponent, "1.2e+23", ""},
		{"137 TFLOP/s†", 137, 3 | DigitsInteger, "137", "TFLOP/s"},
		{"−3.5", -3.5, 2, "−3.5", ""},
		{"41.2*", 41.2, 3, "41.2", ""},
		{"41.2 [3]", 41.2, 3, "41.2", ""},
		{"~400", 400, 1, "400", ""},             // 4 hundreds and no digit to take off: ± 50
		{"≈ 52 %", 52, 1, "52", "%"},            // ± 5
		{"~45.3", 45.3, 2, "45.3", ""},          // ± 0.5
		{"45.2 ± 0.3", 45.2, 2, "45.2", ""},     // half a unit is the smallest half decade that covers 0.3
		{"45.2 ± 0.05", 45.2, 3, "45.2", ""},    // half of the last digit
		{"45.20(3)", 45.2, 3, "45.20", ""},      // ± 0.03 is covered by ± 0.05
		{"450 ± 5", 450, 2, "450", ""},          // ± 5
		{"12000 +/- 10", 12000, 3, "12000", ""}, // ± 50
		{"45.2 ± 0.3 %", 45.2, 2, "45.2", "%"},  //
		{"1234.5 tokens/s", 1234.5, 5, "1234.5", "tokens/s"},
	} {
		n, err := parseCell(c.text, false)
		if err != nil || n.value != c.value || n.digits != c.digits || n.text != c.printed || n.unit != c.unit {
			t.Errorf("%q: %v, %d digits, %q, unit %q, %v", c.text, n.value, n.digits, n.text, n.unit, err)
		}
	}
	for text, want := range map[string]error{
		"": errAbsent, "–": errAbsent, "—": errAbsent, "n/a": errAbsent, "NaN": errAbsent, "OOM": errAbsent, "-": errAbsent, "-†": errAbsent,
		"<20": errBound, "≥ 40%": errBound, ">1": errBound, "40–45": errRange, "16/32": errRange, "8×8": errRange, "0,425": errCommas, "44,5": errCommas,
		"full": errNoNumber, "1e999": errOutOfRange, "%": errNoNumber,
	} {
		if _, err := parseCell(text, false); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	for text, want := range map[string]float64{"44,5": 44.5, "0,425": 0.425, "1.024": 1024, "1.024,5 %": 1024.5} {
		if n, err := parseCell(text, true); err != nil || n.value != want {
			t.Errorf("%q with decimal commas: %v %v", text, n.value, err)
		}
	}
}

func TestAToleranceLeavesTheDigitsThatItCovers(t *testing.T) {
	for text, want := range map[string][2]float64{ // widest rounded reading
		"45.2 ± 0.3": {44.7, 45.7}, "450 ± 5": {445, 455}, "~400": {350, 450}, "≈ 52": {47, 57}, "45.20(3)": {45.15, 45.25},
	} {
		n, err := parseCell(text, false)
		if err != nil {
			t.Fatal(err)
		}
		x := n.digits.Readings(n.value, false)[0]
		if x.Reading != ReadingRounded || !near(x.Interval.Lo, want[0]) || !near(x.Interval.Hi, want[1]) {
			t.Errorf("%s: %+v", text, x)
		}
	}
}

func near(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 }

func TestCountsOfTables(t *testing.T) {
	for _, c := range []struct {
		key  FactKey
		text string
		want float64
	}{
		{SeqLen, "4K", 4096},
		{SeqLen, "128k tokens", 131072},
		{SeqLen, "2048", 2048},
		{SeqLen, "10K", 0}, // 10 000 or 10 240
		{Devices, "1,024", 1024},
		{Devices, "1K", 0},
		{Devices, "64 GPUs", 64},
		{Devices, "2.5", 0},
		{GlobalBatch, "4M", 0},
		{GlobalBatch, "0", 0},
		{GlobalBatch, "~500", 0},
	} {
		facts, why := claimFacts(c.key, c.text, false)
		switch {
		case c.want == 0:
			if why == "" || len(facts) > 0 {
				t.Errorf("%s %q: %+v", c.key, c.text, facts)
			}
		case len(facts) != 1 || facts[0].Num != c.want || why != "":
			t.Errorf("%s %q: %+v %s", c.key, c.text, facts, why)
		}
	}
	for text, want := range map[string]string{"8 x H100 SXM": "8 H100 SXM", "8×A100": "8 A100", "64 A100 GPUs": "64 A100 GPUs", "H100 x 8": "8 H100", "h100_80gb": " h100_80gb", "RTX 4090": " RTX 4090"} {
		facts, why := claimFacts(Device, text, false)
		got := ""
		for _, f := range facts {
			if f.Key == Devices {
				got = plainCount(f.Num)
			}
		}
		if len(facts) > 0 {
			got += " " + facts[0].Str
		}
		if got != want || why != "" {
			t.Errorf("%q: %q %s", text, got, why)
		}
	}
	if _, why := claimFacts(Device, "H1000", false); why == "" {
		t.Error("H1000 is known")
	}
}
