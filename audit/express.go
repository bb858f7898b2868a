package audit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// expression writes what predict computes for a quantity, in symbols, and the values of the symbols.
func expression(q reference.Quantity, w *World, b reference.Basis) (text, symbols string) {
	m := w.Model
	if m == nil {
		return "", ""
	}
	m = b.Shape.Read(m)
	e := expr{m: m, w: w, b: b}
	if !uniform(m) {
		return e.parts(q)
	}
	switch q {
	case reference.AttentionFLOPsPerLayer:
		text = e.scaled(e.projections() + e.plus(e.core()) + e.plus(e.softmax(3)))
	case reference.FFNFLOPsPerLayer:
		text = e.scaled(e.ffn())
	case reference.AttentionToFFNRatio:
		text = "(" + e.projections() + e.plus(e.core()) + e.plus(e.softmax(3)) + ") ÷ (" + e.ffn() + ")"
	case reference.LogitFLOPs:
		text = e.scaled(e.seq("2", "H·V"))
		e.use("H", m.Hidden)
		e.use("V", m.Vocab)
		if b.LogitUnit != 0 {
			text += fmt.Sprintf(" × 1000^%d", b.LogitUnit)
		}
	case reference.FLOPsPerToken:
		if c, ok := reference.ConventionByName(b.Formula); ok {
			return c.Formula, ""
		}
		text = e.total()
	case reference.WeightFLOPsPerToken:
		text = e.weights()
	case reference.CoreFLOPsPerToken:
		text = e.coreTotal()
	case reference.GQAGroupSize:
		text = "a ÷ g"
		e.use("a", m.First().Attention.Heads)
		e.use("g", m.First().Attention.KVHeads)
	default:
		return "", ""
	}
	return text, strings.Join(e.symbols, ", ")
}

// uniform reports whether every layer of a model is alike and plain attention with a dense FFN: what the symbols stand for.
func uniform(m *reference.Architecture) bool {
	g := m.First()
	plainAttention := g.Mixer == nil && g.Attention.Latent == (reference.Latent{}) && !g.Attention.OutputGate
	return len(m.Groups) == 1 && len(m.Prediction) == 0 && plainAttention && g.FFN.Experts == (reference.Experts{})
}

// parts writes a total of unlike layers as its parts, each of which the ledger of the model shows.
func (e *expr) parts(q reference.Quantity) (text, symbols string) {
	b := e.b
	b.Shape = reference.Shape{} // e.m is read already
	f, k := b.Forward(e.m, e.w.SeqLen), b.Passes.Factor(3)*b.Scale.Factor()
	share, coreShare := e.w.trainedShares(b.Frozen)
	weights := plain(k*share) + "·(weights " + group(f.Weights()) + ")"
	core := plain(k*coreShare) + "·(core " + group(f.Core) + ")"
	switch q {
	case reference.FLOPsPerToken:
		if share == coreShare {
			return fmt.Sprintf("%s·(weights %s + core %s), see mfu-audit flops", plain(k*share), group(f.Weights()), group(f.Core)), ""
		}
		return weights + " + " + core + ", see mfu-audit flops", ""
	case reference.WeightFLOPsPerToken:
		return weights + ", see mfu-audit flops", ""
	case reference.CoreFLOPsPerToken:
		return core + ", see mfu-audit flops", ""
	default:
		return "", ""
	}
}

// expr collects the symbols that an expression uses.
type expr struct {
	m       *reference.Architecture
	w       *World
	b       reference.Basis
	symbols []string
}

func (e *expr) use(name string, v int64) {
	s := fmt.Sprintf("%s %d", name, v)
	for _, x := range e.symbols {
		if x == s {
			return
		}
	}
	e.symbols = append(e.symbols, s)
}

// square reports whether a·d = H, so that projections are multiples of H².
func (e *expr) square() bool {
	at := e.m.First().Attention
	return at.Heads*at.HeadDim == e.m.Hidden
}

