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
