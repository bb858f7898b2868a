package audit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// claims audits a table in CSV.
func claims(t *testing.T, text string, opt audit.Options) *audit.ClaimsReport {
	t.Helper()
	table, err := runlog.ReadTable(runlog.NewSource("table.csv", []byte(text)), &runlog.ClaimsSidecar{})
	if err != nil {
		t.Fatal(err)
	}
	opt.Rules = rules.All()
	return audit.Claims(table, opt)
}

// llama3 are the dimensions of Llama 3 8B. Its matmul weights are 32·(4096·(4096 + 2·1024) + 4096² + 3·4096·14336) + 4096·128256 =
// 7 504 658 432, and its attention core at S = 8192 costs 12·32·4096·8192 = 12 884 901 888 FLOPs per token, so that matmul-full is
// 6 × 7 504 658 432 + 12 884 901 888 = 57 912 852 480 FLOPs per token.
const llama3 = "num_layers,hidden_size,num_attention_heads,num_key_value_heads,intermediate_size,gated,vocab_size,tie_word_embeddings,"

const llama3Row = "32,4096,32,8,14336,true,128256,false,"

// 9870 tokens/s × 57 912 852 480 = 571.60 TFLOP/s, which is 57.77 % of 989.4.
func TestARightRowIsReproducedAndSaysUnderWhat(t *testing.T) {
	r := claims(t, "id,"+llama3+"device,devices,precision,seq_len,tokens_per_sec,tokens_per_sec_per_device,tflops_per_device,mfu\n"+
		"a,"+llama3Row+"H100 SXM,8,bf16,8192,78960,9870,571.6,57.77%\n", audit.Options{})
	row := r.Rows[0]
	if row.Verdict != audit.ClaimReproduced || !slices.Contains(row.Conventions, reference.MatmulFull) {
		t.Fatalf("%s under %v: %s", row.Verdict, row.Conventions, row.Sentence(r.Tried))
	}
	if slices.Contains(row.Conventions, "causal-half") || row.Peak != 989.4e12 {
		t.Errorf("under %v of %g", row.Conventions, row.Peak)
	}
	if len(row.Unchecked) > 0 {
		t.Errorf("not compared: %v", row.Unchecked)
	}
}

// Each row has one thing wrong with it, and it is named.
func TestSlipsAreNamed(t *testing.T) {
	head := "id," + llama3 + "device,devices,precision,seq_len,global_batch_size,step_time_s,tokens_per_sec,tokens_per_sec_per_device,tflops_per_device,mfu\n"
	// A step of 128 × 8192 = 1 048 576 tokens in 13.280 s is 78 959 tokens/s.
	for name, c := range map[string]struct{ row, says string }{
		"unit":   {"H100 SXM,8,bf16,8192,128,13.280,78.96,9870,571.6,57.77%", "tokens_per_sec is off by 1000"},
		"swap":   {"H100 SXM,8,bf16,8192,128,13.280,9870,78960,571.6,57.77%", "tokens_per_sec and tokens_per_sec_per_device are swapped"},
		"batch":  {"H100 SXM,8,bf16,8192,512,13.280,78960,9870,571.6,57.77%", "global_batch_size is 4 times too large"},
		"sparse": {"H100 SXM,8,bf16,8192,128,13.280,78960,9870,571.6,28.88%", "2:4-sparse"},
	} {
		t.Run(name, func(t *testing.T) {
			// The sparse figure of an H100 SXM is 1978.9: 571.6 ÷ 1978.9 = 28.88 %.
			r := claims(t, head+"a,"+llama3Row+c.row+"\n", audit.Options{})
			row := r.Rows[0]
			if all := row.Cause + strings.Join(row.Rivals, "\n"); row.Verdict != audit.ClaimDeviation || !strings.Contains(all, c.says) {
				t.Errorf("%s: %q, want a deviation: %q", row.Verdict, all, c.says)
			}
			runs := r.Runs(rules.All())
			if len(runs[0].Findings) != 1 || runs[0].Findings[0].Severity != audit.SeverityError {
				t.Errorf("findings %v, want one error", runs[0].Findings)
			}
		})
	}
}

