package report

import (
	"encoding/json"
	"io"
)

// The schemas of the views. A change that could break a reader gets a new version.
const (
	FLOPsVersion       = "mfu-audit/flops/v1"
	IdentifyVersion    = "mfu-audit/identify/v1"
	HardwareVersion    = "mfu-audit/hardware/v1"
	ConventionsVersion = "mfu-audit/conventions/v1"
	FormatsVersion     = "mfu-audit/formats/v1"
	ModelsVersion      = "mfu-audit/models/v1"
	RulesVersion       = "mfu-audit/rules/v1"
)

type jsonFLOPs struct {
	Schema              string          `json:"schema"`
	Model               string          `json:"model"`
	Parameters          jsonParameters  `json:"parameters"`
	SeqLen              int64           `json:"seq_len"`
	TrainingPerToken    perName         `json:"training_flops_per_token"`
	TrainingPerSequence perName         `json:"training_flops_per_sequence"`
	Tokens              *int64          `json:"tokens,omitempty"`
	Training            perName         `json:"training_flops,omitempty"` // of those tokens
	HardwarePerToken    perName         `json:"hardware_flops_per_token"` // under the variants, if there are any
	Variants            *jsonVariants   `json:"variants,omitempty"`
	Ledger              []jsonLedgerRow `json:"ledger"`
	AttentionToFFN      *float64        `json:"attention_to_ffn_ratio"`
	LogitShare          *float64        `json:"logit_share"`
	Device              *string         `json:"device,omitempty"`
	Devices             *int64          `json:"devices,omitempty"`
	Precision           *string         `json:"precision,omitempty"`
	PeakFLOPs           *float64        `json:"peak_flops,omitempty"`
	TokensPerSec        *float64        `json:"tokens_per_sec,omitempty"`

	MFU map[string]float64 `json:"mfu,omitempty"`
}

// perName is a count for each convention. Whole numbers have all their digits, however many.
type perName map[string]json.Number

type jsonParameters struct {
	Total     int64 `json:"total"`
	Active    int64 `json:"active"`
	Embedding int64 `json:"embedding"`
	Matmul    int64 `json:"matmul"`
}

type jsonLedgerRow struct {
	Component  string      `json:"component"`
	Layers     int64       `json:"layers"`
	Parameters int64       `json:"parameters"`
	Forward    json.Number `json:"forward_flops_per_token"`
}

// FLOPsJSON writes the ledger as mfu-audit/flops/v1. Device and MFU are left out where they are not given.
func FLOPsJSON(w io.Writer, v FLOPsView) error {
	n := v.Architecture.CountParameters()
	doc := jsonFLOPs{
		Schema: FLOPsVersion, Model: v.Name, SeqLen: v.SeqLen,
		Parameters:       jsonParameters{Total: n.Total, Active: n.Active, Embedding: n.Embedding, Matmul: n.Matmul},
		TrainingPerToken: perName{}, TrainingPerSequence: perName{}, HardwarePerToken: perName{}, Ledger: []jsonLedgerRow{},
		AttentionToFFN: number64(v.attentionToFFN()), LogitShare: number64(v.logitShare()),
	}
	rows, _ := v.ledger()
	for _, r := range rows {
		doc.Ledger = append(doc.Ledger, jsonLedgerRow{r.component, r.layers, r.parameters, r.forward.json()})
	}
	mfu := map[string]float64{}
	for _, c := range v.conventions() {
		doc.TrainingPerToken[c.Name] = c.flops.json()
		doc.TrainingPerSequence[c.Name] = c.flops.times(v.SeqLen).json()
		if v.Cost == nil {
			doc.HardwarePerToken[c.Name] = c.flops.json()
		}
		if v.Tokens > 0 {
			if doc.Training == nil {
				doc.Tokens, doc.Training = &v.Tokens, perName{}
			}
			doc.Training[c.Name] = c.flops.times(v.Tokens).json()
		}
		if m, ok := v.mfu(c.flops.float()); ok {
			mfu[c.Name] = m
		}
	}
	if v.Cost != nil {
		doc.Variants = v.variants()
		doc.HardwarePerToken = doc.Variants.Hardware
		mfu = doc.Variants.MFU
	}
	if v.Device != nil {
		devices := max(v.Devices, 1)
		doc.Device, doc.Devices, doc.Precision = &v.Device.ID, &devices, text(string(v.precision()))
		doc.TokensPerSec = positive(v.TokensPerSec)
		if peak, ok := v.peak(); ok {
			doc.PeakFLOPs = &peak
		}
		doc.MFU = mfu
	}
	return encode(w, doc)
}
