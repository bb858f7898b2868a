package runlog

import (
	"strings"
	"testing"
)

func TestAClaimInRunningTextIsRead(t *testing.T) {
	for _, text := range []string{
		"Llama-3-8B, 8 x H100 SXM, seq 8192, bf16, 9,870 tokens/s/GPU, 57.8% MFU",
		"57.8% MFU with bf16 on 8×H100 SXM: Meta-Llama-3-8B reaches 9870 tokens/sec/GPU at a sequence length of 8,192",
		"MFU = 57.8 %; model meta-llama/Meta-Llama-3-8B (H100 SXM, 8 GPUs, bf16). seq_len=8K, tokens/s/GPU: 9,870.",
	} {
		table := ClaimTable(text)
		checkTable(t, table)
		c := table.Claims[0]
		if c.Model != "meta-llama/Meta-Llama-3-8B" || len(c.Unread) != 0 || len(table.Problems) != 0 {
			t.Errorf("%s: model %q, unread %v, %v", text, c.Model, c.Unread, table.Problems)
		}
		for key, want := range map[FactKey]string{Device: "H100 SXM", Devices: "8", SeqLen: "8192", Precision: "bf16"} {
			if got := factOf(table, c, key); got != want {
				t.Errorf("%s: %s is %q, want %q", text, key, got, want)
			}
		}
		if v := valueOf(t, c, "mfu"); v.Logged != 57.8 || v.Scale != 0.01 || v.Digits != 3 || !strings.Contains(text[v.Pos.Offset:][:v.Pos.Length], "57.8") {
			t.Errorf("%s: %+v", text, v)
		}
		if v := valueOf(t, c, "tokens_per_sec_per_device"); v.Value() != 9870 || v.Digits != 4|DigitsInteger || len(c.Values) != 2 {
			t.Errorf("%s: %+v", text, c.Values)
		}
	}
}

func TestWordsOfAClaimThatMeanNothingAreSaid(t *testing.T) {
	table := ClaimTable("our frobnicator gets 40% MFU and 41% HFU on 64 A100 80GB GPUs, 12 layers, no recompute, 300 widgets, MFU 42%")
	checkTable(t, table)
	c := table.Claims[0]
	var unread []string
	for _, u := range c.Unread {
		unread = append(unread, u.Text)
		if table.Source.Text(u.Pos) != u.Text {
			t.Errorf("%q stands at %q", u.Text, table.Source.Text(u.Pos))
		}
	}
	if got := strings.Join(unread, " "); got != "frobnicator 300 widgets" {
		t.Errorf("unread: %s", got)
	}
	if c.Config["num_hidden_layers"] != "12" || factOf(table, c, Recompute) != "none" || factOf(table, c, Devices) != "64" {
		t.Errorf("%v %v", c.Config, c.Facts)
	}
	if v := valueOf(t, c, "mfu"); v.Logged != 40 {
		t.Errorf("%+v", v)
	}
	if len(table.Problems) != 4 { // three words, and an MFU said twice
		t.Errorf("%+v", table.Problems)
	}
}
