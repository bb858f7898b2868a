package reference

import (
	"math"
	"math/big"
)

// Term is one ledger line of a count, in exact numbers. Over n sequences of T tokens together, whose queries see K keys in all,
// one forward pass of it costs PerToken·T + PerSequence·n + PerKey·K FLOPs. What is nil is 0.
type Term struct {
	Line        Line
	PerToken    *big.Rat // matrices and mixers' states
	PerSequence *big.Rat // what runs once for a sequence
	PerKey      *big.Rat // attention cores: of one query and one key it is charged for
	Mask        Mask     // which keys those are
}

// Mask is the keys that a count charges a query for.
type Mask string

// The masks.
const (
	MaskFull          Mask = "full"          // min(S, W) keys
	MaskHalf          Mask = "half"          // S/2 keys, windows ignored
	MaskCausal        Mask = "causal"        // the keys up to its own, at most W
	MaskChunked       Mask = "chunked"       // the keys of its own chunk of W up to its own
	MaskBidirectional Mask = "bidirectional" // all keys, or those at most (W−1)/2 away
)

// Terms lists the model's lines as this basis charges them, those that cost something. The passes (forward, backward,
// recompute) are not in it. ok is false where a dimension is beyond what int64 holds.
func (b Basis) Terms(m *Architecture) (terms []Term, ok bool) {
	m = b.Shape.Read(m)
	if m.Validate() != nil {
		return nil, false
	}
	for l := range m.Lines() {
		if l.Prediction && b.leavesOut(&l) {
			continue
		}
		if l.Weights == math.MaxInt64 || l.CoreWidth == math.MaxInt64 || l.StateWork == math.MaxInt64 || l.Parameters() == math.MaxInt64 {
			return nil, false
		}
		if t, costs := b.term(&l); costs {
			terms = append(terms, t)
		}
		if b.Softmax && l.Kind == CoreLine {
			terms = append(terms, Term{Line: l, PerKey: rat(3, l.Layers, l.Heads), Mask: MaskFull})
		}
	}
	return terms, true
}

// term is what the basis charges a line; costs is false if nothing.
func (b *Basis) term(l *Line) (t Term, costs bool) {
	t.Line = *l
	switch {
	case l.Kind == CoreLine:
		t.PerKey, t.Mask = b.perKey(l), b.mask(l)
		return t, t.PerKey.Sign() > 0
	case l.Kind == StateLine:
		t.PerToken = b.perTokenOfState(l)
		return t, t.PerToken.Sign() > 0
	case l.Kind == SequenceLine:
		num, den := b.Head.factor(true)
		t.PerSequence = over(rat(2, l.Parameters(), num), den)
		return t, num > 0
	}
	t.PerToken = b.perToken(l)
	return t, t.PerToken.Sign() > 0
}

// rat is the product of integers.
func rat(factors ...int64) *big.Rat {
	p := big.NewInt(1)
	for _, f := range factors {
		p.Mul(p, big.NewInt(f))
	}
	return new(big.Rat).SetInt(p)
}

// over divides r by n.
func over(r *big.Rat, n int64) *big.Rat { return r.Quo(r, rat(n)) }

// perToken is charge without rounding, for lines whose cost does not depend on the sequence length.
func (b *Basis) perToken(l *Line) *big.Rat {
	weights := rat(2, l.Weights)
	stored := func(is bool) *big.Rat {
		if !is {
			return new(big.Rat)
		}
		return rat(2, l.Parameters())
	}
	switch l.Part {
	case ProjectionPart:
		switch {
		case b.KV == KVAll && l.KVHeads > 0:
			weights.Mul(weights, big.NewRat(l.Heads, l.KVHeads))
		case l.Component == OutProjection:
			weights.Mul(weights, rat(int64(b.Output.factor())))
		}
		return weights
	case ExpertPart:
		switch b.Experts {
		case ExpertsAll:
			weights = stored(true)
		case ExpertsOne:
			over(weights, l.Active)
		case ExpertsOmitted:
			return new(big.Rat)
		}
	case RouterPart:
		if b.NoRouter {
			return new(big.Rat)
		}
	case HeadPart:
		num, den := b.Head.factor(!l.Shared)
		if b.Vocab > 0 && l.Component == OutputHead {
			weights.Mul(weights, big.NewRat(b.Vocab, l.out))
		}
		return over(weights.Mul(weights, rat(num)), den)
	case LookupPart:
		return stored(b.Lookup)
	case PositionPart:
		return stored(b.Positions)
	case VectorPart:
		return stored(b.Vectors)
	case FFNPart:
		if b.FFNWidth > 0 {
			weights.Mul(weights, big.NewRat(b.FFNWidth, l.Width))
		}
	}
	switch b.matrixScale(l) {
	case 0:
		return new(big.Rat)
	case 1.5:
		weights.Mul(weights, big.NewRat(3, 2))
	}
	return weights
}

