package page

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
)

// llama is a config.json in the shape of Llama-3-8B's.
const llama = `{"model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
"intermediate_size": 14336, "vocab_size": 128256, "tie_word_embeddings": false, "max_position_embeddings": 8192}`

func TestThePageSaysWhatTheCommandSays(t *testing.T) {
	bad := "nothing that anybody would call a log\n"
	for name, c := range map[string]struct {
		files   map[string]string
		request Request
		args    []string
	}{
		"one run": {
			map[string]string{"run.json": bundled(t, "runs/run_20251121.json")}, Request{Files: []string{"run.json"}}, []string{"run.json"},
		},
		"a run without findings": {
			map[string]string{"run.json": bundled(t, "runs/run_clean.json")}, Request{Files: []string{"run.json"}}, []string{"run.json"},
		},
		"several files": {
			map[string]string{"a.log": bundled(t, "scaling/b200_2gpus.log"), "b.log": bundled(t, "scaling/b200_8gpus.log"), "c.md": bad},
			Request{Files: []string{"a.log", "b.log", "c.md"}},
			[]string{"*"},
		},
		"a folder, a config.json in it, what is no log, and what is hidden": {
			map[string]string{"runs/a/a.log": bundled(t, "scaling/b200_2gpus.log"), "runs/a/config.json": llama, "runs/b/r.json": bundled(t, "runs/run_mha_for_gqa.json"), "runs/x.md": bad, "runs/.h/r.json": "{}"},
			Request{Folders: []string{"runs"}},
			[]string{"runs"},
		},
		"a config.json that describes no model": {
			map[string]string{"runs/a.log": bundled(t, "scaling/b200_2gpus.log"), "runs/config.json": `{"hidden_size": "wide"}`}, Request{Folders: []string{"runs"}}, []string{"runs"},
		},
		"a file that is no log": {
			map[string]string{"a.txt": bad}, Request{Files: []string{"a.txt"}}, []string{"a.txt"},
		},
		"a table of claims": {
			map[string]string{"claims.csv": "id,model,device,devices,precision,seq_len,tokens_per_sec_per_device,mfu\na,meta-llama/Meta-Llama-3-8B,h100-sxm,8,bf16,8192,7500,43.90%\nb,meta-llama/Meta-Llama-3-8B,h100-sxm,8,bf16,8192,7500,21.95%\n"},
			Request{Files: []string{"claims.csv"}},
			[]string{"claims.csv"},
		},
		"an empty file": {
			map[string]string{"a.txt": ""}, Request{Files: []string{"a.txt"}}, []string{"a.txt"},
		},
		"facts and a published model": {
			map[string]string{"a.log": bundled(t, "scaling/b200_8gpus.log")},
			Request{Files: []string{"a.log"}, Given: Given{Model: "meta-llama/Meta-Llama-3-8B", Facts: map[string]string{
				"device": "h100-sxm", "devices": "4", "precision": "fp8", "seq-len": "4096", "global-batch-size": "512", "micro-batch": "8",
				"grad-accum": "16", "tokens-per-step": "2097152", "recompute": "full",
			}}},
			[]string{
				"--model", "meta-llama/Meta-Llama-3-8B", "--device", "h100-sxm", "--devices", "4", "--precision", "fp8", "--seq-len", "4096", "--global-batch-size", "512",
				"--micro-batch", "8", "--grad-accum", "16", "--tokens-per-step", "2097152", "--recompute", "full", "a.log",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder(t, c.files)
			want, stderr := says(t, append([]string{"--format", "html"}, c.args...)...)
			got, err := Audit(c.request, func(int, int) {})
			if err != nil {
				t.Fatal(err)
			}
			if got.HTML != want {
				t.Errorf("the page shows %d bytes, the command writes %d: %s", len(got.HTML), len(want), firstDifference(got.HTML, want))
			}
			if len(want) < 1000 {
				t.Errorf("the command writes %d bytes", len(want))
			}
			slices.Sort(got.Notes)
			if told := notes(stderr); !slices.Equal(got.Notes, sorted(told)) {
				t.Errorf("the page notes %q, the command %q", got.Notes, told)
			}
		})
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[max(0, i-60):min(len(a), i+60)] + " … " + b[max(0, i-60):min(len(b), i+60)]
		}
	}
	return "one goes on"
}

