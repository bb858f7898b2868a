package audit

import (
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Options is what a user adds to a log.
type Options struct {
	Rules []Rule // those to run; diagnosis uses their deviations
	// Facts from flags or a sidecar config.json. A flag wins over the log, and a contradiction is a finding.
	Facts []runlog.Fact
	// Model is the architecture that the user names with --model or that a config.json beside the log gives; nil if none.
	Model *reference.Architecture
	// ModelSource is "config", "preset" or "sidecar"; ModelName is what the user typed.
	ModelSource, ModelName string
	FLOPsPerToken          float64 // --flops-per-token; 0 if unset
	PeakFLOPs              float64 // --peak-flops per device; 0 if unset
	Convention             string  // --convention; "" means the log's own where it is recognised
	Steady                 bool    // keep the steady steps in the report, for a comparison of runs
	Step                   *int64  // --step; nil means the lower median of the steady steps
	Series                 bool    // keep what charts show: a run's Series and Breakdown
}
