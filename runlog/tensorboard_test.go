package runlog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The writer of event files, by hand: fields, events and records.

func tagged(key byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{key}, uint64(len(body))), body...)
}

func single32(v float64) []byte {
	return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(v)))
}

func double64(v float64) []byte { return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)) }

// record frames data as a TFRecord.
func record(data []byte) []byte {
	size := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	out := binary.LittleEndian.AppendUint32(size, maskedChecksum(size))
	return binary.LittleEndian.AppendUint32(append(out, data...), maskedChecksum(data))
}

// event is an Event at a wall time of 256.5 with one Summary.Value.
func event(step int64, value []byte) []byte {
	out := append([]byte{0x09}, double64(256.5)...)
	if step != 0 {
		out = binary.AppendUvarint(append(out, 0x10), uint64(step))
	}
	return record(append(out, tagged(0x2a, tagged(0x0a, value))...))
}

func version() []byte {
	return record(append(append([]byte{0x09}, double64(256.5)...), tagged(0x1a, []byte("brain.Event:2"))...))
}

func scalar(step int64, tag string, v float64) []byte {
	return event(step, append(tagged(0x0a, []byte(tag)), append([]byte{0x15}, single32(v)...)...))
}

// tensor is a scalar as TensorFlow 2 writes it; the fields of its TensorProto are given. plugin may be empty.
func tensor(step int64, tag, plugin string, fields ...[]byte) []byte {
	value := append(tagged(0x0a, []byte(tag)), tagged(0x42, bytes.Join(fields, nil))...)
	if plugin != "" {
		value = append(value, tagged(0x4a, tagged(0x0a, tagged(0x0a, []byte(plugin))))...)
	}
	return event(step, value)
}

// hparams is a session's hyperparameters: each entry's value is a google.protobuf.Value.
func hparams(entries ...[]byte) []byte {
	content := append([]byte{0x08, 0}, tagged(0x1a, bytes.Join(entries, nil))...)
	plugin := append(tagged(0x0a, []byte("hparams")), tagged(0x12, content)...)
	return event(0, append(tagged(0x0a, []byte("_hparams_/session_start_info")), tagged(0x4a, tagged(0x0a, plugin))...))
}

func entry(key string, value []byte) []byte {
	return tagged(0x0a, append(tagged(0x0a, []byte(key)), tagged(0x12, value)...))
}

func number(v float64) []byte { return append([]byte{0x11}, double64(v)...) }

func word(s string) []byte { return tagged(0x1a, []byte(s)) }

// tensorBoardFixture is a run of GPT-2 on eight A100: 480 × 1024 tokens a step take 0.384 s, that is 1 280 000 tokens/s; the
// logged rate is that of one rank.
func tensorBoardFixture() []byte {
	out := [][]byte{version(), hparams(
		entry("model/n_layer", number(12)), entry("model/n_head", number(12)), entry("model/n_embd", number(768)), entry("model/vocab_size", number(50304)),
		entry("block_size", number(1024)), entry("global_batch_size", number(480)), entry("num_gpus", number(8)),
		entry("gpu_name", word("NVIDIA A100-SXM4-40GB")), entry("dtype", word("bfloat16")), entry("bias", []byte{0x20, 0}), entry("user", word("CANARY")),
	)}
	for i, dt := range []float64{0.5, 0.386, 0.384, 0.385, 0.384, 0.383} {
		step, plugin := int64(10*(i+1)), ""
		if i == 0 {
			plugin = "scalars" // named once
		}
		out = append(
			out, scalar(step, "train/loss", 6-float64(i)/4), scalar(step, "perf/step_time_s", dt),
			tensor(step, "throughput/tokens_per_sec", plugin, []byte{0x08, 1}, []byte{0x12, 0}, append([]byte{0x22, 4}, single32(61440/dt)...)),
		)
		if i == 3 {
			out = append(out, scalar(step, "val/loss", 5))
		}
	}
	return bytes.Join(out, nil)
}

func readEvents(t *testing.T, data []byte) *Log {
	t.Helper()
	log, err := Read("events.out.tfevents.1", data)
	if err != nil || log.Format != tensorBoardName || len(log.Runs) != 1 {
		t.Fatalf("%+v, %v", log, err)
	}
	checkRun(t, log)
	return log
}

