package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// olmoCore is the console of allenai/OLMo-core (src/olmo_core/train/callbacks/console_logger.py at 00e2b7b8, speed_monitor.py at
// 07b9e856 and after) and of allenai/OLMo before it (olmo/train.py at 00305eb0). A record is a line and those below it:
//
//	… INFO [step=20/100,epoch=1,eta=5m]
//	    throughput/device/MFU=44.57
//	    throughput/device/TPS=258,163
//	    throughput/device/TPS (actual avg)=195,922
//	    throughput/device/flopsPS=441.0T
//	    train/CE loss=6.445
//
// Rates are per device; the MFU is a percentage. "actual avg" is the mean since the second step, with every pause in it, and OLMo's
// tokens_per_second is that of a window of batches. Numbers above 1000 are cut (int()). In versions that print flopsPS, it and the
// MFU count all tokens of a data-parallel rank for each of its devices, while TPS divides them: with tensor or context parallelism
// they do not agree. The totals and batches per second are not read.
var olmoCore = textFormat{
	name: "olmo-core", summary: "blocks such as [step=20/100,epoch=1] and, below it, throughput/device/TPS=258,163 and throughput/device/MFU=44.57",
	tells:   "tokens/s, FLOP/s and MFU per device; the device and the peak used",
	lacks:   "step time, the model, the batch, the precision, how many devices",
	anchors: []string{"[step=", olmoDevice}, block: olmoDevice, ranks: true, columns: olmoColumns,
	record: olmoRecord, more: olmoValue, start: olmoHeader, finish: finishOLMo,
}

// olmoDevice is what the names of rates start with.
const olmoDevice = "throughput/device/"

var olmoColumns = []textColumn{
	{key: "train/CE loss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "train/CrossEntropyLoss", metric: metric{reference.Loss, 1, "nats"}},
	{key: "throughput/device/TPS", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}, cut: true},
	{key: "throughput/device/TPS (actual avg)", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}, cut: true, smoothed: true},
	{key: "throughput/device/tokens_per_second", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}, cut: true, smoothed: true},
	{key: "throughput/device/MFU", metric: mfuPercent},
	{key: "throughput/device/MFU (actual avg)", metric: mfuPercent, smoothed: true},
	{key: "throughput/device/flopsPS", metric: metric{reference.AchievedFLOPsPerDevice, 1, "FLOP/s"}},
	{key: "throughput/device/flopsPS (actual avg)", metric: metric{reference.AchievedFLOPsPerDevice, 1, "FLOP/s"}, smoothed: true},
}

func olmoRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	ok = after(text, "[step=", func(c cursor) bool {
		var known bool
		if step, known = c.integer(); !known || !c.literal("/") {
			return false
		}
		if _, known = c.integer(); !known && !c.literal("???") {
			return false
		}
		rest := text[c.at:]
		end := bytes.IndexByte(rest, ']')
		return end >= 0 && (end == 0 || rest[0] == ',') && len(bytes.TrimRight(rest[end+1:], " \t")) == 0
	})
	return step, out, ok
}

// olmoValue reads a line with a name and a value.
func olmoValue(text []byte, out []token) []token {
	c := cursor{text, body(text)}
	name, _, ok := bytes.Cut(text[c.at:], []byte("="))
	column, known := find(olmoColumns, name)
	if !ok || !known {
		return out
	}
	c.at += len(name) + 1
	v, ok := c.number(column.key)
	if c.blanks(); !ok || c.at < len(text) {
		return out
	}
	return append(out, v)
}

// olmoHeader reads the device with its peak, which is the BF16 one, and the FLOPs per token.
func olmoHeader(t *textRun) func(l line) {
	return func(l line) {
		const device, tokens = "Device: ", "Flops per token at seq_len="
		for _, peak := range []string{", Device peak Flops/s: ", ", Device peak FLOPS: "} {
			i, end := bytes.Index(l.text, []byte(device)), bytes.Index(l.text, []byte(peak))
			if i < 0 || end < i+len(device) {
				continue
			}
			t.name(Device, "Device", l, i+len(device), end)
			if at := end + len(peak); at < len(l.text) && isDigit(l.text[at]) { // None if no peak is known
				t.state(stated{metric: metric{reference.PeakFLOPsPerDevice, 1, "FLOP/s"}}, peak[2:len(peak)-2], l, at)
			}
		}
		if i := bytes.Index(l.text, []byte(tokens)); i >= 0 {
			c := cursor{l.text, i + len(tokens)}
			if v, ok := c.number("seq_len"); ok && c.literal(": ") {
				t.count(SeqLen, l, v)
				t.state(stated{metric: metricKeys["flops_per_token"]}, "Flops per token", l, c.at)
			}
		}
	}
}

// finishOLMo names the convention where FLOPs are counted; OLMo before OLMo-core counts none.
func finishOLMo(t *textRun) {
	for _, q := range []reference.Quantity{reference.MFU, reference.AchievedFLOPsPerDevice} {
		if len(t.run.ColumnsOf(q)) > 0 {
			t.run.Convention = "olmo-core"
		}
	}
}
