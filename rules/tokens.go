package rules

import (
	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// tokenMetrics are the metrics that a mistake about tokens shows in.
func tokenMetrics() []reference.Quantity {
	return []reference.Quantity{reference.TokensPerSec, reference.TokensPerSecPerDevice, reference.TokensPerStep}
}

// shared is how many ranks hold the same tokens or parts of one sequence: the devices of one data-parallel rank. 0 if that is not
// a whole number, as where ranks or devices are unknown.
func shared(w *audit.World) int64 {
	if w.Ranks <= 0 || w.Devices%w.Ranks != 0 {
		return 0
	}
	return w.Devices / w.Ranks
}

// countedEach is the edit under which every one of n ranks with the same tokens counts them.
func countedEach(n int64, text, short string) audit.Edit {
	return audit.Edit{
		Axis: "ranks", Accounts: []audit.Account{audit.AccountTokens},
		Set:  func(b *reference.Basis) { b.TokensTimes = n },
		Text: text, Short: short, SettledBy: "--dp",
	}
}

// dividedAgain is the edit under which tokens that are divided by n already are divided by it once more.
func dividedAgain(n int64, text, short string) audit.Edit {
	return audit.Edit{
		Axis: "ranks", Accounts: []audit.Account{audit.AccountTokens},
		Set:  func(b *reference.Basis) { b.TokensOver = n },
		Text: text, Short: short, SettledBy: "--dp",
	}
}
