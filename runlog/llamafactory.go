package runlog

import (
	"bytes"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// llamaFactory is LLaMA-Factory's trainer_log.jsonl: an object per logged step (hiyouga/LLaMA-Factory,
// src/llamafactory/train/callbacks.py LogCallback). elapsed_time is cut to whole seconds, so it tells no step time. throughput is
// tokens over the time since the start, and total_tokens the running total behind it; both only where the Trainer counts tokens.
var llamaFactory = Format{
	Name:    llamaFactoryName,
	Summary: "trainer_log.jsonl: an object per line with current_steps, total_steps and loss",
	Tells:   "tokens/s as a mean since the start and the tokens seen, if asked for; elapsed time in whole seconds, which is no step time",
	Lacks:   "step times, MFU, the model, the batch, the devices and how many",
	Detect:  detectLLaMAFactory,
	Read:    readLLaMAFactory,
}

const llamaFactoryName = "llama-factory"

func detectLLaMAFactory(data []byte) bool {
	current, total, elapsed := false, false, false
	topLevelKeys(data, func(key string, value byte) bool {
		switch key {
		case "current_steps":
			current = isDigit(value)
		case "total_steps":
			total = isDigit(value)
		case "percentage", "elapsed_time":
			elapsed = true
		}
		return !(current && total && elapsed)
	})
	return current && total && elapsed
}

// llamaFactoryColumns are the metrics whose names the format defines.
var llamaFactoryColumns = map[string]named{
	"loss":       {metric: metric{reference.Loss, 1, "nats"}},
	"throughput": {metric: metric{reference.TokensPerSec, 1, "tokens/s"}, smoothed: true},
}

func knownLLaMAFactoryKey(key string) bool {
	_, ok := llamaFactoryColumns[key]
	return ok || key == "current_steps" || key == "total_steps" || key == "total_tokens" || key == "eval_loss" || knownSheetKey(key)
}

func readLLaMAFactory(src *Source) *Log {
	log := &Log{Path: src.File, Format: llamaFactoryName}
	found := &problems{src: src}
	s := newSheet(src, llamaFactoryName, found)
	for _, name := range []string{"loss", "throughput"} {
		s.define(name, llamaFactoryColumns[name])
	}
	var tokens node
	var buf []member
	for l := range lines(src.Bytes, 0) {
		if len(bytes.TrimSpace(l.text)) == 0 {
			continue
		}
		n := openJSON(found, l.offset, l.offset+int64(len(l.text)), knownLLaMAFactoryKey).root()
		if !n.isObject() {
			continue
		}
		buf = n.members(buf[:0])
		step, ok, loss := int64(0), false, false
		for _, m := range buf {
			switch v := n.child(m, m.key); m.key {
			case "current_steps":
				step, ok = v.integer()
			case "loss":
				loss = !v.absent()
			case "total_tokens":
				v.at.key = "total_tokens"
				tokens = v
			}
		}
		if !ok || !loss {
			for _, m := range buf {
				if ok && m.key == "eval_loss" && !n.child(m, m.key).absent() {
					s.run.Evals = append(s.run.Evals, step)
				}
			}
			continue
		}
		s.record(step, n.offset())
		for _, m := range buf {
			if m.key != "total_tokens" {
				s.member(n.child(m, m.key), m.key)
			}
		}
	}
	if tokens.doc != nil {
		if p, ok := tokens.number(); ok && p.value > 0 {
			s.run.Summary = append(s.run.Summary, Observation{
				Quantity: reference.TotalTokens, Key: "total_tokens", Logged: p.value, Text: strings.Clone(p.text), Scale: 1, Unit: "tokens",
				Digits: p.digits, Pos: tokens.pos(),
			})
		}
	}
	log.Runs = []*Run{s.finish(func(r *Run, record int, key string) (Position, bool) {
		if record < 0 || record >= len(r.Offsets) {
			return Position{}, false
		}
		return locateMember(r.Source, r.Offsets[record], place{}, key)
	})}
	log.Problems = found.sorted()
	return log
}

// define says what a name means in a format that defines it.
func (s *sheet) define(name string, n named) {
	c := &sheetCell{name: name, metric: n, column: NewColumn(n.quantity, name, n.scale, n.unit)}
	c.column.Smoothed, c.column.Meanings = n.smoothed, n.others
	s.cells[name] = c
	s.order = append(s.order, c)
}
