package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// ErrNoReport says that a document is no JSON report.
var ErrNoReport = errors.New("no report of mfu-audit")

// storedRun is what a comparison needs of a run in a JSON report.
type storedRun struct {
	Path, Format, Name string
	Model              *struct {
		Parameters *int64
		Layers     *int64
		Hidden     *int64 `json:"hidden_size"`
		Heads      *int64
		KVHeads    *int64 `json:"kv_heads"`
		Vocab      *int64 `json:"vocab_size"`
		SeqLen     *int64 `json:"seq_len"`
	}
	Hardware struct {
		Device, Precision *string
		Devices           *int64
	}
	MFU *struct {
		Logged, Corrected, Restated *float64
		OwnConvention               *string `json:"own_convention"`
		Waterfall                   []struct {
			Rule   *string
			Kind   audit.WaterfallKind
			Factor *float64
		}
	}
	Quantities []struct {
		Quantity         reference.Quantity
		Status           audit.Status
		Logged, Expected *float64
	}
}

// Read takes from a JSON report what a comparison needs: what ran, and the values at each run's median step. It has no steps.
func Read(data []byte) ([]*audit.RunReport, error) {
	var doc struct {
		Schema string
		Runs   []storedRun
	}
	if err := json.Unmarshal(data, &doc); err != nil || doc.Schema == "" {
		return nil, ErrNoReport
	}
	if doc.Schema != ReportVersion {
		return nil, fmt.Errorf("%w of this version: schema is not %s", ErrNoReport, ReportVersion)
	}
	var out []*audit.RunReport
	for i := range doc.Runs {
		out = append(out, doc.Runs[i].report())
	}
	return out, nil
}

func (s *storedRun) report() *audit.RunReport {
	r := &audit.RunReport{Path: s.Path, Format: s.Format, Name: s.Name}
	whole := func(p *int64) int64 {
		if p == nil {
			return 0
		}
		return *p
	}
	number := func(p *float64) float64 {
		if p == nil {
			return math.NaN()
		}
		return *p
	}
	word := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	if m := s.Model; m != nil {
		r.Model.Parameters, r.Model.SeqLen = whole(m.Parameters), whole(m.SeqLen)
		if m.Layers != nil {
			attention := reference.Attention{Heads: whole(m.Heads), KVHeads: whole(m.KVHeads)}
			r.Model.Architecture = &reference.Architecture{
				Hidden: whole(m.Hidden), Vocab: whole(m.Vocab), Groups: []reference.LayerGroup{{Count: whole(m.Layers), Attention: attention}},
			}
		}
	}
	r.Hardware.Devices, r.Hardware.Precision = whole(s.Hardware.Devices), reference.Precision(word(s.Hardware.Precision))
	r.Hardware.Device, _ = reference.AcceleratorByID(word(s.Hardware.Device))
	if m := s.MFU; m != nil {
		r.MFU = &audit.MFUReport{Logged: number(m.Logged), Corrected: number(m.Corrected), Restated: number(m.Restated), OwnConvention: word(m.OwnConvention)}
		for _, w := range m.Waterfall {
			r.MFU.Waterfall = append(r.MFU.Waterfall, audit.WaterfallRow{Rule: word(w.Rule), Kind: w.Kind, Factor: number(w.Factor)})
		}
	}
	for _, q := range s.Quantities {
		r.Quantities = append(r.Quantities, audit.QuantityReport{Quantity: q.Quantity, Status: q.Status, Logged: number(q.Logged), Expected: number(q.Expected)})
	}
	return r
}
