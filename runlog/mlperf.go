package runlog

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// mlPerf is the log of an MLPerf training submission (mlcommons/logging mllog; results of mlcommons/training_results_v4.0 to
// v5.1), an event a line, with a rank before it in some:
//
//	:::MLLOG {"namespace": "", "time_ms": 1759966614209, "event_type": "POINT_IN_TIME", "key": "tracked_stats", "value": {"throughput": 30.15}, "metadata": {"lineno": 350, "step": 12288}}
//
// The throughput is that of all devices between evaluations, in samples per second; a sample is a packed sequence in the Llama
// benchmarks. Elsewhere it may be tokens (NVIDIA's gpt3) or sequences of any length (bert), so there it is listed and no more.
// What stands as a step is a count of samples. Evaluations lie outside of what is measured. The log names neither device nor
// precision; the first is in the system description beside it.
var mlPerf = textFormat{
	name: "mlperf", summary: `lines such as :::MLLOG {…, "key": "tracked_stats", "value": {"throughput": 30.15}, "metadata": {…, "step": 12288}}`,
	tells:   "sequences/s or step time, global batch, accumulation, sequence length; with the system's JSON beside it, the device and how many",
	lacks:   "the model's dimensions and precision, FLOPs and MFU",
	anchors: []string{":::MLLOG"}, joins: true, columns: mlPerfColumns, record: mlPerfRecord, start: mlPerfHeader, finish: finishMLPerf,
}

var mlPerfColumns = []textColumn{
	{key: "throughput", metric: metric{reference.TokensPerSec, 1, "sequences/s"}, sequences: true},
	{key: "train_step_time", metric: metric{reference.StepTime, 1, "s"}},
	{key: "reduced_train_loss", metric: metric{reference.Loss, 1, "nats"}},
}

// mlPerfPacked are the benchmarks whose samples are sequences of max_sequence_length tokens.
var mlPerfPacked = []string{"llama2_70b_lora", "llama31_405b", "llama31_8b"}

func mlPerfRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	start := bytes.Index(text, []byte(":::MLLOG"))
	if start < 0 || jsonWord(text, start, "key") != "tracked_stats" {
		return 0, out, false
	}
	from, metadata := jsonValue(text, start, "value"), jsonValue(text, start, "metadata")
	if from < 0 || metadata < from || text[from] != '{' {
		return 0, out, false
	}
	end := from + bytes.IndexByte(text[from:], '}')
	if end < from {
		return 0, out, false
	}
	values = out
	for _, column := range mlPerfColumns {
		if at := jsonValue(text[:end], from, column.key); at >= 0 {
			values = column.value(text[:end], at, values)
		}
	}
	known := false
	for _, key := range []string{"step", "samples_count", "epoch_num"} {
		if at := jsonValue(text, metadata, key); at >= 0 && !known {
			n := cursor{text, at}
			step, known = n.integer()
			known = known && n.at < len(text) && text[n.at] != '.'
		}
	}
	return step, values, known && len(values) > len(out)
}

// jsonValue is where the value of a key starts, from a place of a text on; −1 if there is none.
func jsonValue(text []byte, from int, key string) int {
	quoted := `"` + key + `"`
	for {
		i := bytes.Index(text[from:], []byte(quoted))
		if i < 0 {
			return -1
		}
		c := cursor{text, from + i + len(quoted)}
		if c.blanks(); c.literal(":") {
			if c.blanks(); c.at < len(text) {
				return c.at
			}
			return -1
		}
		from = c.at
	}
}

// jsonWord is the string that is the value of a key, "" if there is none or it is escaped.
func jsonWord(text []byte, from int, key string) string {
	at := jsonValue(text, from, key)
	if at < 0 || text[at] != '"' {
		return ""
	}
	end, closed := skipString(text, at)
	if !closed {
		return ""
	}
	return string(text[at+1 : end-1])
}

