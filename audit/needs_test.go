package audit_test

import (
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Where nothing was audited a report asks for what would change that, and for nothing else.
func TestARunOfWhichNothingIsAuditedAsksForWhatHelps(t *testing.T) {
	for text, want := range map[string]string{
		"s:1 trl:10.9598 lr:0.000002 norm:15.24\n": "", // losses only
		// A rate of a device and a step time are held against the batch of all devices.
		`{"step": 1, "tokens_per_sec_per_gpu": 1000, "step_time_s": 2.0, "global_batch_size": 8}` + "\n" + `{"step": 2, "tokens_per_sec_per_gpu": 1000, "step_time_s": 2.0, "global_batch_size": 8}` + "\n": "--seq-len --devices",
		// A rate alone is held against nothing, whatever is known of the model.
		"step,tokens_per_sec_per_gpu\n1,1000\n2,1001\n3,1000\n": "",
	} {
		log, err := runlog.Read("run", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		c := audit.Run(log, audit.Options{Rules: rules.All()})[0].Coverage
		if got := strings.Join(c.Needs, " "); c.Audited != 0 || got != want {
			t.Errorf("%q: asks for %q, want %q; %v", text, got, want, c.NotAudited)
		}
	}
}
