package runlog

import (
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// A role is what a number or a word of a record is to the reader, by its name.
type role uint8

const (
	roleOther role = iota
	roleMetric
	roleCount      // a fact that is a number
	roleWord       // a fact that is a name or a boolean
	roleEvaluation // a metric of an evaluation
	roleUnknown    // it sounds like an efficiency metric, but nobody knows it
	roleRank
)

// stepNames are the names of a record's step as plainName spells them, the ones that count all steps of a run first. W&B's _step
// counts calls of its logger, so anything else goes before it.
var stepNames = []string{
	"trainer/global_step", "train/global_step", "global_step", "train/step", "step", "train/iteration", "iteration", "train/iter", "iter",
	"train_step", "training_step", "current_steps", "step_num", "iter_num", "_step", "batch",
}

var rankNames = map[string]bool{"rank": true, "global_rank": true, "process_index": true, "dp_rank": true, "local_rank": true}

// stepOrder ranks a name as that of a step, the best first; depth is how many objects it stands in. It is −1 for any other name.
func stepOrder(name string, depth int) int {
	plain := plainName(name)
	last := plain[strings.LastIndexByte(plain, '/')+1:]
	best := -1
	for i, n := range stepNames {
		if plain == n {
			return i + depth*2*len(stepNames)
		}
		if n == last && best < 0 {
			best = i + len(stepNames) + depth*2*len(stepNames)
		}
	}
	if best >= 0 && speaksOfOthers(plain) {
		return -1
	}
	return best
}

// speaksOfOthers reports whether a plain name says that it is not one of training.
func speaksOfOthers(plain string) bool {
	for part := range strings.SplitSeq(plain, "/") {
		if otherAccounts[part] {
			return true
		}
	}
	return false
}

// isEvaluation reports whether a name is that of a metric of an evaluation: eval/loss, val_loss.
func isEvaluation(name string) bool {
	for part := range strings.SplitSeq(plainName(name), "/") {
		word, _, _ := strings.Cut(part, "_")
		switch word {
		case "eval", "val", "valid", "validation", "test":
			return true
		}
	}
	return false
}

// staticQuantities are those of a run rather than of a step: a record without a step number may declare them.
var staticQuantities = map[reference.Quantity]bool{
	reference.Parameters: true, reference.TrainableParameters: true, reference.NonEmbeddingParameters: true, reference.TokensPerStep: true,
	reference.FLOPsPerToken: true, reference.PeakFLOPs: true, reference.PeakFLOPsPerDevice: true, reference.AttentionFLOPsPerLayer: true,
	reference.FFNFLOPsPerLayer: true, reference.AttentionToFFNRatio: true, reference.LogitFLOPs: true, reference.GQAGroupSize: true,
	reference.WeightFLOPsPerToken: true, reference.CoreFLOPsPerToken: true,
}

// nameKind is what a name of a JSON record says of its value.
type nameKind struct {
	role   role
	step   int // stepOrder at the top, −1 if it is no step's name
	static bool
}

// kindOf looks a name up.
func kindOf(name string) nameKind {
	k := nameKind{step: stepOrder(name, 0)}
	plain := plainName(name)
	others := isEvaluation(name) || speaksOfOthers(plain)
	if n, ok := metricNamed(name); ok {
		k.role, k.static = roleMetric, staticQuantities[n.quantity]
		return k
	}
	last := lastPart(name)
	rule, fact := factKeys[last]
	switch {
	case isEvaluation(name):
		k.role = roleEvaluation
	case others || last == "batch_size": // bare, it is as often that of all ranks as that of one
	case fact && rule.words == nil && !rule.name:
		k.role = roleCount
	case fact:
		k.role = roleWord
	case rankNames[last]:
		k.role = roleRank
	case isIdentifier(name) && soundsLikeEfficiency(name):
		k.role = roleUnknown
	}
	return k
}

// knownJSONName reports whether a message may repeat a key.
func knownJSONName(key string) bool {
	if _, ok := metricNamed(key); ok {
		return true
	}
	if _, ok := factKeys[lastPart(key)]; ok {
		return true
	}
	return stepOrder(key, 0) >= 0
}
