package runlog

import (
	"os"
	"strings"
	"testing"
)

const tableOfTwo = "id,model,Peak share,mfu,devices,odd\na,m1,50%,40%,8,x\nb,Llama-2-7B,51%,41%,16,y\n"

const sidecarOfTwo = `columns:
  Peak share: hfu
  odd: ""
facts: {device: a100-sxm4-80gb, precision: fp16, seq_len: 2048, vocab_size: 51200}
models:
  m1: {num_layers: 24, hidden_size: 2304, gated: false, recompute: full}
  b: meta-llama/Llama-2-13b-hf
rows:
  a: {devices: 64, convention: palm, parameters: 1.7B}
convention: kaplan
`

func TestASidecarSaysWhatATableDoesNot(t *testing.T) {
	side, err := ParseClaimsSidecar(NewSource("claims.yaml", []byte(sidecarOfTwo)))
	if err != nil {
		t.Fatal(err)
	}
	table, err := ReadTable(NewSource("t.csv", []byte(tableOfTwo)), side)
	if err != nil {
		t.Fatal(err)
	}
	if c := table.Columns[2]; c.Key != "hfu" || c.Scale != 0.01 || c.Mapped != "sidecar" {
		t.Errorf("%+v", c)
	}
	if c := table.Columns[5]; c.Key != "" || c.Mapped != "sidecar" {
		t.Errorf("%+v", c)
	}
	a, b := table.Claims[0], table.Claims[1]
	if a.Config["num_hidden_layers"] != "24" || a.Config["gated"] != "false" || a.Config["vocab_size"] != "51200" || a.Model != "" || a.Stated != "palm" {
		t.Errorf("%+v", a)
	}
	if factOf(table, a, Devices) != "64" || factOf(table, a, Recompute) != "full" || factOf(table, a, Device) != "a100-sxm4-80gb" || factOf(table, b, Devices) != "16" {
		t.Errorf("%+v", a.Facts)
	}
	if v := valueOf(t, a, "parameters"); v.Value() != 1.7e9 || v.Digits.Count() != 2 || v.Pos.File != "claims.yaml" || v.Pos.Line != 9 {
		t.Errorf("%+v", v)
	}
	if b.Model != "meta-llama/Llama-2-13b-hf" || b.Stated != "kaplan" || len(b.Config) != 1 {
		t.Errorf("%+v", b)
	}
	for _, f := range table.Facts {
		if f.Source != "sidecar" || f.Pos.Line != 4 {
			t.Errorf("%+v", f)
		}
	}
}

func TestASidecarsMistakesHaveALineAndAColumn(t *testing.T) {
	_, err := ParseClaimsSidecar(NewSource("claims.yaml", []byte(`column: {a: mfu}
columns: {MFU: mfuu}
facts: {device: H1000, hidden_sise: 4096}
models: {a: Llama-3-9B}
convention: plam
`)))
	if err == nil {
		t.Fatal("understood")
	}
	lines := strings.Split(err.Error(), "\n")
	want := []string{
		"claims.yaml:1:13: \"column\" is no key of a sidecar",
		"claims.yaml:2:16: \"mfuu\" is no quantity",
		"claims.yaml:3:17: device holds no accelerator that is known (did you mean",
		"claims.yaml:3:37: \"hidden_sise\" is no quantity, fact or key of a config.json; did you mean hidden_size?",
		"claims.yaml:4:13: \"Llama-3-9B\" is neither a published model",
		"claims.yaml:5:13: \"plam\" is no convention",
	}
	if len(lines) != len(want) {
		t.Fatalf("%s", err)
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w) {
			t.Errorf("%s\nwant %s", lines[i], w)
		}
	}
	if _, err := ParseClaimsSidecar(NewSource("claims.yaml", []byte("facts: {device: [\nx"))); err == nil || !strings.HasPrefix(err.Error(), "claims.yaml:") {
		t.Errorf("%v", err)
	}
}

func TestASidecarBesideTheTableIsFound(t *testing.T) {
	for _, name := range []string{"t.csv.claims.yaml", "t.claims.yaml", "claims.yaml"} {
		src := NewSource("dir/t.csv", []byte(tableOfTwo))
		src.Open = func(rel string) ([]byte, error) {
			if rel == name {
				return []byte(sidecarOfTwo), nil
			}
			return nil, os.ErrNotExist
		}
		table, err := ReadTable(src, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkTable(t, table)
		if factOf(table, table.Claims[0], Precision) != "fp16" || table.Facts[0].Pos.File != "dir/"+name {
			t.Errorf("%s: %+v", name, table.Facts)
		}
	}
}

func TestAProposedSidecarSaysTheSameAgain(t *testing.T) {
	table := claimsTable(t, "t.tex", printedLatex)
	proposal := ProposeSidecar(table)
	for _, want := range []string{`"MFU (%)": mfu`, `seq_len: 4096 # from the caption`, "# global_batch_size:", `"GPT-X": {num_layers: null`} {
		if !strings.Contains(string(proposal), want) {
			t.Errorf("no %q in\n%s", want, proposal)
		}
	}
	side, err := ParseClaimsSidecar(NewSource("claims.yaml", proposal))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadTable(NewSource("t.tex", []byte(printedLatex)), side)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range again.Columns {
		if was := table.Columns[i]; c.Key != was.Key || c.Scale != was.Scale || c.Mapped != "sidecar" {
			t.Errorf("%+v was %+v", c, was)
		}
	}
}