// perTokenOfState is state without rounding.
func (b *Basis) perTokenOfState(l *Line) *big.Rat {
	full := rat(2, l.Layers, l.StateWork)
	switch {
	case b.Core == CoreOmitted:
		return new(big.Rat)
	case l.Chunk > 0 && (b.Core == CoreHalf || b.Core == CoreHalfCapped):
		return over(full, 2)
	case l.Chunk > 0 && (b.Core == CoreExact || b.Core == CoreExactHalved):
		return full.Mul(full, big.NewRat(l.Chunk+1, 2*l.Chunk))
	}
	return full
}

// perKey is a core's FLOPs for one query and one key.
func (b *Basis) perKey(l *Line) *big.Rat {
	n := rat(2, l.Layers, l.CoreWidth)
	switch b.Core {
	case CoreOmitted:
		n = new(big.Rat)
	case CoreOneMatmul, CoreHalfCapped, CoreQuarter, CoreExactHalved:
		over(n, 2)
	case CoreScoresTimesHeads:
		over(n.Mul(n, rat(l.Heads)), 2)
	case CoreTimesHeads:
		n.Mul(n, rat(l.Heads))
	case CoreTwice:
		n.Mul(n, rat(2))
	}
	return n
}

// mask is the keys that the basis charges a core line for.
func (b *Basis) mask(l *Line) Mask {
	switch {
	case b.Core == CoreHalf || b.Core == CoreQuarter:
		return MaskHalf
	case b.Core != CoreExact && b.Core != CoreExactHalved:
		return MaskFull
	case l.Bidirectional:
		return MaskBidirectional
	case l.Chunked:
		return MaskChunked
	}
	return MaskCausal
}

// TwiceKeys is 2 × the keys that the queries of a sequence of S tokens are charged for, which is a whole number for every mask:
//
//	full           2·S·min(S, W)
//	half           S·S
//	causal         S(S+1); with a window W < S  W(W+1) + 2(S−W)·W
//	chunked        ⌊S/W⌋·W(W+1) + r(r+1), r the rest
//	bidirectional  2·S²; with a window 2·(S(2w+1) − w(w+1)), w = ⌊(W−1)/2⌋
func (k Mask) TwiceKeys(seqLen, window int64) *big.Int {
	S, W := big.NewInt(seqLen), big.NewInt(window)
	mul := func(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }
	plus := func(x, y *big.Int) *big.Int { return new(big.Int).Add(x, y) }
	one := big.NewInt(1)
	rising := func(x *big.Int) *big.Int { return mul(x, plus(x, one)) } // x(x+1)
	whole := window <= 0 || window >= seqLen
	switch {
	case k == MaskHalf:
		return mul(S, S)
	case k == MaskBidirectional:
		w := (window - 1) / 2
		if window <= 0 || w >= seqLen-1 {
			return new(big.Int).Lsh(mul(S, S), 1)
		}
		near := mul(S, big.NewInt(2*w+1))
		return new(big.Int).Lsh(near.Sub(near, rising(big.NewInt(w))), 1)
	case k == MaskFull && whole:
		return new(big.Int).Lsh(mul(S, S), 1)
	case k == MaskFull:
		return new(big.Int).Lsh(mul(S, W), 1)
	case whole:
		return rising(S)
	case k == MaskChunked:
		chunks, rest := new(big.Int).QuoRem(S, W, new(big.Int))
		return plus(mul(chunks, rising(W)), rising(rest))
	}
	return plus(rising(W), new(big.Int).Lsh(mul(new(big.Int).Sub(S, W), W), 1))
}
