package runlog

import (
	"path"
	"slices"
	"strings"
)

// setups are the names of files that configure a run whose log is beside them. Of other names that end in .toml, the one of a
// folder that has no second is taken for a job file of torchtitan.
var setups = []string{"model_config.yaml", "hyperparameters.yaml", "hparams.yaml", "config.yaml", "config.yml", "config.toml"}

// logLike reports whether a file may be a log of its own, judged by its name.
func logLike(name string) bool {
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".log", ".out", ".err", ".jsonl", ".ndjson", ".csv", ".tsv", ".wandb":
		return true
	case ".txt":
		stem := strings.ToLower(name)
		return !slices.ContainsFunc([]string{"readme", "requirements", "license", "notice", "merges", "vocab"}, func(s string) bool { return strings.HasPrefix(stem, s) })
	case ".json":
		return !strings.HasPrefix(name, "wandb-") && !isConfiguration(name) && !slices.ContainsFunc(trainerFiles, func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok })
	}
	return strings.Contains(name, "tfevents")
}

// isConfiguration reports whether a name is one that model and run configurations have.
func isConfiguration(name string) bool {
	return slices.Contains(setups, name) || slices.Contains([]string{"config.json", "params.json", "generation_config.json"}, name)
}

// configurations takes the files that configure the logs of a folder: they are no logs themselves.
func (g *grouping) configurations(dir string) {
	var logs, parts []string
	for _, p := range g.files[dir] {
		name := path.Base(p)
		switch {
		case g.taken[p]:
		case isConfiguration(name), path.Ext(name) == ".toml":
			parts = append(parts, p)
		case logLike(name):
			logs = append(logs, p)
		}
	}
	if len(logs) == 0 {
		return
	}
	if benchmark := path.Dir(dir); strings.HasPrefix(path.Base(logs[0]), "result_") {
		// mlcommons/policies, submission_rules: <submitter>/results/<system>/<benchmark>/result_N.txt and
		// <submitter>/systems/<system>.json
		system := path.Join(path.Dir(path.Dir(benchmark)), "systems", path.Base(benchmark)+".json")
		if g.has(system) {
			parts = append(parts, system)
		}
	}
	for i, p := range logs {
		if i > 0 {
			parts = nil
		}
		g.unit("", []string{p}, parts, "")
	}
}

// setupOf lists the files that configure a log, given the names of the files in its folder: none if there is more than one
// log, since it is not said whose they are.
func setupOf(log string, names []string) []string {
	stem := func(name string) string { first, _, _ := strings.Cut(name, "."); return first }
	var out, jobs []string
	for _, name := range names {
		switch {
		case slices.Contains(setups, name):
		case path.Ext(name) == ".toml":
			jobs = append(jobs, name)
		case logLike(name) && stem(name) != stem(log):
			return nil
		}
	}
	for _, name := range setups {
		if slices.Contains(names, name) && name != log {
			out = append(out, name)
		}
	}
	if len(jobs) == 1 && !slices.Contains(names, "pyproject.toml") {
		out = append(out, jobs[0])
	}
	return out
}
