package reference

// FLOPs is a forward count per token, all layers, by part, in FLOP.
type FLOPs struct {
	Projections, Core, FFN float64 // of all layers; FFN with experts, shared ones among them; Core with mixers' states and prediction layers
	Router                 float64
	Head, Lookup           float64
	Positions, Vectors     float64
	Prediction             float64 // of prediction layers everything but their core

	layers float64 // of all these, the matmuls of layers, prediction layers among them
}

// Sum is the whole forward count.
func (f FLOPs) Sum() float64 {
	return f.Projections + f.Core + f.FFN + f.Router + f.Head + f.Lookup + f.Positions + f.Vectors + f.Prediction
}

// Weights is the count without the attention core: what a log calls 6N or non-attention FLOPs.
func (f FLOPs) Weights() float64 { return f.Sum() - f.Core }

// Layer counts one layer's forward FLOPs per token: the first layer stands for all.
func (b Basis) Layer(m *Architecture, seqLen int64) FLOPs {
	m, b.Shape = b.Shape.Read(m), Shape{}
	first := m.First()
	first.Count, first.core.layers = 1, 0
	return b.Forward(&Architecture{Hidden: m.Hidden, Groups: []LayerGroup{first}}, seqLen)
}

// Forward counts a model's forward FLOPs per token at sequence length seqLen on this basis. Of an encoder–decoder both
// sequences are that long, and the count is for one token of each.
func (b Basis) Forward(m *Architecture, seqLen int64) FLOPs {
	return b.forward(m, lengths{seqLen, seqLen}, 1, 1)
}

// forward counts so many tokens of the encoder's and of the decoder's sequence.
func (b Basis) forward(m *Architecture, S lengths, encoded, decoded float64) FLOPs {
	var f FLOPs
	for l := range b.Shape.Read(m).Lines() {
		length, tokens := S.decoder, decoded
		if l.Encoder {
			length, tokens = S.encoder, encoded
		} else if l.Cross {
			length = S.encoder
		}
		if l.Prediction && b.leavesOut(&l) {
			continue
		}
		n := b.charge(&l, length) * tokens
		if l.inLayer() {
			f.layers += n
		}
		if l.Prediction && l.Part != CorePart {
			f.Prediction += n
			continue
		}
		switch l.Part {
		case ProjectionPart, BridgePart:
			f.Projections += n
		case CorePart:
			f.Core += n
		case FFNPart, SharedPart, ExpertPart:
			f.FFN += n
		case RouterPart:
			f.Router += n
		case HeadPart:
			f.Head += n
		case LookupPart:
			f.Lookup += n
		case PositionPart:
			f.Positions += n
		default:
			f.Vectors += n
		}
	}
	return f
}

// leavesOut reports whether the account does not charge a line of a prediction layer.
func (b *Basis) leavesOut(l *Line) bool {
	block := l.Part != HeadPart && l.Part != BridgePart && l.Component != PredictionNorms
	return b.Predict == PredictionOmitted || b.Predict == PredictionBlock && !block
}

// charge is the charged FLOPs per token of a line.
func (b *Basis) charge(l *Line, seqLen int64) float64 {
	weights := 2 * float64(l.Weights)
	switch l.Part {
	case ProjectionPart:
		switch {
		case b.KV == KVAll && l.KVHeads > 0:
			return weights * float64(l.Heads) / float64(l.KVHeads)
		case l.Component == OutProjection:
			return weights * b.Output.factor()
		}
	case CorePart:
		return b.core(l, seqLen)
	case FFNPart:
		if b.FFNWidth > 0 {
			weights *= float64(b.FFNWidth) / float64(l.Width)
		}
		return weights * b.matrixScale(l)
	case SharedPart:
		return weights * b.matrixScale(l)
	case ExpertPart:
		switch b.Experts {
		case ExpertsAll:
			weights = 2 * float64(l.Parameters())
		case ExpertsOne:
			weights /= float64(l.Active)
		case ExpertsOmitted:
			return 0
		}
		return weights * b.matrixScale(l)
	case RouterPart:
		if b.NoRouter {
			return 0
		}
	case HeadPart:
		num, den := b.Head.factor(!l.Shared)
		switch {
		case l.Kind == SequenceLine:
			weights = l.Forward(seqLen)
		case b.Vocab > 0 && l.Component == OutputHead:
			weights *= float64(b.Vocab) / float64(l.out)
		}
		return weights * float64(num) / float64(den)
	case LookupPart:
		return charged(b.Lookup, l)
	case PositionPart:
		return charged(b.Positions, l)
	case VectorPart:
		return charged(b.Vectors, l)
	}
	return weights
}

