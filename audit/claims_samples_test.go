package audit_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// claimSample reads a table of the samples that may stand beside the project; sidecar is the text of one, "" for none.
func claimSample(t *testing.T, name, sidecar string) *audit.ClaimsReport {
	t.Helper()
	file := filepath.Join("..", "..", "shared", "samples", "claims", name)
	if dir := os.Getenv("MFU_AUDIT_SAMPLES"); dir != "" {
		file = filepath.Join(dir, "claims", name)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skip("the samples do not stand beside the project")
	}
	side := &runlog.ClaimsSidecar{}
	if sidecar != "" {
		if side, err = runlog.ParseClaimsSidecar(runlog.NewSource("claims.yaml", []byte(sidecar))); err != nil {
			t.Fatal(err)
		}
	}
	table, err := runlog.ReadTable(runlog.NewSource(name, data), side)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Claims(table, audit.Options{Rules: rules.All()})
}

// TestPublishedRowsAreReproduced holds the judge against published tables: what is right in them is reproduced, and what is known to
// be wrong gets its cause.
func TestPublishedRowsAreReproduced(t *testing.T) {
	r := claimSample(t, "published.csv", "")
	if n := r.Count(audit.ClaimReproduced); len(r.Rows) != 47 || n < 38 {
		t.Errorf("%d of %d rows are reproduced, want at least 38 of 47", n, len(r.Rows))
	}
	for _, c := range []struct {
		id      string
		verdict audit.ClaimVerdict
		says    string
	}{
		{"torchtitan-009", audit.ClaimDeviation, "H100 NVL"},
		{"bigscience-046", audit.ClaimDeviation, "global_batch_size is 4 times too large"},
		{"bigscience-046", audit.ClaimDeviation, "padded to 250880"},
		{"gpurecipes-002", audit.ClaimDeviation, "of another model: meta-llama/Meta-Llama-3-70B"},
		{"mbridge-092", audit.ClaimReproduced, "The FFN is gated and has three matrices; two are charged (MFU120"},
		{"mbridge-092", audit.ClaimReproduced, "causal-half"},
	} {
		i := slices.IndexFunc(r.Rows, func(x *audit.ClaimReport) bool { return x.Claim.ID == c.id })
		if i < 0 {
			t.Fatalf("no row %s", c.id)
		}
		row := r.Rows[i]
		if all := row.Cause + "\n" + strings.Join(row.Rivals, "\n"); row.Verdict != c.verdict || !strings.Contains(all, c.says) {
			t.Errorf("%s: %s, %s; want %s and %q", c.id, row.Verdict, all, c.verdict, c.says)
		}
	}
	// The MoE row comes out under a definition that none of the rows beside it follows: that is told, and no more.
	if i := slices.IndexFunc(r.Rows, func(x *audit.ClaimReport) bool { return x.Claim.ID == "mbridge-092" }); !r.Rows[i].StandsOut {
		t.Error("mbridge-092 does not stand out")
	}
}

// TestTablesAsPrintedAreReproduced reads two tables as they stand, one with the models' dimensions from a sidecar.
func TestTablesAsPrintedAreReproduced(t *testing.T) {
	const mpt = `facts: {gated: false, tie_word_embeddings: true, vocab_size: 50368}
models:
  70b: {num_hidden_layers: 80, hidden_size: 8192, num_attention_heads: 64, intermediate_size: 32768}
  30b: {num_hidden_layers: 48, hidden_size: 7168, num_attention_heads: 56, intermediate_size: 28672}
  13b: {num_hidden_layers: 40, hidden_size: 5120, num_attention_heads: 40, intermediate_size: 20480}
  7b: {num_hidden_layers: 32, hidden_size: 4096, num_attention_heads: 32, intermediate_size: 16384}
  3b: {num_hidden_layers: 32, hidden_size: 2560, num_attention_heads: 20, intermediate_size: 10240}
`
	for name, sidecar := range map[string]string{"benchmark_table.md": mpt, "weak_scaling.tex": ""} {
		t.Run(name, func(t *testing.T) {
			r := claimSample(t, name, sidecar)
			for _, row := range r.Rows {
				if row.Verdict != audit.ClaimReproduced {
					t.Errorf("%s: %s %s", row.Claim.ID, row.Verdict, row.Sentence(r.Tried))
				}
			}
			if len(r.Rows) < 10 {
				t.Errorf("%d rows, want 10 or more", len(r.Rows))
			}
		})
	}
}
