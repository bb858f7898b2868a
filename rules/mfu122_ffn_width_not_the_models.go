package rules

import (
	"fmt"
	"slices"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func ffnWidthNotTheModels() audit.Rule {
	return audit.Rule{
		ID: "MFU122", Name: "ffn-width-not-the-models", Severity: audit.SeverityError, Since: "0.1.0",
		Summary: "The FFN is charged with a width that is not the model's.",
		What:    "Whether logged FLOPs come out only with another FFN width: a declared one that the parameters refute, 4H, or a rounding of 8H/3.",
		Why:     "An FFN of 4H charged for one of 8H/3 is 1.5 times too large.",
		How:     "The formula keeps a default width, or reads a configuration key that the model does not use.",
		Fix:     "Take the width from the model's own weights.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM #682: 4·H was charged whatever the FFN width", URL: "https://github.com/NVIDIA/Megatron-LM/pull/682"},
			{Text: "EleutherAI/cookbook 827ee3b: --ffn-hidden-size is parsed and never used", URL: "https://github.com/EleutherAI/cookbook"},
		},
		Needs: []reference.Quantity{reference.FFNFLOPsPerLayer, reference.AttentionToFFNRatio, reference.FLOPsPerToken, reference.AchievedFLOPs, reference.MFU},
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil || denseWidth(w) == 0 {
				return nil
			}
			own := denseWidth(w)
			var edits []audit.Edit
			for _, width := range candidateWidths(w) {
				if width == own || width <= 0 {
					continue
				}
				var from reference.Quantity
				if !slices.Contains(ownWidths(w), width) {
					from = reference.FFNFLOPsPerLayer
				}
				edits = append(edits, audit.Edit{
					TakenFrom: from,
					Axis:      "ffn width", Accounts: []audit.Account{audit.AccountBreakdown, audit.AccountTotal},
					Set:       func(b *reference.Basis) { b.FFNWidth = width },
					Text:      fmt.Sprintf("The FFN is charged with a width of %d; the model's is %d.", width, own),
					Short:     fmt.Sprintf("FFN width %d", width),
					SettledBy: "intermediate_size of the model that ran",
				})
			}
			return edits
		},
	}
}

// candidateWidths lists the widths that a trainer's formula may hold instead of the model's: declared ones, 4H, int(8H/3) and
// what logged FFN FLOPs give.
func candidateWidths(w *audit.World) []int64 {
	out := slices.Concat(ownWidths(w), impliedWidths(w))
	slices.Sort(out)
	return slices.Compact(out)
}

// ownWidths lists the widths that are known without a logged value of FLOPs: declared ones, 4H and int(8H/3).
func ownWidths(w *audit.World) []int64 {
	h := w.Model.Hidden
	return slices.Concat(w.DeclaredWidth, []int64{4 * h, 8 * h / 3})
}

// impliedWidths lists the widths that logged FFN FLOPs give with as many matrices as the model has. The model's own width
// with a matrix more or less is no other width.
func impliedWidths(w *audit.World) []int64 {
	ffn := w.Model.First().FFN
	matrices := ffn.Matrices()
	other := 5 - matrices // two or three
	return slices.DeleteFunc(slices.Clone(w.ImpliedWidth), func(width int64) bool {
		twin := width * other / matrices // the same FLOPs with as many matrices as the model has
		return width*matrices == ffn.Width*other || width*other%matrices == 0 && slices.Contains(w.ImpliedWidth, twin)
	})
}
