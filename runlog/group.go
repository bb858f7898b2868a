package runlog

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Unit is what is audited as one input: a log and the files that belong to it, which are neither audited alone nor taken for
// files that are no logs.
type Unit struct {
	Main   string
	Else   []string // files of the run that are read instead of Main where that is no log, in this order
	Parts  []string // what else belongs to it
	Folder string   // the folder that is this run and nothing else, "" for a log among others
	Note   string   // what of the run is not audited because Main holds it, "" if nothing
}

// Group makes units of files, in the order of the files that are audited. It knows a run by the names of its files alone:
//
//   - a run folder of W&B: files/ with wandb-summary.json, config.yaml and the like, and a run-….wandb
//   - a run of MLflow's file store: meta.yaml with metrics/, params/ and tags/
//   - an output folder of the Hugging Face Trainer: trainer_state.json, here or in checkpoint-N
//   - metrics.csv of Lightning and litgpt, results of MLPerf, and any log, with the configuration beside it
//
// Files that belong to no such run are a unit each.
func Group(paths []string) []Unit {
	g := newGrouping(paths)
	for _, dir := range g.dirs {
		g.weightsAndBiases(dir)
	}
	for _, dir := range g.dirs {
		g.mlflow(dir)
	}
	for _, dir := range g.dirs {
		g.trainer(dir)
	}
	for _, dir := range g.dirs {
		g.configurations(dir)
	}
	for _, p := range g.paths {
		if !g.taken[p] {
			g.units = append(g.units, Unit{Main: p})
		}
	}
	at := map[string]int{}
	for i, p := range g.paths {
		at[p] = i
	}
	slices.SortStableFunc(g.units, func(a, b Unit) int { return at[a.Main] - at[b.Main] })
	for i := range g.units {
		g.units[i] = g.typed(g.units[i])
	}
	return g.units
}

// grouping is the files by folder, all with forward slashes.
type grouping struct {
	paths   []string
	names   map[string]string // as given
	dirs    []string          // in the order of their first file, and those that hold them
	files   map[string][]string
	folders map[string][]string // folders in a folder
	taken   map[string]bool
	units   []Unit
}

func newGrouping(paths []string) *grouping {
	g := &grouping{names: map[string]string{}, files: map[string][]string{}, folders: map[string][]string{}, taken: map[string]bool{}}
	for _, name := range paths {
		p := filepath.ToSlash(name)
		if _, twice := g.names[p]; twice {
			continue
		}
		g.names[p] = name
		g.paths = append(g.paths, p)
		dir := path.Dir(p)
		g.enter(dir)
		g.files[dir] = append(g.files[dir], p)
	}
	return g
}

// enter notes a folder and those that it is in.
func (g *grouping) enter(dir string) {
	if _, known := g.files[dir]; known {
		return
	}
	g.files[dir] = nil
	g.dirs = append(g.dirs, dir)
	if parent := path.Dir(dir); parent != dir && dir != "." {
		g.enter(parent)
		g.folders[parent] = append(g.folders[parent], dir)
	}
}

func (g *grouping) has(p string) bool { _, ok := g.names[p]; return ok }

// below lists the files in a folder and in those it holds.
func (g *grouping) below(dir string) []string {
	out := slices.Clone(g.files[dir])
	for _, d := range g.folders[dir] {
		out = append(out, g.below(d)...)
	}
	return out
}

// unit takes files that no other unit has. The first of the candidates that is there is the one audited.
func (g *grouping) unit(folder string, candidates, parts []string, note string) {
	candidates = slices.DeleteFunc(slices.Clone(candidates), func(p string) bool { return !g.has(p) || g.taken[p] })
	if len(candidates) == 0 {
		return
	}
	u := Unit{Main: candidates[0], Else: candidates[1:], Folder: folder, Note: note}
	for _, p := range candidates {
		g.taken[p] = true
	}
	for _, p := range parts {
		if !g.taken[p] {
			g.taken[p] = true
			u.Parts = append(u.Parts, p)
		}
	}
	g.units = append(g.units, u)
}

// typed gives a unit the paths as they were given.
func (g *grouping) typed(u Unit) Unit {
	original := func(list []string) []string {
		for i, p := range list {
			list[i] = g.names[p]
		}
		return list
	}
	u.Main, u.Else, u.Parts = g.names[u.Main], original(u.Else), original(u.Parts)
	return u
}

// match lists the files of a folder whose names match a pattern.
func (g *grouping) match(dir, pattern string) []string {
	var out []string
	for _, p := range g.files[dir] {
		if ok, _ := path.Match(pattern, path.Base(p)); ok { // the patterns are well-formed
			out = append(out, p)
		}
	}
	return out
}

