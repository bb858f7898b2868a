package page

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/mfu-audit/mfu-audit/internal/version"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/report"
)

// Choices are what the page offers: names to choose from and the documentation of rules and conventions. Rules and
// Conventions are the documents that `mfu-audit rules` and `conventions` write as JSON.
type Choices struct {
	Version     string          `json:"version"`
	Models      []string        `json:"models"`
	Devices     []Choice        `json:"devices"`
	Precisions  []string        `json:"precisions"`
	Rules       json.RawMessage `json:"rules"`
	Conventions json.RawMessage `json:"conventions"`
}

// Choice is a device by its identifier, with its name.
type Choice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Catalogue lists what there is to choose from.
func Catalogue() (*Choices, error) {
	c := &Choices{Version: version.Version, Precisions: precisions()}
	for _, p := range reference.Presets() {
		c.Models = append(c.Models, p.Name)
	}
	for _, a := range reference.Accelerators() {
		c.Devices = append(c.Devices, Choice{a.ID, a.Name})
	}
	var err error
	if c.Rules, err = written(func(w io.Writer) error { return report.RulesJSON(w, allRules()) }); err != nil {
		return nil, err
	}
	c.Conventions, err = written(func(w io.Writer) error { return report.ConventionsJSON(w, reference.Conventions()) })
	return c, err
}

func written(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.Bytes(), err
}

// precisions lists those for which any accelerator has a peak, the commonest first.
func precisions() []string {
	return []string{
		string(reference.BF16), string(reference.FP16), string(reference.FP8), string(reference.TF32), string(reference.FP32), string(reference.FP4), string(reference.INT8),
	}
}
