package runlog

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/reference"
)

// ClaimsSidecar is what a file beside a table, or the front matter of a Markdown file, says about it.
type ClaimsSidecar struct {
	Path       string
	Columns    map[string]string     // canonical key by header, "" for a column that is to be left alone
	All        ClaimsSaid            // of every row
	Models     map[string]ClaimsSaid // by a row's ID or the text of its model cell
	Rows       map[string]ClaimsSaid // by a row's ID; these go before the row's own cells
	Convention string
}

// ClaimsSaid is what a sidecar says of a row.
type ClaimsSaid struct {
	Model      string            // a published model or the path of a config.json
	Config     map[string]string // keys of a config.json
	Facts      []Fact
	Values     []Observation
	Convention string
}

// SidecarOf finds the sidecar of a table: its own front matter, else TABLE.claims.yaml or claims.yaml beside it; nil where there
// is none. It fails where there is one that cannot be understood.
func SidecarOf(src *Source) (*ClaimsSidecar, error) {
	if kind := kindOfTable(src.Bytes, src.File); kind == tableMarkdown {
		if inner, end := frontMatter(src.Bytes); end > 0 {
			blank := slices.Clone(src.Bytes[:inner[1]])
			for i := range inner[0] {
				if blank[i] != '\n' {
					blank[i] = ' '
				}
			}
			s, err := parseSidecar(NewSource(src.File, blank), true)
			if err != nil || s != nil {
				return s, err
			}
		}
	} else if kind == tableYAML {
		s, err := parseSidecar(src, true)
		if err != nil || s != nil {
			return s, err
		}
	}
	base := path.Base(src.File)
	for _, name := range []string{base + ".claims.yaml", strings.TrimSuffix(base, path.Ext(base)) + ".claims.yaml", "claims.yaml"} {
		if name == base {
			continue
		}
		if c, ok := src.Companion(name); ok {
			return ParseClaimsSidecar(c)
		}
	}
	return nil, nil
}

// ParseClaimsSidecar reads a sidecar:
//
//	columns: {"Sharding": "", "% of peak": hfu}
//	facts: {device: a100-sxm4-80gb, precision: fp16, seq_len: 2048}
//	models:
//	  70b: {hidden_size: 8192, num_layers: 80, num_attention_heads: 64}
//	  8b: meta-llama/Meta-Llama-3-8B
//	rows:
//	  "row 3": {recompute: none}
//	convention: palm
//
// It fails with all that it does not understand, each with line and column and, where there is one, what was meant instead.
func ParseClaimsSidecar(src *Source) (*ClaimsSidecar, error) { return parseSidecar(src, false) }

// sidecarKeys are the keys of a sidecar.
var sidecarKeys = []string{"columns", "facts", "models", "rows", "convention"}

type sidecarReader struct {
	src  *Source
	side *ClaimsSidecar
	errs []error
}

// parseSidecar reads a sidecar. Front matter holds other things too, so that only what it says under known keys counts, and nil
// stands for none of these.
func parseSidecar(src *Source, front bool) (*ClaimsSidecar, error) {
	list, err := yamlSettings(src)
	if err != nil {
		if front {
			return nil, nil
		}
		return nil, fmt.Errorf("%s: %s", src.File, yamlError(err))
	}
	s := sidecarReader{src: src, side: &ClaimsSidecar{Path: src.File, Columns: map[string]string{}, Models: map[string]ClaimsSaid{}, Rows: map[string]ClaimsSaid{}}}
	some := false
	for _, setting := range list {
		if front && !slices.Contains(sidecarKeys, setting.path[0]) {
			continue
		}
		some = true
		s.setting(setting)
	}
	if len(s.errs) > 0 {
		return nil, errors.Join(s.errs...)
	}
	if front && !some {
		return nil, nil
	}
	return s.side, nil
}

// yamlError is a parser's complaint in one line, with its place as line:column.
func yamlError(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	if place, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "]"); ok && strings.HasPrefix(text, "[") {
		return place + ":" + rest
	}
	return text
}

func (s *sidecarReader) fail(x setting, format string, args ...any) {
	p := s.src.Position(x.offset, x.length, "")
	s.errs = append(s.errs, fmt.Errorf("%s:%d:%d: "+format, append([]any{s.src.File, p.Line, p.Column}, args...)...))
}