func TestARowThatNobodyReproducesSaysWhatWouldRepairIt(t *testing.T) {
	r := claims(t, "id,"+llama3+"device,devices,precision,seq_len,tokens_per_sec_per_device,tflops_per_device,mfu,convention\n"+
		"a,"+llama3Row+"H100 SXM,8,bf16,8192,9870,571.6,44.44%,matmul-full\n", audit.Options{})
	row := r.Rows[0]
	if row.Verdict != audit.ClaimNotReproduced || row.Nearest != reference.MatmulFull {
		t.Fatalf("%s, nearest %s, cause %s", row.Verdict, row.Nearest, row.Cause)
	}
	// 44.44 ÷ 57.77 = 0.7693
	if math.Abs(row.Ratio-0.7692) > 0.001 {
		t.Errorf("ratio %g, want 0.769", row.Ratio)
	}
	if len(row.Repairs) != 1 || row.Repairs[0].Key != "mfu" || !row.Repairs[0].Value.Contains(0.5777) {
		t.Errorf("repairs %+v, want mfu of 57.77 %%", row.Repairs)
	}
	if f := r.Runs(rules.All())[0].Findings[0]; f.Rule != "MFU930" || f.Severity != audit.SeverityWarning || !strings.Contains(f.Message, "Not reproduced under the") {
		t.Errorf("%s %s %q", f.Rule, f.Severity, f.Message)
	}
}

func TestOnlyCellsOfOneRowContradictEachOther(t *testing.T) {
	// 8 × 9870 = 78 960, printed is 70 123: neither is another unit or column of the other.
	r := claims(t, "id,devices,tokens_per_sec,tokens_per_sec_per_device\na,8,70123,9870\n", audit.Options{})
	if row := r.Rows[0]; row.Verdict != audit.ClaimNotReproduced || len(row.Contradicts) != 1 {
		t.Fatalf("%s %v", row.Verdict, row.Contradicts)
	}
	if f := r.Runs(rules.All())[0].Findings[0]; f.Rule != "MFU932" || f.Severity != audit.SeverityError || f.Evidence.Wrong != audit.WrongProven {
		t.Errorf("%s %s %s", f.Rule, f.Severity, f.Evidence.Wrong)
	}
}

func TestParallelDegreesMustFitTheDevices(t *testing.T) {
	// 64 devices are no multiple of 8 × 3.
	r := claims(t, "id,devices,tensor_model_parallel_size,pipeline_model_parallel_size,tokens_per_sec,tokens_per_sec_per_device\na,64,8,3,6400,100\n", audit.Options{})
	if row := r.Rows[0]; len(row.Contradicts) != 1 || !strings.Contains(row.Contradicts[0], "64 devices cannot be split") {
		t.Errorf("%s %v", row.Verdict, row.Contradicts)
	}
}

func TestARowWithNothingToCompareIsNotDetermined(t *testing.T) {
	r := claims(t, "id,device,devices,mfu\na,H100 SXM,8,41%\n", audit.Options{})
	if row := r.Rows[0]; row.Verdict != audit.ClaimNotDetermined {
		t.Errorf("%s %v", row.Verdict, row.Checks)
	}
	if runs := r.Runs(rules.All()); len(runs[0].Findings) > 0 || runs[0].Coverage.Audited != 0 {
		t.Errorf("findings %v, audited %d", runs[0].Findings, runs[0].Coverage.Audited)
	}
}

