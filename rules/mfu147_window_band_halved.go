package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func windowBandHalved() audit.Rule {
	return audit.Rule{
		ID: "MFU147", Name: "window-band-halved", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The band of an attention window is halved as if it were a triangle.",
		What:    "Whether logged FLOPs come out only with half of min(S, W) keys in windowed layers.",
		Why:     "A band of width W has W keys a query but for the first W queries; half of that is half of what is computed where S is much larger than W.",
		How:     "The causal half of full attention, S/2, is turned into W/2.",
		Fix:     "Charge W − W(W−1)/2S keys a query, or W.",
		Citations: []audit.Citation{
			{Text: "NVIDIA-NeMo/Megatron-Bridge #3947: windowed attention was undercounted by a half", URL: "https://github.com/NVIDIA-NeMo/Megatron-Bridge/pull/3947"},
			{Text: "verl-project/verl b178a3cd verl/utils/flops_counter.py: half of min(S, W) for gemma3 and gpt_oss", URL: "https://github.com/verl-project/verl"},
			{Text: "NVIDIA/Megatron-LM #3280: window_size / 2", URL: "https://github.com/NVIDIA/Megatron-LM/pull/3280"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, windowed(w)) {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "core", Accounts: totalAndLayers(),
					Set: func(b *reference.Basis) {
						if b.Core == reference.CoreExact || b.Core == reference.CoreHalf { // a causal definition
							b.Core = reference.CoreHalfCapped
						}
					},
					Text:  "Half of min(S, W) keys is charged: the band of a window is no triangle to halve.",
					Short: "half of the window",
				},
			}
		},
	}
}
