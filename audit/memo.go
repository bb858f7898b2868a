package audit

import "github.com/mfu-audit/mfu-audit/reference"

// memo keeps the forward FLOPs of one model at one sequence length: the search tries many bases that differ in what the forward
// count does not depend on.
type memo struct {
	model  *reference.Architecture
	seqLen int64
	all    map[reference.Basis]reference.FLOPs
	layer  map[reference.Basis]reference.FLOPs
}

func newMemo(w *World) *memo {
	return &memo{w.Model, w.SeqLen, map[reference.Basis]reference.FLOPs{}, map[reference.Basis]reference.FLOPs{}}
}

// forward is what the account charges for the model's forward pass, per token.
func (w *World) forward(b reference.Basis) reference.FLOPs {
	if w.memo == nil || w.memo.model != w.Model || w.memo.seqLen != w.SeqLen {
		return b.Forward(w.Model, w.SeqLen)
	}
	b = b.OfForward()
	f, ok := w.memo.all[b]
	if !ok {
		f = b.Forward(w.Model, w.SeqLen)
		w.memo.all[b] = f
	}
	return f
}

// layer is forward for one layer: the first stands for all.
func (w *World) layer(b reference.Basis) reference.FLOPs {
	if w.memo == nil || w.memo.model != w.Model || w.memo.seqLen != w.SeqLen {
		return b.Layer(w.Model, w.SeqLen)
	}
	b = b.OfForward()
	f, ok := w.memo.layer[b]
	if !ok {
		f = b.Layer(w.Model, w.SeqLen)
		w.memo.layer[b] = f
	}
	return f
}
