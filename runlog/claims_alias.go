package runlog

import (
	"slices"
	"strings"
)

// aliasOf is what a header means that is none of the tool's own names. Every word of it has to count: "MFU improvement" is no MFU.
func aliasOf(header string) (meaning, bool) {
	if len(header) > longestHeader {
		return meaning{}, false
	}
	words := headerWords(header)
	m, ok := plainAlias(words)
	if !ok {
		m, ok = measuredAlias(words)
	}
	if !ok && len(words) > 1 && words[0] == "model" { // the group above a column: "Model / Hidden size"
		if m, ok = plainAlias(words[1:]); !ok {
			m, ok = measuredAlias(words[1:])
		}
	}
	if ok && m.mapped == "" {
		m.mapped = "alias"
	}
	return m, ok
}

// longestHeader bounds the work on a text that is no header.
const longestHeader = 200

// plainAliases are the headers, as headerWords spells them without "number", of columns whose numbers need no unit.
var plainAliases = map[string]string{
	"layer": "num_hidden_layers", "transformer layer": "num_hidden_layers", "hidden layer": "num_hidden_layers", "depth": "num_hidden_layers",
	"hidden": "hidden_size", "hidden size": "hidden_size", "hidden dimension": "hidden_size", "model dimension": "hidden_size", "d model": "hidden_size",
	"embedding dimension": "hidden_size", "embedding size": "hidden_size", "hidden width": "hidden_size", "embed dimension": "hidden_size", "width": "hidden_size",
	"head": "num_attention_heads", "attention head": "num_attention_heads", "query head": "num_attention_heads", "q head": "num_attention_heads",
	"kv head": "num_key_value_heads", "key value head": "num_key_value_heads", "query group": "num_key_value_heads",
	"head dimension": "head_dim", "head size": "head_dim", "attention head size": "head_dim",
	"intermediate size": "intermediate_size", "ffn hidden size": "intermediate_size", "ffn size": "intermediate_size", "ffn dimension": "intermediate_size",
	"d ff": "intermediate_size", "mlp dimension": "intermediate_size", "mlp size": "intermediate_size", "mlp hidden size": "intermediate_size",
	"feed forward size": "intermediate_size", "ffn width": "intermediate_size", "ffn": "intermediate_size",
	"vocab": "vocab_size", "vocab size": "vocab_size",
	"expert": "num_experts", "top k": "num_experts_per_tok", "active expert": "num_experts_per_tok", "expert per token": "num_experts_per_tok",

	"sequence length": "seq_len", "context length": "seq_len", "context": "seq_len", "context window": "seq_len", "context size": "seq_len",
	"sequence length token": "seq_len", "context length token": "seq_len",
	"global batch size": "global_batch_size", "global batch": "global_batch_size", "batch size": "global_batch_size", "batch": "global_batch_size",
	"global batch size sequence": "global_batch_size", "batch size sequence": "global_batch_size", "sequence per batch": "global_batch_size",
	"micro batch size": "micro_batch_size", "micro batch": "micro_batch_size", "batch size per device": "micro_batch_size", "local batch size": "micro_batch_size",
	"per device batch size": "micro_batch_size", "device batch size": "micro_batch_size", "micro batch size per device": "micro_batch_size",
	"gradient accumulation": "gradient_accumulation_steps", "gradient accumulation step": "gradient_accumulation_steps",
	"accumulation step": "gradient_accumulation_steps", "ga": "gradient_accumulation_steps",
	"hardware": "device", "device": "device", "device type": "device", "device name": "device", "device model": "device",
	"world size": "devices",
	"precision":  "precision", "data type": "precision", "mixed precision": "precision", "compute data type": "precision", "training precision": "precision",
	"activation checkpointing": "recompute", "activation recomputation": "recompute", "recomputation": "recompute", "gradient checkpointing": "recompute",
	"ac": "recompute", "checkpointing": "recompute", "remat": "recompute", "rematerialization": "recompute",
	"sparsity": "sparsity", "trained fraction": "trained",
	"model": "model", "model name": "model", "architecture": "model", "network": "model",
	"id": "id", "run": "id", "run id": "id", "name": "id", "system": "id", "framework": "id", "method": "id", "experiment": "id", "configuration": "id", "config": "id",
	"setup": "id", "convention": "convention", "flop convention": "convention", "flop formula": "convention",
}

// degrees are the parallel degrees by what they divide.
var degrees = map[string]string{
	"tp": "tensor_model_parallel_size", "tensor": "tensor_model_parallel_size", "pp": "pipeline_model_parallel_size", "pipeline": "pipeline_model_parallel_size",
	"dp": "data_parallel_size", "data": "data_parallel_size", "cp": "context_parallel_size", "ep": "expert_model_parallel_size",
	"expert": "expert_model_parallel_size", "context": "context_parallel_size",
}

// plainAlias looks up a header that has no unit.
func plainAlias(words []string) (meaning, bool) {
	rest := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "number" })
	key, ok := plainAliases[strings.Join(rest, " ")]
	if !ok && len(rest) > 0 {
		tail := strings.Join(rest[1:], " ")
		switch degree := degrees[rest[0]]; {
		case degree == "":
		case len(rest[0]) == 2 && (tail == "" || tail == "size" || tail == "degree"),
			len(rest[0]) > 2 && slices.Contains([]string{"parallel", "parallelism", "parallel size", "parallel degree", "model parallel size", "parallelism degree"}, tail):
			key, ok = degree, true
		}
	}
	switch {
	case !ok:
		return meaning{}, false
	case key == "device" && len(rest) < len(words):
		key = "devices"
	}
	return meaningOfKey(key)
}
