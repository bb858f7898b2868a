package runlog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
)

// claimsTable reads a table that a test wrote.
func claimsTable(t *testing.T, name, text string) *Table {
	t.Helper()
	table, err := ReadTable(NewSource(name, []byte(text)), nil)
	if err != nil {
		t.Fatal(err)
	}
	checkTable(t, table)
	return table
}

// checkTable holds what is true of any table.
func checkTable(t *testing.T, table *Table) {
	t.Helper()
	src := table.Source
	inside := func(p Position) {
		s := src.Of(p)
		if p.Offset < 0 || p.Length < 0 || p.Offset+int64(p.Length) > int64(len(s.Bytes)) || p.Line < 1 || p.Column < 1 {
			t.Errorf("position outside the file: %+v", p)
		}
	}
	shown := func(texts ...string) {
		for _, text := range texts {
			if visible(text) != text {
				t.Errorf("%q would not print on one line", text)
			}
		}
	}
	for _, c := range table.Columns {
		inside(c.Pos)
		shown(c.Header, c.Key, c.Unit)
	}
	for _, c := range table.Claims {
		inside(c.Pos)
		shown(c.ID, c.Model, c.Stated)
		if len(c.Cells) != len(table.Columns) {
			t.Errorf("%d cells in %d columns", len(c.Cells), len(table.Columns))
		}
		for _, cell := range append(c.Cells, c.Unread...) {
			inside(cell.Pos)
			shown(cell.Text)
		}
		for key, v := range c.Config {
			shown(key, v)
		}
		for _, f := range c.Facts {
			inside(f.Pos)
			shown(f.Str, f.Text)
			if f.Source == "" || f.Str == "" && f.Num < 0 {
				t.Errorf("%+v", f)
			}
		}
		for _, v := range c.Values {
			inside(v.Pos)
			shown(v.Text, v.Key, v.Unit)
			if v.Scale == 0 || v.Key == "" || v.Quantity == "" || v.Digits.Count() == 0 {
				t.Errorf("%+v", v)
			}
		}
	}
	for _, p := range table.Problems {
		if inside(p.Pos); p.Message == "" || p.Count < 1 || visible(p.Message) != p.Message {
			t.Errorf("%+v", p)
		}
	}
}

// valueOf is the value of a row under a key, in canonical units.
func valueOf(t *testing.T, c *Claim, key string) Observation {
	t.Helper()
	for _, v := range c.Values {
		if v.Key == key {
			return v
		}
	}
	t.Errorf("%s has no %s", c.ID, key)
	return Observation{}
}

// factOf is what a row or its table says of a key, as text.
func factOf(table *Table, c *Claim, key FactKey) string {
	for _, list := range [][]Fact{c.Facts, table.Facts} {
		for _, f := range list {
			if f.Key == key {
				if f.Str != "" {
					return f.Str
				}
				return plainCount(f.Num)
			}
		}
	}
	return ""
}

const printedLatex = `% a comment with \begin{tabular}{c} 1 & 2 \\ \end{tabular}
\begin{table}[t]
\centering
\caption[Short]{\textbf{Training} on H100~SXM in BF16, sequence length of 4{,}096 tokens.\label{tab:x}}
\begin{tabular}{@{}l S[table-format=2.1] *{3}{r} c@{}}
\toprule
\multirow{2}{*}{Model} & \multicolumn{2}{c}{Throughput} & {MFU\,(\%)} & \# GPUs$^{\dagger}$ & TP \\
\cmidrule(lr){2-3}
 & {tokens/s/GPU} & {TFLOP/s/GPU} & & & \\[2pt]
\midrule
\multicolumn{6}{l}{\emph{FP8}} \\ % a group of rows
\multirow{2}{*}{Llama-2-7B} & \num{12345} & \textbf{502.0} & 25.4 & 8 & -- \\
 & \SI{11}{k} & 450 $\pm$ 5 & $\approx$ 23 & 1\,024 & 2 \\*
\midrule
GPT-X\footnote{with \% and & in it} & {9{,}870}\tnote{a} & $4.0 \times 10^{2}$ & <20 & 64 & 4 \\
\bottomrule
\end{tabular}
\end{table}
`

