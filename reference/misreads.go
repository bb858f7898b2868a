package reference

// SuspectFor reports whether a total of this model at sequence length seqLen that only this convention explains is to be told, not
// accepted: it is suspect on any model, or its formula misreads this one.
func (c Convention) SuspectFor(m *Architecture, seqLen int64) bool {
	return c.Suspect || c.Misreads != nil && m != nil && c.Misreads(m, seqLen)
}

// headsLatent reports whether a model has latent attention.
func headsLatent(m *Architecture, _ int64) bool {
	for i := range m.Groups {
		if g := &m.Groups[i]; g.hasAttention() && g.Attention.IsLatent() {
			return true
		}
	}
	return false
}

// headsNotOfHidden reports whether formulas that write H for a·d are wrong for a model: its heads have another width, or
// its attention is latent.
func headsNotOfHidden(m *Architecture, _ int64) bool {
	for i := range m.Groups {
		g := &m.Groups[i]
		at := &g.Attention
		if g.hasAttention() && (at.IsLatent() || product(at.Heads, at.HeadDim) != m.Hidden) {
			return true
		}
	}
	return false
}

// windowsIgnored reports whether formulas without windows are wrong for a model at a sequence length.
func windowsIgnored(m *Architecture, seqLen int64) bool {
	for i := range m.Groups {
		g := &m.Groups[i]
		if g.hasAttention() && g.Attention.Window > 0 && g.Attention.Window < seqLen {
			return true
		}
	}
	return false
}

// notOneLayer reports whether formulas that multiply one layer by their number are wrong for a model: it has layers
// without attention, or dense ones beside experts of another width, or shared experts.
func notOneLayer(m *Architecture, _ int64) bool {
	first := m.First()
	for i := range m.Groups {
		g := &m.Groups[i]
		x, y := &g.FFN.Experts, &first.FFN.Experts
		if g.Mixer != nil || x.SharedWidth > 0 || x.LatentWidth > 0 || g.FFN.Width != first.FFN.Width || x.Count != y.Count || x.Active != y.Active || x.Width != y.Width {
			return true
		}
	}
	return false
}

// anyOf reports whether one of several things is so.
func anyOf(is ...func(m *Architecture, seqLen int64) bool) func(m *Architecture, seqLen int64) bool {
	return func(m *Architecture, seqLen int64) bool {
		for _, f := range is {
			if f(m, seqLen) {
				return true
			}
		}
		return false
	}
}