// CRC-32C of "123456789" is 0xe3069283 (RFC 3720, B.4 has others); turned right by 15 bits that is 0x2507c60d.
func TestMaskedChecksum(t *testing.T) {
	if got := maskedChecksum([]byte("123456789")); got != 0xc78ab0e5 {
		t.Errorf("%#x", got)
	}
	if got := maskedChecksum(nil); got != 0xa282ead8 {
		t.Errorf("%#x", got)
	}
}

// The bytes are those that another writer's tests expect (TeamHG-Memex/tensorboard_logger, tests/test_tensorboard_logger.py).
func TestPublishedRecords(t *testing.T) {
	first := "\x18\x00\x00\x00\x00\x00\x00\x00\xa3\x7fK\"\t\x00\x00\x00\x00\x00\x08p@\x1a\rbrain.Event:2\xbc\x98!+"
	value := "\x19\x00\x00\x00\x00\x00\x00\x00\x8b\xf1\x08(\t\x00\x00\x00\x00\x00\x08p@\x10\x01*\x0c\n\n\n\x03v/1\x15\x00\x00\xc0?,\xec\xc0\x87"
	if string(version()) != first || string(scalar(1, "v/1", 1.5)) != value {
		t.Error("the writer of this test writes other records")
	}
	data := []byte(strings.Replace(first+value, "v/1", "mfu", 1))
	log := readEvents(t, append([]byte(first), scalar(1, "mfu", 0.5)...))
	same(t, "run", columnsOf(log.Runs[0]), "mfu mfu ×1 fraction: 0.5/9")
	same(t, "problems", notesOf(log), "")
	log = readEvents(t, data) // the name was changed and the checksum was not
	same(t, "damaged", columnsOf(log.Runs[0])+notesOf(log), "syntax 0:0 +25 ×1 : a record fails its checksum and is left out")
}

func TestTensorBoardFixture(t *testing.T) {
	file := filepath.Join("testdata", "tensorboard", "events.out.tfevents.fixture")
	data, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(data, tensorBoardFixture()) {
		t.Fatal("the fixture is not what this test writes", err)
	}
	log := readEvents(t, data)
	r := log.Runs[0]
	if fmt.Sprint(r.Steps, r.Evals) != "[10 20 30 40 50 60] [40]" || len(log.Problems) > 0 {
		t.Error(r.Steps, r.Evals, log.Problems)
	}
	var keys []string
	for _, c := range r.Columns {
		keys = append(keys, fmt.Sprintf("%s %s ×%g %d", c.Key, c.Quantity, c.Scale, c.Count()))
	}
	same(t, "columns", strings.Join(keys, "\n"), `train/loss loss ×1 6
perf/step_time_s step_time ×1 6
throughput/tokens_per_sec tokens_per_sec ×1 6`)
	v, d, _ := r.Column("throughput/tokens_per_sec").At(2)
	if v != 160000 || d.Readings(v, false)[0].Interval.Lo != 160000-160000*0x1p-22 {
		t.Error(v, d)
	}
	p, ok := r.Locate(r, 2, "perf/step_time_s")
	if want := int64(bytes.Index(data, single32(0.384)) - 1); !ok || p.Offset != want || p.Length != 5 || p.Line != 0 || r.Source.Text(p) != "0.384" {
		t.Error(p, want, r.Source.Text(p))
	}
	var facts []string
	for _, f := range r.Facts {
		facts = append(facts, fmt.Sprint(f.Key, " ", f.Num, f.Str, " ", f.Text, " ", f.Source, " ", f.Pos.Path))
		if r.Source.Text(f.Pos) != f.Text {
			t.Errorf("%s is %q, found again as %q", f.Key, f.Text, r.Source.Text(f.Pos))
		}
	}
	same(t, "facts", strings.Join(facts, "\n"), `num_hidden_layers 12 12 config model.n_layer
num_attention_heads 12 12 config model.n_head
hidden_size 768 768 config model.n_embd
vocab_size 50304 50304 config model.vocab_size
seq_len 1024 1024 config block_size
global_batch_size 480 480 config global_batch_size
devices 8 8 config num_gpus
device 0NVIDIA A100-SXM4-40GB NVIDIA A100-SXM4-40GB config gpu_name
precision 0bfloat16 bfloat16 config dtype
bias 0 false config bias`)
}

