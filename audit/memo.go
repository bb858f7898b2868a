package audit

import "github.com/mfu-audit/mfu-audit/reference"

// memo keeps the forward FLOPs of one model at one sequence length: the search tries many bases that differ in what the forward
// count does not depend on.
type memo struct {
	model  *reference.Architecture
	seqLen int64
	all    map[charge]reference.FLOPs
	layer  map[charge]reference.FLOPs
}

func newMemo(w *World) *memo {
	return &memo{w.Model, w.SeqLen, map[charge]reference.FLOPs{}, map[charge]reference.FLOPs{}}
}

// charge is the axes of a basis that the forward count depends on, without strings: a basis of the search is looked up a million
// times, and hashing these takes a fifth of the time.
type charge struct {
	ffnWidth, vocab, expertWidth, sharedWidth int64

	kv                             reference.KVCharge
	output                         reference.Times
	core                           reference.CoreCount
	ffnKind                        reference.FFNCharge
	head                           reference.HeadCharge
	experts                        reference.ExpertCharge
	predict                        reference.PredictionCharge
	headDim                        reference.HeadDimReading
	windows                        reference.WindowReading
	latent                         reference.LatentReading
	mixers                         reference.MixerReading
	lookup, positions, vectors     bool
	noRouter, softmax, wideExperts bool
}

// chargeOf takes over every axis that reference.Basis.OfForward keeps; a test holds it to that.
func chargeOf(b *reference.Basis) charge {
	s := &b.Shape
	return charge{
		ffnWidth: b.FFNWidth, vocab: b.Vocab, expertWidth: s.ExpertWidth, sharedWidth: s.SharedWidth,
		kv: b.KV, output: b.Output, core: b.Core, ffnKind: b.FFNKind, head: b.Head, experts: b.Experts, predict: b.Predict,
		headDim: s.HeadDim, windows: s.Windows, latent: s.Latent, mixers: s.Mixers,
		lookup: b.Lookup, positions: b.Positions, vectors: b.Vectors, noRouter: b.NoRouter, softmax: b.Softmax, wideExperts: s.WideExperts,
	}
}

// forward is what the account charges for the model's forward pass, per token.
func (w *World) forward(b reference.Basis) reference.FLOPs {
	if w.memo == nil || w.memo.model != w.Model || w.memo.seqLen != w.SeqLen {
		return b.Forward(w.Model, w.SeqLen)
	}
	key := chargeOf(&b)
	f, ok := w.memo.all[key]
	if !ok {
		f = b.OfForward().Forward(w.Model, w.SeqLen)
		w.memo.all[key] = f
	}
	return f
}

// layer is forward for one layer: the first stands for all.
func (w *World) layer(b reference.Basis) reference.FLOPs {
	if w.memo == nil || w.memo.model != w.Model || w.memo.seqLen != w.SeqLen {
		return b.Layer(w.Model, w.SeqLen)
	}
	key := chargeOf(&b)
	f, ok := w.memo.layer[key]
	if !ok {
		f = b.OfForward().Layer(w.Model, w.SeqLen)
		w.memo.layer[key] = f
	}
	return f
}
