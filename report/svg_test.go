package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func TestTicksAreRoundAndWithinTheAxis(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		about  int
		want   []float64
	}{
		{0, 50, 5, []float64{0, 10, 20, 30, 40, 50}},
		{0, 1, 4, []float64{0, 0.5, 1}},
		{3.05, 3.36, 3, []float64{3.2}},
		{-3, 7, 5, []float64{-2, 0, 2, 4, 6}},
	} {
		got := scale{lo: c.lo, hi: c.hi}.ticks(c.about)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
			t.Errorf("%v to %v: %v, want %v", c.lo, c.hi, got, c.want)
		}
	}
	for _, s := range []scale{{lo: 1, hi: 1}, {lo: math.NaN(), hi: 1}, {lo: 0, hi: math.Inf(1)}, {lo: 2, hi: 1}} {
		if got := s.ticks(5); len(got) > 0 {
			t.Errorf("%+v: %v", s, got)
		}
	}
}

func TestAxesShowNoiseAsNoise(t *testing.T) {
	if s := around(99.9, 100, 0, 1); s.hi-s.lo < 10 { // a tenth of 100
		t.Errorf("%+v", s)
	}
	if s := around(10, 100, 0, 1); s.lo != 0 || s.hi < 100 {
		t.Errorf("%+v", s)
	}
	if s := around(math.Inf(1), math.Inf(-1), 0, 1); s.lo >= s.hi {
		t.Errorf("of nothing: %+v", s)
	}
	// 36.76 % of 500 pixels from 0 to 100 % is 183.8.
	if x := (scale{0, 1, 0, 500}).at(0.3676); math.Abs(x-183.8) > 1e-9 {
		t.Error(x)
	}
}

func TestLinesFitAndLongWordsAreCut(t *testing.T) {
	lines := fitLines("palm charges the input embedding and the norms "+strings.Repeat("x", 400), 13, 160)
	if len(lines) < 3 {
		t.Errorf("%q", lines)
	}
	for _, l := range lines {
		if textWidth(l, 13) > 160 {
			t.Errorf("%q is %v wide", l, textWidth(l, 13))
		}
	}
}

// wellFormed counts the elements of an image.
func wellFormed(t *testing.T, svg string) map[string]int {
	t.Helper()
	count := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			count[e.Name.Local]++
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s has %s=%q", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
}

func fallReport() *audit.RunReport {
	return &audit.RunReport{MFU: &audit.MFUReport{
		Logged: 0.2, Corrected: 0.4, Restated: 0.3, OwnConvention: "palm", Convention: reference.MatmulFull,
		Waterfall: []audit.WaterfallRow{
			{Rule: "MFU310", Kind: audit.Correction, Factor: 2, MFU: 0.4, Text: `a "<peak>" & more`},
			{Rule: "MFU910", Kind: audit.Restatement, Factor: 0.75, MFU: 0.3, Text: "palm charges the embedding"},
		},
	}}
}

// From 0 to 0.4 the axis ends at 40 %, 1 pixel from the left and 64 from the right of 465: 400 pixels, 10 to a per cent.
func TestWaterfallBarsAreAsLongAsTheirValues(t *testing.T) {
	var b bytes.Buffer
	d := waterfallChart(fallReport().MFU, 465)
	b.WriteString(d.svg("x", ""))
	if n := wellFormed(t, b.String()); n["rect"] != 5 || n["title"] != 6 || n["desc"] != 1 {
		t.Errorf("%v", n)
	}
	for _, bar := range []string{
		`<rect class="bar logged" x="1" y="21" width="200"`,
		`<rect class="bar correction" x="201" y="78" width="200"`,
		`<rect class="bar corrected" x="1" y="135" width="400"`,
		`<rect class="bar restatement" x="301" y="192" width="100"`,
		`<rect class="bar restated" x="1" y="249" width="300"`,
	} {
		if !strings.Contains(b.String(), bar) {
			t.Errorf("no %s in\n%s", bar, b.String())
		}
	}
}

func TestAPlotStandsAlone(t *testing.T) {
	for _, kind := range PlotKinds() {
		r := fallReport()
		var b bytes.Buffer
		err := Plot(&b, r, kind)
		if kind != "waterfall" {
			if err == nil || b.Len() > 0 {
				t.Errorf("%s of a run that gives none: %v, %d bytes", kind, err, b.Len())
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, b.String())
		for _, bad := range []string{"var(", "url(", "href", "<script", "prefers-color-scheme"} {
			if strings.Contains(b.String(), bad) {
				t.Errorf("%s has %s", kind, bad)
			}
		}
	}
}

// Beyond the steady steps' axis a step is a triangle at the edge, never dropped, never the reason that the others look flat.
func TestAStepBeyondTheAxisIsMarkedAtItsEdge(t *testing.T) {
	c := audit.Curve{Quantity: reference.StepTime, Key: "dt", Values: 6}
	for step, v := range []float64{90, 1, 1.1, 1.2, 1.1, 0.001} {
		p := audit.Point{Step: int64(step), Logged: v, Corrected: v}
		if v > 2 || v < 0.5 {
			p.Excluded = 1
		}
		c.Points = append(c.Points, p)
	}
	s := &audit.Series{Records: 6, Last: 5, Curves: []audit.Curve{c}, Reasons: []audit.ExcludedCount{{Reason: "far", Steps: 2}}}
	svg := seriesChart(s, 700).svg("x", "")
	if n := wellFormed(t, svg); n["polygon"] != 2 || n["path"] != 1 {
		t.Errorf("%v", n)
	}
	if !strings.Contains(svg, "step 0: 90") {
		t.Error("the step far above is not told")
	}
}

func TestSparklinesShowADipAndNoNoise(t *testing.T) {
	series := func(values ...float64) *audit.Series {
		c := audit.Curve{Quantity: reference.MFU, Key: "mfu"}
		for i, v := range values {
			c.Points = append(c.Points, audit.Point{Step: int64(i), Logged: v, Corrected: v})
		}
		return &audit.Series{Curves: []audit.Curve{c}}
	}
	if got := sparkline(series(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), 24); got != "▁▂▃▄▅▆▇█" {
		t.Errorf("rising: %s", got)
	}
	if got := sparkline(series(0.4, 0.4001, 0.4, 0.4001), 24); strings.ContainsAny(got, "▁▂▇█") {
		t.Errorf("noise: %s", got)
	}
	many := slices.Repeat([]float64{0.4}, 1000)
	many[777] = 0.1 // block 777·24/1000 = 18
	if got := []rune(sparkline(series(many...), 24)); len(got) != 24 || got[18] != '▁' || got[17] != '█' {
		t.Errorf("a dip: %s", string(got))
	}
	for name, s := range map[string]*audit.Series{"none": nil, "three steps": series(0.1, 0.2, 0.3)} {
		if got := sparkline(s, 24); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := sparkline(series(0.1, 0.2, 0.3, 0.4), 2); got != "" {
		t.Errorf("without room: %s", got)
	}
}
