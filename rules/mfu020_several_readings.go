package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

func severalReadings() audit.Rule {
	return audit.Rule{
		ID: "MFU020", Name: "several-readings", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "The name of a metric leaves several meanings, and nothing in the log tells them apart.",
		What:    "Whether tokens per second or FLOP/s of one device or of all, seconds or milliseconds, a fraction or a percentage fit the other metrics and the facts equally well.",
		Why:     "Whose tokens tokens_per_sec counts is a factor of the number of devices. What may be right is not accused, and what may be wrong is not confirmed: the metric is not audited.",
		How:     "JSON Lines and CSV logs name their metrics as their authors like, without unit and scope.",
		Fix:     "Name unit and scope (throughput/device/tokens_per_sec, step_time_s, mfu_percent), or give the fact that the finding asks for.",
		Citations: []audit.Citation{
			{Text: "mosaicml/composer composer/callbacks/speed_monitor.py: throughput/… is of all devices, throughput/device/… of one", URL: "https://github.com/mosaicml/composer/blob/main/composer/callbacks/speed_monitor.py"},
		},
		Check: func(a *audit.Audit) []audit.Finding {
			var out []audit.Finding
			for _, o := range a.Open() {
				f := a.Finding(o.Column, o.Column.FirstRow())
				f.Message = fmt.Sprintf("%s: %s. Not audited.", o.Column.Key, a.OpenReason(o))
				out = append(out, f)
			}
			return out
		},
	}
}