// seq writes "k·S·rest" or "k·rest" by what the breakdown is for.
func (e *expr) seq(k, rest string) string {
	if e.b.Per == reference.PerToken {
		return k + "·" + rest
	}
	e.use("S", e.w.SeqLen)
	return k + "·S·" + rest
}

func (e *expr) projections() string {
	at := e.m.First().Attention
	e.use("H", e.m.Hidden)
	kv := at.KVHeads
	if e.b.KV == reference.KVAll {
		kv = at.Heads
	}
	o := map[reference.Times]float64{reference.Once: 2, reference.Omitted: 0, reference.Twice: 4}[e.b.Output]
	if e.square() {
		k := 2 + 4*float64(kv)/float64(at.Heads) + o
		return e.seq(strconv.FormatFloat(k, 'g', 6, 64), "H²")
	}
	e.use("a", at.Heads)
	e.use("g", kv)
	e.use("d", at.HeadDim)
	text := e.seq("2", "H·d·(a + 2g)")
	if o > 0 {
		text += " + " + e.seq(plain(o), "a·d·H")
	}
	return text
}

// width is "H" where a·d = H, else "a·d".
func (e *expr) width() string {
	if e.square() {
		e.use("H", e.m.Hidden)
		return "H"
	}
	e.use("a", e.m.First().Attention.Heads)
	e.use("d", e.m.First().Attention.HeadDim)
	return "a·d"
}

func (e *expr) core() string {
	squared := "S²"
	if e.b.Per == reference.PerToken {
		squared = "S"
	}
	e.use("S", e.w.SeqLen)
	if W := e.m.First().Attention.Window; W > 0 && W < e.w.SeqLen && e.b.Core != reference.CoreHalf && e.b.Core != reference.CoreQuarter {
		e.use("W", W)
		squared = map[string]string{"S": "W", "S²": "S·W"}[squared]
	}
	at := e.m.First().Attention
	switch e.b.Core {
	case reference.CoreHalf, reference.CoreOneMatmul, reference.CoreHalfCapped:
		return "2·" + squared + "·" + e.width()
	case reference.CoreQuarter:
		return "1·" + squared + "·" + e.width()
	case reference.CoreTwice:
		return "8·" + squared + "·" + e.width()
	case reference.CoreExact:
		return "2·" + e.keys(squared) + "·" + e.width()
	case reference.CoreExactHalved:
		return "1·" + e.keys(squared) + "·" + e.width()
	case reference.CoreOmitted:
		return ""
	case reference.CoreScoresTimesHeads:
		e.use("a", at.Heads)
		return "2·a·" + squared + "·" + e.width()
	case reference.CoreTimesHeads:
		e.use("a", at.Heads)
		return "4·a·" + squared + "·" + e.width()
	default:
		return "4·" + squared + "·" + e.width()
	}
}

// keys is twice the keys that a causal mask leaves a query, and those that it leaves all queries of a sequence: S+1 each, behind a
// window W(W+1) + 2(S−W)W together.
func (e *expr) keys(squared string) string {
	return map[string]string{"S": "(S+1)", "S²": "S·(S+1)", "W": "W·(2S−W+1)/S", "S·W": "W·(2S−W+1)"}[squared]
}

// softmax is k FLOPs for each score, if the account counts it.
func (e *expr) softmax(k float64) string {
	if !e.b.Softmax {
		return ""
	}
	e.use("a", e.m.First().Attention.Heads)
	e.use("S", e.w.SeqLen)
	if e.b.Per == reference.PerToken {
		return plain(k) + "·a·S"
	}
	return plain(k) + "·a·S²"
}

func (e *expr) plus(s string) string {
	if s == "" {
		return ""
	}
	return " + " + s
}

// matrices is how many FFN matrices are charged.
func (e *expr) matrices() int64 {
	switch e.b.FFNKind {
	case reference.FFNPlain:
		return 2
	case reference.FFNGated:
		return 3
	default:
		return e.m.First().FFN.Matrices()
	}
}

