package reference

// group writes the lines of equal layers.
func (w *writer) group(g *LayerGroup, H int64) {
	w.layers = g.Count
	if g.Mixer != nil {
		for _, l := range g.Mixer.Lines(H) {
			w.write(&l)
		}
	}
	switch {
	case !g.hasAttention():
	case g.Attention.IsLatent():
		w.latent(&g.Attention, g.core, H)
	default:
		w.attention(&g.Attention, g.core, H)
	}
	if g.Cross.Heads > 0 {
		w.cross(&g.Cross, H)
	}
	w.ffn(&g.FFN, H)
	w.experts(&g.FFN, H)
	w.vector(LayerNorms, product(g.Norms, g.Norm.Parameters(H)))
}

// attention writes projections, core and vectors of an attention layer with separate keys and values.
func (w *writer) attention(at *Attention, core coreReading, H int64) {
	q, kv := product(at.Heads, at.HeadDim), product(at.KVHeads, at.HeadDim)
	w.matmul(QueryProjection, ProjectionPart, H, q)
	if at.OutputGate {
		w.matmul(GateProjection, ProjectionPart, H, q)
	}
	shared := matmul(KeyProjection, ProjectionPart, H, kv)
	shared.Heads, shared.KVHeads = at.Heads, at.KVHeads
	w.write(&shared)
	shared.Component = ValueProjection
	w.write(&shared)
	w.core(at, core)
	w.matmul(OutProjection, ProjectionPart, q, H)
	w.vector(AttentionBias, at.biases(H))
	w.vector(QKNorms, at.qkNorms())
	w.sinks(at)
}

// latent writes the lines of multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, appendix C).
func (w *writer) latent(at *Attention, core coreReading, H int64) {
	x := at.Latent
	qk, v := at.CoreDims()
	if x.QRank > 0 {
		w.matmul(QueryDown, ProjectionPart, H, x.QRank)
		w.matmul(QueryUp, ProjectionPart, x.QRank, product(at.Heads, qk))
	} else {
		w.matmul(QueryProjection, ProjectionPart, H, product(at.Heads, qk))
	}
	w.matmul(KeyValueDown, ProjectionPart, H, x.KVRank+x.RopeDim)
	w.matmul(KeyValueUp, ProjectionPart, x.KVRank, product(at.Heads, x.NopeDim+x.ValueDim))
	w.core(at, core)
	w.matmul(OutProjection, ProjectionPart, product(at.Heads, v), H)
	w.vector(AttentionBias, at.biases(H))
	w.vector(LatentNorms, x.QRank+x.KVRank) // RMSNorm, in every known model
	w.sinks(at)
}

func (w *writer) core(at *Attention, core coreReading) {
	qk, v := at.CoreDims()
	l := Line{
		Component: AttentionCore, Kind: CoreLine, Part: CorePart, Heads: at.Heads,
		Window: at.Window, Chunked: at.Chunked, Bidirectional: at.Bidirectional, CoreWidth: product(at.Heads, qk+v),
	}
	if core.width > 0 {
		l.CoreWidth = core.width
	}
	layers := w.layers
	switch {
	case core.layers == noLayers:
		return
	case core.layers > 0:
		w.layers = core.layers
	}
	w.write(&l)
	w.layers = layers
}

func (w *writer) sinks(at *Attention) {
	if at.Sinks {
		w.vector(AttentionSinks, at.Heads)
	}
}

// ffn writes a dense FFN.
func (w *writer) ffn(f *FFN, H int64) {
	if f.Width == 0 {
		return
	}
	w.matrices(f, FFNPart, f.Width, H, FFNGate, FFNUp, FFNDown)
	if f.Bias {
		w.vector(FFNBias, f.biases(f.Width, H))
	}
}

// matrices writes the two or three matrices of an FFN that every token passes through.
func (w *writer) matrices(f *FFN, p Part, width, H int64, gate, up, down Component) {
	l := matmul(gate, p, H, width)
	l.Width, l.Gated = width, f.Gated
	if f.Gated {
		w.write(&l)
	}
	l.Component = up
	w.write(&l)
	l.Component = down
	w.write(&l)
}

// experts writes a mixture of experts: of E experts' weights a token passes through k.
func (w *writer) experts(f *FFN, H int64) {
	x := &f.Experts
	if x.Count == 0 {
		return
	}
	w.matmul(ExpertRouter, RouterPart, H, x.Count)
	if x.RouterBias {
		w.vector(RouterBias, x.Count)
	}
	if x.CorrectionBias {
		w.vector(CorrectionBias, x.Count)
	}
	inner := H
	if x.LatentWidth > 0 {
		inner = x.LatentWidth
		w.matmul(ExpertLatents, SharedPart, 2*H, inner)
	}
	l := matmul(ExpertGate, ExpertPart, product(x.Active, inner), x.Width)
	l.each, l.in = product(x.Count, inner, x.Width), inner
	l.Width, l.Gated, l.Active = x.Width, f.Gated, x.Active
	if f.Gated {
		w.write(&l)
	}
	l.Component = ExpertUp
	w.write(&l)
	l.Component = ExpertDown
	w.write(&l)
	if x.Bias {
		w.vector(ExpertBias, product(x.Count, f.biases(x.Width, inner)))
	}
	if x.SharedWidth > 0 {
		w.matrices(f, SharedPart, x.SharedWidth, H, SharedExpertGate, SharedExpertUp, SharedExpertDown)
	}
	if x.SharedGate {
		w.matmul(SharedExpertWeigher, RouterPart, H, 1)
	}
}

// biases is the parameters of an attention layer's bias vectors. Those of latent attention are on the down projections
// (DeepseekV3Attention).
func (at *Attention) biases(hidden int64) int64 {
	var n int64
	switch {
	case at.QKVBias && at.IsLatent():
		n += at.Latent.QRank + at.Latent.KVRank + at.Latent.RopeDim
	case at.QKVBias:
		heads := at.Heads + 2*at.KVHeads
		if at.OutputGate {
			heads += at.Heads
		}
		n += product(heads, at.HeadDim)
	}
	if at.OutputBias {
		n += hidden
	}
	return n
}

// qkNorms is the parameters of an attention layer's query and key norms.
func (at *Attention) qkNorms() int64 {
	switch at.QKNorm {
	case QKNormPerHead:
		return 2 * at.QKNormKind.Parameters(at.HeadDim)
	case QKNormFull:
		return at.QKNormKind.Parameters(at.Heads*at.HeadDim) + at.QKNormKind.Parameters(at.KVHeads*at.HeadDim)
	default:
		return 0
	}
}

// biases is the parameters of one FFN's bias vectors: one of width i per input matrix and one of width H.
func (f *FFN) biases(width, hidden int64) int64 {
	return (f.Matrices()-1)*width + hidden
}
