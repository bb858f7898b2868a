// Package runlog holds what was logged: runs, their declared facts, and every metric value with its position and its
// printed precision. It has one file per format; what a reader could not understand is data (a Problem with a position),
// never an abort.
package runlog

import "github.com/mfu-audit/mfu-audit/reference"

// Log is one input: the runs found in it and what was wrong with the bytes.
type Log struct {
	Path     string // as the user typed it, with forward slashes
	Format   string // name of the format, for example "training-json"
	Runs     []*Run
	Problems []Problem
}

// ProblemKind classifies what was odd about the input.
type ProblemKind string

// The kinds of problems a reader reports.
const (
	ProblemNaN          ProblemKind = "nan"           // NaN where a number is due
	ProblemInfinity     ProblemKind = "infinity"      // Infinity where a number is due
	ProblemDuplicateKey ProblemKind = "duplicate-key" // a key twice in one object; the last value is used
	ProblemNumberString ProblemKind = "number-as-string"
	ProblemWrongType    ProblemKind = "wrong-type"
	ProblemTruncated    ProblemKind = "truncated" // the input ends inside a value
	ProblemSyntax       ProblemKind = "syntax"
	ProblemTooDeep      ProblemKind = "too-deep"
	ProblemSentinel     ProblemKind = "sentinel" // a value that means "not measured", such as an MFU of −100
	ProblemOutOfRange   ProblemKind = "out-of-range"
	ProblemOrder        ProblemKind = "order"      // steps that go back
	ProblemRepeated     ProblemKind = "repeated"   // a record that another rank has printed as well
	ProblemUnnumbered   ProblemKind = "unnumbered" // records without a step number
	ProblemBeside       ProblemKind = "beside"     // what the files around the log are to it
	ProblemEncoding     ProblemKind = "encoding"   // compressed or in UTF-16: positions are in the text that was read
	ProblemUnfinished   ProblemKind = "unfinished" // a value at the end of a last line that does not end, which may be cut
)

// Problem is one oddity of the input, with where it is and what was done about it.
type Problem struct {
	Kind    ProblemKind
	Message string // says what was found and what was done with it
	Pos     Position
	Count   int // how often the same thing occurred; Pos is the first
}

// Position is a place in the input. Line and Column count from 1, Column in bytes; binary input has neither, and they are 0.
// Offset and Length are bytes.
type Position struct {
	File         string
	Offset       int64
	Length       int
	Line, Column int
	Path         string // key path inside the record, for example training_iterations[1].mfu.mfu_percent
}

// Stands reports whether the position is one in the input, with or without lines; a flag or a default has none.
func (p Position) Stands() bool { return p.Line > 0 || p.Length > 0 }

// Run is one training run: what it declared, what it measured step by step, and its summary.
type Run struct {
	Name        string
	Path        string
	Format      string
	Source      *Source
	Facts       []Fact
	Steps       []int64   // iteration number of each record, in file order
	Offsets     []int64   // byte offset of each record
	Columns     []*Column // one per metric key, each with a value per record
	Summary     []Observation
	Evals       []int64 // iterations at which an evaluation ran
	Checkpoints []int64 // iterations at which a checkpoint was written
	Unknown     []UnknownMetric
	Ended       bool      // the log has an end marker; false for a run cut short
	Smoothed    bool      // a per-step MFU is an exponential moving average (nanoGPT's 0.9/0.1)
	Sequences   []*Column // columns that count sequences, where nothing in the log says how long these are
	LongFloats  bool      // most floats in the file carry 15 digits and more: it prints the shortest round trip
	Convention  string    // under which the format defines its FLOPs, "" if it does not
	Allow       []Allow   // findings that the log asks to live with
	Locate      func(r *Run, record int, key string) (Position, bool)
}

// UnknownMetric is a numeric key beside known metrics that no quantity is known for.
type UnknownMetric struct {
	Key     string
	Nearest string // known key it resembles, "" if none
	Why     string // why a value whose meaning is known is held against nothing, "" if its meaning is not known
	Pos     Position
}

