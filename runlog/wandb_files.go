package runlog

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/mfu-audit/mfu-audit/reference"
)

// wandbSummary is wandb-summary.json: the last value of every metric of a W&B run, with _step, _runtime and _timestamp.
var wandbSummary = Format{
	Name:    wandbSummaryName,
	Summary: "wandb-summary.json: one JSON object of last values with _step or _runtime",
	Tells:   "the last value of every metric; config.yaml and wandb-metadata.json beside it tell the configuration and the device",
	Lacks:   "all steps but the last, what the metrics mean where their names do not say, and how many devices the run used",
	Detect:  detectWandbSummary,
	Read:    readWandbSummary,
}

const wandbSummaryName = "wandb-summary"

func detectWandbSummary(data []byte) bool {
	own := 0
	topLevelKeys(data, func(key string, value byte) bool {
		switch key {
		case "_step", "_runtime", "_timestamp":
			if isDigit(value) {
				own++
			}
		case "_wandb":
			if value == '{' {
				own++
			}
		}
		return own < 2
	})
	return own >= 2 && !jsonLines(data)
}

func readWandbSummary(src *Source) *Log {
	log := &Log{Path: src.File, Format: wandbSummaryName}
	found := &problems{src: src}
	t := newSheet(src, wandbSummaryName, found)
	root := openJSON(found, 0, int64(len(src.Bytes)), knownSheetKey).root()
	members := root.members(nil)
	step := int64(0)
	for _, m := range members {
		if m.key == "_step" {
			step, _ = root.child(m, "_step").integer()
		}
	}
	t.record(step, 0)
	t.flat(root, members, "", step)
	log.Runs = []*Run{t.finish(func(r *Run, record int, key string) (Position, bool) {
		if record != 0 {
			return Position{}, false
		}
		return locateMember(r.Source, int64(max(0, bytes.IndexByte(r.Source.Bytes, '{'))), place{}, key)
	})}
	log.Problems = found.sorted()
	return log
}

// flat adds the members of an object, and those of objects in it under names that are joined by dots.
func (s *sheet) flat(n node, members []member, prefix string, step int64) {
	for _, m := range members {
		key := prefix + m.key
		v := n.child(m, key)
		switch {
		case strings.HasPrefix(m.key, "_"):
		case v.isObject():
			inner := v.members(nil)
			if strings.Count(prefix, ".") < wandbDepth && !slices.ContainsFunc(inner, func(m member) bool { return m.key == "_type" }) {
				s.flat(v, inner, key+".", step)
			}
		case !(step == 0 && s.cell(key, v.pos).metric.quantity == reference.Loss): // the last loss is not that of step 0
			s.member(v, key)
		}
	}
}

// wandbFacts is what W&B's files beside a log declare: config.yaml and wandb-metadata.json in its folder, or in files/ below it.
func wandbFacts(src *Source) []Fact {
	var out []Fact
	for _, dir := range []string{"", "files"} {
		if c, ok := src.Companion(path.Join(dir, "config.yaml")); ok && isWandbConfig(c.Bytes) && src.File != c.File {
			if list, err := settingsOf(c); err == nil {
				out = append(out, configFacts(c, list)...)
			}
		}
		if c, ok := src.Companion(path.Join(dir, "wandb-metadata.json")); ok {
			out = append(out, wandbMetadata(c)...)
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// isWandbConfig reports whether a config.yaml is W&B's: others have the same name.
func isWandbConfig(data []byte) bool {
	for _, key := range []string{"wandb_version:", "_wandb:"} {
		if bytes.HasPrefix(data, []byte(key)) || bytes.Contains(data, []byte("\n"+key)) {
			return true
		}
	}
	return false
}

// wandbMetadata is the device that wandb-metadata.json names, if it names one kind only (wandb/wandb, core/pkg/monitor; before 0.13
// wandb/sdk/internal/system). gpu_count is no device count of the run: it counts those of one machine, whether the run uses them
// or not, and a run may have more machines.
func wandbMetadata(c *Source) []Fact {
	root := openJSON(&problems{src: c}, 0, int64(len(c.Bytes)), func(string) bool { return false }).root()
	var first Fact
	var device *reference.Accelerator
	mixed := false
	see := func(n node) {
		if n.value.Type != gjson.String {
			return
		}
		name := strings.TrimSpace(n.value.Str)
		match, ok := reference.ResolveDevice(name)
		switch {
		case !ok:
			mixed = true
		case device == nil:
			device = match.Device
			first = Fact{Key: Device, Str: strings.Clone(name), Text: strings.Clone(name), Source: "metadata", Pos: n.pos()}
		case device != match.Device:
			mixed = true
		}
	}
	for _, m := range root.members(nil) {
		switch n := root.child(m, strings.Clone(m.key)); m.key {
		case "gpu":
			see(n)
		case "gpu_devices", "gpu_nvidia", "gpu_amd":
			if n.isArray() {
				n.each(func(_ int, value gjson.Result) {
					item := node{n.doc, value, n.at}
					for _, m := range item.members(nil) {
						if m.key == "name" {
							see(item.child(m, n.at.key+".name"))
						}
					}
				})
			}
		}
	}
	if device == nil || mixed {
		return nil
	}
	return []Fact{first}
}

// addWandb adds to the runs of a log what W&B's files beside it say.
func (l *Log) addWandb(src *Source) {
	if len(l.Runs) == 0 || src.Open == nil {
		return
	}
	for _, f := range wandbFacts(src) {
		for _, r := range l.Runs {
			same := func(x Fact) bool { return x.Key == f.Key && x.Num == f.Num && x.Str == f.Str && x.Void == "" }
			if !slices.ContainsFunc(r.Facts, same) {
				r.Facts = append(r.Facts, f)
			}
			sortFacts(r.Facts)
		}
	}
}

func sortByPlace(list []Observation) {
	slices.SortFunc(list, func(a, b Observation) int {
		return cmp.Or(cmp.Compare(a.Pos.Offset, b.Pos.Offset), cmp.Compare(a.Key, b.Key))
	})
}
