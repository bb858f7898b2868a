package reference

import "slices"

// Shape is the model for which an account takes the one that ran: each field is one way in which formulas misread a
// config.json. The zero value is the model itself.
type Shape struct {
	HeadDim     HeadDimReading
	Windows     WindowReading
	Latent      LatentReading
	ExpertWidth int64 // charged width of every routed expert; 0 is the model's own
	SharedWidth int64 // charged width of the shared experts; 0 is the model's own, NoSharedExperts is none
	WideExperts bool  // experts behind a latent projection are charged with the model's hidden size
	Mixers      MixerReading
}

// NoSharedExperts is the width of shared experts that are not charged.
const NoSharedExperts = -1

// HeadDimReading is where an account takes the head dimension from.
type HeadDimReading uint8

// The head dimensions.
const (
	HeadDimOwn      HeadDimReading = iota
	HeadDimOfHidden                // ⌊H/a⌋, whatever the model says
)

// WindowReading is how an account reads attention windows.
type WindowReading uint8

// The readings of windows.
const (
	WindowsOwn        WindowReading = iota
	WindowsIgnored                  // every layer attends to everything
	WindowsEverywhere               // every layer has the window of those that have one
	WindowsAdded                    // the windowed layers' core is charged for as many layers as attend at all, beside the others'
)

// LatentReading is how an account reads multi-head latent attention.
type LatentReading uint8

// The readings of latent attention.
const (
	LatentOwn        LatentReading = iota
	LatentQueryCore                // AV is charged with the width of QKᵀ, d_n + d_r
	LatentQueryHeads               // multi-head attention with heads of d_n + d_r
	LatentMultiHead                // multi-head attention with heads of H/a
)

// MixerReading is how an account reads the layers that have something else in place of attention.
type MixerReading uint8

// The readings of mixers.
const (
	MixersOwn         MixerReading = iota
	MixersAsAttention              // each is an attention layer like the model's others
	MixersFullLayers               // every layer, of whatever kind, is attention and an FFN
	MixersExpandTwo                // a state-space layer has 2·H channels
	MixersOmitted                  // not charged
)

// Read is the model as an account of this shape takes it; the model itself where nothing is read otherwise.
func (s Shape) Read(m *Architecture) *Architecture {
	if s == (Shape{}) {
		return m
	}
	out := *m
	out.Groups = slices.Clone(m.Groups)
	out.Prediction = slices.Clone(m.Prediction)
	attention, ffn := m.typical()
	window := m.window()
	for _, groups := range [][]LayerGroup{out.Groups, out.Prediction} {
		for i := range groups {
			g := &groups[i]
			s.mixer(g, m.Hidden, attention, ffn)
			s.attention(&g.Attention, g, m.Hidden)
			s.experts(&g.FFN.Experts)
			switch {
			case s.Windows == WindowsIgnored:
				g.Attention.Window, g.Attention.Chunked = 0, false
			case s.Windows == WindowsEverywhere && g.hasAttention() && g.Attention.Window == 0:
				g.Attention.Window = window
			}
		}
	}
	if s.Windows == WindowsAdded {
		addWindows(out.Groups)
	}
	return &out
}

// window is that of the first windowed layers; 0 if there are none.
func (m *Architecture) window() int64 {
	for i := range m.Groups {
		if g := &m.Groups[i]; g.hasAttention() && g.Attention.Window > 0 {
			return g.Attention.Window
		}
	}
	return 0
}

// addWindows charges the first windowed layers' core as often as the model has layers of attention, and the other windowed
// layers' not at all.
func addWindows(groups []LayerGroup) {
	var layers int64
	for i := range groups {
		if groups[i].hasAttention() {
			layers += groups[i].Count
		}
	}
	for i := range groups {
		if g := &groups[i]; g.hasAttention() && g.Attention.Window > 0 {
			g.core.layers, layers = layers, noLayers
		}
	}
}

// typical is the attention and the FFN that most layers with one have; nil where no layer has.
func (m *Architecture) typical() (at *Attention, ffn *FFN) {
	var layers, nets int64
	for i := range m.Groups {
		g := &m.Groups[i]
		if g.hasAttention() && g.Attention.Heads > 0 && g.Count > layers {
			at, layers = &g.Attention, g.Count
		}
		if (g.FFN.Width > 0 || g.FFN.Experts.Count > 0) && g.Count > nets {
			ffn, nets = &g.FFN, g.Count
		}
	}
	return at, ffn
}

// mixer sets what a layer has in place of attention.
func (s Shape) mixer(g *LayerGroup, hidden int64, attention *Attention, ffn *FFN) {
	instead := g.Mixer != nil && g.Mixer != Mixer(NoMixer{}) && !g.Parallel
	switch s.Mixers {
	case MixersAsAttention:
		if instead && attention != nil {
			g.Mixer, g.Attention = nil, *attention
			g.FFN.Absent = g.FFN.Width == 0 && g.FFN.Experts.Count == 0
		}
	case MixersFullLayers:
		if attention == nil || ffn == nil {
			return
		}
		if !g.hasAttention() {
			g.Mixer, g.Attention = nil, *attention
		}
		if g.FFN.Width == 0 && g.FFN.Experts.Count == 0 {
			g.FFN = *ffn
		}
	case MixersExpandTwo:
		if x, ok := g.Mixer.(Mamba2); ok && x.Heads > 0 && 2*hidden%x.Heads == 0 {
			x.HeadDim = 2 * hidden / x.Heads
			g.Mixer = x
		}
	case MixersOmitted:
		switch {
		case g.Parallel:
			g.Mixer, g.Parallel = nil, false
		case instead:
			g.Mixer = NoMixer{}
		}
	}
}

// attention sets heads and ranks; g is the group that holds at.
func (s Shape) attention(at *Attention, g *LayerGroup, hidden int64) {
	if at.Heads == 0 {
		return
	}
	if at.IsLatent() {
		qk, _ := at.CoreDims()
		switch s.Latent {
		case LatentQueryCore:
			g.core.width = product(2, at.Heads, qk)
		case LatentQueryHeads:
			at.Latent, at.HeadDim, at.KVHeads = Latent{}, qk, at.Heads
		case LatentMultiHead:
			at.Latent, at.HeadDim, at.KVHeads = Latent{}, hidden/at.Heads, at.Heads
		}
		return
	}
	if s.HeadDim == HeadDimOfHidden {
		at.HeadDim = hidden / at.Heads
	}
}

// experts sets the widths of a mixture's experts.
func (s Shape) experts(x *Experts) {
	if x.Count == 0 {
		return
	}
	if s.ExpertWidth > 0 {
		x.Width = s.ExpertWidth
	}
	if s.SharedWidth != 0 && x.SharedWidth > 0 {
		x.SharedWidth = max(s.SharedWidth, 0)
	}
	if s.WideExperts {
		x.LatentWidth = 0
	}
}