// Fact is a declared piece of configuration. Num holds numbers and booleans (0 or 1), Str names.
type Fact struct {
	Key    FactKey
	Num    float64
	Str    string
	Text   string // as printed
	Source string // "config", "startup_info", "metadata", "header", "label", "step", "preset name", "data set name", "flag", "configuration", "sidecar", "format"
	Pos    Position
	Void   string // why the value does not count, "" if it does
}

// FactKey names a fact; spellings are those of a Hugging Face config.json where one exists.
type FactKey string

// The facts an audit reads.
const (
	Layers           FactKey = "num_hidden_layers"
	HiddenSize       FactKey = "hidden_size"
	Heads            FactKey = "num_attention_heads"
	KVHeads          FactKey = "num_key_value_heads"
	HeadDim          FactKey = "head_dim"
	IntermediateSize FactKey = "intermediate_size"
	VocabSize        FactKey = "vocab_size"
	TiedEmbeddings   FactKey = "tie_word_embeddings" // bool
	GatedFFN         FactKey = "gated"               // bool
	Norm             FactKey = "norm"                // "rms", "layer", "layer-no-bias"
	NormsPerLayer    FactKey = "norms_per_layer"
	FinalNorm        FactKey = "final_norm"         // bool
	Bias             FactKey = "bias"               // bool
	PositionKind     FactKey = "position_embedding" // "rope", "learned", "alibi", "none"
	QKNorm           FactKey = "qk_norm"            // bool
	SeqLen           FactKey = "seq_len"
	MicroBatch       FactKey = "micro_batch_size"
	GradAccum        FactKey = "gradient_accumulation_steps"
	GlobalBatch      FactKey = "global_batch_size"
	TokensPerStep    FactKey = "tokens_per_step"
	Devices          FactKey = "devices"
	Device           FactKey = "device"
	Precision        FactKey = "precision"
	Sparsity         FactKey = "sparsity"  // "none", "2:4"
	Recompute        FactKey = "recompute" // "none", "selective", "full"
	TokenizerFamily  FactKey = "tokenizer_family"
	Parameters       FactKey = "parameters"
	AccumScope       FactKey = "accumulation_scope"   // "rank", "global"
	RateScope        FactKey = "tokens_per_sec_scope" // "rank": a format's tokens per second are those of one rank
	LogInterval      FactKey = "log_interval"
	DataParallel     FactKey = "data_parallel_size"
	TensorParallel   FactKey = "tensor_model_parallel_size"
	PipelineParallel FactKey = "pipeline_model_parallel_size"
	ContextParallel  FactKey = "context_parallel_size"
	ExpertParallel   FactKey = "expert_model_parallel_size"
	Experts          FactKey = "num_experts"
	Window           FactKey = "sliding_window"
	TrainedFraction  FactKey = "trained_fraction" // of the matmul weights
)

// Observation is one logged value that is not part of a column, or one cell of it looked at closely.
type Observation struct {
	Quantity reference.Quantity
	Key      string  // key path
	Logged   float64 // as printed
	Text     string  // as printed, "" if not kept
	Scale    float64 // canonical value = Logged × Scale
	Unit     string
	Digits   Digits
	Step     int64
	HasStep  bool
	Pos      Position
}

// Value is the canonical value.
func (o Observation) Value() float64 { return o.Logged * o.Scale }

// Column returns the run's column for a key, nil if it has none.
func (r *Run) Column(key string) *Column {
	for _, c := range r.Columns {
		if c.Key == key {
			return c
		}
	}
	return nil
}

// ColumnsOf returns the columns of a quantity in file order.
func (r *Run) ColumnsOf(q reference.Quantity) []*Column {
	var out []*Column
	for _, c := range r.Columns {
		if c.Quantity == q {
			out = append(out, c)
		}
	}
	return out
}

// FactsOf returns the facts of a key that are not void, in order of trust: flag, sidecar, config, startup_info, metadata,
// step, label, names.
func (r *Run) FactsOf(key FactKey) []Fact {
	var out []Fact
	for _, f := range r.Facts {
		if f.Key == key && f.Void == "" {
			out = append(out, f)
		}
	}
	return out
}