// A vocabulary that is not printed may be what makes a row come out: it is not accused.
func TestAMissingDimensionAccusesNobody(t *testing.T) {
	r := claims(t, "id,num_layers,hidden_size,device,devices,precision,seq_len,tokens_per_sec_per_device,tflops_per_device,mfu\n"+
		"a,32,4096,A100 SXM 80GB,8,bf16,2048,3000,140,44.9%\n", audit.Options{})
	if row := r.Rows[0]; row.Verdict != audit.ClaimReproduced || !slices.Contains(row.Missing, "vocab_size") {
		t.Errorf("%s, missing %v: %s", row.Verdict, row.Missing, row.Sentence(r.Tried))
	}
}

func TestRestatingSaysWhatIsMissing(t *testing.T) {
	r := claims(t, "id,"+llama3+"device,devices,precision,seq_len,tokens_per_sec_per_device,mfu\n"+
		"a,"+llama3Row+"H100 SXM,8,bf16,8192,9870,57.77%\nb,"+llama3Row+"H100 SXM,8,bf16,8192,,57.77%\n", audit.Options{})
	c, _ := reference.ConventionByName("causal-half")
	list := r.Restate(c)
	// Half the core less: 57 912 852 480 − 6 442 450 944 = 51 470 401 536; × 9870 ÷ 989.4e12 = 51.35 %.
	if math.Abs(list[0].MFU-0.51346) > 0.0001 {
		t.Errorf("restated %g, want 0.5135", list[0].MFU)
	}
	if !slices.Equal(list[1].Missing, []string{"tokens per second"}) {
		t.Errorf("missing %v", list[1].Missing)
	}
}

// trueRow is a row that is right under a convention, as cells with a given number of digits.
type trueRow struct {
	head, cells []string
	convention  string
}

func (r trueRow) table() string {
	return strings.Join(r.head, ",") + "\n" + strings.Join(r.cells, ",") + "\n"
}

// draw makes a right row of a published model under a convention, at a number of digits.
func draw(random *rand.Rand, digits int) (trueRow, bool) {
	presets := []string{"meta-llama/Meta-Llama-3-8B", "meta-llama/Llama-2-7b-hf", "Qwen/Qwen3-8B", "mistralai/Mistral-7B-v0.1", "mistralai/Mixtral-8x7B-v0.1", "deepseek-ai/deepseek-llm-7b-base"}
	name := presets[random.IntN(len(presets))]
	p, ok := reference.PresetByName(name)
	if !ok {
		return trueRow{}, false
	}
	config, err := p.Config()
	if err != nil {
		return trueRow{}, false
	}
	m, err := config.Architecture()
	if err != nil {
		return trueRow{}, false
	}
	conventions := slices.DeleteFunc(reference.Conventions(), func(c reference.Convention) bool { return c.Suspect })
	c := conventions[random.IntN(len(conventions))]
	device := []string{"H100 SXM", "A100 SXM 80GB", "TPU v5p"}[random.IntN(3)]
	found, _ := reference.ResolveDevice(device)
	peak, _ := found.Device.Peak(reference.BF16)
	seqLen := int64(1024) << random.IntN(4)
	devices := float64(int(8) << random.IntN(5))
	batch := float64(int(64) << random.IntN(4))
	mfu := 0.2 + 0.4*random.Float64()
	each := mfu * peak.Dense / c.TrainingPerToken(m, seqLen)
	seconds := batch * float64(seqLen) / each / devices
	print := func(v float64) string {
		power := int(math.Floor(math.Log10(v))) + 1
		switch {
		case power > digits && power <= 3: // nobody prints 160 for 157
			return strconv.FormatFloat(v, 'f', 0, 64)
		case power > digits:
			unit := math.Pow(10, float64(power-digits))
			return strconv.FormatFloat(math.Round(v/unit)*unit, 'f', 0, 64)
		}
		return strconv.FormatFloat(v, 'f', digits-power, 64)
	}
	return trueRow{
		head: []string{"id", "model", "device", "devices", "precision", "seq_len", "global_batch_size", "step_time_s", "tokens_per_sec", "tokens_per_sec_per_device", "tflops_per_device", "mfu", "recompute"},
		cells: []string{
			"a", name, device, fmt.Sprint(devices), "bf16", fmt.Sprint(seqLen), fmt.Sprint(batch), print(seconds), print(each * devices), print(each),
			print(mfu * peak.Dense / 1e12), print(mfu*100) + "%", "none",
		},
		convention: c.Name,
	}, true
}

