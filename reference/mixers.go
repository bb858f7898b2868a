package reference

import "errors"

// Mixer is what a layer has in place of attention, or beside it: a state-space, recurrent or linear-attention layer. Mixers
// are comparable values.
//
// Of a mixer, as of everything, only matrix multiplications count: its projections, and the products among the tokens of a
// chunk and with the state, by which the chunked algorithms compute a recurrence. Those depend on the dimensions and the
// chunk length and not on the sequence length S; a chunk is counted whole, as the attention core is, and the last one of a
// sequence as if it were full. Depthwise convolutions, elementwise scans, decays, gates and the
// triangular inverse of the delta rule are no matrix multiplications and cost nothing here: they run on the vector units,
// whose peak no MFU is measured against.
type Mixer interface {
	// Name says what kind of layer this is.
	Name() string
	// Lines lists one layer's weights and FLOPs for a model of width hidden.
	Lines(hidden int64) []Line
	// Validate reports impossible dimensions.
	Validate(hidden int64) error
}

// The components of what layers have in place of attention.
const (
	MixerIn     Component = "mixer.in"      // H → everything the mixer makes of its input
	MixerParams Component = "mixer.params"  // Mamba: D → the step's rank and the state's input and output, R + 2N
	MixerStep   Component = "mixer.step"    // Mamba: R → D
	MixerGate   Component = "mixer.gate"    // a gate of the output that has a matrix of its own
	MixerOut    Component = "mixer.out"     // → H
	MixerConv   Component = "mixer.conv"    // a depthwise convolution
	MixerVector Component = "mixer.vectors" // decays, skips, biases
	MixerNorm   Component = "mixer.norm"
	MixerChunk  Component = "mixer.chunk" // matmuls among the tokens of a chunk
	MixerState  Component = "mixer.state" // matmuls with the state
)

// stateWork is a line of multiply-adds per token with the state.
func stateWork(n int64) Line {
	return Line{Component: MixerState, Kind: StateLine, Part: CorePart, StateWork: n}
}

// chunkWork is a line of products among a chunk's tokens: width multiply-adds per token and token of the chunk.
func chunkWork(chunk, width int64) Line {
	return Line{Component: MixerChunk, Kind: StateLine, Part: CorePart, StateWork: product(chunk, width), Chunk: chunk}
}

// NoMixer is a layer whose tokens do not meet: an FFN alone (Nemotron-H, arXiv 2504.03624, section 2.1).
type NoMixer struct{}

// Name is "no mixer".
func (NoMixer) Name() string { return "no mixer" }

// Lines is empty.
func (NoMixer) Lines(int64) []Line { return nil }

// Validate accepts every width.
func (NoMixer) Validate(int64) error { return nil }

// dimensions checks a mixer's dimensions, each under the key that holds it.
func dimensions(errs []error, list ...dimension) error {
	for _, d := range list {
		errs = positive(errs, d.key, d.value)
	}
	return errors.Join(errs...)
}

type dimension struct {
	key   string
	value int64
}

// state is the charged FLOPs per token of a mixer's chunk or state. An account that leaves the core out has none of it; a
// causal count takes of a chunk what the mask leaves, (Q+1)/2 of Q tokens. Mistakes about heads are about attention.
func (b *Basis) state(l *Line) float64 {
	full := l.Forward(0)
	switch {
	case b.Core == CoreOmitted:
		return 0
	case l.Chunk == 0:
		return full
	case b.Core == CoreHalf || b.Core == CoreHalfCapped:
		return full / 2
	case b.Core == CoreExact || b.Core == CoreExactHalved:
		return full * float64(l.Chunk+1) / float64(2*l.Chunk)
	default:
		return full
	}
}
