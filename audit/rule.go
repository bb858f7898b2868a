package audit

import "github.com/mfu-audit/mfu-audit/reference"

// Rule is one kind of mistake: what it is called, how it is documented, and how it is found. A rule with Deviations is found
// by diagnosis; a rule with Check looks for itself. No rule knows another.
type Rule struct {
	ID       string   // MFU and three digits
	Name     string   // kebab-case, reads after "allow"
	Severity Severity // of its findings; an inferred one may be lowered
	Since    string   // release
	Summary  string   // one sentence: what is wrong
	What     string   // what it checks
	Why      string   // why it matters, with a number
	How      string   // how it happens
	Fix      string   // how to fix it in the trainer
	// Citations are public threads, papers or source files where it was seen.
	Citations []Citation
	// Needs lists the quantities of which at least one must be logged for the rule to run.
	Needs []reference.Quantity
	// Deviations gives the edits this rule knows, for the world at hand.
	Deviations func(*World) []Edit
	// Check looks for what diagnosis does not explain.
	Check func(*Audit) []Finding
	// Gate marks a rule about what a team decided, a budget or a suppression: the gate raises it, not an audit.
	Gate bool
	// Table marks a rule about a row of a table of claims, which Claims judges.
	Table bool
	// Requires says which facts or observations are missing for the rule to run; "" if none.
	Requires func(*Audit) string
}

// Citation is where a rule's mistake was seen, or a formula stands.
type Citation struct {
	Text string // "bigscience-workshop/Megatron-DeepSpeed #221"
	URL  string
}

// Account is a code path of the trainer with a basis of its own.
type Account string

// The accounts.
const (
	AccountParameters Account = "parameters"
	AccountBreakdown  Account = "breakdown" // per-layer FLOPs, their ratio, logits
	AccountTotal      Account = "total"     // FLOPs per token
	AccountTokens     Account = "tokens"
	AccountTime       Account = "time"
	AccountPeak       Account = "peak"
)

// Edit is one axis of one account's basis set otherwise: a mistake that can be tried.
type Edit struct {
	Rule      string // ID, filled in by the audit
	Axis      string // edits of one axis exclude each other
	Accounts  []Account
	Set       func(*reference.Basis)
	Text      string   // one sentence for the finding
	Short     string   // a few words for the waterfall and for rivals
	SettledBy string   // which fact or flag would settle it
	Seen      []string // public code that is known to make this very mistake on this device, each with what it does
	// Rare marks a mistake about a peak that is tried on a peak itself only: an MFU alone is reproduced by too much else.
	Rare bool
	// TakenFrom is the quantity from whose logged value the edit has its number, "" if from none: what was put in is no evidence that it
	// comes out.
	TakenFrom reference.Quantity
}

// in reports whether the edit can occur in the account.
func (e Edit) in(a Account) bool {
	for _, x := range e.Accounts {
		if x == a {
			return true
		}
	}
	return false
}
