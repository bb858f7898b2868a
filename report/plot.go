package report

import (
	"fmt"
	"io"

	"github.com/mfu-audit/mfu-audit/audit"
)

// PlotKinds are the charts that Plot draws.
func PlotKinds() []string { return []string{"waterfall", "series", "breakdown", "conventions"} }

// plotWidth is the width of a chart of its own, in pixels.
const plotWidth = 720

// Plot writes one chart of a run as an SVG image that needs nothing else. Its error says what the run lacks for that chart.
func Plot(w io.Writer, r *audit.RunReport, kind string) error {
	d, lack := chartOf(r, kind, plotWidth)
	if d == nil {
		return fmt.Errorf("no %s chart: %s", kind, lack)
	}
	framed := &drawing{width: d.width + 32, height: d.height + 32, title: d.title, desc: d.desc}
	framed.rect("paper", "", 0, 0, framed.width, framed.height)
	framed.b.WriteString(`<g transform="translate(16 16)">` + "\n" + d.b.String() + "</g>\n")
	style := standaloneCSS() + ".chart .paper { fill: " + theme()[0].light + "; }\n"
	_, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+framed.svg("chart", style))
	return err
}

// chartOf draws a chart, or says what the run lacks for it.
func chartOf(r *audit.RunReport, kind string, width float64) (d *drawing, lack string) {
	switch kind {
	case "waterfall":
		if r.MFU != nil {
			d = waterfallChart(r.MFU, width)
		}
		lack = "no MFU is logged, and what is logged does not give one"
	case "series":
		d = seriesChart(r.Series, width)
		lack = "neither an MFU nor a rate nor a step time is logged by step"
	case "breakdown":
		d = breakdownChart(r, width)
		lack = "the model, the sequence length or the MFU is not settled"
	case "conventions":
		d = conventionsChart(r, width)
		lack = "the MFU cannot be restated: the model, the sequence length or the peak is not settled"
	default:
		lack = "there is no such kind"
	}
	return d, lack
}
