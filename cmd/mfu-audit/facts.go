package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/internal/nearest"
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// factFlag is a flag that states a fact about the run from outside the log. A fact is a number or a word.
type factFlag struct {
	name   string
	key    runlog.FactKey
	kind   string // what help prints after the name
	help   string
	number func(string) (float64, error)
	word   func(string) (string, error)
}

// factFlags lists the flags in the order in which help prints them.
func factFlags() []factFlag {
	count := func(name string, key runlog.FactKey, help string) factFlag {
		return factFlag{name: name, key: key, kind: "N", help: help, number: parseCount}
	}
	word := func(name string, key runlog.FactKey, help string, allowed ...string) factFlag {
		return factFlag{name: name, key: key, kind: strings.Join(allowed, "|"), help: help, word: oneOf(allowed)}
	}
	return []factFlag{
		count("parameters", runlog.Parameters, "parameters of the model, a tied table once"),
		{name: "device", key: runlog.Device, kind: "NAME", help: "device as one counts devices: h100-sxm, \"NVIDIA A100-SXM4-80GB\"", word: parseDevice},
		count("devices", runlog.Devices, "devices of the run"),
		{name: "precision", key: runlog.Precision, kind: "TYPE", help: "precision of the matrix multiplications: bf16, fp16, fp8, …", word: parsePrecision},
		word("sparsity", runlog.Sparsity, "structured sparsity that the run really uses", "none", "2:4"),
		count("seq-len", runlog.SeqLen, "tokens of a sequence"),
		count("global-batch-size", runlog.GlobalBatch, "sequences of an optimizer step, all ranks"),
		count("micro-batch", runlog.MicroBatch, "sequences of one forward pass on one rank"),
		count("grad-accum", runlog.GradAccum, "forward passes of an optimizer step"),
		word("accumulation-scope", runlog.AccumScope, "whether gradient accumulation counts one rank's passes or all", "rank", "global"),
		count("tokens-per-step", runlog.TokensPerStep, "tokens of an optimizer step, all ranks"),
		count("dp", runlog.DataParallel, "data-parallel degree"),
		count("tp", runlog.TensorParallel, "tensor-parallel degree"),
		count("pp", runlog.PipelineParallel, "pipeline-parallel degree"),
		count("cp", runlog.ContextParallel, "context-parallel degree"),
		count("ep", runlog.ExpertParallel, "expert-parallel degree"),
		word("recompute", runlog.Recompute, "activations recomputed in the backward pass", "none", "selective", "full"),
		{name: "trained-fraction", key: runlog.TrainedFraction, kind: "SHARE", help: "share of the matmul weights that is trained", number: parseShare},
	}
}

// read reads the fact from what a source says.
func (f factFlag) read(text, source string) (runlog.Fact, error) {
	fact := runlog.Fact{Key: f.key, Text: text, Source: source}
	var err error
	if f.number != nil {
		fact.Num, err = f.number(text)
	} else {
		fact.Str, err = f.word(text)
	}
	return fact, err
}

// addFacts defines the flags on cmd. What the user states is appended to facts, the later value of a flag last.
func addFacts(cmd *cobra.Command, facts *[]runlog.Fact) {
	for _, f := range factFlags() {
		cmd.Flags().Var(&factValue{flag: f, facts: facts}, f.name, f.help)
	}
}

// factValue is one such flag as pflag sees it.
type factValue struct {
	flag  factFlag
	facts *[]runlog.Fact
	text  string
}

func (v *factValue) String() string { return v.text }

// Type is what help prints after the flag's name.
func (v *factValue) Type() string { return v.flag.kind }

// Set reads the fact. A flag given again replaces what it said before.
func (v *factValue) Set(text string) error {
	fact, err := v.flag.read(text, "flag")
	if err != nil {
		return err
	}
	v.text = text
	for i, old := range *v.facts {
		if old.Key == fact.Key {
			(*v.facts)[i] = fact
			return nil
		}
	}
	*v.facts = append(*v.facts, fact)
	return nil
}

// oneOf accepts the allowed words as they are.
func oneOf(allowed []string) func(string) (string, error) {
	return func(s string) (string, error) {
		for _, a := range allowed {
			if s == a {
				return s, nil
			}
		}
		return "", notOneOf(s, allowed)
	}
}

// parsePrecision accepts every spelling that trainers print.
func parsePrecision(s string) (string, error) {
	p, ok := reference.ParsePrecision(s)
	if !ok {
		return "", errors.New("not a precision that is known; bf16, fp16, fp8 and others are")
	}
	return string(p), nil
}

// parseDevice accepts an accelerator's identifier, and any name that resolves to an accelerator. What it returns is a name as
// logs have it.
func parseDevice(s string) (string, error) {
	a, err := deviceByName(s)
	if err != nil {
		return "", err
	}
	for _, name := range append([]string{s, a.Name}, a.DeviceStrings...) {
		if m, ok := reference.ResolveDevice(name); ok && m.Device == a {
			return name, nil
		}
	}
	return s, nil
}

// deviceByName finds an accelerator by identifier or by any name that software prints for it.
func deviceByName(name string) (*reference.Accelerator, error) {
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
	hint := nearest.Hint(reference.NearestDevices(name))
	if hint == "" {
		hint = "; `mfu-audit hardware` lists those that are known"
	}
	return nil, errors.New("not a device that is known" + hint)
}
