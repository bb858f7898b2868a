package page

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Given is what the user states about a run from outside its log. Empty fields state nothing. Numbers are as typed.
type Given struct {
	Model  string            `json:"model"`  // a published model's name
	Config string            `json:"config"` // text of a config.json, which wins over Model
	Facts  map[string]string `json:"facts"`  // by the name of the command's flag: "seq-len", "devices", …
}

// given is a fact that can be stated: the command has a flag of the same name.
type given struct {
	name string
	key  runlog.FactKey
	word func(string) (string, error) // nil for a count
}

func givens() []given {
	return []given{
		{name: "device", key: runlog.Device, word: deviceName},
		{name: "devices", key: runlog.Devices},
		{name: "precision", key: runlog.Precision, word: precisionName},
		{name: "seq-len", key: runlog.SeqLen},
		{name: "global-batch-size", key: runlog.GlobalBatch},
		{name: "micro-batch", key: runlog.MicroBatch},
		{name: "grad-accum", key: runlog.GradAccum},
		{name: "tokens-per-step", key: runlog.TokensPerStep},
		{name: "recompute", key: runlog.Recompute, word: recomputeName},
	}
}

// options makes of what is given what an audit needs.
func (g Given) options() (audit.Options, error) {
	opt := audit.Options{Rules: allRules(), Series: true}
	for _, x := range givens() {
		text := strings.TrimSpace(g.Facts[x.name])
		if text == "" {
			continue
		}
		fact := runlog.Fact{Key: x.key, Text: text, Source: "flag"}
		var err error
		if x.word != nil {
			fact.Str, err = x.word(text)
		} else {
			fact.Num, err = count(text)
		}
		if err != nil {
			return opt, &FieldError{x.name, err}
		}
		opt.Facts = append(opt.Facts, fact)
	}
	m, err := g.model()
	m.use(&opt)
	return opt, err
}

// FieldError is an error about one field of a form.
type FieldError struct {
	Field string
	Err   error
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap is the error without the field's name.
func (e *FieldError) Unwrap() error { return e.Err }

// model is an architecture with where it is from; nil is none.
type model struct {
	architecture *reference.Architecture
	config       *reference.Config
	source, name string // as audit.Options has them
}

// use adds the model to what an audit is given.
func (m *model) use(opt *audit.Options) {
	if m != nil {
		opt.Model, opt.ModelSource, opt.ModelName = m.architecture, m.source, m.name
	}
}

// model is the one that the user names or whose configuration he pasted; nil if none is.
func (g Given) model() (*model, error) {
	name := strings.TrimSpace(g.Model)
	switch {
	case strings.TrimSpace(g.Config) != "":
		config, err := reference.ParseConfig([]byte(g.Config))
		return modelOf("config", "config", configFile, config, err)
	case name != "":
		preset, ok := reference.PresetByName(name)
		if !ok {
			return nil, &FieldError{"model", fmt.Errorf("no published model that is known is called %s%s", name, nearest.Hint(reference.NearestPresets(name)))}
		}
		config, err := preset.Config()
		return modelOf("model", "preset", preset.Name, config, err)
	}
	return nil, nil
}

func modelOf(field, source, name string, config *reference.Config, err error) (*model, error) {
	if err != nil {
		return nil, &FieldError{field, err}
	}
	m, err := config.Architecture()
	if err != nil {
		return nil, &FieldError{field, err}
	}
	return &model{m, config, source, name}, nil
}

// configFile is the name under which Hugging Face stores a model's dimensions.
const configFile = "config.json"

// beside reads the config.json beside a log: nil if there is none, and an error if it describes no model.
func beside(log string) (*model, error) {
	path := filepath.Join(filepath.Dir(log), configFile)
	if filepath.Base(log) == configFile {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	config, err := reference.ParseConfig(data)
	var m *reference.Architecture
	if err == nil {
		m, err = config.Architecture()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(path), err)
	}
	return &model{m, config, "sidecar", filepath.ToSlash(path)}, nil
}

// nameModel adds to a report which configuration its model is from.
func nameModel(run *audit.RunReport, opt audit.Options) {
	from := map[string]string{
		"config":  "--model " + opt.ModelName,
		"preset":  "--model " + opt.ModelName + ", a published model",
		"sidecar": opt.ModelName + " beside the log",
	}[opt.ModelSource]
	if from != "" {
		run.Model.Evidence = append([]string{from}, run.Model.Evidence...)
	}
}

// positive reads a positive number: 60000, 60_000, 6e4.
func positive(text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(text), "_", ""), 64)
	switch {
	case err != nil, strings.ContainsAny(text, "xX"):
		return 0, errors.New("want a number such as 60000 or 6e4")
	case !(v > 0) || math.IsInf(v, 0):
		return 0, errors.New("want a positive number")
	}
	return v, nil
}

// count reads a positive whole number.
func count(text string) (float64, error) {
	v, err := positive(text)
	if err == nil && (v != math.Trunc(v) || v > 1<<53) {
		return 0, errors.New("want a whole number")
	}
	return v, err
}

// accelerator finds a device by its identifier or by any name that software prints for it.
func accelerator(name string) (*reference.Accelerator, error) {
	if a, ok := reference.AcceleratorByID(strings.ToLower(name)); ok {
		return a, nil
	}
	m, ok := reference.ResolveDevice(name)
	switch {
	case ok:
		return m.Device, nil
	case m.Note != "":
		return nil, fmt.Errorf("no device of the table: %s", m.Note)
	}
	return nil, errors.New("not a device that is known" + nearest.Hint(reference.NearestDevices(name)))
}

// deviceName is a device's name as logs have it.
func deviceName(text string) (string, error) {
	a, err := accelerator(text)
	if err != nil {
		return "", err
	}
	for _, name := range append([]string{text, a.Name}, a.DeviceStrings...) {
		if m, ok := reference.ResolveDevice(name); ok && m.Device == a {
			return name, nil
		}
	}
	return text, nil
}

func precisionName(text string) (string, error) {
	p, ok := reference.ParsePrecision(text)
	if !ok {
		return "", errors.New("not a precision that is known; bf16, fp16, fp8 and others are")
	}
	return string(p), nil
}

func recomputeName(text string) (string, error) {
	switch reference.Recompute(text) {
	case reference.NoRecompute, reference.RecomputeSelective, reference.RecomputeFull:
		return text, nil
	}
	return "", errors.New("want none, selective or full")
}