func TestScalarsOfAllWriters(t *testing.T) {
	shape := []byte{0x12, 0}
	for _, c := range []struct {
		name   string
		events [][]byte
		want   string
	}{
		{"float_val, packed", [][]byte{tensor(1, "mfu", "scalars", []byte{0x08, 1}, shape, append([]byte{0x2a, 4}, single32(0.5)...))}, "[1] mfu mfu ×1 fraction: 0.5/9"},
		{"float_val", [][]byte{tensor(1, "mfu", "", []byte{0x08, 1}, append([]byte{0x2d}, single32(0.5)...))}, "[1] mfu mfu ×1 fraction: 0.5/9"},
		{"double_val, packed", [][]byte{tensor(1, "mfu", "", []byte{0x08, 2}, append([]byte{0x32, 8}, double64(0.3)...))}, "[1] mfu mfu ×1 fraction: 0.3/17"},
		{"double_val", [][]byte{tensor(1, "mfu", "", []byte{0x08, 2}, append([]byte{0x31}, double64(0.3)...))}, "[1] mfu mfu ×1 fraction: 0.3/17"},
		{"a double's content", [][]byte{tensor(1, "mfu", "", []byte{0x08, 2}, append([]byte{0x22, 8}, double64(0.3)...))}, "[1] mfu mfu ×1 fraction: 0.3/17"},
		{"a vector", [][]byte{tensor(1, "mfu", "", []byte{0x08, 1}, []byte{0x12, 4, 0x12, 2, 0x08, 1}, append([]byte{0x22, 4}, single32(0.5)...))}, "[]"},
		{"a text", [][]byte{tensor(1, "mfu", "text", []byte{0x08, 7}, []byte{0x42, 1, 'x'}), tensor(2, "mfu", "", []byte{0x08, 1}, append([]byte{0x22, 4}, single32(0.5)...))}, "[]"},
		{"a negative step", [][]byte{scalar(-1, "mfu", 0.5)}, "[-1] mfu mfu ×1 fraction: 0.5/9"},
		{
			"NaN and not measured",
			[][]byte{scalar(1, "mfu", math.NaN()), scalar(2, "mfu", -100), scalar(3, "mfu", 0.5)},
			"[1 2 3] mfu mfu ×1 fraction: - - 0.5/9\nnan mfu is NaN; the value is left out\nsentinel mfu stands for not measured; the value is left out",
		},
		{
			"names that come late",
			[][]byte{scalar(1, "mfu", 0.5), scalar(2, "mfu", 0.25), scalar(1, "loss", 4), scalar(3, "loss", 3)},
			"[1 2 3] mfu mfu ×1 fraction: 0.5/9 0.25/9 -\nloss loss ×1 nats: 4/9 - 3/9",
		},
		{
			"a run that is resumed",
			[][]byte{scalar(1, "mfu", 0.5), scalar(2, "mfu", 0.25), scalar(2, "mfu", 0.25), scalar(1, "mfu", 0.75), scalar(3, "mfu", 0.5)},
			"[1 2 1 3] mfu mfu ×1 fraction: 0.5/9 0.25/9 0.75/9 0.5/9\nrepeated a value is logged again for the same step; the first is read\norder the step number repeats or goes back; the record is kept",
		},
		{"a world size", [][]byte{scalar(1, "world_size", 8), scalar(1, "mfu", 0.5)}, "[1] mfu mfu ×1 fraction: 0.5/9\ndevices 8 8"},
	} {
		log := readEvents(t, append(version(), bytes.Join(c.events, nil)...))
		r := log.Runs[0]
		got := strings.TrimSpace(fmt.Sprintf("%v %s", r.Steps, columnsOf(r)))
		for _, f := range r.Facts {
			got += fmt.Sprintf("\n%s %v %s", f.Key, f.Num, f.Text)
		}
		for _, p := range log.Problems {
			got += fmt.Sprintf("\n%s %s", p.Kind, p.Message)
		}
		same(t, c.name, got, c.want)
	}
}

