package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func windowsIgnored() audit.Rule {
	return audit.Rule{
		ID: "MFU145", Name: "windows-ignored", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "Attention windows are ignored.",
		What:    "Whether logged FLOPs come out only if every layer attends to the whole sequence where the model has windows.",
		Why:     "With a window of 512 at S 2048 the core of such a layer is charged four times over; gpt-oss-20b came out above 100 % MFU.",
		How:     "The term S² is older than sliding_window and chunked attention, and nothing in the weights shows a window.",
		Fix:     "Charge a windowed layer with min(S, W) keys a query, or with the exact mean.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM #1725: sliding windows and chunks are counted as full attention", URL: "https://github.com/NVIDIA/Megatron-LM/issues/1725"},
			{Text: "pytorch/torchtitan #4300: MFU of gpt-oss above 100 %", URL: "https://github.com/pytorch/torchtitan/pull/4300"},
			{Text: "vllm-project/vllm #55624: 8 to 30 times too much for long contexts", URL: "https://github.com/vllm-project/vllm/pull/55624"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if !anyLayer(w, windowed(w)) {
				return nil
			}
			return []audit.Edit{
				{
					Axis: "windows", Accounts: totalAndLayers(),
					Set:       func(b *reference.Basis) { b.Shape.Windows = reference.WindowsIgnored },
					Text:      "Windowed layers are charged for the whole sequence.",
					Short:     "windows ignored",
					SettledBy: "sliding_window in the trainer's formula",
				},
			}
		},
	}
}
