package runlog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// unitLines is units a line each: main | else | number of parts | folder | note.
func unitLines(units []Unit) []string {
	var out []string
	for _, u := range units {
		note := ""
		if u.Note != "" {
			note = " noted"
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s|%s|%d|%s%s", u.Main, strings.Join(u.Else, ","), len(u.Parts), u.Folder, note)))
	}
	return out
}

func TestGroupFindsTheRunsOfAFolder(t *testing.T) {
	for _, c := range []struct {
		name  string
		files string
		want  []string
	}{
		{"single files", "runs/a.json runs/deep/b.log notes", []string{"runs/a.json||0|", "runs/deep/b.log||0|", "notes||0|"}},
		{
			"W&B with its history",
			"w/wandb/debug.log w/wandb/run-1-x/files/config.yaml w/wandb/run-1-x/files/output.log w/wandb/run-1-x/files/requirements.txt w/wandb/run-1-x/files/wandb-metadata.json w/wandb/run-1-x/files/wandb-summary.json w/wandb/run-1-x/logs/debug.log w/wandb/run-1-x/run-x.wandb",
			[]string{"w/wandb/run-1-x/run-x.wandb|w/wandb/run-1-x/files/output.log,w/wandb/run-1-x/files/wandb-summary.json|5|w/wandb/run-1-x"},
		},
		{
			"W&B without it, and one that is offline",
			"run-1-x/files/config.yaml run-1-x/files/wandb-summary.json offline-run-2-y/run-y.wandb",
			[]string{"run-1-x/files/wandb-summary.json||1|run-1-x", "offline-run-2-y/run-y.wandb||0|offline-run-2-y"},
		},
		{"a folder called files", "a/files/config.yaml a/files/output.log", []string{"a/files/output.log||1|"}},
		{
			"MLflow",
			"mlruns/0/meta.yaml mlruns/0/r1/meta.yaml mlruns/0/r1/metrics/throughput/mfu mlruns/0/r1/params/lr mlruns/0/r1/artifacts/train.log mlruns/0/r2/meta.yaml mlruns/0/r2/metrics/loss",
			[]string{"mlruns/0/r1/meta.yaml||3|mlruns/0/r1", "mlruns/0/r1/artifacts/train.log||0|", "mlruns/0/r2/meta.yaml||1|mlruns/0/r2"},
		},
		{
			"a Trainer's output with checkpoints",
			"out/all_results.json out/checkpoint-1000/trainer_state.json out/checkpoint-500/config.json out/checkpoint-500/trainer_state.json out/config.json out/train.log out/trainer_log.jsonl out/trainer_state.json",
			[]string{"out/train.log||0|", "out/trainer_state.json|out/trainer_log.jsonl|5|out noted"},
		},
		{
			"a Trainer's output that was cut short: the last checkpoint, by number",
			"out/checkpoint-1000/trainer_state.json out/checkpoint-500/trainer_state.json out/checkpoint-500/rng.json",
			[]string{"out/checkpoint-1000/trainer_state.json||2|out noted"},
		},
		{"one checkpoint, named", "checkpoint-500/trainer_state.json checkpoint-500/config.json", []string{"checkpoint-500/trainer_state.json||1|."}},
		{"Lightning", "v/metrics.csv v/hparams.yaml", []string{"v/metrics.csv||1|"}},
		{"litgpt", "l/hyperparameters.yaml l/metrics.csv l/model_config.yaml", []string{"l/metrics.csv||2|"}},
		{"torchtitan", "t/llama3_8b.toml t/train.log", []string{"t/train.log||1|"}},
		{
			"MLPerf",
			"nv/results/eos/gpt3/result_0.txt nv/results/eos/gpt3/result_1.txt nv/systems/eos.json nv/systems/other.json",
			[]string{"nv/results/eos/gpt3/result_0.txt||1|", "nv/results/eos/gpt3/result_1.txt||0|", "nv/systems/other.json||0|"},
		},
		{"configurations without a log", "c/config.json c/config.yaml", []string{"c/config.json||0|", "c/config.yaml||0|"}},
		{"the same file twice", "a.log a.log", []string{"a.log||0|"}},
		{"no file", "", nil},
	} {
		paths := strings.Fields(c.files)
		slices.Sort(paths)
		if got, want := unitLines(Group(paths)), slices.Clone(c.want); !sameLines(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func sameLines(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestGroupKeepsTheOrderAndEveryFileOnce(t *testing.T) {
	paths := []string{
		"z.log", "a/config.yaml", "a/m.log", "/abs/run-1-x/run-x.wandb", "/abs/run-1-x/files/output.log", "../up/trainer_state.json", "../up/config.json", "b",
	}
	units := Group(paths)
	seen := map[string]int{}
	last := -1
	for _, u := range units {
		at := slices.Index(paths, u.Main)
		if at < last {
			t.Errorf("%s is out of order", u.Main)
		}
		last = at
		for _, p := range slices.Concat([]string{u.Main}, u.Else, u.Parts) {
			seen[p]++
		}
	}
	for _, p := range paths {
		if seen[p] != 1 {
			t.Errorf("%s is there %d times", p, seen[p])
		}
	}
	if len(seen) != len(paths) {
		t.Errorf("%d files of %d", len(seen), len(paths))
	}
}

func TestSetupOfIsOfOneLogOnly(t *testing.T) {
	for names, want := range map[string]string{
		"train.log config.yaml":                                        "config.yaml",
		"train.log job.toml config.yaml README.md":                     "config.yaml job.toml",
		"train.log train.err job.toml":                                 "job.toml",
		"train.log other.log job.toml":                                 "",
		"train.log a.toml b.toml":                                      "",
		"train.log pyproject.toml":                                     "",
		"train.log pyproject.toml a.toml":                              "",
		"train.log config.yaml wandb-summary.json wandb-metadata.json": "config.yaml",
		"train.log requirements.txt hparams.yaml":                      "hparams.yaml",
	} {
		if got := strings.Join(setupOf("train.log", strings.Fields(names)), " "); got != want {
			t.Errorf("%s: %q, want %q", names, got, want)
		}
	}
}
