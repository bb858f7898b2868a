package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func hardwareFLOPsRestated() audit.Rule {
	return audit.Rule{
		ID: "MFU911", Name: "hardware-flops-restated", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "FLOP/s count recomputation: of the peak they are HFU, not MFU.",
		What:    "By which formula logged hardware FLOP/s come out, and what they are as model FLOP/s.",
		Why:     "149 TFLOP/s of an A100 are an HFU of 47.8 % and an MFU of 35.8 % where every activation is recomputed: a third more than model FLOPs.",
		How:     "Megatron-DeepSpeed and GPT-NeoX print FLOP/s with the recomputed forward pass in them (96·L·H² in place of 72·L·H²).",
		Fix:     "Nothing to fix: call what is divided by the peak HFU, and compare it with no MFU.",
		Citations: []audit.Citation{
			{Text: "Narayanan et al. 2021, arXiv 2104.04473, section 5.1, equation 3", URL: "https://arxiv.org/abs/2104.04473"},
			{Text: "EleutherAI/gpt-neox megatron/logging.py get_flops", URL: "https://github.com/EleutherAI/gpt-neox/blob/main/megatron/logging.py"},
		},
		Needs: []reference.Quantity{reference.HardwareFLOPsPerDevice, reference.AchievedFLOPsPerDevice, reference.AchievedFLOPs},
		Check: func(a *audit.Audit) []audit.Finding {
			for _, h := range a.Hardware {
				if h.Formula == "" || h.Counts == reference.NoRecompute {
					continue
				}
				f := a.Finding(h.Column, h.Row)
				f.LoggedAs, f.Expected = h.Formula, h.Same
				f.ExpectedAs = "the same without recomputation"
				f.Message = fmt.Sprintf("%s TFLOP/s count %s recomputation: hardware FLOPs, %s TFLOP/s of them model FLOPs by the same formula", audit.Number(h.Logged/1e12), h.Counts, audit.Number(h.Same/1e12))
				if h.Model > 0 {
					f.Expected, f.ExpectedAs = h.Model, reference.MatmulFull+", model FLOPs"
					f.Message += fmt.Sprintf(" and %s under %s", audit.Number(h.Model/1e12), reference.MatmulFull)
				}
				f.Message += "."
				if peak := a.Report().Hardware.Peak; peak > 0 {
					f.Message += fmt.Sprintf(" Of %s TFLOP/s that is an HFU of %s and an MFU of %s.", audit.Number(peak/1e12), audit.Percent(h.Logged/peak), audit.Percent(f.Expected/peak))
				} else {
					f.Message += " Of the peak they are HFU, not MFU."
				}
				return []audit.Finding{f}
			}
			return nil
		},
	}
}
