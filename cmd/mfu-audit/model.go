package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/reference"
)

// configFile is the name under which Hugging Face stores a model's dimensions.
const configFile = "config.json"

// modelFlags are --model and --set.
type modelFlags struct {
	name      string
	overrides []string // key=value
}

func (m *modelFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&m.name, "model", "", "a Hugging Face config.json, a folder that holds one, or a published model's `name`")
	// Files complete too: a config.json is as good a model as a published name.
	_ = cmd.RegisterFlagCompletionFunc("model", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return presetNames(), cobra.ShellCompDirectiveDefault
	})
	cmd.Flags().StringArrayVar(&m.overrides, "set", nil, "override a `key=value` of the model's configuration; repeatable")
}

// model is an architecture with where it is from.
type model struct {
	architecture *reference.Architecture
	config       *reference.Config
	source, name string // "config", "preset" or "sidecar", and the path or the preset's name
	from         string // who named it, "--model ", as a report says it; "" for a sidecar
}

var errSetWithoutModel = usage("--set overrides a key of the model's configuration: name the model with --model")

// load resolves --model and applies --set. Every error is one of the command line. It is nil if no model is named.
func (m *modelFlags) load() (*model, error) {
	if m.name == "" {
		if len(m.overrides) > 0 {
			return nil, errSetWithoutModel
		}
		return nil, nil
	}
	loaded, err := findModel(m.name)
	if err != nil {
		return nil, usage("--model: %w", err)
	}
	for _, o := range m.overrides {
		key, value, ok := strings.Cut(o, "=")
		if !ok || key == "" {
			return nil, usage("--set %s: want key=value", o)
		}
		if err := loaded.config.Set(key, value); err != nil {
			return nil, usage("--set %s: %w", o, err)
		}
	}
	if loaded.architecture, err = loaded.config.Architecture(); err != nil {
		return nil, usage("--model %s: %w", m.name, err)
	}
	loaded.from = "--model "
	return loaded, nil
}

// findModel reads a configuration by path, or by a published model's name where there is no such path.
func findModel(name string) (*model, error) {
	path := name
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = filepath.Join(path, configFile)
		_, err = os.Stat(path)
	}
	switch {
	case err == nil:
		config, err := readConfig(path)
		return &model{config: config, source: "config", name: filepath.ToSlash(path)}, err
	case !errors.Is(err, os.ErrNotExist), path != name:
		return nil, err // the system's errors name the path
	}
	if preset, ok := reference.PresetByName(name); ok {
		config, err := preset.Config()
		return &model{config: config, source: "preset", name: preset.Name}, err
	}
	return nil, fmt.Errorf("%s is no file, and no published model that is known%s", name, nearest.Hint(reference.NearestPresets(name)))
}

// readConfig parses a config.json; its errors name the file.
func readConfig(path string) (*reference.Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	config, err := reference.ParseConfig(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(path), err)
	}
	return config, nil
}

// sidecar reads the config.json beside a log. It is nil if there is none, and an error if it describes no model.
func sidecar(log string) (*model, error) {
	path := filepath.Join(filepath.Dir(log), configFile)
	if log == stdin || filepath.Base(log) == configFile {
		return nil, nil
	}
	config, err := readConfig(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	architecture, err := config.Architecture()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(path), err)
	}
	return &model{architecture, config, "sidecar", filepath.ToSlash(path), ""}, nil
}

// nameModel adds to a report which configuration its model is from, and who named it.
func nameModel(run *audit.RunReport, opt audit.Options, by string) {
	from := map[string]string{
		"config":  by + opt.ModelName,
		"preset":  by + opt.ModelName + ", a published model",
		"sidecar": opt.ModelName + " beside the log",
	}[opt.ModelSource]
	if from != "" {
		run.Model.Evidence = append([]string{from}, run.Model.Evidence...)
	}
}
