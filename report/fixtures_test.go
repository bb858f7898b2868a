package report_test

import (
	"math"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// canary stands for what a log holds beside its metrics and no report may show.
const canary = "hf_SECRET-node17.example.org"

// foundingLog is a record of the founding run's shape with secrets on the lines of its metrics.
const foundingLog = `{"host": "` + canary + `", "training_iterations": [{}, {"iter": 10, "mfu": {
  "note": "` + canary + `", "attention_flops_per_layer": 343597383680.0, "user": "` + canary + `",
        "mfu_percent": 36.759872262418334, "api_key": "` + canary + `"}}]}
`

// place finds a value in a source, by what precedes it.
func place(s *runlog.Source, after, value, path string) runlog.Position {
	i := strings.Index(string(s.Bytes), after)
	at := i + strings.Index(string(s.Bytes)[i:], value)
	return s.Position(int64(at), len(value), path)
}

// foundingModel is the architecture of the run that started this project: 24 layers, H 2048, 16 heads, FFN 5461, V 151643.
func foundingModel(kvHeads, width int64) *reference.Architecture {
	return &reference.Architecture{
		Hidden: 2048, Vocab: 151643, FinalNorm: reference.RMSNorm,
		Groups: []reference.LayerGroup{{
			Count:     24,
			Attention: reference.Attention{Heads: 16, KVHeads: kvHeads, HeadDim: 128},
			FFN:       reference.FFN{Width: width, Gated: true},
			Norm:      reference.RMSNorm, Norms: 2,
		}},
	}
}

// founding is the report of the founding run, as CLI.md of the design shows it.
func founding() *audit.RunReport {
	source := runlog.NewSource("run_20251115_150458.json", []byte(foundingLog))
	device, _ := reference.AcceleratorByID("a100-sxm4-80gb")
	scores := place(source, "attention_flops", "343597383680.0", "training_iterations[1].mfu.attention_flops_per_layer")
	percent := place(source, "mfu_percent", "36.759872262418334", "training_iterations[1].mfu.mfu_percent")
	rival := *foundingModel(8, 6144)
	rival.Vocab = 151631
	nan := math.NaN()
	return &audit.RunReport{
		Path: source.File, Format: "training-json", Name: "run_20251115_150458", Source: source, Steps: 11,
		Model: audit.ModelReport{
			Architecture: foundingModel(16, 5461), SeqLen: 2048, Parameters: 1829140480, Source: "inferred",
			Domain: "96 layouts that break no more facts × density 0.0016 of vocabularies near 151643: 0.0021 expected by chance",
			Evidence: []string{
				"parameters 1 829 140 480 = tables 621 129 728 (V 151643 × H 2048, untied) + 24 × (attention 16 777 216 + FFN 33 552 384) + norms and biases 100 352",
				"ffn_flops_per_layer 137 430 564 864 = 6·S·H·i: S 2048, H 2048, i 5461",
				"V 151643 is a size of the qwen3 tokenizer, which the data set name holds",
			},
			Rivals: []audit.ModelRival{{
				Architecture: rival, Describe: "8 KV heads, FFN 6144, one norm a layer, V 151631", Breaks: []string{"norm placement"},
				Against: []string{"V 151631 is no known tokenizer's size (151643 is)", "ffn_flops_per_layer would be 154 618 822 656, logged 137 430 564 864"},
				Cost:    1, MFU: 0.6312,
			}},
		},
		Hardware: audit.HardwareReport{Device: device, Printed: "A100", Devices: 2, Precision: reference.BF16, Peak: 312e12},
		Facts: []audit.FactReport{
			{Key: "num_hidden_layers", Value: "24", Source: "config", Pos: runlog.Position{Line: 26}},
			{Key: "intermediate_size", Value: "6144", Source: "config", Pos: runlog.Position{Line: 42}, Broken: "the logged FFN FLOPs are those of 5461"},
		},
		Problems: []runlog.Problem{{
			Kind: runlog.ProblemSentinel, Message: "an MFU of −100 means not measured and was left out", Count: 1, Pos: runlog.Position{Line: 126},
		}},
		Quantities: []audit.QuantityReport{
			{Quantity: reference.MFU, Key: "mfu.mfu", Unit: "", Scale: 1, Status: audit.StatusWrong, Logged: 0.3675987226241833, Expected: 0.7351974452, Restated: 0.62273, Steps: 10, Cause: "MFU210"},
			{Quantity: reference.MFU, Key: "mfu.mfu_percent", Unit: "%", Scale: 0.01, Status: audit.StatusInherited, Logged: 0.3675987226241833, Expected: 0.7351974452, Restated: 0.62273, Steps: 10, Cause: "MFU210"},
			{Quantity: reference.AchievedFLOPs, Key: "mfu.flops_achieved", Status: audit.StatusInherited, Logged: 229381602917490.38, Expected: 458763205834980.75, Restated: nan, Steps: 10, Cause: "MFU210"},
			{Quantity: reference.FLOPsPerToken, Key: "mfu.flops_per_token", Status: audit.StatusOK, Logged: 12182802432, Expected: 12182802432, Restated: 10318811136, Steps: 10, Reason: "right under palm"},
			{Quantity: reference.TokensPerSec, Key: "mfu.tokens_per_sec", Unit: "tokens/s", Scale: 1, Status: audit.StatusWrong, Logged: 18828.311810670457, Expected: 37656.62362134091, Restated: nan, Steps: 10, Cause: "MFU210"},
			{Quantity: reference.PeakFLOPs, Key: "mfu.hardware_peak_flops", Status: audit.StatusOK, Logged: 624e12, Expected: 624e12, Restated: nan, Steps: 10},
			{Quantity: reference.AttentionFLOPsPerLayer, Key: "mfu.attention_flops_per_layer", Status: audit.StatusWrong, Logged: 343597383680, Expected: 103079215104, Restated: nan, Steps: 10, Cause: "MFU110"},
			{Quantity: reference.AttentionToFFNRatio, Key: "mfu.attention_to_ffn_ratio", Status: audit.StatusInherited, Logged: 2.500152597204419, Expected: 0.7500457791613258, Restated: nan, Steps: 10, Cause: "MFU110"},
			{Quantity: reference.StepTime, Key: "time_ms", Unit: "ms", Scale: 1e-3, Status: audit.StatusOK, Logged: 10.442147016525269, Expected: nan, Restated: nan, Steps: 11, Reason: "plausible for these FLOPs"},
			{Quantity: reference.NonEmbeddingParameters, Key: "startup_info.model.non_embedding_params", Status: audit.StatusNotAudited, Logged: 1829140480, Expected: nan, Restated: nan, Steps: 0, Reason: "equal to the total: the tables are in it"},
		},
		Findings: []*audit.Finding{
			{
				Rule: "MFU110", Name: "attention-scores-times-heads", Severity: audit.SeverityError,
				Evidence: audit.Evidence{Wrong: audit.WrongProven, Cause: audit.CauseUnique, Hypotheses: 214, Accidental: 3e-10},
				Quantity: reference.AttentionFLOPsPerLayer, Pos: scores, Printed: "343597383680.0",
				Steps:  audit.StepRange{First: 10, Last: 100, Count: 10, Of: 10},
				Logged: 343597383680, Expected: 103079215104,
				LoggedAs: "8·S·H² + 2·a·S²·H", ExpectedAs: "8·S·H² + 4·S²·H", Symbols: "a 16, S 2048, H 2048",
				Message:    "The score term is 8 times (a/2) too large: heads split H, they do not multiply it.",
				Derivation: []string{"8·2048·2048² = 68 719 476 736; 2·16·2048²·2048 = 274 877 906 944; together 343 597 383 680"},
				Rivals: []audit.Rival{{
					Causes: []string{"MFU112", "MFU115"}, Text: "both matmuls times the heads, projections left out",
					Rejected: "attention_to_ffn_ratio would be 4.0002, logged 2.5002",
				}},
				Consequences: []audit.Consequence{{Quantity: reference.AttentionToFFNRatio, Path: "mfu.attention_to_ffn_ratio", Logged: 2.500152597204419, Corrected: 0.7500457791613258}},
				Fingerprint:  "MFU110:training-json:attention_flops_per_layer:attention_flops_per_layer",
			},
			{
				Rule: "MFU210", Name: "one-rank-tokens-over-all-peaks", Severity: audit.SeverityWarning,
				Evidence: audit.Evidence{Wrong: audit.WrongInferred, Cause: audit.CauseInferred, Hypotheses: 31, Accidental: 2e-9},
				Quantity: reference.MFU, Pos: percent, Printed: "36.759872262418334",
				Steps:  audit.StepRange{First: 10, Last: 100, Count: 2, Of: 10, List: []int64{10, 30}},
				Logged: 0.3675987226241833, Expected: 0.7351974452483666,
				Message: "Tokens of one rank are divided by the peak of both.",
				Rivals:  []audit.Rival{{Text: "32 accumulation steps are over both ranks, and nothing is wrong", SettledBy: "--accumulation-scope"}},
				Consequences: []audit.Consequence{
					{Quantity: reference.TokensPerSec, Path: "mfu.tokens_per_sec", Logged: 18828.311810670457, Corrected: 37656.62362134091},
					{Quantity: reference.AchievedFLOPs, Path: "mfu.flops_achieved", Logged: 229381602917490.38, Corrected: 458763205834980.75},
				},
				Fingerprint: "MFU210:training-json:mfu:mfu_percent",
			},
			{
				Rule: "MFU910", Name: "convention-named", Severity: audit.SeverityNote,
				Evidence: audit.Evidence{Wrong: audit.WrongProven, Cause: audit.CauseUnique},
				Quantity: reference.FLOPsPerToken, Logged: nan, Expected: nan,
				Message:     "model_flops_per_token is right under palm, which charges the input embedding and the norms.",
				Fingerprint: "MFU910:training-json:model_flops_per_token:flops_per_token",
			},
			{
				Rule: "MFU710", Name: "accepted-by-the-team", Severity: audit.SeverityError, Quantity: reference.MFU,
				Logged: nan, Expected: nan, Message: "A finding that a team accepted.", Suppressed: "known since the migration", Fingerprint: "MFU710",
			},
		},
		MFU: &audit.MFUReport{
			Step: 60, HasStep: true, Over: "steady", Steps: 9, Excluded: []audit.Excluded{{Step: 0, Reason: "warm-up"}, {Step: 10, Reason: "warm-up: second logged step"}},
			Logged: 0.3675987226241833, Corrected: 0.7351974452483666, OwnConvention: "palm", Also: []string{"nanogpt"},
			Restated: 0.62272, Convention: "matmul-full", PeakText: "312 TFLOP/s dense bf16 × 2",
			Others:       map[string]float64{"matmul-causal": 0.58630, "kaplan": 0.43, "palm": 0.7352, "matmul-full": 0.62272, "broken": nan},
			RestatedText: "palm charges the input embedding and the norms",
			Waterfall: []audit.WaterfallRow{
				{Rule: "MFU210", Kind: audit.Correction, Factor: 2, MFU: 0.7351974452483666, Text: "tokens of one rank over the peak of both", Cause: audit.CauseInferred, Rivals: []string{"accumulation over both ranks, settled by --accumulation-scope"}},
				{Rule: "MFU910", Kind: audit.Restatement, Factor: 0.847, MFU: 0.62272, Text: "palm charges the input embedding and the norms"},
			},
		},
		Coverage: audit.Coverage{
			Logged: 16, Audited: 14, NotAudited: []string{"hardware.fp8_share (no rule)", "non_embedding_params (equal to the total)"},
			Skipped: []audit.SkippedRule{
				{Rule: "MFU240", Name: "padding-counted", Reason: "needs padding"},
				{Rule: "MFU150", Name: "experts-all-charged", Reason: "the model has no experts"},
				{Rule: "MFU151", Name: "router-omitted", Reason: "the model has no experts"},
			},
			Needs: []string{"--accumulation-scope"},
		},
	}
}

// bare is a run that nothing could be audited in, and that holds what must not break a renderer.
func bare() *audit.RunReport {
	nan, inf := math.NaN(), math.Inf(1)
	return &audit.RunReport{
		Path: "logs/console.log", Format: "training-console", Steps: 1,
		Hardware: audit.HardwareReport{Printed: "H100", Devices: 64, Peak: nan},
		Problems: []runlog.Problem{{Kind: runlog.ProblemTruncated, Message: "the input ends inside a record, which was left out", Count: 3, Pos: runlog.Position{File: "logs/console.log", Line: 900, Column: 1}}},
		Quantities: []audit.QuantityReport{
			{Quantity: reference.MFU, Key: "MFU", Unit: "%", Status: audit.StatusNotAudited, Logged: nan, Expected: inf, Restated: nan, Steps: 1, Reason: "needs --model"},
			{Quantity: reference.TokensPerSecPerDevice, Key: "tok/s/gpu", Status: audit.StatusNotAudited, Logged: 11500, Expected: nan, Restated: nan, Steps: 1, Reason: "needs --model"},
		},
		Coverage: audit.Coverage{
			Logged: 2, NotAudited: []string{"MFU (needs --model)", "tok/s/gpu (needs --model)"},
			Skipped: []audit.SkippedRule{{Rule: "MFU310", Name: "sparse-peak", Reason: "needs the precision (--precision)"}},
			Needs:   []string{"--model", "--seq-len", "--precision"},
		},
	}
}

func oneRun() *audit.Report { return &audit.Report{Runs: []*audit.RunReport{founding()}} }

func severalRuns() *audit.Report {
	return &audit.Report{
		Runs:     []*audit.RunReport{founding(), bare()},
		Problems: []audit.InputProblem{{Path: "notes.bin", Message: "not a log of a known format"}},
		Findings: []*audit.Finding{{
			Rule: "MFU821", Name: "suppression-unused", Severity: audit.SeverityWarning, Logged: math.NaN(), Expected: math.NaN(),
			Pos:     runlog.Position{File: ".mfu-audit.yaml", Line: 9, Column: 5, Path: "suppress"},
			Message: "The suppression of MFU310 matches nothing that was audited.", Fingerprint: "MFU821:configuration:MFU310:",
		}},
	}
}
