package runlog

import "github.com/mfu-audit/mfu-audit/reference"

// llmCLog is the file main.log of karpathy/llm.c (llmc/logger.h at 00247dc), which modded-nanogpt wrote as well until the summer of
// 2024 and trainers in its line still do:
//
//	s:0 tel:11.0092
//	s:1 trl:10.9598 lr:0.000002 norm:15.24
//
// trl is the training loss of a step, tel the loss of an evaluation, eval the accuracy on HellaSwag. There are no times: the console has them.
var llmCLog = textFormat{
	name: "llm.c-log", summary: "lines such as s:1 trl:10.9598 lr:0.000002 norm:15.24, and s:0 tel:11.0092",
	tells: "losses, and when an evaluation ran",
	lacks: "every efficiency metric: the console of the same run has them",
	guest: true, anchors: []string{"trl:"},
	columns: []textColumn{{key: "trl", metric: metric{reference.Loss, 1, "nats"}}},
	record:  llmCLogRecord, start: llmCLogEvaluation,
}

func llmCLogRecord(text []byte, out []token) (step int64, values []token, ok bool) {
	c := cursor{text, body(text)}
	if !c.literal("s:") {
		return 0, nil, false
	}
	if step, ok = c.integer(); !ok {
		return 0, nil, false
	}
	if c.blanks(); !c.literal("trl:") {
		return 0, nil, false
	}
	loss, ok := c.number("trl")
	if !ok {
		return 0, nil, false
	}
	return step, append(out, loss), true
}

// llmCLogEvaluation notes the steps of evaluations.
func llmCLogEvaluation(t *textRun) func(l line) {
	return func(l line) {
		c := cursor{l.text, body(l.text)}
		if !c.literal("s:") {
			return
		}
		step, ok := c.integer()
		if c.blanks(); ok && c.literal("tel:") && len(t.next.Evals) < maxDeclared {
			t.next.Evals = append(t.next.Evals, step)
		}
	}
}
