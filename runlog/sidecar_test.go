package runlog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// factLines is the facts of a configuration a line each, with the place that their text has in it.
func factLines(t *testing.T, name, text string) []string {
	t.Helper()
	src := NewSource(name, []byte(text))
	var out []string
	for _, f := range sidecarFacts(src, "sidecar") {
		if at := src.Text(f.Pos); at != f.Text && !strings.Contains(f.Text, " × ") {
			t.Errorf("%s %s stands at %d:%d, where %q is", f.Key, f.Text, f.Pos.Line, f.Pos.Column, at)
		}
		value := f.Str
		if value == "" {
			value = fmt.Sprint(f.Num)
		}
		out = append(out, fmt.Sprintf("%s %s %s %d:%d", f.Key, value, f.Pos.Path, f.Pos.Line, f.Pos.Column))
	}
	return out
}

func checkFacts(t *testing.T, name, text string, want ...string) {
	t.Helper()
	if got := factLines(t, name, text); !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSidecarReadsYAMLWithPositions(t *testing.T) {
	checkFacts(t, "config.yaml", "# é\r\nmodel:\r\n  num_layers: 12 # twelve\r\n  hidden_size: \"768\"\r\n"+
		"teacher:\r\n  num_layers: 24\r\ntrain: {é: é, global_batch_size: 1_024}\r\nprecision: 'bf16-mixed'\r\ngradient_checkpointing: true\r\n",
		"num_hidden_layers 12 model.num_layers 3:15",
		"hidden_size 768 model.hidden_size 4:17",
		"global_batch_size 1024 train.global_batch_size 7:36",
		"precision bf16-mixed precision 8:13",
		"recompute full gradient_checkpointing 9:25",
	)
	checkFacts(t, "bom.yaml", byteOrderMark+"n_layer: 12\nn_head: 6\n", "num_attention_heads 6 n_head 2:9")
}

func TestSidecarReadsTOMLWithPositions(t *testing.T) {
	checkFacts(t, "llama3_8b.toml", `[model]
name = "llama3"
flavor = "8B"
[training]
local_batch_size = 2
global_batch_size = -1
seq_len = 8_192
[parallelism]
data_parallel_replicate_degree = 2
data_parallel_shard_degree = 8
tensor_parallel_degree = 1
expert = {num_layers = 99}
[activation_checkpoint]
mode = 'selective'
[[training.more]]
seq_len = 7
`,
		"micro_batch_size 2 training.local_batch_size 5:20",
		"seq_len 8192 training.seq_len 7:11",
		"data_parallel_size 16 parallelism.data_parallel_shard_degree 10:30",
		"tensor_model_parallel_size 1 parallelism.tensor_parallel_degree 11:26",
		"recompute selective activation_checkpoint.mode 14:9",
	)
}

func TestSidecarReadsTheConfigurationOfWandB(t *testing.T) {
	checkFacts(t, "files/config.yaml", `wandb_version: 1
_wandb:
  desc: null
  value:
    n_layer: 99
per_device_train_batch_size:
  desc: null
  value: 8
bf16:
  value: true
fp16:
  value: false
model_type:
  value: llama
dtype:
  value: float16
max_position_embeddings:
  value: 131072
text_config:
  value:
    num_hidden_layers: 99
num_hidden_layers:
  value: 24
`,
		"micro_batch_size 8 per_device_train_batch_size 8:10",
		"precision bf16 bf16 10:10",
		"num_hidden_layers 24 num_hidden_layers 23:10",
	)
}

func TestSidecarReadsJSON(t *testing.T) {
	checkFacts(t, "training_config.json", `{"model": {"n_layers": 12, "d_model": 768}, "trainer": {"n_gpus_per_node": 8, "nnodes": 2},
"gpu_name": "NVIDIA A100-SXM4-80GB", "device_name": "node-17.example.org", "seq_len": "auto", "list": [{"n_heads": 3}], "n_heads": 12.0}`,
		"num_hidden_layers 12 model.n_layers 1:24",
		"hidden_size 768 model.d_model 1:39",
		"devices 16 trainer.n_gpus_per_node 1:76",
		"device NVIDIA A100-SXM4-80GB gpu_name 2:14",
		"num_attention_heads 12 n_heads 2:132",
	)
}

func TestSidecarLeavesOutWhatCouldMeanSomethingElse(t *testing.T) {
	for text, why := range map[string]string{
		"batch_size: 512\n":                              "per rank or of all ranks",
		"model_type: llama\ndtype: float16\n":            "how the weights are stored",
		"model_type: mpt\nmax_seq_len: 65536\n":          "the longest that the model takes",
		"use_sliding_window: false\nsliding_window: 9\n": "switched off",
		"seq_len: 0\nn_layer: -1\nn_head: 1.5\n":         "no counts",
		"seq_len: 1024\ntrain:\n  seq_len: 2048\n":       "two lengths",
		"eval:\n  seq_len: 2048\n":                       "of the evaluation",
		"base: &b\n  n_layer: 3\nmodel:\n  <<: *b\n":     "a merge key is not followed",
		"n_layer: [12]\n":                                "a list",
		"n_layer: 0x10\n":                                "no decimal number",
	} {
		if got := factLines(t, "x.yaml", text); got != nil {
			t.Errorf("%q (%s): %v", text, why, got)
		}
	}
	// nanoGPT's keys beside it tell whose batch it is.
	checkFacts(t, "x.json", `{"batch_size": 12, "block_size": 1024, "gradient_accumulation_steps": 40}`,
		"micro_batch_size 12 batch_size 1:16", "seq_len 1024 block_size 1:34", "gradient_accumulation_steps 40 gradient_accumulation_steps 1:71")
	// litgpt's model_config.yaml: the padded vocabulary is the matmul's, the block size a limit.
	checkFacts(t, "model_config.yaml", "block_size: 2048\nvocab_size: 50254\npadded_vocab_size: 50304\nn_query_groups: 4\n",
		"vocab_size 50304 padded_vocab_size 3:20", "num_key_value_heads 4 n_query_groups 4:17")
}

// Were one of these read in more than about linear time, this test would not end.
func TestHostileConfigurationsAreRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("large inputs")
	}
	for _, part := range []string{"[", "{", "- ", "? ", "&a ", "!a ", "a: ", "- - ", "{a: ", "*a ", "\"", "|\n ", "-\n", "%", "a:\n-\n", "? a\n", "\xff", "a = [", "a.", "a = {a=", "[a.", "\x00"} {
		for _, n := range []int{30, 3000, 100000} {
			for _, name := range []string{"x.yaml", "x.toml", "x.json"} {
				factLines(t, name, strings.Repeat(part, n))
			}
		}
	}
	var deep strings.Builder
	for i := range 600 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	factLines(t, "x.yaml", deep.String())
	factLines(t, "x.yaml", "a: 1\n"+strings.Repeat("b: &b [*b, *b]\n", 500)+strings.Repeat("n_layer: 1\n", 20000))
}

func FuzzSidecar(f *testing.F) {
	for _, seed := range []string{
		"model:\n  num_layers: 12 # x\ntrain: {global_batch_size: 1_024}\nbf16:\n  value: true\n", "[training]\nseq_len = 8_192\n[[a]]\nb = {c = \"d\"}\n",
		`{"model": {"n_layers": 12}, "n_heads": "12"}`, "a: &x [1, *x]\nb: |\n  y\n? z\n: - w\n", "\ufeffa: 'b'\r\nn_layer: 3\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"x.yaml", "x.toml", "x.json"} {
			src := NewSource(name, data)
			for _, fact := range sidecarFacts(src, "sidecar") {
				p := fact.Pos
				if p.Offset < 0 || p.Offset+int64(p.Length) > int64(len(data)) || p.Line < 1 || fact.Source != "sidecar" {
					t.Errorf("%s: %+v", name, fact)
				}
			}
		}
	})
}