func (s *sidecarReader) setting(x setting) {
	side := s.side
	switch section := x.path[0]; {
	case section == "convention" && len(x.path) == 1:
		side.Convention = s.convention(x)
	case section == "columns" && len(x.path) == 2:
		key := strings.TrimSpace(x.text)
		if key == "" || key == "-" || key == "ignore" {
			side.Columns[x.path[1]] = ""
			return
		}
		m, ok := meaningOf(key)
		if !ok {
			s.fail(x, "%s is no quantity, fact or key of a config.json that a column may hold%s", quoted(key), didYouMean(key))
			return
		}
		side.Columns[x.path[1]] = m.key
	case section == "facts" && len(x.path) == 2:
		s.said(&side.All, x, x.path[1])
	case section == "models" && len(x.path) == 2:
		m := side.Models[x.path[1]]
		m.Model = s.model(x)
		side.Models[x.path[1]] = m
	case (section == "models" || section == "rows") && len(x.path) == 3:
		list := side.Models
		if section == "rows" {
			list = side.Rows
		}
		m := list[x.path[1]]
		s.said(&m, x, x.path[2])
		list[x.path[1]] = m
	case !slices.Contains(sidecarKeys, section):
		s.fail(x, "%s is no key of a sidecar, which has %s", quoted(section), strings.Join(sidecarKeys, ", "))
	default:
		s.fail(x, "%s takes no value at this depth", quoted(strings.Join(x.path, ".")))
	}
}

func quoted(text string) string { return fmt.Sprintf("%q", visible(text)) }

// said takes what a setting says of a row.
func (s *sidecarReader) said(out *ClaimsSaid, x setting, key string) {
	m, ok := meaningOf(key)
	pos := s.src.Position(x.offset, x.length, strings.Join(x.path, "."))
	switch {
	case !ok:
		s.fail(x, "%s is no quantity, fact or key of a config.json%s", quoted(key), didYouMean(key))
	case m.role == roleModel:
		out.Model = s.model(x)
	case m.role == roleConvention:
		out.Convention = s.convention(x)
	case m.role == roleID:
		s.fail(x, "a sidecar gives no IDs")
	case m.config:
		v, why := configText(m.key, x.text)
		if why != "" {
			s.fail(x, "%s holds %s", m.key, why)
			return
		}
		if out.Config == nil {
			out.Config = map[string]string{}
		}
		out.Config[m.key] = v
	case m.fact != "":
		facts, why := claimFacts(m.fact, x.text, false)
		if why != "" {
			s.fail(x, "%s holds %s", m.key, why)
		}
		for _, f := range facts {
			f.Text, f.Source, f.Pos = x.text, "sidecar", pos
			out.Facts = append(out.Facts, f)
		}
	default:
		o, why := m.observation(x.text, false)
		if why != "" {
			s.fail(x, "%s holds %s", m.key, why)
			return
		}
		o.Pos = pos
		out.Values = append(out.Values, o)
	}
}

// model is a published model or the path of a config.json.
func (s *sidecarReader) model(x setting) string {
	if m := modelNamed(x.text); m != "" {
		return m
	}
	hint := ""
	if near := reference.NearestPresets(x.text); len(near) > 0 {
		hint = "; did you mean " + near[0] + "?"
	}
	s.fail(x, "%s is neither a published model that is known nor a file config.json%s", quoted(x.text), hint)
	return ""
}

func (s *sidecarReader) convention(x setting) string {
	c, ok := reference.ConventionByName(x.text)
	if !ok {
		s.fail(x, "%s is no convention that is known (mfu-audit conventions lists them)", quoted(x.text))
	}
	return c.Name
}

// didYouMean suggests the key that is spelled most like one that is not known.
func didYouMean(key string) string {
	return nearest.Hint(nearest.Names(key, slices.Sorted(slices.Values(canonicalKeys())), 1))
}

// canonicalKeys are the keys that columns are mapped to, those of config.json only as far as tables commonly have them.
func canonicalKeys() []string {
	keys := []string{
		"num_hidden_layers", "num_layers", "hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim", "intermediate_size", "vocab_size",
		"tie_word_embeddings", "num_experts", "num_experts_per_tok", "moe_intermediate_size", "shared_expert_intermediate_size", "first_k_dense_replace",
		"q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "sliding_window", "model_type",
	}
	for key := range claimKeys {
		keys = append(keys, key)
	}
	return keys
}

// meaning is what the sidecar says that a column means; said is false where it says nothing.
func (s *ClaimsSidecar) meaning(header string) (m meaning, said bool) {
	if s == nil {
		return meaning{}, false
	}
	key, said := s.Columns[header]
	if !said {
		for h, k := range s.Columns { // by the key that the header would mean otherwise
			if own, ok := meaningOf(header); ok && own.key == h {
				key, said = k, true
			}
		}
	}
	if !said {
		return meaning{}, false
	}
	if m, known := meaningOf(key); known {
		if own, ok := meaningOf(header); ok && own.quantity == m.quantity { // it knows the unit
			m.metric = own.metric
		} else if unit, ok := headerPercent(header); ok && m.share {
			m.scale, m.unit = 0.01, unit
		}
		m.mapped, m.others = "sidecar", nil
		return m, true
	}
	return meaning{mapped: "sidecar"}, true
}

func headerPercent(header string) (string, bool) { return "%", strings.Contains(header, "%") }

// speaksOf reports whether the sidecar says what a column of a table means.
func (s *ClaimsSidecar) speaksOf(g *grid) bool {
	return s != nil && slices.ContainsFunc(g.columns, func(c gridCell) bool { m, said := s.meaning(c.text); return said && m.quantity != "" })
}
