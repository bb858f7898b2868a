package reference

import (
	"slices"
	"strings"
	"sync"
)

// ConventionKind tells a choice that people state and defend from what one version of one framework computes.
type ConventionKind string

// The kinds of conventions.
const (
	Definition     ConventionKind = "definition"
	Implementation ConventionKind = "implementation"
)

// Convention is a named way to count training FLOPs per token: a point of the basis, or a formula of its own, with its
// source.
type Convention struct {
	Name  string
	Kind  ConventionKind
	Basis Basis // the point itself, or the nearest one if Evaluate is set: Basis.Formula is then the convention's name
	// Evaluate is the training FLOPs per token of a convention that no point of the basis reaches on every model; nil if
	// Basis is exact. It looks at the shape alone: what a framework refuses to count is counted as its formula would.
	Evaluate func(m *Architecture, seqLen int64) float64
	Formula  string // in the package's symbols
	Summary  string
	Quirks   []string
	Suspect  bool // a total that only this explains is to be told, not accepted: a bug, or a formula for another shape
	// Misreads reports whether the formula takes a model for another shape, so that it is suspect there; nil: on no model.
	Misreads    func(m *Architecture, seqLen int64) bool
	Denominator []DenominatorEntry // the framework's own peaks; none if the user states the peak or no MFU is printed
	Citation    string             // repository, commit, file and function; or the paper
	Verified    bool               // the cited source was read for this table, not taken from another's account
	Since       string             // release of this tool that knows it
}

// OtherDevice stands in a denominator for every device that the framework's table does not know.
const OtherDevice = "*"

// DenominatorEntry is the peak that a framework divides by on a device.
type DenominatorEntry struct {
	Device string  // what it looks for in the device's name, or OtherDevice
	FLOPs  float64 // dense bf16 (fp16 on Volta) FLOP/s of one device; 0: no MFU is logged; +Inf: an MFU of 0 is
}

// MatmulFull is the name of the reference definition.
const MatmulFull = "matmul-full"

// table is the conventions, built once. (A variable that is initialized with them would depend on itself: a basis looks up the
// formula that it names.)
var table struct {
	once sync.Once
	list []Convention
}

// conventions is the table. Where two conventions coincide the more general one comes first, so new ones go to the end of
// their group.
func conventions() []Convention {
	table.once.Do(func() {
		table.list = slices.Concat(
			definitions(), paperDefinitions(),
			torchtitanConventions(), megatronConventions(), karpathyConventions(),
			nemoConventions(), neoxConventions(), pytorchConventions(), trainerConventions(), jaxConventions(), verlConventions(),
		)
		for i := range table.list {
			if c := &table.list[i]; c.Evaluate != nil {
				c.Basis.Formula = c.Name
			}
		}
	})
	return table.list
}

// Conventions lists the conventions in table order: the reference first, then definitions, then implementations. Where two
// coincide on a model the first is named and the others follow as "also".
func Conventions() []Convention { return slices.Clone(conventions()) }

// ConventionByName finds a convention, whatever the case.
func ConventionByName(name string) (Convention, bool) {
	for _, c := range conventions() {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Convention{}, false
}

// TrainingPerToken is the convention's training FLOPs per token of a model at sequence length seqLen.
func (c Convention) TrainingPerToken(m *Architecture, seqLen int64) float64 {
	if c.Evaluate != nil {
		return c.Evaluate(m, seqLen)
	}
	return c.Basis.TrainingPerToken(m, seqLen)
}

// OnBasis reports whether the convention's point of the basis gives what the convention computes on this model. It is
// false only where the framework's own formula departs from every point.
func (c Convention) OnBasis(m *Architecture, seqLen int64) bool {
	nearest := c.Basis
	nearest.Formula = ""
	return c.Evaluate == nil || c.Evaluate(m, seqLen) == nearest.TrainingPerToken(m, seqLen)
}
