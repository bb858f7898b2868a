package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func windowInEveryLayer() audit.Rule {
	return audit.Rule{
		ID: "MFU146", Name: "window-in-every-layer", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The window of some layers is charged for all.",
		What:    "Whether logged FLOPs come out only if layers with full attention are charged for the window, alone or beside their own S².",
		Why:     "Gemma 2 has a window of 4096 in every other layer: at S 8192 the core comes out a third too low, or with both terms a third too high.",
		How:     "The windowed term is multiplied by the number of all layers.",
		Fix:     "Multiply each term by the number of its own layers.",
		Citations: []audit.Citation{
			{Text: "ByteDance-Seed/VeOmni #944, review: sliding_score_sum × num_hidden_layers", URL: "https://github.com/ByteDance-Seed/VeOmni/pull/944"},
		},
		Needs: attentionQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			whole := anyLayer(w, func(g *reference.LayerGroup) bool { return attends(g) && g.Attention.Window == 0 })
			if !whole || !anyLayer(w, windowed(w)) {
				return nil
			}
			edit := func(reading reference.WindowReading, text, short string) audit.Edit {
				return audit.Edit{
					Axis: "windows", Accounts: total(), Text: text, Short: short, SettledBy: "which layers have a window",
					Set: func(b *reference.Basis) { b.Shape.Windows = reading },
				}
			}
			return []audit.Edit{
				edit(reference.WindowsEverywhere, "Layers with full attention are charged for the window of the others.", "the window in every layer"),
				edit(reference.WindowsAdded, "The windowed layers' core is charged for all layers, beside the full core of the others.", "the window's term × all layers"),
			}
		},
	}
}
