package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// mfuLacks says what is missing to compute an MFU with.
func (a *Audit) mfuLacks() string {
	if d := a.Implied; d != nil {
		quotient := fmt.Sprintf("%s ÷ %s is a peak of %s TFLOP/s", lastKey(d.Achieved.Key), lastKey(d.MFU.Key), number(d.Point/1e12))
		switch {
		case len(d.Known) > 0:
			return quotient + " (" + strings.Join(d.Known, ", ") + "); " + PeakUnknown(a)
		case a.World.Device == nil:
			return quotient + "; " + PeakUnknown(a)
		default:
			return fmt.Sprintf("%s, which is not told apart from a figure of %s or of another device", quotient, a.World.Device.Name)
		}
	}
	var peak []string
	if !a.Logs(reference.PeakFLOPs) && !a.Logs(reference.PeakFLOPsPerDevice) {
		peak = a.peakLacks()
	}
	lacks := a.lacks(peak)
	c := mfuColumn(a.Run)
	switch {
	case len(lacks) > 0:
		return "needs " + rejoin(lacks)
	case a.flopsUnknown() != "" && !a.statesFLOPs():
		return a.flopsUnknown()
	case c != nil && a.smoothed(c):
		return "a moving average: its steps' own values are not determined"
	default:
		return "not reproduced under the definitions and peaks tried"
	}
}

// achievedLacks says what is missing to compute achieved FLOP/s with.
func (a *Audit) achievedLacks() string {
	var count []string
	rated := instant(a.Run, reference.TokensPerSec) != nil || instant(a.Run, reference.TokensPerSecPerDevice) != nil
	if a.World.Devices == 0 && !rated && a.Logs(reference.AchievedFLOPsPerDevice) {
		count = []string{"the number of devices (--devices)"}
	}
	switch lacks := a.lacks(count); {
	case len(lacks) > 0:
		return "needs " + rejoin(lacks)
	case a.flopsUnknown() != "" && !a.statesFLOPs():
		return a.flopsUnknown()
	default:
		return "not reproduced under the definitions tried"
	}
}

// statesFLOPs reports whether FLOPs per token are logged or stated.
func (a *Audit) statesFLOPs() bool {
	return a.Logs(reference.FLOPsPerToken) || a.Options.FLOPsPerToken > 0
}

// lacks lists, each once, what FLOPs per token and tokens per second lack, and more.
func (a *Audit) lacks(more []string) []string {
	var parts []string
	if !a.statesFLOPs() {
		parts = a.flopsLack()
	}
	for _, part := range slices.Concat(a.rateLacks(), more) {
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// rateUnknown says what tokens per second lack; "" if they are logged, or follow from the batch and the step time.
func (a *Audit) rateUnknown() string {
	if parts := a.rateLacks(); len(parts) > 0 {
		return "needs " + rejoin(parts)
	}
	return ""
}

// rateLacks lists what tokens per second lack.
func (a *Audit) rateLacks() []string {
	if instant(a.Run, reference.TokensPerSec) != nil || instant(a.Run, reference.TokensPerSecPerDevice) != nil {
		return nil
	}
	if len(a.Run.ColumnsOf(reference.StepTime)) == 0 {
		return []string{"a step time or tokens per second, which the log does not hold"}
	}
	return a.batchLacks()
}
