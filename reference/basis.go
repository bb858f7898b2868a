package reference

// Basis is how one account of a run counts. Each field is one axis; the zero value of all of them is the reference
// definition matmul-full: 3 × (2 × matmul weights actually used + the attention core over the full S², a windowed layer over
// min(S, W)), logits counted, look-up not, no recompute. A convention is a named point in this space, a mistake is one axis of
// one account set otherwise.
type Basis struct {
	Lookup    bool       // the input embedding is charged as a matmul, 2HV
	Positions bool       // the learned position table is charged, 2 × its entries
	Vectors   bool       // norms and biases are charged as if they were matmul weights
	KV        KVCharge   // key and value heads charged
	Output    Times      // the attention output projection
	Core      CoreCount  // the attention core
	FFNWidth  int64      // charged FFN width; 0 is the model's own
	FFNKind   FFNCharge  // charged FFN matrices
	Head      HeadCharge // the output head
	Experts   ExpertCharge
	NoRouter  bool             // routers and the gates of shared experts are not charged
	Softmax   bool             // 3 FLOPs for each score: exponential, sum and division
	Vocab     int64            // charged rows of the output head; 0 is the model's own V
	Predict   PredictionCharge // prediction layers
	Shape     Shape            // the model that the account takes it for
	Passes    Passes           // multiplier
	Scale     Scale            // of the printed amount
	Frozen    FrozenCharge     // weights that are not trained
	Per       Per              // a breakdown's amount: of a sequence or of a token
	LogitUnit int8             // the logit FLOPs are printed off by 1000 to this power
	// Formula names the convention whose own formula gives the total, of which the other axes are the nearest point; "" if the
	// axes give it.
	Formula string

	Ranks        Ranks        // whose tokens
	Accumulation Accumulation // how often gradient accumulation multiplies the tokens
	TokensTimes  int64        // how many ranks that share their tokens are counted each; 0 is none
	TokensOver   int64        // what the tokens are divided by though they are divided by it already; 0 is nothing

	PeakDevice    string    // ID of the accelerator whose peak is used; "" is the run's own
	PeakPrecision Precision // "" is the precision of the run's matmuls
	PeakSparse    bool      // the 2:4-sparse figure
	PeakDevices   int64     // devices counted; 0 is all of them
	PeakFigure    float64   // FLOP/s per device that no vendor states; 0 is the table's figure
	PeakBinary    bool      // a tera taken for 2⁴⁰
}

// OfForward is the basis without the axes that forward FLOPs per token do not depend on.
func (b Basis) OfForward() Basis {
	b.Passes, b.Scale, b.Frozen, b.Per, b.LogitUnit, b.Formula = 0, 0, 0, 0, 0, ""
	b.Ranks, b.Accumulation, b.TokensTimes, b.TokensOver = 0, 0, 0, 0
	b.PeakDevice, b.PeakPrecision, b.PeakSparse, b.PeakDevices, b.PeakFigure, b.PeakBinary = "", "", false, 0, 0, false
	return b
}

// Per is the amount that a per-layer breakdown is for.
type Per uint8

// The amounts of a breakdown.
const (
	PerSequence Per = iota
	PerToken
)

// Ranks is whose tokens an account counts.
type Ranks uint8

// Whose tokens are counted.
const (
	AllRanks   Ranks = iota
	OneRank          // one data-parallel rank's
	RanksTwice       // all ranks', multiplied by their number once more
)

// Accumulation is how gradient accumulation enters the tokens of a step.
type Accumulation uint8

// How accumulation is counted.
const (
	AccumulationOnce    Accumulation = iota
	AccumulationOmitted              // one micro-step's tokens
	AccumulationTwice                // multiplied in once more
)

// KVCharge is which key and value heads an account charges.
type KVCharge uint8

// The charges for key and value projections.
const (
	KVOwn KVCharge = iota // g heads
	KVAll                 // a heads: multi-head charged to a grouped-query model
)

// Times is how often a part is counted.
type Times uint8

// How often a part is counted.
const (
	Once Times = iota
	Omitted
	Twice
)

// factor is the multiple that t stands for.
func (t Times) factor() float64 { return [...]float64{1, 0, 2}[t] }

// CoreCount is how the attention core is counted, per token and layer; the full count is 4·a·d·S.
type CoreCount uint8

