package rules

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

func paddedVocabularyCharged() audit.Rule {
	return audit.Rule{
		ID: "MFU134", Name: "padded-vocabulary-charged", Severity: audit.SeverityNote, Since: "0.1.0",
		Summary: "The output head is charged with a vocabulary padded to a round number.",
		What:    "Whether logged FLOPs per token come out only with V rounded up to a multiple of 64, 128 or 1024.",
		Why:     "The padding of GPT-2's 50 257 to 51 200 is 0.5 % of the FLOPs of its 124 M model.",
		How:     "Megatron pads the vocabulary to a multiple of 128 times the tensor-parallel size and charges the padded one.",
		Fix:     "Nothing, if the padded rows are really multiplied: name the vocabulary that is charged.",
		Citations: []audit.Citation{
			{Text: "NVIDIA/Megatron-LM d98e8a64 megatron/training/training.py num_floating_point_operations: args.padded_vocab_size", URL: "https://github.com/NVIDIA/Megatron-LM"},
		},
		Needs: totalQuantities(),
		Deviations: func(w *audit.World) []audit.Edit {
			if w.Model == nil || !w.VocabKnown || w.Model.Ends.Headless {
				return nil
			}
			V := w.Model.Vocab
			var padded []int64
			for _, multiple := range []int64{64, 128, 1024} {
				padded = append(padded, (V+multiple-1)/multiple*multiple)
			}
			var edits []audit.Edit
			for _, rows := range widths(padded, V) {
				edits = append(edits, audit.Edit{
					Axis: "vocabulary", Accounts: total(),
					Set:       func(b *reference.Basis) { b.Vocab = rows },
					Text:      fmt.Sprintf("The head is charged with %d rows; the vocabulary has %d.", rows, V),
					Short:     fmt.Sprintf("vocabulary padded to %d", rows),
					SettledBy: "the padded vocabulary (--model)",
				})
			}
			return edits
		},
	}
}
