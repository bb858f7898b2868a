package runlog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ProposeSidecar writes a sidecar for a table: what its columns were taken for, what holds for all rows, and what is missing, as
// comments where somebody has to say it.
func ProposeSidecar(t *Table) []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# What the columns and rows of %s mean. Only what is said here or read from the table counts.", visible(t.Path))
	line("columns:")
	for _, c := range t.Columns {
		switch {
		case c.Key == "":
			line("  %s: \"\" # not understood", strconv.Quote(c.Header))
		case len(c.Others) > 0:
			line("  %s: %s # or %s (%s)", strconv.Quote(c.Header), c.Key, c.Others[0].Quantity, c.Others[0].Why)
		default:
			line("  %s: %s", strconv.Quote(c.Header), c.Key)
		}
	}
	line("facts: # that hold for all rows")
	wanted := []FactKey{Device, Precision, SeqLen, Devices, GlobalBatch, Recompute, VocabSize}
	for _, f := range t.Facts {
		line("  %s: %s # from the %s", f.Key, factText(f), f.Source)
	}
	for _, key := range wanted {
		if !t.tells(key) {
			line("  # %s:", key)
		}
	}
	line("models: # by the text of the model's cell or a row's id: a published model, the path of a config.json, or its keys")
	for _, name := range t.models() {
		line("  %s: {num_layers: null, hidden_size: null, num_attention_heads: null, vocab_size: null}", strconv.Quote(name))
	}
	line("# convention: matmul-full # that the table states; mfu-audit conventions lists them")
	return []byte(b.String())
}

// tells reports whether the rows or something above them say a fact.
func (t *Table) tells(key FactKey) bool {
	is := func(f Fact) bool { return f.Key == key }
	return slices.ContainsFunc(t.Facts, is) || slices.ContainsFunc(t.Claims, func(c *Claim) bool {
		_, config := c.Config[string(key)]
		return config || c.Model != "" && key == VocabSize || slices.ContainsFunc(c.Facts, is)
	})
}

// models are the texts of the model's cells, or the rows' ids, for which the table gives no dimensions.
func (t *Table) models() []string {
	column := slices.IndexFunc(t.Columns, func(c TableColumn) bool { return c.Key == "model" })
	var out []string
	for _, c := range t.Claims {
		name := c.ID
		if column >= 0 && c.Cells[column].Text != "" {
			name = c.Cells[column].Text
		}
		complete := c.Model != "" || c.Config[string(Layers)] != "" && c.Config[string(HiddenSize)] != "" && c.Config[string(VocabSize)] != ""
		if !complete && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func factText(f Fact) string {
	if f.Str != "" {
		return strconv.Quote(visible(f.Str))
	}
	return plainCount(f.Num)
}