// The counts of the attention core.
const (
	CoreFull             CoreCount = iota // 4·a·d·S
	CoreHalf                              // 4·a·d·S/2 in every layer, windows ignored
	CoreExact                             // 4·a·d·(S+1)/2, or a window's exact mean context
	CoreOmitted                           // 0
	CoreOneMatmul                         // 2·a·d·S: QKᵀ or AV, not both
	CoreScoresTimesHeads                  // 2·a·(a·d)·S: one matmul, multiplied by the heads that split it
	CoreTimesHeads                        // 4·a·(a·d)·S: both matmuls multiplied by the heads
	CoreTwice                             // 8·a·d·S
	CoreQuarter                           // 4·a·d·S/4 in every layer: the half of a causal mask taken twice
	CoreHalfCapped                        // 4·a·d·min(S, W)/2: a window's band is no triangle to halve
	CoreExactHalved                       // half of CoreExact
)

// FFNCharge is which FFN matrices an account charges.
type FFNCharge uint8

// The charges for the FFN.
const (
	FFNOwn   FFNCharge = iota
	FFNPlain           // two matrices, whatever the model has
	FFNGated           // three matrices, whatever the model has
)

// HeadCharge is how the output head is charged.
type HeadCharge uint8

// The charges for the output head.
const (
	HeadOnce          HeadCharge = iota // 2HV, tied or not
	HeadOmitted                         // not at all
	HeadIfStored                        // only if the head stores weights of its own: what "N parameters" does
	HeadThreeQuarters                   // ¾: the 16 of a formula for four passes under a factor for three
	HeadThird                           // ⅓: its forward pass alone, where the layers' backward is counted
)

// factor is the multiple that h stands for, of a head that stores weights or not.
func (h HeadCharge) factor(stored bool) (num, den int64) {
	switch {
	case h == HeadOmitted || h == HeadIfStored && !stored:
		return 0, 1
	case h == HeadThreeQuarters:
		return 3, 4
	case h == HeadThird:
		return 1, 3
	}
	return 1, 1
}

// ExpertCharge is which routed experts an account charges.
type ExpertCharge uint8

// The charges for routed experts.
const (
	ExpertsActive  ExpertCharge = iota // the k that a token passes through
	ExpertsAll                         // all E
	ExpertsOne                         // one, whatever k
	ExpertsOmitted                     // none
)

// PredictionCharge is what of the prediction layers an account charges.
type PredictionCharge uint8

// The charges for prediction layers.
const (
	PredictionWhole   PredictionCharge = iota // block, projection and head
	PredictionBlock                           // the block alone
	PredictionOmitted                         // nothing
)

// Passes is which passes over the model are counted.
type Passes uint8

// The passes.
const (
	PassesDefault      Passes = iota // the quantity's own: 3 for training FLOPs, 1 for a forward breakdown
	ForwardOnly                      // 1
	BackwardOnce                     // 2: the backward pass for as much as the forward
	ForwardBackward                  // 3
	FourTimes                        // 4 times everything: forward, backward and one more forward
	FullRecompute                    // 3, and the layers' forward once more
	SelectiveRecompute               // 3, and the attention core's forward once more
)

// Factor is how many forward passes' FLOPs the passes cost; own is the quantity's own count.
func (p Passes) Factor(own float64) float64 {
	switch p {
	case ForwardOnly:
		return 1
	case BackwardOnce:
		return 2
	case ForwardBackward:
		return 3
	case FourTimes:
		return 4
	case FullRecompute, SelectiveRecompute:
		return 3
	default:
		return own
	}
}

// Scale is what a printed amount is multiplied by.
type Scale uint8

// The scales.
const (
	ScaleOne       Scale = iota
	MultiplyAdds         // ½: multiply-adds are printed as FLOPs
	Doubled              // 2: what counted both of a multiply-add is doubled once more
	ThousandTimes        // 1000: GFLOPs are printed as TFLOPs
	OneInAThousand       // 1/1000
)

// Factor is the multiple that s stands for.
func (s Scale) Factor() float64 { return [...]float64{1, 0.5, 2, 1000, 1e-3}[s] }

// FrozenCharge is how weights are charged that are not trained.
type FrozenCharge uint8

// The charges for frozen weights.
const (
	FrozenOwn         FrozenCharge = iota // forward and the input's gradient
	FrozenAsTrained                       // as if they had a gradient of their own
	FrozenForwardOnly                     // their forward alone
	FrozenEverything                      // the discount for frozen weights is given to the attention core as well
)