func TestRightRowsAreNeverAccused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for range 120 {
		row, ok := draw(random, 2+random.IntN(5))
		if !ok {
			continue
		}
		tried++
		r := claims(t, row.table(), audit.Options{})
		if got := r.Rows[0]; got.Verdict != audit.ClaimReproduced || !slices.Contains(got.Conventions, row.convention) {
			t.Fatalf("%s under %v, want reproduced under %s\n%s%s\n%s", got.Verdict, got.Conventions, row.convention, row.table(), got.Sentence(r.Tried), got.Cause)
		}
	}
	if tried < 100 {
		t.Fatalf("%d rows", tried)
	}
}

// TestAChangedCellIsNeverReproduced changes one cell of a right row by much more than its digits, under the stated convention. The
// row is not reproduced, and the changed cell, or one that would do as well, is named.
func TestAChangedCellIsNeverReproduced(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	changed := 0
	for range 60 {
		row, ok := draw(random, 4+random.IntN(3))
		if !ok {
			continue
		}
		at := 7 + random.IntN(5) // step_time_s to mfu
		v, err := strconv.ParseFloat(strings.TrimSuffix(row.cells[at], "%"), 64)
		if err != nil {
			t.Fatal(err)
		}
		factor := []float64{1.13, 0.83, 1.31, 0.71}[random.IntN(4)]
		was := row.cells[at]
		row.cells[at] = strconv.FormatFloat(v*factor, 'f', 3, 64)
		if strings.HasSuffix(was, "%") {
			row.cells[at] += "%"
		}
		changed++
		r := claims(t, row.table(), audit.Options{Convention: row.convention})
		got := r.Rows[0]
		if got.Verdict == audit.ClaimReproduced {
			t.Fatalf("reproduced under %v although %s was %s\n%s", got.Conventions, row.head[at], was, row.table())
		}
		if got.Verdict == audit.ClaimNotReproduced && !slices.ContainsFunc(got.Repairs, func(x audit.ClaimRepair) bool { return x.Key == row.head[at] }) {
			t.Errorf("%s was %s, repairs are %+v\n%s", row.head[at], was, got.Repairs, row.table())
		}
	}
	if changed < 50 {
		t.Fatalf("%d rows", changed)
	}
}

// Absurd cells neither stop the audit nor make a row right.
func TestAbsurdCellsAreSurvived(t *testing.T) {
	head := "id," + llama3 + "device,devices,precision,seq_len,global_batch_size,step_time_s,tokens_per_sec,tokens_per_sec_per_device,tflops_per_device,mfu\n"
	for _, row := range []string{
		"0,0,0,0,0,true,0,false,H100 SXM,0,bf16,0,0,0,0,0,0,0%",
		"999999999999,999999999999,999999999999,7,999999999999,true,999999999999,false,H100 SXM,999999999999,bf16,999999999999,999999999999,1e300,1e300,1e-300,1e300,1e9%",
		"-1,-1,-1,-1,-1,true,-1,false,H100 SXM,-1,bf16,-1,-1,-1,-1,-1,-1,-1%",
		"32,4096,3,7,14336,perhaps,128256,maybe,no such device,x,y,z,,,NaN,Inf,--,–",
	} {
		r := claims(t, head+"a,"+row+"\n", audit.Options{})
		for _, run := range r.Runs(rules.All()) {
			if run.Claim.Verdict == audit.ClaimReproduced && len(run.Claim.Conventions) > 0 {
				t.Errorf("reproduced under %v: %s", run.Claim.Conventions, row)
			}
		}
	}
}