func TestDamagedEventFiles(t *testing.T) {
	good, next := append(version(), scalar(1, "mfu", 0.5)...), scalar(2, "mfu", 0.25)
	length := bytes.Clone(next)
	length[3] = 0x7f
	huge := binary.LittleEndian.AppendUint64(nil, 1<<63)
	huge = binary.LittleEndian.AppendUint32(huge, maskedChecksum(huge))
	for _, c := range []struct {
		name string
		tail []byte
		want string
	}{
		{"a length that is damaged", length, "truncated 0:0 +12 ×1 : the length of a record fails its checksum; what follows is not read"},
		{"a length beyond the file", append(huge, next...), fmt.Sprintf("truncated 0:0 +%d ×1 : the file ends inside a record, which is left out", 12+len(next))},
		{"zeros", make([]byte, 20), "truncated 0:0 +12 ×1 : the length of a record fails its checksum; what follows is not read"},
		{"no event", record([]byte{0x2a, 0x05, 0x0a}), "syntax 0:0 +3 ×1 : a record is no event; what of it cannot be read is left out"},
	} {
		log := readEvents(t, append(bytes.Clone(good), c.tail...))
		same(t, c.name, notesOf(log), c.want)
		same(t, c.name, columnsOf(log.Runs[0]), "mfu mfu ×1 fraction: 0.5/9")
	}
}

func TestACutEventFileReadsAsAPrefix(t *testing.T) {
	data := tensorBoardFixture()
	full := readEvents(t, data).Runs[0]
	records := 0
	for cut := len(version()); cut < len(data); cut++ {
		log := readEvents(t, data[:cut])
		run := log.Runs[0]
		for row, step := range run.Steps {
			for _, c := range run.Columns {
				v, _, ok := c.At(row)
				if w, _, known := full.Column(c.Key).At(row); ok && (!known || v != w || step != full.Steps[row]) {
					t.Fatalf("cut at %d: %s of step %d is %v", cut, c.Key, step, v)
				}
			}
		}
		if len(log.Problems) == 0 {
			records++ // the cut is between two records
		}
	}
	if want := 1 + 1 + 3*6 + 1 - 1; records != want { // behind each record but the last: version, hyperparameters, scalars, an evaluation
		t.Errorf("%d cuts between records, want %d", records, want)
	}
}

func TestEventFilesRepeatNothingElse(t *testing.T) {
	log := readEvents(t, bytes.Join([][]byte{
		version(), hparams(entry("CANARY", word("CANARY")), entry("n_layer", word("CANARY")), entry("gpu_name", word("CANARY")), entry("CANARY/n_head", number(4))),
		scalar(1, "CANARY", 5), scalar(1, "CANARY!mfu", 5), tensor(1, "CANARY_mfu", "text", []byte{0x42, 6}, []byte("CANARY")),
		scalar(1, "mfu", 0.5), record([]byte("CANARY")), []byte("CANARY"),
	}, nil))
	r := log.Runs[0]
	if s := fmt.Sprint(r.Name, r.Facts, r.Unknown, columnsOf(r), log.Problems); strings.Contains(s, canary) {
		t.Error(s)
	}
}

func FuzzTensorBoard(f *testing.F) {
	f.Add([]byte{0x10, 1, 0x2a, 12, 0x0a, 10, 0x0a, 3, 'm', 'f', 'u', 0x15, 0, 0, 0, 0x3f}, true)
	f.Add(tensorBoardFixture(), false)
	for _, e := range [][]byte{hparams(entry("n_layer", number(12)), entry("bias", []byte{0x20, 1})), tensor(1, "mfu", "scalars", []byte{0x08, 2}, append([]byte{0x32, 8}, double64(0.3)...))} {
		f.Add(e[recordHead:len(e)-recordTail], true)
	}
	f.Fuzz(func(t *testing.T, data []byte, framed bool) {
		if framed { // a random change would not get beyond the checksum
			data = append(version(), record(data)...)
		}
		if !detectTensorBoard(data) {
			return
		}
		log := readEvents(t, data)
		if told(log) != told(readEvents(t, data)) {
			t.Error("two readings differ")
		}
	})
}
