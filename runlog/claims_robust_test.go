package runlog

import (
	"strings"
	"testing"
)

// tableTexts has one of everything that tables are made of, by the name of a file.
var tableTexts = map[string]string{
	"t.csv":   "id,model,# GPUs,parameters,Tokens/s/GPU,MFU (%),recompute,convention\na,Llama-2-7B,8,6.7B,\"9,870\",41.2%,none,palm\nb,\"x \"\"y\"\"\",16,~7B,1'024,<40,full,\n",
	"t.tex":   printedLatex,
	"t.md":    "---\nfacts: {seq_len: 4096}\n---\n# H100 SXM\n\nTable 1: bf16, sequence length 8192\n\n| Model | GPUs | **MFU** | TFLOP/s/GPU |\n|:-:|--|--|--|\n| a \\| b | 8 | 41.2[^1] | 400 ± 5 |\n| | 16 | n/a | `401.5` |\n\n## A100\n| Model | MFU | More |\n|--|--|--|\n| c | 40% | <sup>1</sup> |\n",
	"t.jsonl": "{\"id\": \"a\", \"model\": {\"hidden_size\": 4096}, \"mfu\": 0.41, \"devices\": [1]}\n{\"id\": \"b\", \"mfu\": \"40%\", \"precision\": \"bf16\"}\n",
	"t.json":  "{\"convention\": \"palm\", \"claims\": [\n{\"id\": \"a\", \"mfu\": 0.41, \"devices\": 8},\n{\"id\": \"b\", \"mfu\": 0.42, \"devices\": 16}]}",
	"t.yaml":  "facts: {device: H100}\nclaims:\n- {id: a, mfu: 41%, devices: 8}\n- id: b\n  mfu: 0.4\n  devices: \"1,024\"\n",
}

func TestATableCutAnywhereReadsAsThePartThatIsThere(t *testing.T) {
	for name, text := range tableTexts {
		whole := claimsTable(t, name, text)
		most := 0
		for cut := range len(text) {
			table, err := ReadTable(NewSource(name, []byte(text[:cut])), nil)
			if err != nil {
				continue
			}
			checkTable(t, table)
			if len(table.Claims) > len(whole.Claims) || len(table.Columns) > len(whole.Columns) {
				t.Fatalf("%s cut at %d has more than the whole", name, cut)
			}
			if len(table.Columns) != len(whole.Columns) {
				continue
			}
			most = max(most, len(table.Claims))
			for i, c := range table.Claims[:max(0, len(table.Claims)-1)] { // the last may be cut
				for j, cell := range c.Cells {
					if was := whole.Claims[i].Cells[j]; cell.Text != was.Text || cell.Pos.Offset != was.Pos.Offset {
						t.Fatalf("%s cut at %d: %q is %q", name, cut, was.Text, cell.Text)
					}
				}
			}
		}
		if most < len(whole.Claims)-1 {
			t.Errorf("%s: no cut has more than %d rows", name, most)
		}
	}
}

func TestControlCharactersOfATableAreNotPrinted(t *testing.T) {
	for name, text := range tableTexts {
		for _, bad := range []string{"\x1b[31m", "\x00", "\u202e", "\r", "\xff", "\u009b", "\ufeff"} {
			for _, before := range []string{"a", "MFU", "mfu", "8", "4"} {
				table, err := ReadTable(NewSource(name, []byte(strings.ReplaceAll(text, before, before+bad))), nil)
				if err == nil {
					checkTable(t, table)
				} else if visible(strings.ReplaceAll(err.Error(), "\n", " ")) != strings.ReplaceAll(err.Error(), "\n", " ") {
					t.Errorf("%s: %q", name, err)
				}
			}
		}
	}
	table := ClaimTable("Llama-3-8B\x1b[2J, 40%\u202e MFU, \x07frobnicate")
	checkTable(t, table)
}

