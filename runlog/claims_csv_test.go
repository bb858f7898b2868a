package runlog

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
)

func TestThePublishedClaimsReadToTheLastCell(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(samples(t), "claims", "published.csv"))
	if err != nil {
		t.Skip("no samples here")
	}
	table, err := ReadTable(NewSource("published.csv", data), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Claims) != 47 || len(table.Columns) != 37 || len(table.Problems) != 0 {
		t.Fatalf("%d rows, %d columns, problems %v", len(table.Claims), len(table.Columns), table.Problems)
	}
	for _, c := range table.Columns {
		if c.Key == "" || c.Mapped != "name" {
			t.Errorf("the column %s is not understood", c.Header)
		}
	}
	for _, c := range table.Claims {
		told := 2 + len(c.Config) + len(c.Values) + len(c.Facts) // its id and the model's name
		printed := 0
		for _, cell := range c.Cells {
			if cell.Text != "" {
				printed++
				if got := table.Source.Text(cell.Pos); got != cell.Text {
					t.Errorf("%s: the cell %q stands at %q", c.ID, cell.Text, got)
				}
			}
		}
		if told != printed {
			t.Errorf("%s prints %d cells and tells %d", c.ID, printed, told)
		}
	}
	if c := table.Claims[0]; c.ID != "mosaic-001" || c.Pos.Line != 2 || c.Config["num_hidden_layers"] != "80" || c.Config["gated"] != "false" {
		t.Errorf("%+v", c)
	}
	if !DetectTable(data, "published.csv") || detectCSV(data) {
		t.Error("not told from a log")
	}
}

func TestATableKeepsItsDigits(t *testing.T) {
	table, err := ReadTable(NewSource("t.csv", []byte("id,parameters,mfu,tflops_per_device\na,1.7B,44%,502.0\nb,\"540,350,000,000\",46.2,\n")), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]Observation{
		{
			{Quantity: reference.Parameters, Logged: 1.7e9, Text: "1.7B", Scale: 1, Digits: 2 | DigitsExponent},
			{Quantity: reference.MFU, Logged: 44, Text: "44", Scale: 0.01, Digits: 2 | DigitsInteger},
			{Quantity: reference.AchievedFLOPsPerDevice, Logged: 502, Text: "502.0", Scale: 1e12, Digits: 4},
		},
		{
			{Quantity: reference.Parameters, Logged: 540350000000, Text: "540,350,000,000", Scale: 1, Digits: 12 | DigitsInteger},
			{Quantity: reference.MFU, Logged: 46.2, Text: "46.2", Scale: 0.01, Digits: 3},
		},
	}
	for i, c := range table.Claims {
		if len(c.Values) != len(want[i]) {
			t.Fatalf("%+v", c.Values)
		}
		for j, got := range c.Values {
			w := want[i][j]
			if got.Quantity != w.Quantity || got.Logged != w.Logged || got.Text != w.Text || got.Scale != w.Scale || got.Digits != w.Digits {
				t.Errorf("%+v, want %+v", got, w)
			}
		}
	}
}

