package gate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/reference"
)

// BaselineVersion is the schema of a baseline.
const BaselineVersion = "mfu-audit/baseline/v1"

// Baseline is the findings that were there when a team began, or agreed to live with for now. A finding is recognised by its
// fingerprint, which holds its rule, the kind of run, the quantity and the cause, and neither a value nor a line: another mistake has
// another fingerprint and cannot hide behind one that was mended.
type Baseline struct {
	Schema  string          `json:"schema"`
	Tool    string          `json:"tool"` // version that wrote it
	Entries []BaselineEntry `json:"entries"`
	matched map[string]bool
}

// BaselineEntry is one kind of finding.
type BaselineEntry struct {
	Fingerprint string             `json:"fingerprint"`
	Rule        string             `json:"rule"`
	Quantity    reference.Quantity `json:"quantity"`
	Count       int                `json:"count"` // findings of it when it was written
	Since       string             `json:"since"` // day on which it was first written
}

// ParseBaseline reads a baseline.
func ParseBaseline(data []byte) (*Baseline, error) {
	b := &Baseline{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(b); err != nil {
		return nil, fmt.Errorf("no baseline: %w", err)
	}
	if b.Schema != BaselineVersion {
		return nil, fmt.Errorf("no baseline of this version: schema is %q, want %q", b.Schema, BaselineVersion)
	}
	for _, e := range b.Entries {
		if _, err := time.Parse(time.DateOnly, e.Since); err != nil || e.Fingerprint == "" {
			return nil, errors.New("no baseline: an entry lacks its fingerprint or its date")
		}
	}
	return b, nil
}

// JSON is the baseline as it is stored, the same bytes for the same entries.
func (b *Baseline) JSON() []byte {
	if b.Entries == nil {
		b.Entries = []BaselineEntry{}
	}
	slices.SortFunc(b.Entries, func(x, y BaselineEntry) int { return strings.Compare(x.Fingerprint, y.Fingerprint) })
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(b) // strings and numbers only
	return out.Bytes()
}

// NewBaseline holds every finding of a report that fails or could: what is suppressed otherwise is not in it, nor are notes. An
// entry that an older baseline has keeps its date.
func NewBaseline(r *audit.Report, old *Baseline, version string, now time.Time) *Baseline {
	b := &Baseline{Schema: BaselineVersion, Tool: version}
	since := map[string]string{}
	if old != nil {
		for _, e := range old.Entries {
			since[e.Fingerprint] = e.Since
		}
	}
	index := map[string]int{}
	for _, run := range r.Runs {
		for _, f := range run.Findings {
			byBaseline := strings.HasPrefix(f.Suppressed, baselineReason)
			if f.Severity == audit.SeverityNote || f.Suppressed != "" && !byBaseline || f.Fingerprint == "" {
				continue
			}
			i, ok := index[f.Fingerprint]
			if !ok {
				day := since[f.Fingerprint]
				if day == "" {
					day = now.UTC().Format(time.DateOnly)
				}
				i = len(b.Entries)
				index[f.Fingerprint] = i
				b.Entries = append(b.Entries, BaselineEntry{Fingerprint: f.Fingerprint, Rule: f.Rule, Quantity: f.Quantity, Since: day})
			}
			b.Entries[i].Count++
		}
	}
	return b
}

// baselineReason begins the reason for which a finding of the baseline is suppressed.
const baselineReason = "in the baseline"

// Apply suppresses the findings of a report that the baseline covers.
func (b *Baseline) Apply(r *audit.Report, now time.Time) {
	for _, run := range r.Runs {
		for _, f := range run.Findings {
			if f.Suppressed == "" {
				f.Suppressed = b.covers(f, now)
			}
		}
	}
}

// covers says why a finding does not count, "" if it does.
func (b *Baseline) covers(f *audit.Finding, now time.Time) string {
	for _, e := range b.Entries {
		if e.Fingerprint != f.Fingerprint {
			continue
		}
		if b.matched == nil {
			b.matched = map[string]bool{}
		}
		b.matched[e.Fingerprint] = true
		since, _ := time.Parse(time.DateOnly, e.Since) // checked when it was read
		days := int(now.UTC().Sub(since).Hours() / 24)
		return fmt.Sprintf("%s since %s (%s)", baselineReason, e.Since, age(days))
	}
	return ""
}

func age(days int) string {
	switch {
	case days <= 0:
		return "today"
	case days == 1:
		return "1 day"
	}
	return fmt.Sprintf("%d days", days)
}

// Unmatched counts the entries that no finding of the audits so far has matched.
func (b *Baseline) Unmatched() int { return len(b.Entries) - len(b.matched) }

// Prune drops the entries that nothing has matched.
func (b *Baseline) Prune() {
	b.Entries = slices.DeleteFunc(b.Entries, func(e BaselineEntry) bool { return !b.matched[e.Fingerprint] })
}