// Were reading one of these quadratic in its size, this test would not end.
func TestHostileTablesAreRead(t *testing.T) {
	if testing.Short() {
		t.Skip("large inputs")
	}
	const n = 200_000
	for name, text := range map[string]string{
		"braces.tex": `\begin{tabular}{c}` + strings.Repeat("{", n), "begins.tex": strings.Repeat(`\begin{tabular}`, n/10), "nested.tex": strings.Repeat(`\begin{table}\caption{x}`, n/20) + strings.Repeat(`\end{table}`, n/20),
		"spans.tex": `\begin{tabular}{c}` + strings.Repeat(`\multicolumn{999999999}{c}{x} & `, 1000) + `\\ \midrule 1 & 2 \\ \end{tabular}`, "rows.tex": `\begin{tabular}{c}MFU & GPUs \\ \midrule ` + strings.Repeat(`\multirow{999}{*}{4} & 1 \\`, n/20) + `\end{tabular}`,
		"carets.tex": `\begin{tabular}{c}MFU & GPUs \\ \midrule ` + strings.Repeat(`^{`, n/2) + ` & 1 \\ \end{tabular}`, "groups.tex": `\begin{tabular}{c}` + strings.Repeat(`\x[{`, n/4),
		"pipes.md": "| MFU | GPUs |\n|--|--|\n" + strings.Repeat("|", n) + "\n", "links.md": "| MFU | GPUs |\n|--|--|\n|" + strings.Repeat("[", n) + "|\n", "heads.md": strings.Repeat("# a\n## b\n", n/10),
		"caption.md": "Table 1: " + strings.Repeat("8 x H100 ", n/10) + "\n\n| MFU | GPUs |\n|--|--|\n| 4 | 5 |\n", "sup.md": "| MFU | GPUs |\n|--|--|\n|" + strings.Repeat("<sup>", n/5) + "|1|\n",
		"wide.csv": strings.Repeat("mfu,", n/4) + "\n" + strings.Repeat("1,", n/4) + "\n", "quotes.csv": "id,mfu\n" + strings.Repeat("\"", n) + "\n", "long.csv": "id,mfu\n" + strings.Repeat("9", n) + ",1\n",
		"deep.json": strings.Repeat("[", n), "deep.jsonl": strings.Repeat("{\"a\":", n/5) + "\n", "keys.jsonl": "{\"id\":1,\"mfu\":2," + strings.Repeat("\"a\":1,", n/6) + "\"b\":1}\n", "deep.yaml": strings.Repeat("- ", n), "long.yaml": strings.Repeat("- a: b\n", n/10),
	} {
		if table, err := ReadTable(NewSource(name, []byte(text)), nil); err == nil {
			checkTable(t, table)
		}
		DetectTable([]byte(text), name)
	}
	ParseClaim(strings.Repeat("8 x H100 ", n))
}

func FuzzReadTable(f *testing.F) {
	for name, text := range tableTexts {
		f.Add(name, []byte(text))
	}
	f.Add("-", []byte(tableTexts["t.tex"]))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		DetectTable(data, name)
		table, err := ReadTable(NewSource("x"+name, data), nil)
		if err != nil {
			return
		}
		checkTable(t, table)
		ProposeSidecar(table)
	})
}

func FuzzParseClaim(f *testing.F) {
	for _, text := range []string{
		"Llama-3-8B, 8 x H100 SXM, seq 8192, bf16, 9,870 tokens/s/GPU, 57.8% MFU", "MFU: 40 % ± 1, TP=8, batch of 4M tokens, 1.2 s/step under palm convention", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkTable(t, ClaimTable(text)) })
}

func FuzzClaimsSidecar(f *testing.F) {
	f.Add([]byte(sidecarOfTwo))
	f.Add([]byte("facts: {device: H1000}\nmodels: {a: {b: {c: 1}}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		side, err := ParseClaimsSidecar(NewSource("claims.yaml", data))
		if err != nil {
			return
		}
		if table, err := ReadTable(NewSource("t.csv", []byte(tableOfTwo)), side); err == nil {
			for _, c := range table.Claims {
				for key, v := range c.Config {
					if key == "" || v == "" {
						t.Errorf("%q: %q", key, v)
					}
				}
			}
		}
	})
}
