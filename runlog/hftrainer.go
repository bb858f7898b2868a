package runlog

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/reference"
)

// hfTrainer is what the Trainer of Hugging Face's transformers writes beside a model: trainer_state.json, and the final values
// alone in all_results.json and train_results.json. Sources: huggingface/transformers, src/transformers/trainer_callback.py
// (TrainerState), trainer.py (log, store_flos), trainer_utils.py (speed_metrics), trainer_pt_utils.py (save_metrics).
var hfTrainer = Format{
	Name:    hfTrainerName,
	Summary: "one JSON object with log_history, or with train_runtime: trainer_state.json, all_results.json",
	Tells:   "samples, steps and, if asked for, tokens per second as means over the run, total_flos, tokens seen; the batch of a device",
	Lacks:   "step times, MFU, the model, accumulation, the devices and how many, and how long the samples are",
	Detect:  detectHFTrainer,
	Read:    readHFTrainer,
}

const (
	hfTrainerName = "hf-trainer"
	hfHistory     = "log_history"
	hfRuntime     = "train_runtime"
)

func detectHFTrainer(data []byte) bool {
	state, results, tracker := false, false, false
	topLevelKeys(data, func(key string, value byte) bool {
		switch key {
		case hfHistory:
			state = value == '['
		case hfRuntime:
			results = isDigit(value)
		case "_step", "_timestamp", "_wandb":
			tracker = true // a summary of W&B, whose metrics may have any names
		}
		return !state
	})
	return state || results && !tracker && !jsonLines(data)
}

// hfStateKeys are the keys of the format that are neither metrics nor facts.
var hfStateKeys = map[string]bool{
	hfHistory: true, hfRuntime: true, "step": true, "epoch": true, "learning_rate": true, "grad_norm": true, "global_step": true,
	"max_steps": true, "train_batch_size": true, "num_train_epochs": true, "logging_steps": true, "eval_loss": true, "eval_runtime": true,
}

// knownSheetKey reports whether a message may name a key of a record.
func knownSheetKey(key string) bool {
	if hfStateKeys[key] {
		return true
	}
	if _, ok := factKeys[key]; ok {
		return true
	}
	_, ok := metricNamed(key)
	return ok
}

// hfState reads one state of the Trainer.
type hfState struct {
	*sheet
	doc      *document
	elements []int32 // of each record, its place in the history
	final    node    // the last element that speaks of the whole run
}

func readHFTrainer(src *Source) *Log {
	log := &Log{Path: src.File, Format: hfTrainerName}
	found := &problems{src: src}
	t := &hfState{sheet: newSheet(src, hfTrainerName, found)}
	t.doc = openJSON(found, 0, int64(len(src.Bytes)), knownSheetKey)
	root := t.doc.root()
	members := root.members(nil)
	for _, m := range members {
		if n := root.child(m, m.key); m.key == hfHistory {
			t.history(n)
		}
	}
	for _, m := range members {
		switch n := root.child(m, strings.Clone(m.key)); m.key {
		case "train_batch_size":
			t.batch(n)
		case "num_input_tokens_seen", "total_flos":
			if n.value.Num != 0 { // 0 where the Trainer does not count
				t.whole(n, m.key)
			}
		default:
			if t.final.doc == nil {
				t.whole(n, m.key)
			}
		}
	}
	if t.final.doc != nil {
		t.run.Ended = true
		for _, m := range t.final.members(nil) {
			if m.key != "total_flos" || !t.states(reference.TotalTrainingFLOPs) {
				t.whole(t.final.child(m, strings.Clone(m.key)), m.key)
			}
		}
	}
	t.run.Ended = t.run.Ended || len(t.run.Steps) == 0 && len(t.run.Summary) > 0
	log.Runs = []*Run{t.finish(t.locator())}
	log.Problems = found.sorted()
	return log
}

// states reports whether the run as a whole has a value of a quantity.
func (s *sheet) states(q reference.Quantity) bool {
	for _, o := range s.run.Summary {
		if o.Quantity == q {
			return true
		}
	}
	return false
}

// batch declares the batch of a process: TrainerState.train_batch_size is per_device_train_batch_size, times the devices where
// one process drives several (training_args.py). Accumulation is each rank's own.
func (t *hfState) batch(n node) {
	for _, f := range (factRule{key: MicroBatch}).read(n) {
		f.Source = "config"
		t.run.Facts = append(t.run.Facts, f, accumulatesPerRank(f.Pos))
	}
}

// accumulatesPerRank is the Trainer's definition of gradient_accumulation_steps: the batch of all ranks is that of a device ×
// accumulation × ranks (trainer.py, total_train_batch_size).
func accumulatesPerRank(at Position) Fact {
	return Fact{Key: AccumScope, Str: "rank", Text: "Trainer: each rank accumulates", Source: "format", Pos: at}
}

