package audit

import (
	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Report is the outcome of an audit over any number of inputs.
type Report struct {
	Runs     []*RunReport
	Problems []InputProblem  // inputs that could not be read at all
	Tables   []*ClaimsReport // tables of claims, whose rows are among the runs
	Findings []*Finding      // about the team's decisions, not about a run
}

// InputProblem is an input that gave no run.
type InputProblem struct {
	Path    string
	Message string
}

// Severity is how bad a finding is. It follows how surely the value is wrong, not how surely the cause is known.
type Severity string

// The severities, worst first.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

// Rank orders severities: error 3, warning 2, note 1, anything else 0.
func (s Severity) Rank() int {
	switch s {
	case SeverityError:
		return 3
	case SeverityWarning:
		return 2
	case SeverityNote:
		return 1
	default:
		return 0
	}
}

// Wrong says how surely a value is wrong.
type Wrong string

// How surely a value is wrong.
const (
	WrongProven   Wrong = "proven"   // no world and no definition that fit the facts give it
	WrongInferred Wrong = "inferred" // the simplest reading does not give it
)

// Cause says how surely the cause is known.
type Cause string

// How surely a cause is known.
const (
	CauseUnique    Cause = "unique"    // every explanation within one of the cheapest contains it
	CauseInferred  Cause = "inferred"  // every cheapest explanation contains it
	CauseAmbiguous Cause = "ambiguous" // several explanations are equally cheap
	CauseNone      Cause = "none"      // nothing in the catalogue reproduces the value
)

// Evidence says why a finding is believed. Wrong and Cause are empty for notes, which say that nothing is wrong.
type Evidence struct {
	Wrong      Wrong
	Cause      Cause
	Hypotheses int     // distinct predicted values that were compared
	Accidental float64 // expected number of them that match by chance
}

// Rival is another explanation of the same digits, with what would settle it.
type Rival struct {
	Causes    []string // rule IDs, or descriptions where no rule is concerned
	Text      string
	SettledBy string
	Rejected  string // why it is not believed, "" if it stands
}

// StepRange names the steps a finding is about.
type StepRange struct {
	First, Last int64
	Count, Of   int     // affected steps, of those that have the metric
	List        []int64 // named one by one where they are few
}

// Consequence is another logged value that is wrong because of a finding.
type Consequence struct {
	Quantity  reference.Quantity
	Path      string
	Logged    float64 // canonical units
	Corrected float64
}

// Finding is one cause, once.
type Finding struct {
	Rule     string // ID
	Name     string // rule's kebab-case name
	Severity Severity
	Evidence Evidence
	Quantity reference.Quantity
	Pos      runlog.Position
	Steps    StepRange
	Printed  string  // the value as printed in the log, "" if it has no place there
	Logged   float64 // canonical units; NaN if the finding is not about a number
	Expected float64 // under the log's own definition; NaN if unknown
	Message  string  // what is wrong, one or two sentences
	// LoggedAs and ExpectedAs are the expressions that give the two values, with the symbols' values in Symbols:
	// "8·S·H² + 2·a·S²·H", "8·S·H² + 4·S²·H", "a 16, S 2048, H 2048".
	LoggedAs, ExpectedAs, Symbols string
	Derivation                    []string // further lines that a reader can check by hand
	Rivals                        []Rival
	Consequences                  []Consequence
	Suppressed                    string // reason, "" if not suppressed
	Joint                         Joint  // how key and value are joined in the log, once that is released
	Fingerprint                   string // rule, run kind, quantity, cause; never a measured value or a line
}

// Ratio is logged ÷ expected; 0 where it has no meaning.
func (f *Finding) Ratio() float64 {
	if f.Expected == 0 || f.Expected != f.Expected || f.Logged != f.Logged {
		return 0
	}
	return f.Logged / f.Expected
}

// Status is what became of one logged quantity.
type Status string

// The statuses.
const (
	StatusOK         Status = "ok"
	StatusWrong      Status = "wrong"
	StatusInherited  Status = "inherited" // follows from logged values that are wrong
	StatusNotAudited Status = "not-audited"
)

// QuantityReport is one logged metric key and what became of it.
type QuantityReport struct {
	Quantity reference.Quantity
	Key      string
	Unit     string // as logged
	Scale    float64
	Status   Status
	Logged   float64 // canonical, at the headline step or the summary value
	Expected float64 // canonical; NaN if unknown
	Restated float64 // under matmul-full; NaN if not applicable
	Steps    int
	Reason   string // why not audited, or under which reading it is ok ("right under palm", "as rounded to 3 digits")
	Cause    string // rule ID
}

// FactReport is one fact that was used, where it came from, and what it contradicts.
type FactReport struct {
	Key, Value, Source string
	Pos                runlog.Position
	Broken             string // why it was not believed, "" if it was
}

// ModelReport is the architecture the audit used.
type ModelReport struct {
	Architecture *reference.Architecture // nil if unknown
	SeqLen       int64
	Parameters   int64  // logged or implied; 0 if unknown
	Source       string // "declared", "config", "preset", "inferred"
	Domain       string // what was searched, if inferred
	Evidence     []string
	Rivals       []ModelRival
	Undecided    []string // dimensions that the rivals do not agree on
}

// ModelRival is another architecture that fits, or nearly fits, the parameter total.
type ModelRival struct {
	Architecture reference.Architecture
	Describe     string   // "8 KV heads, FFN 6144, one norm a layer"
	Breaks       []string // declared facts it contradicts
	Against      []string // what else speaks against it
	InDomain     bool     // its vocabulary is a known tokenizer's size, or declared
	Cost         int      // of its cheapest explanation of the whole run
	MFU          float64  // restated MFU under it, 0 if unknown
}

// HardwareReport is the devices the audit used.
type HardwareReport struct {
	Device    *reference.Accelerator // nil if unknown
	Printed   string                 // recognised name as logged
	Devices   int64                  // 0 if unknown
	Precision reference.Precision    // "" if unknown
	Peak      float64                // dense FLOP/s per device, 0 if unknown
}

// WaterfallKind tells corrections (the log was wrong) from restatements (the log used another definition).
type WaterfallKind string

// The kinds of waterfall rows.
const (
	Correction  WaterfallKind = "correction"
	Restatement WaterfallKind = "restatement"
)

// WaterfallRow is one factor from the logged MFU to the restated one.
type WaterfallRow struct {
	Rule   string
	Kind   WaterfallKind
	Factor float64 // MFU after ÷ MFU before
	MFU    float64 // after
	Text   string  // "tokens of one rank over the peak of both"
	Cause  Cause
	Rivals []string
}

// Excluded is a step left out of the steady steps, and why.
type Excluded struct {
	Step   int64
	Reason string
}

// MFUReport leads from the logged MFU of one real step to the corrected and the restated one.
type MFUReport struct {
	Step          int64
	HasStep       bool
	Over          string // "steady": lower median of the steady steps; "step": the user's; "summary"
	Steps         int    // steady steps
	Excluded      []Excluded
	Logged        float64  // fraction; NaN if no MFU is logged
	Corrected     float64  // under the log's own convention
	OwnConvention string   // "" if not recognised
	Also          []string // conventions that coincide with it on this model
	Restated      float64  // under Convention
	Convention    string
	PeakText      string             // "312 TFLOP/s dense bf16 × 2"
	Others        map[string]float64 // restated under other definitions
	RestatedText  string             // "palm charges the input embedding and the norms"
	Waterfall     []WaterfallRow
}

// SkippedRule is a rule that could not run, and what it would have needed.
type SkippedRule struct {
	Rule, Name, Reason string
}

// Coverage counts what was audited.
type Coverage struct {
	Logged, Audited int
	NotAudited      []string // "hardware.fp8_share (no rule)"
	Skipped         []SkippedRule
	Needs           []string // facts that would let more be audited, as flags
}

// RunReport is the audit of one run.
type RunReport struct {
	Path, Format, Name string
	Source             *runlog.Source // nil once released
	Steps              int
	Model              ModelReport
	Hardware           HardwareReport
	Facts              []FactReport
	Problems           []runlog.Problem
	Quantities         []QuantityReport
	Findings           []*Finding
	Allow              []runlog.Allow // findings that the log itself asks to live with
	PeakNote           string         // the peak that an MFU without logged parts was reproduced with, "" if it has parts
	MFU                *MFUReport     // nil if there is none to tell
	Coverage           Coverage
	Steady             *Steady      // nil unless Options.Steady is set
	Series             *Series      // nil unless Options.Series is set and steps are logged
	Breakdown          *Breakdown   // nil unless Options.Series is set
	Claim              *ClaimReport // of a row of a table of claims, nil of a log
}

// Verdict is "fail" if the run has an error that is not suppressed, "not-audited" if nothing was audited, else "pass".
func (r *RunReport) Verdict() string {
	for _, f := range r.Findings {
		if f.Severity == SeverityError && f.Suppressed == "" {
			return "fail"
		}
	}
	if r.Coverage.Audited == 0 {
		return "not-audited"
	}
	return "pass"
}