// mlPerfCounts are the events that declare a count.
var mlPerfCounts = map[string]FactKey{
	"global_batch_size": GlobalBatch, "gradient_accumulation_steps": GradAccum, "max_sequence_length": SeqLen,
}

func mlPerfHeader(t *textRun) func(l line) {
	return func(l line) {
		from := bytes.Index(l.text, []byte(":::MLLOG"))
		if from < 0 {
			return
		}
		key := jsonWord(l.text, from, "key")
		switch at := jsonValue(l.text, from, "value"); {
		case key == "run_stop":
			t.run.Ended = true
		case key == "submission_benchmark":
			t.note = jsonWord(l.text, from, "value")
			if i := slices.Index(mlPerfPacked, t.note); i >= 0 && strings.HasSuffix(t.note, "_lora") {
				t.declare(Fact{Key: TrainedFraction, Text: "MLPerf: LoRA trains adapters only", Source: "format"}, l, token{key, at, at + len(t.note) + 2})
			}
		case mlPerfCounts[key] != "" && at >= 0:
			t.state(stated{fact: mlPerfCounts[key]}, key, l, at)
		}
	}
}

// finishMLPerf sets a throughput of unknown samples aside, and reads what the system's description says.
func finishMLPerf(t *textRun) {
	r := t.run
	if c := t.columns["throughput"]; c != nil && !slices.Contains(mlPerfPacked, t.note) {
		same := func(x *Column) bool { return x == c }
		if !slices.ContainsFunc(r.Columns, same) {
			r.Columns = append(r.Columns, c) // for its place to be found
		}
		t.list(c, "what this benchmark counts as a sample is not known")
		r.Columns, r.Sequences = slices.DeleteFunc(r.Columns, same), slices.DeleteFunc(r.Sequences, same)
	}
	if c, ok := mlPerfSystem(t.src); ok {
		r.Facts = append(r.Facts, systemFacts(c)...)
	}
}

// mlPerfSystem finds the description of the system: in the repositories of results, results/<system>/<benchmark>/result_0.txt
// belongs to systems/<system>.json; else it is system.json, or <name>_system.json beside <name>_result_0.txt.
func mlPerfSystem(src *Source) (*Source, bool) {
	file := path.Clean(src.File)
	var names []string
	if system := path.Base(path.Dir(path.Dir(file))); system != "." && system != "/" && system != ".." {
		names = append(names, "../../../systems/"+system+".json")
	}
	names = append(names, "system.json")
	if name, _, ok := strings.Cut(path.Base(file), "_result"); ok {
		names = append(names, name+"_system.json")
	}
	for _, name := range names {
		if c, ok := src.Companion(name); ok {
			return c, true
		}
	}
	return nil, false
}

// systemFacts are the device and the number of devices that a system's description states; its numbers are strings.
func systemFacts(src *Source) []Fact {
	known := func(key string) bool { return strings.HasPrefix(key, "accelerator") || key == "number_of_nodes" }
	members := openJSON(&problems{src: src}, 0, int64(len(src.Bytes)), known).root()
	var out []Fact
	devices, at, counts := 1.0, Position{}, 0
	for _, m := range members.members(nil) {
		n := members.child(m, m.key)
		text, _ := n.str()
		switch m.key {
		case "accelerator_model_name":
			name := strings.Clone(strings.TrimSpace(text))
			if _, ok := reference.ResolveDevice(name); ok {
				out = append(out, Fact{Key: Device, Str: name, Text: name, Source: "metadata", Pos: n.pos()})
			}
		case "accelerators_per_node", "number_of_nodes":
			if text == "" {
				text = n.value.Raw
			}
			if v, ok := product(text); ok {
				devices, at, counts = devices*v, n.pos(), counts+1
			}
		}
	}
	if counts == 2 && devices < 1<<53 {
		out = append(out, Fact{Key: Devices, Num: devices, Text: "accelerators_per_node × number_of_nodes", Source: "metadata", Pos: at})
	}
	return out
}
