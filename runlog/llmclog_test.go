package runlog

import "testing"

func TestLLMCLogFile(t *testing.T) {
	log, _ := readFixture(t, "llm.c-log.log")
	same(t, "fixture", told(log), `steps [0 1 2] convention "" evaluations [0 2] checkpoints []
trl loss ×1 nats: 11.0091/6 10.9598/6 10.8911/6 at 2:9+7`)
	// Python's trainers print every digit, and no learning rate.
	log = readText(t, "llm.c-log", "s:5 trl:3.25\ns:6 trl:nan\n")
	same(t, "short", told(log), `steps [5 6] convention ""
trl loss ×1 nats: 3.25/3 - at 1:9+4
nan 2:9 +3 ×1 trl: trl is NaN; the value is left out`)
}

func FuzzLLMCLog(f *testing.F) {
	fuzzText(f, &llmCLog, "s:0 tel:11.0\ns:0 trl:11.0 lr:0.1 norm:1\n", "[0]: s:1 trl:2\r\ns:1 trl:2\n", "s:x trl:1", "s:1 trl:", "s:3 tel:1")
}