func (e *expr) chargedWidth() int64 {
	if e.b.FFNWidth > 0 {
		return e.b.FFNWidth
	}
	return e.m.First().FFN.Width
}

func (e *expr) ffn() string {
	e.use("H", e.m.Hidden)
	e.use("i", e.chargedWidth())
	return e.seq(plain(float64(2*e.matrices())), "H·i")
}

// scaled multiplies a breakdown's sum by its passes.
func (e *expr) scaled(sum string) string {
	k := e.b.Passes.Factor(1) * e.b.Scale.Factor()
	if k == 1 {
		return sum
	}
	return plain(k) + "·(" + sum + ")"
}

// weights writes the part of training FLOPs per token that is not the core.
func (e *expr) weights() string {
	share, _ := e.w.trainedShares(e.b.Frozen)
	k := plain(2 * e.b.Passes.Factor(3) * e.b.Scale.Factor() * share)
	p := e.m.CountParameters()
	b := e.b
	b.Shape, b.Scale, b.Frozen, b.Softmax = reference.Shape{}, 0, 0, false // in k, in e.m, and no weights
	if p.Active == p.Total {                                               // no experts
		b.Experts, b.NoRouter = reference.ExpertsActive, false
	}
	reference0 := reference.Basis{Core: e.b.Core, Passes: e.b.Passes}
	all := reference.Basis{Lookup: true, Positions: true, Vectors: true, Head: reference.HeadIfStored, Core: e.b.Core, Passes: e.b.Passes}
	if p.Active < p.Total {
		all.Experts = reference.ExpertsAll
	}
	noPositions := all
	noPositions.Positions = false
	switch {
	case e.b.Shape != reference.Shape{}: // weights that the model does not have
	case b == reference0:
		e.use("matmul weights", p.Matmul)
		return k + "·(matmul weights)"
	case b == all:
		e.use("N", p.WithPrediction())
		return k + "·N"
	case b == noPositions:
		e.use("N", p.WithPrediction()-p.Positions)
		return k + "·N"
	}
	n := b.Forward(e.m, e.w.SeqLen).Weights() / 2
	e.use("charged weights", int64(n))
	return k + "·(charged weights)"
}

// coreTotal writes the core's part of training FLOPs per token, all layers.
func (e *expr) coreTotal() string {
	b := e.b
	b.Per = reference.PerToken
	_, share := e.w.trainedShares(e.b.Frozen)
	k := e.b.Passes.Factor(3) * e.b.Scale.Factor() * share
	inner := expr{m: e.m, w: e.w, b: b}
	c := inner.core()
	if c == "" {
		return ""
	}
	for _, s := range inner.symbols {
		if !strings.HasPrefix(s, "matmul") {
			e.symbols = append(e.symbols, s)
		}
	}
	e.use("L", e.m.Layers())
	digit, rest, _ := strings.Cut(c, "·")
	text := plain(k) + "·L·" + c
	if lead, err := strconv.ParseFloat(digit, 64); err == nil {
		text = plain(k*lead) + "·L·" + rest
	}
	if inner.softmax(3*k) == "" {
		return text
	}
	e.use("a", e.m.First().Attention.Heads)
	return text + " + " + plain(3*k) + "·L·a·S"
}

func (e *expr) total() string {
	return e.weights() + e.plus(e.coreTotal())
}

// group writes a whole number in groups of three digits.
func group(v float64) string {
	s := plain(math.Abs(v))
	if strings.ContainsAny(s, ".e") || len(s) <= 4 {
		return plain(v)
	}
	var b strings.Builder
	if v < 0 {
		b.WriteByte('-')
	}
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// number writes a value with the digits that a reader needs to check it by hand.
func number(v float64) string {
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return group(v)
	case math.Abs(v) >= 1e5 && math.Abs(v) < 1e15:
		return group(math.Round(v))
	default:
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
}

// percent writes a fraction as a percentage with two decimals.
func percent(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) }
