package reference

// NormKind is a normalization layer, by what it stores.
type NormKind uint8

// The normalization layers.
const (
	NoNorm          NormKind = iota
	RMSNorm                  // one gain per channel
	LayerNorm                // gain and bias per channel
	LayerNormNoBias          // gain only
	PlainNorm                // no parameters (OLMo 1, modded-nanogpt)
)

// Parameters is what a norm of the given width stores.
func (k NormKind) Parameters(width int64) int64 {
	switch k {
	case RMSNorm, LayerNormNoBias:
		return width
	case LayerNorm:
		return 2 * width
	default:
		return 0
	}
}

// QKNormLayout says over what the query and key norms run.
type QKNormLayout uint8

// The layouts of query and key norms.
const (
	NoQKNorm      QKNormLayout = iota
	QKNormPerHead              // one gain of width d shared by all heads (Qwen3, Gemma 3)
	QKNormFull                 // gains of width a·d and g·d (OLMo 2)
)

// Attention is one layer's attention: a query heads over g key/value heads of dimension d.
type Attention struct {
	Heads, KVHeads, HeadDim int64
	Window                  int64 // keys a query sees at most; 0 if all
	Chunked                 bool  // Window is a chunk: a query sees the keys of its own chunk (Llama 4)
	Bidirectional           bool  // no causal mask: an encoder's. A window is then as wide before a query as behind it
	QKVBias, OutputBias     bool
	QKNorm                  QKNormLayout
	QKNormKind              NormKind
	Latent                  Latent // multi-head latent attention, where KVRank is not 0; HeadDim and KVHeads are then not used
	OutputGate              bool   // the query projection makes a gate of width a·d too (Qwen3-Next)
	Sinks                   bool   // one scalar per head (gpt-oss)
}

// Latent is the ranks and head dimensions of multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1): keys
// and values are made from a vector of width r_kv, the rotary part of the keys is one head of width d_r shared by all.
type Latent struct {
	QRank    int64 // r_q; 0 if queries are projected directly
	KVRank   int64 // r_kv; 0 if attention is not latent
	NopeDim  int64 // d_n
	RopeDim  int64 // d_r
	ValueDim int64 // d_v
}

// IsLatent reports whether this is multi-head latent attention.
func (at Attention) IsLatent() bool { return at.Latent.KVRank > 0 }

// CoreDims are the head dimensions of QKᵀ and of AV: d and d, of latent attention d_n + d_r and d_v.
func (at Attention) CoreDims() (qk, v int64) {
	if at.IsLatent() {
		return at.Latent.NopeDim + at.Latent.RopeDim, at.Latent.ValueDim
	}
	return at.HeadDim, at.HeadDim
}

// FFN is one layer's feed-forward network of width i: two matrices, or three if gated.
type FFN struct {
	Width   int64 // i of a dense FFN; 0 if experts take its place
	Gated   bool
	Bias    bool
	Absent  bool // the layer is attention alone (Nemotron-H)
	Experts Experts
}

// Experts is a mixture of experts: a router sends each token to k of E experts. The zero value is none.
type Experts struct {
	Count          int64 // E
	Active         int64 // k
	Width          int64 // i_e, of one expert
	SharedWidth    int64 // i_s, of all shared experts together, which every token passes through
	LatentWidth    int64 // width the experts work in, between projections that all share; 0 is H
	SharedGate     bool  // a projection H → 1 that weighs the shared experts (Qwen2-MoE)
	RouterBias     bool  // the router has a bias of width E (gpt-oss)
	CorrectionBias bool  // a stored bias of width E that balances the load (DeepSeek-V3)
	Bias           bool  // every matrix of an expert has a bias (gpt-oss)
}

// Matrices is c: 3 for a gated FFN, 2 for a plain one.
func (f FFN) Matrices() int64 {
	if f.Gated {
		return 3
	}
	return 2
}

// LayerGroup is Count equal layers.
type LayerGroup struct {
	Count     int64
	Attention Attention
	Cross     Attention // a decoder's attention to its encoder's output; no Heads: none
	Mixer     Mixer     // what mixes tokens where that is not attention; nil: Attention
	Parallel  bool      // the mixer runs beside attention, not in its place (Falcon-H1)
	FFN       FFN
	Norm      NormKind
	Norms     int64 // norms of width H in each layer: 2 in a pre-norm block, 4 in Gemma 2, 1 in a parallel block

	core coreReading
}

// coreReading is what an account that misreads a model charges for the attention core of a group; the zero value is what the
// group has.
type coreReading struct {
	layers int64 // for which it is charged; noLayers is none
	width  int64 // of QKᵀ and AV together
}

// noLayers is the number of layers of a core that is not charged.
const noLayers = -1

// hasAttention reports whether attention mixes the group's tokens, alone or beside a mixer.
func (g *LayerGroup) hasAttention() bool { return g.Mixer == nil || g.Parallel }
