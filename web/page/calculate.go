package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
)

// Sum is what the calculator is asked: a model's ledger at a sequence length, and its MFU where a device and a speed are given.
type Sum struct {
	Given        Given  `json:"given"`          // its model, and the facts seq-len, device, devices and precision
	TokensPerSec string `json:"tokens_per_sec"` // of all devices
	Claimed      string `json:"claimed"`        // an MFU in percent that somebody states, with the digits stated
}

// Result is the answer: the document that `mfu-audit flops --format json` writes, and which conventions give the claim.
type Result struct {
	FLOPs      json.RawMessage `json:"flops"`
	Reproduced []string        `json:"reproduced"` // conventions whose MFU reads as claimed
}

// Calculate computes the ledger. Its errors are about what is given.
func Calculate(s Sum) (*Result, error) {
	m, err := s.Given.model()
	switch {
	case err != nil:
		return nil, err
	case m == nil:
		return nil, &FieldError{"model", errors.New("choose a model, or paste its config.json")}
	}
	view := report.FLOPsView{Name: m.name, Architecture: m.architecture, SeqLen: m.config.SeqLen()}
	if err := s.fill(&view); err != nil {
		return nil, err
	}
	if view.SeqLen == 0 {
		return nil, &FieldError{"seq-len", errors.New("the model states no length of sequences: give one")}
	}
	var b bytes.Buffer
	if err := report.FLOPsJSON(&b, view); err != nil {
		return nil, err
	}
	var doc struct{ MFU map[string]float64 }
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		return nil, err
	}
	r := &Result{FLOPs: b.Bytes(), Reproduced: []string{}}
	if claim := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s.Claimed), "%")); claim != "" {
		if _, err := positive(claim); err != nil {
			return nil, &FieldError{"claimed", err}
		}
		for _, c := range reference.Conventions() {
			if mfu, ok := doc.MFU[c.Name]; ok && reads(mfu*100, claim) {
				r.Reproduced = append(r.Reproduced, c.Name)
			}
		}
	}
	return r, nil
}

// fill reads the fields of the form into the view.
func (s Sum) fill(view *report.FLOPsView) error {
	whole := func(field string, into *int64) error {
		text := strings.TrimSpace(s.Given.Facts[field])
		if text == "" {
			return nil
		}
		n, err := count(text)
		if err != nil {
			return &FieldError{field, err}
		}
		*into = int64(n)
		return nil
	}
	if err := whole("seq-len", &view.SeqLen); err != nil {
		return err
	}
	if text := strings.TrimSpace(s.Given.Facts["precision"]); text != "" {
		p, err := precisionName(text)
		if err != nil {
			return &FieldError{"precision", err}
		}
		view.Precision = reference.Precision(p)
	}
	device := strings.TrimSpace(s.Given.Facts["device"])
	if device == "" {
		return nil // devices and speed say nothing without one
	}
	var err error
	if view.Device, err = accelerator(device); err != nil {
		return &FieldError{"device", err}
	}
	if err := whole("devices", &view.Devices); err != nil {
		return err
	}
	if text := strings.TrimSpace(s.TokensPerSec); text != "" {
		if view.TokensPerSec, err = positive(text); err != nil {
			return &FieldError{"tokens-per-sec", err}
		}
	}
	return nil
}

// reads reports whether a value, rounded to as many decimals as a text has, is the text's number.
func reads(v float64, text string) bool {
	_, decimals, _ := strings.Cut(text, ".")
	want, err := strconv.ParseFloat(text, 64)
	return err == nil && strconv.FormatFloat(v, 'f', len(decimals), 64) == strconv.FormatFloat(want, 'f', len(decimals), 64)
}