// weightsAndBiases takes a run folder of W&B (wandb/wandb, wandb/sdk/wandb_settings.py: run-<time>-<id>, offline-run-…). The
// binary file holds the history; without it the console does, and the summary has the last values only.
func (g *grouping) weightsAndBiases(dir string) {
	history := g.match(dir, "*.wandb")
	files := path.Join(dir, "files")
	known := g.has(files+"/wandb-summary.json") || g.has(files+"/wandb-metadata.json") || g.has(files+"/wandb-history.jsonl")
	base := path.Base(dir)
	named := strings.HasPrefix(base, "run-") || strings.HasPrefix(base, "offline-run-")
	if !known && !(named && len(history) == 1) {
		return
	}
	candidates := append(history, files+"/wandb-history.jsonl", files+"/output.log", files+"/wandb-summary.json")
	g.unit(dir, candidates, append(g.below(dir), g.match(path.Dir(dir), "debug*.log")...), "")
}

// mlflow takes a run of MLflow's file store (mlflow/mlflow, mlflow/store/tracking/file_store.py). Its artifacts may be anything
// and stay what they are; the meta.yaml of the experiment is nobody's log.
func (g *grouping) mlflow(dir string) {
	meta := path.Join(dir, "meta.yaml")
	if !g.has(meta) || g.taken[meta] || !slices.Contains(g.folders[dir], path.Join(dir, "metrics")) {
		return
	}
	var parts []string
	for _, name := range []string{"metrics", "params", "tags", "inputs", "outputs"} {
		parts = append(parts, g.below(path.Join(dir, name))...)
	}
	if experiment := path.Join(path.Dir(dir), "meta.yaml"); g.has(experiment) && path.Dir(dir) != dir {
		parts = append(parts, experiment)
	}
	g.unit(dir, []string{meta}, parts, "")
}

// trainer takes an output folder of the Hugging Face Trainer. Each state holds the history of the ones before it
// (huggingface/transformers, src/transformers/trainer_callback.py: TrainerState.log_history), so that the last is the log.
func (g *grouping) trainer(dir string) {
	if step, ok := checkpointStep(dir); ok && step >= 0 && g.isTrainer(path.Dir(dir)) {
		return // a part of the folder it is in
	}
	if !g.isTrainer(dir) {
		return
	}
	states := slices.DeleteFunc(g.checkpoints(dir), func(p string) bool { return g.taken[p] })
	last := path.Join(dir, "trainer_state.json")
	if !g.has(last) {
		last, states = states[0], states[1:]
	}
	note := ""
	if n := len(states); n == 1 {
		note = "an earlier state of the run, in a checkpoint folder, is contained in this one and not audited again"
	} else if n > 1 {
		note = fmt.Sprintf("%d earlier states of the run, in checkpoint folders, are contained in this one and not audited again", n)
	}
	var parts []string
	for _, d := range g.folders[dir] {
		if _, ok := checkpointStep(d); ok {
			parts = append(parts, g.below(d)...)
		}
	}
	for _, pattern := range trainerFiles {
		parts = append(parts, g.match(dir, pattern)...)
	}
	g.unit(dir, []string{last, path.Join(dir, "trainer_log.jsonl")}, parts, note)
}

// trainerFiles are what the Trainer and the libraries around it write beside their log.
var trainerFiles = []string{
	"*_results.json", "config.json", "generation_config.json", "adapter_config.json", "tokenizer*.json", "special_tokens_map.json",
	"added_tokens.json", "vocab.json", "merges.txt", "*.safetensors.index.json", "training_args.*", "preprocessor_config.json",
	"chat_template.*", "README.md",
}

func (g *grouping) isTrainer(dir string) bool {
	return g.has(path.Join(dir, "trainer_state.json")) || len(g.checkpoints(dir)) > 0
}

// checkpoints lists the states in checkpoint folders, the last first.
func (g *grouping) checkpoints(dir string) []string {
	var states []string
	for _, d := range g.folders[dir] {
		if state := path.Join(d, "trainer_state.json"); g.has(state) {
			if _, ok := checkpointStep(d); ok {
				states = append(states, state)
			}
		}
	}
	slices.SortStableFunc(states, func(a, b string) int {
		x, _ := checkpointStep(path.Dir(a))
		y, _ := checkpointStep(path.Dir(b))
		return y - x
	})
	return states
}

// checkpointStep is N of a folder checkpoint-N.
func checkpointStep(dir string) (int, bool) {
	digits, ok := strings.CutPrefix(path.Base(dir), "checkpoint-")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n >= 0
}
