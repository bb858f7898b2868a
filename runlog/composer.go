package runlog

import (
	"bytes"

	"github.com/mfu-audit/mfu-audit/reference"
)

// composer is the console of MosaicML Composer, which llm-foundry trains with (mosaicml/composer 02c872e4
// composer/loggers/console_logger.py, loggers/logger.py format_log_data_value, callbacks/speed_monitor.py at 003ec03f):
//
//	[batch=12/4800]:
//		 Train loss/train/total: 9.8133
//		 Train throughput/tokens_per_sec: 412345.1234
//		 Train throughput/device/mfu: 0.4512
//
// A run that is counted in epochs prints [epoch=2][batch=3/100], one counted in tokens or samples those. Rates are means over
// the same window of batches, 100 unless set, so they are held against each other and not against the time of a step.
// "device" rates are divided by the number of ranks, the MFU is a fraction. The clock stands still during evaluations.
var composer = textFormat{
	name: "composer", summary: "blocks such as [batch=12/4800]: and below it Train throughput/device/mfu: 0.4512",
	tells:   "tokens/s, FLOP/s and MFU per device and of all, averaged over a window; with the YAML printed at the start, the batch and the model's dimensions",
	lacks:   "step time; the device and its peak",
	anchors: composerUnits, ranks: true, columns: composerColumns,
	record: composerRecord, more: composerMore, start: composerHeader,
}

// composerUnits open the progress of a run, in the unit of its length.
var composerUnits = []string{"[batch=", "[token=", "[sample="}

var composerColumns = []textColumn{
	{key: "loss/train/total", metric: metric{reference.Loss, 1, "nats"}},
	{key: "throughput/device/mfu", metric: mfuFraction},
	{key: "throughput/tokens_per_sec", metric: metric{reference.TokensPerSec, 1, "tokens/s"}},
	{key: "throughput/device/tokens_per_sec", metric: metric{reference.TokensPerSecPerDevice, 1, "tokens/s"}},
	{key: "throughput/flops_per_sec", metric: metric{reference.AchievedFLOPs, 1, "FLOP/s"}},
	{key: "throughput/device/flops_per_sec", metric: metric{reference.AchievedFLOPsPerDevice, 1, "FLOP/s"}},
	{key: "throughput/samples_per_sec", aside: "samples may be shorter than the sequence length"},
	{key: "throughput/device/samples_per_sec", aside: "samples may be shorter than the sequence length"},
	{key: "throughput/batches_per_sec", aside: "a mean over a window of batches"},
	{key: "throughput/device/batches_per_sec", aside: "a mean over a window of batches"},
	{key: "time/secs_per_step", aside: "the time of one step; the rates are means over a window"},
}

func composerRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	for _, unit := range composerUnits {
		i := bytes.Index(text, []byte(unit))
		if i < 0 {
			continue
		}
		c := cursor{text, i + len(unit)}
		n, known := c.integer()
		total := int64(0)
		if known && c.literal("/") {
			total, known = c.integer()
		}
		if !known || !c.literal("]:") {
			continue
		}
		if epoch, ok := epochBefore(text[:i]); ok && epoch > 0 && total > 0 && epoch < 1<<53/total {
			n += (epoch - 1) * total
		}
		rest := bytes.TrimSpace(text[c.at:])
		if len(rest) > 0 && !bytes.HasPrefix(rest, []byte("Train ")) {
			continue
		}
		return n, composerField(text, c.at, out), true
	}
	return 0, out, false
}

// epochBefore reads "[epoch=2]" at the end of a text.
func epochBefore(text []byte) (int64, bool) {
	i := bytes.LastIndex(text, []byte("[epoch="))
	if i < 0 {
		return 0, false
	}
	c := cursor{text, i + len("[epoch=")}
	n, ok := c.integer()
	return n, ok && c.literal("]") && c.at == len(text)
}

func composerMore(text []byte, out []token) []token {
	return composerField(text, body(text), out)
}

// composerField appends the value of "Train key: value" at a place of a line.
func composerField(text []byte, at int, out []token) []token {
	c := cursor{text, at}
	if c.blanks(); !c.literal("Train ") {
		return out
	}
	if i := bytes.Index(text[c.at:], []byte(": ")); i >= 0 {
		if column, ok := find(composerColumns, text[c.at:c.at+i]); ok {
			return column.value(text, c.at+i+1, out)
		}
	}
	return out
}

// composerSettings are the settings of the run's YAML, which llm-foundry prints before it trains, by section and name.
var composerSettings = map[string]stated{
	"max_seq_len":                  {fact: SeqLen},
	"global_train_batch_size":      {fact: GlobalBatch},
	"device_train_microbatch_size": {fact: MicroBatch},
	"n_gpus":                       {fact: Devices},
	"precision":                    {fact: Precision},
	"model.d_model":                {fact: HiddenSize},
	"model.n_heads":                {fact: Heads},
	"model.n_layers":               {fact: Layers},
	"model.vocab_size":             {fact: VocabSize},
}

func composerHeader(t *textRun) func(l line) {
	section := ""
	return func(l line) {
		i := bytes.IndexByte(l.text, ':')
		indent := len(l.text) - len(bytes.TrimLeft(l.text, " "))
		if len(t.run.Steps) > 0 || i < indent {
			return
		}
		name := string(l.text[indent:i])
		rest := bytes.TrimSpace(l.text[i+1:])
		switch {
		case indent == 0 && len(rest) == 0:
			section = name
			return
		case indent == 0:
			section = ""
		default:
			name = section + "." + name
		}
		s, ok := composerSettings[name]
		if ok && (s.fact == Precision || len(rest) > 0 && isDigit(rest[0])) { // a micro-batch may be "auto"
			t.state(s, name, l, i+1)
		}
		if name == "fsdp_config.activation_checkpointing" {
			at := i + 1 + bytes.Index(l.text[i+1:], rest)
			for _, f := range recomputation[string(rest)] {
				f.Text = string(rest)
				t.declare(f, l, token{name, at, at + len(rest)})
			}
		}
	}
}