// charged is what a line costs that an account takes for a matmul.
func charged(is bool, l *Line) float64 {
	if !is {
		return 0
	}
	return 2 * float64(l.Parameters())
}

// core is the charged FLOPs per token of a core line.
func (b *Basis) core(l *Line, seqLen int64) float64 {
	if l.Kind == StateLine {
		return b.state(l)
	}
	width := float64(l.Layers) * float64(l.CoreWidth)
	full := 2 * width * float64(context(seqLen, l.Window))
	n := full
	switch b.Core {
	case CoreHalf:
		n = width * float64(seqLen)
	case CoreQuarter:
		n = width * float64(seqLen) / 2
	case CoreExact:
		n = 2 * width * l.meanContext(seqLen)
	case CoreExactHalved:
		n = width * l.meanContext(seqLen)
	case CoreOmitted:
		n = 0
	case CoreOneMatmul, CoreHalfCapped:
		n = full / 2
	case CoreScoresTimesHeads:
		n = full / 2 * float64(l.Heads)
	case CoreTimesHeads:
		n = full * float64(l.Heads)
	case CoreTwice:
		n = 2 * full
	}
	if b.Softmax {
		n += 3 * float64(l.Layers) * float64(l.Heads) * float64(context(seqLen, l.Window))
	}
	return n
}

// meanContext is the keys that a causal mask leaves a query on average: (S+1)/2; with a window (W(W+1)/2 + (S−W)·W)/S; in
// chunks (C+1)/2 in a whole one and exactly what it is in the rest.
func (l *Line) meanContext(seqLen int64) float64 {
	S, W := float64(seqLen), float64(l.Window)
	switch {
	case l.Bidirectional:
		return bidirectionalContext(S, W)
	case l.Window <= 0 || l.Window >= seqLen:
		return (S + 1) / 2
	case l.Chunked:
		rest := float64(seqLen % l.Window)
		return (float64(seqLen/l.Window)*W*(W+1)/2 + rest*(rest+1)/2) / S
	default:
		return (W*(W+1)/2 + (S-W)*W) / S
	}
}

// matrixScale is the factor for the number of matrices. A gate that the account does not know is dropped, one that the model
// does not have is added in equal parts to the two matrices it has.
func (b *Basis) matrixScale(l *Line) float64 {
	switch {
	case l.Width == 0:
		return 1
	case b.FFNKind == FFNPlain && l.isGate():
		return 0
	case b.FFNKind == FFNGated && !l.Gated:
		return 3.0 / 2
	}
	return 1
}

// isGate reports whether the line is the gate of an FFN or of experts.
func (l *Line) isGate() bool {
	return l.Component == FFNGate || l.Component == ExpertGate || l.Component == SharedExpertGate
}

// Recomputed is the forward FLOPs that the passes count once more.
func (p Passes) Recomputed(f FLOPs) float64 {
	switch p {
	case FullRecompute:
		return f.layers
	case SelectiveRecompute:
		return f.Core
	default:
		return 0
	}
}

// TrainingPerToken is the account's training FLOPs per token: what the formula that it names gives, else forward and backward,
// 3 × forward unless its passes say otherwise.
func (b Basis) TrainingPerToken(m *Architecture, seqLen int64) float64 {
	if b.Formula != "" {
		if c, ok := ConventionByName(b.Formula); ok {
			return c.TrainingPerToken(m, seqLen)
		}
	}
	f := b.Forward(m, seqLen)
	return b.Scale.Factor() * (b.Passes.Factor(3)*f.Sum() + b.Passes.Recomputed(f))
}