// history reads the list of logged dictionaries: steps, evaluations and, last, what speaks of the whole run.
func (t *hfState) history(list node) {
	if !list.isArray() {
		list.wrongType("a list")
		return
	}
	var buf []member
	list.each(func(i int, value gjson.Result) {
		n := node{t.doc, value, place{list: hfHistory, index: i}}
		if at := n.offset(); !n.isObject() || t.src.Bytes[at] != '{' { // among repaired commas, gjson may lose the place
			n.wrongType("an object")
			return
		}
		buf = n.members(buf[:0])
		kind := hfKind(func(key string) bool {
			for _, m := range buf {
				if m.key == key {
					return true
				}
			}
			return false
		})
		step, ok := iterationOf(n, buf)
		switch {
		case kind == hfFinal:
			t.final = n
		case !ok:
			if len(buf) > 0 {
				n.problem(ProblemWrongType, "has no usable step; the record is left out")
			}
		case kind == hfEvaluation:
			t.run.Evals = append(t.run.Evals, step)
		case kind == hfStep || t.measures(n, buf):
			t.record(step, n.offset())
			t.elements = append(t.elements, int32(i))
			for _, m := range buf {
				t.member(n.child(m, m.key), m.key)
			}
		}
	})
}

// measures reports whether a member of a record is a metric.
func (t *hfState) measures(n node, members []member) bool {
	return slices.ContainsFunc(members, func(m member) bool { return t.cell(m.key, n.child(m, m.key).pos).metric.quantity != "" })
}

// The kinds of dictionaries that the Trainer logs.
const (
	hfStep = iota + 1
	hfEvaluation
	hfFinal
)

// hfKind tells a dictionary's kind by its keys; 0 for one that is not the Trainer's.
func hfKind(has func(key string) bool) int {
	switch {
	case has("loss") && (has("learning_rate") || has("epoch") || has("grad_norm")):
		return hfStep
	case has("eval_loss") || has("eval_runtime"):
		return hfEvaluation
	case has(hfRuntime), !has("loss") && (has("total_flos") || has("train_loss")): // the rest may be cut off
		return hfFinal
	}
	return 0
}

// member adds a member of a record: a number, or a fact in words.
func (s *sheet) member(n node, key string) {
	c := s.cell(key, n.pos)
	if !c.known() {
		return
	}
	switch n.value.Type {
	case gjson.Number:
		if !n.absent() {
			s.number(c, n.value.Raw, n.offset())
		}
	case gjson.String:
		if text := strings.TrimSpace(n.value.Str); c.fact.words != nil || c.fact.name {
			s.word(c, text, n.pos)
		} else {
			s.number(c, text, n.offset())
		}
	case gjson.True, gjson.False:
		s.word(c, n.value.Raw, n.pos)
	}
}

// wholeNamed is what a name means that stands for the run as a whole: a number of sequences stays one, and a time may be the run's.
func wholeNamed(key string) (named, bool) {
	n, ok := metricNamed(key)
	if n.sequences && n.quantity == reference.TokensPerSec {
		n.quantity = reference.SequencesPerSec
	} else if n.sequences || n.sum {
		return named{}, false
	}
	return n, ok
}

// whole adds a value of the whole run.
func (s *sheet) whole(n node, key string) {
	known, ok := wholeNamed(key)
	if !ok || n.value.Type != gjson.Number {
		if n.value.Type == gjson.Number && !n.absent() && soundsLikeEfficiency(key) && isIdentifier(key) && len(s.run.Unknown) < maxUnknown && !strings.HasPrefix(key, "eval_") && !strings.HasPrefix(key, "predict_") {
			s.run.Unknown = append(s.run.Unknown, UnknownMetric{Key: strings.Clone(key), Nearest: nearestName(key), Pos: n.pos()})
		}
		return
	}
	p, ok := n.number()
	switch {
	case !ok || len(s.run.Summary) >= maxDeclared:
	case p.value <= 0 && known.quantity != reference.Loss:
		n.problem(ProblemSentinel, "%s; the value is left out", problemWords[ProblemSentinel])
	default:
		s.run.Summary = append(s.run.Summary, Observation{
			Quantity: known.quantity, Key: strings.Clone(key), Logged: p.value, Text: strings.Clone(p.text), Scale: known.scale, Unit: known.unit,
			Digits: p.digits, Pos: n.pos(),
		})
	}
}

// locator finds a value of a record again.
func (t *hfState) locator() func(*Run, int, string) (Position, bool) {
	elements := t.elements
	return func(r *Run, record int, key string) (Position, bool) {
		if record < 0 || record >= len(r.Offsets) {
			return Position{}, false
		}
		return locateMember(r.Source, r.Offsets[record], place{list: hfHistory, index: int(elements[record])}, key)
	}
}

// locateMember finds the value of a key in the object that starts at an offset.
func locateMember(src *Source, offset int64, at place, key string) (Position, bool) {
	end := int64(skipContainer(src.Bytes[offset:], 0)) + offset
	n := openJSON(&problems{src: src}, offset, end, knownSheetKey).root()
	n.at = at
	if v, ok := n.find(key); ok {
		return v.pos(), true
	}
	return Position{}, false
}