func TestALatexTableIsReadAsItIsPrinted(t *testing.T) {
	table := claimsTable(t, "paper.tex", printedLatex)
	var keys []string
	for _, c := range table.Columns {
		keys = append(keys, c.Key)
	}
	if got := strings.Join(keys, " "); got != "model tokens_per_sec_per_device tflops_per_device mfu devices tensor_model_parallel_size" {
		t.Fatalf("columns %s", got)
	}
	if len(table.Claims) != 3 {
		t.Fatalf("%d rows", len(table.Claims))
	}
	a, b, c := table.Claims[0], table.Claims[1], table.Claims[2]
	if a.Model != "meta-llama/Llama-2-7b-hf" || b.Model != a.Model || b.Cells[0].Text != "Llama-2-7B" || c.Model != "" || c.Cells[0].Text != "GPT-X" {
		t.Errorf("models %q %q %q", a.Model, b.Model, c.Cells[0].Text)
	}
	for _, w := range []struct {
		claim  *Claim
		key    string
		value  float64
		digits Digits
	}{
		{a, "tokens_per_sec_per_device", 12345, 5 | DigitsInteger},
		{a, "tflops_per_device", 502e12, 4},
		{a, "mfu", 0.254, 3},
		{b, "tokens_per_sec_per_device", 11e3, 2 | DigitsExponent},
		{b, "tflops_per_device", 450e12, 2}, // ± 5 is half of the tens
		{b, "mfu", 0.23, 1},
		{c, "tokens_per_sec_per_device", 9870, 4 | DigitsInteger},
		{c, "tflops_per_device", 400e12, 2 | DigitsExponent},
	} {
		v := valueOf(t, w.claim, w.key)
		if v.Value() != w.value || v.Digits != w.digits {
			t.Errorf("%s of %s is %v (%d), want %v (%d)", w.key, w.claim.ID, v.Value(), v.Digits, w.value, w.digits)
		}
	}
	if len(c.Values) != 2 {
		t.Errorf("a bound is a value: %+v", c.Values)
	}
	for key, want := range map[FactKey]string{Device: "H100 SXM", Precision: "FP8", SeqLen: "4096", Devices: "8"} {
		if got := factOf(table, a, key); got != want {
			t.Errorf("%s of the first row is %q, want %q", key, got, want)
		}
	}
	if got := factOf(table, b, Devices); got != "1024" {
		t.Errorf("1\\,024 GPUs are %s", got)
	}
	if got := table.Source.Text(a.Cells[2].Pos); got != `\textbf{502.0}` {
		t.Errorf("a cell stands at %q", got)
	}
	if p := a.Cells[2].Pos; p.Line != 12 {
		t.Errorf("on line %d", p.Line)
	}
	if len(table.Problems) != 1 || !strings.Contains(table.Problems[0].Message, "bound") {
		t.Errorf("problems %+v", table.Problems)
	}
}

func TestTheSampleInLatexReadsToTheLastCell(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(samples(t), "claims", "weak_scaling.tex"))
	if err != nil {
		t.Skip("no samples here")
	}
	table, err := ReadTable(NewSource("weak_scaling.tex", data), nil)
	if err != nil {
		t.Fatal(err)
	}
	checkTable(t, table)
	if len(table.Claims) != 10 || len(table.Columns) != 8 || len(table.Problems) != 0 {
		t.Fatalf("%d rows, %d columns, %v", len(table.Claims), len(table.Columns), table.Problems)
	}
	last := table.Claims[9]
	if v := valueOf(t, last, "parameters"); v.Value() != 1008e9 || v.Digits != 5 {
		t.Errorf("%+v", v)
	}
	if v := valueOf(t, last, "aggregate_pflops"); v.Value() != 502e15 || v.Digits != 4 || v.Quantity != reference.AchievedFLOPs {
		t.Errorf("%+v", v)
	}
	if last.Config["hidden_size"] != "25600" || last.Config["num_hidden_layers"] != "128" || last.Config["vocab_size"] != "51200" {
		t.Errorf("%v", last.Config)
	}
	for key, want := range map[FactKey]string{Devices: "3072", GlobalBatch: "3072", SeqLen: "2048", Recompute: "full", Precision: "FP16", Device: "NVIDIA A100 80GB"} {
		if got := factOf(table, last, key); got != want {
			t.Errorf("%s %q, want %q", key, got, want)
		}
	}
	for _, f := range table.Facts {
		if f.Source != "caption" || table.Source.Text(f.Pos) != f.Text {
			t.Errorf("%s stands at %q", f.Key, table.Source.Text(f.Pos))
		}
	}
}

func TestTwoLatexTablesKeepTheirCaptions(t *testing.T) {
	text := strings.Replace(printedLatex, "H100~SXM", "A100-SXM4-80GB", 1) + printedLatex
	table := claimsTable(t, "paper.tex", text)
	if len(table.Claims) != 6 || len(table.Facts) != 0 || len(table.Columns) != 6 {
		t.Fatalf("%d rows, %d columns, facts %v", len(table.Claims), len(table.Columns), table.Facts)
	}
	if a, b := factOf(table, table.Claims[0], Device), factOf(table, table.Claims[3], Device); a != "A100-SXM4-80GB" || b != "H100 SXM" {
		t.Errorf("devices %q and %q", a, b)
	}
}

func TestALatexTableWithoutBooktabs(t *testing.T) {
	table := claimsTable(t, "-", `\begin{longtable}{|c|c|c|}
\caption{8 x B200, FP8}\\
\hline GPUs & Step time (s) & MFU \\ \hline \endfirsthead
\hline GPUs & Step time (s) & MFU \\ \hline \endhead
\hline \endfoot
8 & 1.5 & 0.41 \\ \hline
16 & {\bf 0.80} & 0.39$^*$ \\ \hline
\end{longtable}`)
	if table.Format != "claims-latex" || len(table.Claims) != 2 {
		t.Fatalf("%s, %d rows", table.Format, len(table.Claims))
	}
	b := table.Claims[1]
	if v := valueOf(t, b, "step_time_s"); v.Value() != 0.8 || v.Digits != 2 {
		t.Errorf("%+v", v)
	}
	if v := valueOf(t, b, "mfu"); v.Value() != 0.39 || v.Digits != 2 {
		t.Errorf("%+v", v)
	}
	if factOf(table, b, Devices) != "16" || factOf(table, b, Device) != "B200" || factOf(table, b, Precision) != "FP8" {
		t.Errorf("%v %v", b.Facts, table.Facts)
	}
}