// 57,912,852,480 FLOPs a token × 7500 tokens/s ÷ 989.4 TFLOP/s = 43.90 %, which is matmul-full, and half of it nothing.
func TestAClaimIsAudited(t *testing.T) {
	t.Chdir(t.TempDir())
	for text, verdict := range map[string]string{
		"Llama-3-8B, 8 x H100 SXM, seq 8192, bf16, 7,500 tokens/s/GPU, 43.90% MFU": "pass",
		"Llama-3-8B, 8 x H100 SXM, seq 8192, bf16, 7,500 tokens/s/GPU, 21.95% MFU": "fail",
	} {
		a := &auditor{opt: audit.Options{Rules: allRules()}}
		if err := a.claim(text); err != nil || len(a.report.Runs) != 1 || len(a.report.Tables) != 1 {
			t.Fatalf("%s: %v, %d runs, %d tables", text, err, len(a.report.Runs), len(a.report.Tables))
		}
		if got := a.report.Runs[0].Verdict(); got != verdict {
			t.Errorf("%s: %s, want %s", text, got, verdict)
		}
		answer, err := Audit(Request{Claim: text}, func(int, int) {})
		if err != nil || answer.Runs != 1 {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The speed of 60,000 tokens/s on 8 × H100 SXM: 57,912,852,480 FLOPs a token × 60,000 ÷ (8 × 989.4 TFLOP/s) = 43.90 %.
func TestTheCalculatorSaysWhatTheCommandSays(t *testing.T) {
	got, err := Calculate(Sum{Given: Given{Model: "meta-llama/Meta-Llama-3-8B", Facts: map[string]string{"device": "h100-sxm", "devices": "8"}}, TokensPerSec: "60000", Claimed: "43.90 %"})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := says(t, "flops", "--format", "json", "--model", "meta-llama/Meta-Llama-3-8B", "--device", "h100-sxm", "--devices", "8", "--tokens-per-sec", "60000")
	if string(got.FLOPs) != want {
		t.Errorf("the page says %s, the command %s", got.FLOPs, want)
	}
	if !slices.Contains(got.Reproduced, "matmul-full") || slices.Contains(got.Reproduced, "palm") {
		t.Errorf("43.90 %% is reproduced by %q", got.Reproduced)
	}
	var doc struct{ MFU map[string]float64 }
	if err := json.Unmarshal(got.FLOPs, &doc); err != nil || doc.MFU["matmul-full"] < 0.43895 || doc.MFU["matmul-full"] > 0.43905 {
		t.Errorf("the MFU is %v, %v", doc.MFU["matmul-full"], err)
	}
}

func TestAClaimIsReadToItsDigits(t *testing.T) {
	for _, c := range []struct {
		percent float64
		text    string
		want    bool
	}{{43.9025, "43.9", true}, {43.9025, "43.90", true}, {43.9025, "43.91", false}, {43.9025, "44", true}, {43.9025, "43", false}, {5, "5e0", true}} {
		if got := reads(c.percent, c.text); got != c.want {
			t.Errorf("%v read as %s: %v", c.percent, c.text, got)
		}
	}
}

func TestWhatCannotBeUnderstoodNamesItsField(t *testing.T) {
	t.Chdir(t.TempDir())
	for question, want := range map[[2]string]string{
		{"calculate", `{}`}: "model",
		{"calculate", `{"given": {"model": "meta-llama/Meta-Llama-9"}}`}:                                                             "model",
		{"calculate", `{"given": {"config": "{"}}`}:                                                                                  "config",
		{"calculate", `{"given": {"model": "meta-llama/Meta-Llama-3-8B", "facts": {"seq-len": "0"}}}`}:                               "seq-len",
		{"calculate", `{"given": {"model": "meta-llama/Meta-Llama-3-8B", "facts": {"device": "abacus"}}}`}:                           "device",
		{"calculate", `{"given": {"model": "meta-llama/Meta-Llama-3-8B", "facts": {"device": "h100-sxm", "devices": "1.5"}}}`}:       "devices",
		{"calculate", `{"given": {"model": "meta-llama/Meta-Llama-3-8B", "facts": {"device": "h100-sxm"}}, "tokens_per_sec": "-3"}`}: "tokens-per-sec",
		{"calculate", `{"given": {"model": "meta-llama/Meta-Llama-3-8B", "facts": {"device": "h100-sxm"}}, "claimed": "a lot"}`}:     "claimed",
		{"audit", `{"files": ["a"], "given": {"facts": {"precision": "crisp"}}}`}:                                                    "precision",
		{"audit", `{"files": ["a"], "given": {"facts": {"recompute": "some"}}}`}:                                                     "recompute",
		{"audit", `{`}: "",
		{"sing", `{}`}: "",
	} {
		var answer struct{ Problem *Problem }
		if err := json.Unmarshal(Ask(question[0], []byte(question[1]), func(int, int) {}), &answer); err != nil {
			t.Errorf("%q: %v", question, err)
			continue
		}
		if p := answer.Problem; p == nil || p.Field != want || p.Message == "" {
			t.Errorf("%q gives %+v, want a problem with the field %q", question, p, want)
		}
	}
}

func TestTheCatalogueNamesWhatCanBeChosen(t *testing.T) {
	var c Choices
	if err := json.Unmarshal(Ask("catalogue", nil, nil), &c); err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Precisions {
		if _, err := precisionName(p); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	for _, d := range c.Devices {
		if _, err := deviceName(d.ID); err != nil {
			t.Errorf("%s: %v", d.ID, err)
		}
	}
	want, _ := says(t, "rules", "--format", "json")
	var rules, asked any
	if json.Unmarshal([]byte(want), &rules) != nil || json.Unmarshal(c.Rules, &asked) != nil || !strings.Contains(string(c.Rules), "MFU110") {
		t.Fatalf("rules: %.100s", c.Rules)
	}
	if a, b := mustJSON(t, rules), mustJSON(t, asked); a != b {
		t.Errorf("the page's rules are not the command's")
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The pair's own settings: 16 × 6 × 2 sequences of 2048 in 1.838 s and 16 × 48 × 8 in 14.706 s are 213,937 and 855,638 tokens/s; at
// 8,784,170,496 FLOPs a token (6 N + 12·18·2304·2048, N 1,294,159,104) over 2250 TFLOP/s a device, 41.76 and 41.76 %.
func TestTheScalingFailureWasNone(t *testing.T) {
	for name, logged := range map[string]float64{"scaling/b200_2gpus.log": 0.1044, "scaling/b200_8gpus.log": 0.0261} {
		folder(t, map[string]string{"run.log": bundled(t, name)})
		out, _ := says(t, "--format", "json", "run.log")
		var doc struct {
			Runs []struct {
				MFU      struct{ Logged, Corrected float64 }
				Findings []struct{ Rule, Severity string }
			}
		}
		if err := json.Unmarshal([]byte(out), &doc); err != nil || len(doc.Runs) != 1 {
			t.Fatalf("%s: %v %d", name, err, len(doc.Runs))
		}
		r := doc.Runs[0]
		if math.Abs(r.MFU.Logged-logged) > 1e-12 || r.MFU.Corrected < 0.417 || r.MFU.Corrected > 0.418 {
			t.Errorf("%s: MFU %v, corrected %v", name, r.MFU.Logged, r.MFU.Corrected)
		}
		var causes []string
		for _, f := range r.Findings {
			if f.Severity != "note" { // a corrected MFU above every published one is noted as well
				causes = append(causes, f.Rule)
			}
		}
		if !slices.Equal(causes, []string{"MFU210", "MFU310"}) {
			t.Errorf("%s: causes %q, want one rank's tokens and the sparse peak", name, causes)
		}
	}
}
