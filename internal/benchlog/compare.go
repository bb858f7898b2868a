package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// A task is one way to read a log.
type task struct {
	name string
	run  func(data []byte) error
}

// tasks are the ways that are compared: this project's, and the two that a script would take.
func tasks() []task {
	return []task{
		{"read", func(data []byte) error { _, err := read(data); return err }},
		{"read and audit", readAndAudit},
		{"gjson.GetMany", func(data []byte) error { return eachLine(data, getMany()) }},
		{"encoding/json", func(data []byte) error { return eachLine(data, unmarshal) }},
	}
}

func read(data []byte) (*runlog.Log, error) { return runlog.Read("run.jsonl", data) }

func readAndAudit(data []byte) error {
	log, err := read(data)
	if err != nil {
		return err
	}
	for _, r := range audit.Run(log, audit.Options{Rules: rules.All()}) {
		if v := r.Verdict(); v != "pass" || r.Steps == 0 {
			return fmt.Errorf("the generated run is right, and its verdict over %d steps is %q", r.Steps, v)
		}
	}
	return nil
}

// eachLine calls f for every record.
func eachLine(data []byte, f func(line []byte) error) error {
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			end = len(data) - 1
		}
		if err := f(data[:end]); err != nil {
			return err
		}
		data = data[end+1:]
	}
	return nil
}

// getMany reads the compared fields of a line by gjson.GetMany, as numbers.
func getMany() func(line []byte) error {
	var sum float64
	return func(line []byte) error {
		for _, v := range gjson.GetManyBytes(line, fields...) {
			sum += v.Float()
		}
		return nil
	}
}

// unmarshal reads the compared fields of a line into a struct that has no others: the fastest that encoding/json does.
func unmarshal(line []byte) error {
	var record struct {
		Step              int     `json:"step"`
		Loss              float64 `json:"loss"`
		StepTime          float64 `json:"step_time_ms"`
		TokensPerSec      float64 `json:"tokens_per_sec"`
		FLOPsAchieved     float64 `json:"flops_achieved"`
		MFU               float64 `json:"mfu"`
		TrainableParams   float64 `json:"trainable_params"`
		FLOPsPerToken     float64 `json:"flops_per_token"`
		HardwarePeakFLOPs float64 `json:"hardware_peak_flops"`
		TokensPerStep     float64 `json:"tokens_per_step"`
		WorldSize         float64 `json:"world_size"`
		Parameters        float64 `json:"model_params_billion"`
	}
	return json.Unmarshal(line, &record)
}
