package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
)

func readingChosen() audit.Rule {
	return audit.Rule{
		ID: "MFU021", Name: "reading-chosen", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "The name of a metric leaves several meanings; the numbers leave one.",
		What:    "Which meanings of tokens per second, FLOP/s, step time and MFU were taken, and which relations between the metrics and the facts hold only so.",
		Why:     "A factor of the number of devices, of 1000 or of 100 rests on it; who knows better can say so.",
		How:     "JSON Lines and CSV logs name their metrics as their authors like, without unit and scope.",
		Fix:     "Nothing to fix; names with unit and scope need no choice.",
		Citations: []audit.Citation{
			{Text: "mosaicml/composer composer/callbacks/speed_monitor.py: throughput/… is of all devices, throughput/device/… of one", URL: "https://github.com/mosaicml/composer/blob/main/composer/callbacks/speed_monitor.py"},
		},
		Check: func(a *audit.Audit) []audit.Finding {
			c, meanings, because := a.Chosen()
			if c == nil {
				return nil
			}
			f := a.Finding(c, c.FirstRow())
			f.Message = fmt.Sprintf("Read: %s.", audit.List(meanings))
			if len(because) > 0 {
				f.Message += fmt.Sprintf(" Only so %s.", audit.List(because))
			} else {
				f.Message += " Any other reading is beyond what the devices can do."
			}
			return []audit.Finding{f}
		},
	}
}
