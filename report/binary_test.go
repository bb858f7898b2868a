package report_test

import (
	"encoding/binary"
	"math"
	"strconv"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// binaryRun is a run whose log has no lines: its value is four bytes at an offset, among secrets.
func binaryRun() *audit.Report {
	data := append([]byte(canary+"\x00mfu\x15"), 0, 0, 0, 0x3f) // 0x3f000000 is the float32 0.5
	data = append(data, "\x00"+canary...)
	s := runlog.NewSource("runs/events.out.tfevents.1700000000.host", data)
	s.Binary = true
	s.Decode = func(p runlog.Position) string {
		return strconv.FormatFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(data[p.Offset:]))), 'g', -1, 32)
	}
	at := s.Position(int64(len(canary)+5), 4, "throughput/device/mfu")
	return &audit.Report{Runs: []*audit.RunReport{{
		Path: s.File, Format: "tensorboard", Source: s, Steps: 3,
		Facts: []audit.FactReport{{Key: "num_hidden_layers", Value: "24", Source: "config", Pos: at, Broken: "the parameters are those of 12"}},
		Problems: []runlog.Problem{
			{Kind: runlog.ProblemNaN, Message: "loss is NaN; the value is left out", Count: 2, Pos: at},
			{Kind: runlog.ProblemTruncated, Message: "the input ends inside a record, which is left out", Count: 1, Pos: s.Position(40, 8, "")},
		},
		Findings: []*audit.Finding{{
			Rule: "MFU310", Name: "sparse-peak", Severity: audit.SeverityError, Quantity: reference.MFU, Pos: at, Printed: s.Text(at),
			Steps: audit.StepRange{First: 1, Last: 3, Count: 3, Of: 3}, Logged: 0.5, Expected: 1, Message: "The peak is that of sparse matmuls.",
		}},
	}}}
}

func TestAPlaceInABinaryFileIsAnOffset(t *testing.T) {
	golden(t).Assert(t, "binary_80", []byte(text(t, binaryRun(), report.TextOptions{Width: 80})))
	out := jsonOf(t, binaryRun())
	golden(t).Assert(t, "binary_json", out)
	if err := validate(t, out); err != nil {
		t.Error(err)
	}
}
