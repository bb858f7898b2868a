package runlog

import (
	"testing"
)

func TestRecordsAreRows(t *testing.T) {
	for name, text := range map[string]string{
		"t.jsonl": `{"id": "a", "model": {"hidden_size": 4096, "num_layers": 32}, "devices": 8, "mfu": 0.412, "tokens_per_sec_per_device": 9870.0}
{"id": "b", "devices": "16", "mfu": null, "step_time_s": "1.50"}
`,
		"t.json": `[{"id": "a", "model": {"hidden_size": 4096, "num_layers": 32}, "devices": 8, "mfu": 0.412, "tokens_per_sec_per_device": 9870.0},
 {"id": "b", "devices": "16", "mfu": null, "step_time_s": "1.50"}]`,
		"t.yaml": "- id: a\n  model: {hidden_size: 4096, num_layers: 32}\n  devices: 8\n  mfu: 0.412\n  tokens_per_sec_per_device: 9870.0\n" +
			"- id: b\n  devices: \"16\"\n  mfu: null\n  step_time_s: \"1.50\"\n",
		"u.yaml": "facts: {precision: bf16}\nclaims:\n- id: a\n  model: {hidden_size: 4096, num_layers: 32}\n  devices: 8\n  mfu: 0.412\n  tokens_per_sec_per_device: 9870.0\n" +
			"- id: b\n  devices: \"16\"\n  mfu: null\n  step_time_s: \"1.50\"\n",
	} {
		table := claimsTable(t, name, text)
		if len(table.Claims) != 2 || !DetectTable([]byte(text), name) {
			t.Fatalf("%s: %d rows", name, len(table.Claims))
		}
		a, b := table.Claims[0], table.Claims[1]
		if a.ID != "a" || a.Config["hidden_size"] != "4096" || a.Config["num_hidden_layers"] != "32" || factOf(table, a, Devices) != "8" || factOf(table, b, Devices) != "16" {
			t.Errorf("%s: %+v", name, a)
		}
		if v := valueOf(t, a, "mfu"); v.Value() != 0.412 || v.Digits.Count() != 3 || table.Source.Text(v.Pos) != "0.412" {
			t.Errorf("%s: %+v", name, v)
		}
		if v := valueOf(t, a, "tokens_per_sec_per_device"); v.Value() != 9870 || v.Digits.Count() != 5 {
			t.Errorf("%s: %+v", name, v)
		}
		if v := valueOf(t, b, "step_time_s"); v.Value() != 1.5 || v.Digits.Count() != 3 || len(b.Values) != 1 {
			t.Errorf("%s: %+v", name, b.Values)
		}
		if name == "u.yaml" && factOf(table, a, Precision) != "bf16" {
			t.Errorf("%+v", table.Facts)
		}
	}
}
