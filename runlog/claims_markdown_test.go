package runlog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheSampleInMarkdownReadsToTheLastCell(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(samples(t), "claims", "benchmark_table.md"))
	if err != nil {
		t.Skip("no samples here")
	}
	side, err := ParseClaimsSidecar(NewSource("claims.yaml", []byte("models:\n  3b: {hidden_size: 2560, num_layers: 32, num_attention_heads: 20}\nfacts: {vocab_size: 50368}\n")))
	if err != nil {
		t.Fatal(err)
	}
	table, err := ReadTable(NewSource("benchmark_table.md", data), side)
	if err != nil {
		t.Fatal(err)
	}
	checkTable(t, table)
	if len(table.Claims) != 24 || len(table.Columns) != 20 || len(table.Problems) != 0 {
		t.Fatalf("%d rows, %d columns, %v", len(table.Claims), len(table.Columns), table.Problems)
	}
	for _, c := range table.Columns {
		if unknown := c.Header == "MP Mode" || c.Header == "Sharding Strategy" || c.Header == "Activation CPUOffload"; unknown != (c.Key == "") {
			t.Errorf("%s is taken for %q", c.Header, c.Key)
		}
	}
	for _, c := range table.Claims {
		if len(c.Values) != 8 || len(c.Facts) != 8 {
			t.Errorf("%s has %d values and %d facts", c.ID, len(c.Values), len(c.Facts))
		}
		for i, cell := range c.Cells {
			if table.Source.Text(cell.Pos) != cell.Text {
				t.Errorf("%s, column %d: %q", c.ID, i, table.Source.Text(cell.Pos))
			}
		}
	}
	last := table.Claims[23] // | 3b | 32768 | 8 | … | 2730480640 | on line 29
	if v := valueOf(t, last, "parameters"); v.Value() != 2730480640 || v.Pos.Line != 29 {
		t.Errorf("%+v", v)
	}
	if last.Config["hidden_size"] != "2560" || last.Config["num_hidden_layers"] != "32" || last.Config["vocab_size"] != "50368" || table.Claims[0].Config["vocab_size"] != "50368" {
		t.Errorf("%v", last.Config)
	}
}

func TestHeadingsInMarkdownHoldForWhatStandsBelow(t *testing.T) {
	table := claimsTable(t, "README.md", "---\ntitle: x\n---\n# Results\n\n"+
		"```\n| Model | MFU |\n|---|---|\n| no | 1% |\n```\n\n"+
		"## H100 SXM, bf16\n\nTable 1: sequence length 8192\n\n| **Model** | GPUs | MFU |\n|:--|--:|--:|\n| a \\| b | 8 | **45.2%**<sup>1</sup> |\n| | 16 | 44.0%[^2] |\n\n"+
		"## A100 80GB\n### fp16\nModel | # GPUs | MFU\n--- | --- | ---\n[c](http://x) | 1,024 | ~~30~~ 0,5 |\nd | – | n/a | extra |\n")
	if len(table.Claims) != 4 || len(table.Facts) != 0 {
		t.Fatalf("%d rows, facts %v", len(table.Claims), table.Facts)
	}
	a, b, c, d := table.Claims[0], table.Claims[1], table.Claims[2], table.Claims[3]
	if a.Cells[0].Text != "a | b" || b.Cells[0].Text != "a | b" {
		t.Errorf("%q %q", a.Cells[0].Text, b.Cells[0].Text)
	}
	for _, w := range []struct {
		claim *Claim
		key   FactKey
		want  string
	}{
		{a, Device, "H100 SXM"},
		{a, Precision, "bf16"},
		{a, SeqLen, "8192"},
		{a, Devices, "8"},
		{b, Devices, "16"},
		{c, Device, "A100 80GB"},
		{c, Precision, "fp16"},
		{c, SeqLen, ""},
		{c, Devices, "1024"},
		{d, Devices, ""},
	} {
		if got := factOf(table, w.claim, w.key); got != w.want {
			t.Errorf("%s of %s is %q, want %q", w.key, w.claim.ID, got, w.want)
		}
	}
	if v := valueOf(t, a, "mfu"); v.Value() != 0.452 || v.Digits != 3 {
		t.Errorf("%+v", v)
	}
	if v := valueOf(t, b, "mfu"); v.Value() != 0.44 || v.Digits != 3 {
		t.Errorf("%+v", v)
	}
	if len(c.Values)+len(d.Values) != 0 { // "30 0,5" is no number, and n/a is none
		t.Errorf("%v %v", c.Values, d.Values)
	}
	if len(table.Problems) != 2 {
		t.Errorf("%+v", table.Problems)
	}
}

func TestACaptionThatComparesSaysNothing(t *testing.T) {
	table := claimsTable(t, "t.md", "Table 2: H100 SXM against A100 80GB, bf16\n\n| Model | MFU |\n|--|--|\n| x | 40% |\n")
	if got := factOf(table, table.Claims[0], Device); got != "" || factOf(table, table.Claims[0], Precision) != "bf16" {
		t.Errorf("device %q", got)
	}
	if len(table.Problems) != 1 || !strings.Contains(table.Problems[0].Message, "several values of device") {
		t.Errorf("%+v", table.Problems)
	}
}

func TestFrontMatterIsASidecar(t *testing.T) {
	table := claimsTable(t, "t.md", "---\ntitle: ours\nfacts: {device: h100-sxm, devices: 64}\nconvention: palm\n---\n| Model | MFU |\n|--|--|\n| x | 40% |\n")
	if factOf(table, table.Claims[0], Devices) != "64" || table.Claims[0].Stated != "palm" || table.Facts[0].Pos.Line != 3 {
		t.Errorf("%+v", table.Facts)
	}
	if _, err := ReadTable(NewSource("t.md", []byte("---\nfacts: {devicez: 3}\n---\n| Model | MFU |\n|--|--|\n| x | 40% |\n")), nil); err == nil || !strings.HasPrefix(err.Error(), "t.md:2:18: ") {
		t.Errorf("%v", err)
	}
}