func TestTablesInCSVAsPeopleWriteThem(t *testing.T) {
	for name, text := range map[string]string{
		"t.tsv": "Model\t# GPUs\tTokens/s/GPU\tMFU (%)\nx\t1,024\t9,870.5\t41.2\n",
		"t.csv": "\ufeffModel;# GPUs;Tokens/s/GPU;MFU (%)\r\n\"x\";1.024;9.870,5;41,2\r\n",
		"-":     "# made by hand\n\"Model\",# GPUs,Tokens/s/GPU,MFU (%)\n\n\"x\",\"1,024\",\"9,870.5\",41.2",
		"u.csv": "# GPUs,Model,Tokens/s/GPU,MFU (%)\n1024,x,9870.5,41.2\n",
	} {
		table := claimsTable(t, name, text)
		c := table.Claims[0]
		if len(table.Claims) != 1 || factOf(table, c, Devices) != "1024" || len(table.Problems) != 0 {
			t.Errorf("%s: %+v, %+v", name, c, table.Problems)
		}
		if v := valueOf(t, c, "tokens_per_sec_per_device"); v.Value() != 9870.5 || v.Digits != 5 {
			t.Errorf("%s: %+v", name, v)
		}
		if v := valueOf(t, c, "mfu"); v.Logged != 41.2 || v.Scale != 0.01 || v.Digits != 3 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestAUnitInEveryCellSaysWhatAColumnIs(t *testing.T) {
	table := claimsTable(t, "t.csv", "model,Throughput,Size,mfu\nx,\"9,870 tokens/s/GPU\",10 kg,40%\ny,1.2e4 tok/s/gpu,n/a,41%\n")
	if c := table.Columns[1]; c.Key != "tokens_per_sec_per_device" || c.Mapped != "unit" {
		t.Errorf("%+v", c)
	}
	if v := valueOf(t, table.Claims[1], "tokens_per_sec_per_device"); v.Value() != 12000 || v.Digits.Count() != 2 {
		t.Errorf("%+v", v)
	}
	table = claimsTable(t, "t.csv", "model,Throughput,mfu\nx,9870 tokens/s/GPU,40%\ny,1.2 samples/s,41%\n")
	if c := table.Columns[1]; c.Key != "" {
		t.Errorf("units that differ: %+v", c)
	}
}

func TestWhatIsOddInATableIsSaidWithItsPlace(t *testing.T) {
	table := claimsTable(t, "t.csv", "id,mfu,MFU (%),devices,device\na,40%,41,8 nodes,H100 SXMM\na,fast,42,8,H100 SXM,more\nb,\"4\n")
	want := map[string][2]int{ // line, column
		"two columns are taken for mfu; the second is left out":              {1, 8},
		"the column devices holds no whole number, or a rounded one; it is":  {2, 10},
		"the column device holds no accelerator that is known (did you mean": {2, 18},
		"the column mfu holds text where a number is due; it is left out":    {3, 3},
		"a row has more cells than the header; they are left out":            {3, 22},
		"two rows have one id":                 {3, 1},
		"a quote is not closed, or text follo": {4, 1},
	}
	for _, p := range table.Problems {
		found := false
		for message, at := range want {
			if len(p.Message) >= len(message) && p.Message[:len(message)] == message {
				found = true
				if p.Pos.Line != at[0] || p.Pos.Column != at[1] {
					t.Errorf("%s at %d:%d", p.Message, p.Pos.Line, p.Pos.Column)
				}
			}
		}
		if !found {
			t.Errorf("%+v", p)
		}
	}
	if len(table.Problems) != len(want) {
		t.Errorf("%+v", table.Problems)
	}
}

func TestATableOfClaimsIsNoLogAndTheOtherWayRound(t *testing.T) {
	for _, text := range []string{
		"id,mfu,tokens_per_sec\na,0.4,1000\n", "model,mfu\nm,40%\n", "devices,mfu\n8,0.4\n", "device;mfu\nH100;0,4\n", "# GPUs,MFU (%)\n8,40\n", "name,step_time_s,mfu\nx,1.5,0.4\n",
		"Model,Batch size,MFU\nx,8,40%\n",
	} {
		if !DetectTable([]byte(text), "t.csv") || detectCSV([]byte(text)) {
			t.Errorf("%q is no table of claims, or a log", text)
		}
	}
	for _, text := range []string{
		"step,mfu,tokens_per_sec\n1,0.4,1000\n2,0.4,1000\n", "global_step;step_time;mfu\n1;0,5;0,4\n", "iter,loss,mfu\n0,1,40%\n", "mfu,loss\n0.4,3\n", "Step,run_a - mfu,run_a - mfu__MIN\n1,0.4,0.4\n",
		"step,devices,mfu\n1,8,0.4\n",
	} {
		if DetectTable([]byte(text), "t.csv") || !detectCSV([]byte(text)) {
			t.Errorf("%q is a table of claims, or no log", text)
		}
	}
	for _, text := range []string{"", "a,b\n1,2\n", "x\ty\n", "mfu\n", "model,params\nx,7B\n", "step,model,mfu\n1,x,0.4\n{"} {
		if DetectTable([]byte(text), "t.csv") && detectCSV([]byte(text)) {
			t.Errorf("%q is both", text)
		}
	}
	for _, text := range []string{"{\"step\": 1, \"mfu\": 0.4}\n{\"step\": 2, \"mfu\": 0.4}\n", "{\"mfu\": 0.4, \"tokens_per_sec\": 3}\n{\"mfu\": 0.4}\n"} {
		if DetectTable([]byte(text), "log.jsonl") {
			t.Errorf("%q is a table of claims", text)
		}
	}
}

func TestNoSampleOfALogIsATableOfClaims(t *testing.T) {
	dir := samples(t)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		table := filepath.Base(filepath.Dir(path)) == "claims"
		if got := DetectTable(data, path); got != table && filepath.Base(path) != "README.md" {
			t.Errorf("%s: a table of claims? %v", path, got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
