package audit

import (
	"fmt"
	"math"
	"strings"

	"github.com/mfu-audit/mfu-audit/reference"
)

// The rules of tables of claims.
const (
	ruleNotReproduced = "MFU930"
	ruleSlip          = "MFU931"
	ruleContradicts   = "MFU932"
)

// Runs are the rows as runs, so that whatever reads a report reads a table of claims as well.
func (r *ClaimsReport) Runs(rules []Rule) []*RunReport {
	var out []*RunReport
	for _, row := range r.Rows {
		run := &RunReport{
			Path: r.Table.Path, Format: r.Table.Format, Name: row.Claim.ID, Source: r.Table.Source, Claim: row,
			Model:    ModelReport{Architecture: row.Model, SeqLen: row.SeqLen, Source: "declared"},
			Hardware: HardwareReport{Device: row.Device, Devices: row.Devices, Precision: row.Precision, Peak: row.Peak},
		}
		if row.ModelText != "" {
			run.Model.Source, run.Model.Evidence = "inferred", []string{row.ModelText}
		}
		row.quantities(run)
		if f := row.finding(r.Tried); f != nil {
			for _, rule := range rules {
				if rule.ID == f.Rule {
					f.Name, f.Severity = rule.Name, rule.Severity
				}
			}
			f.Fingerprint = strings.Join([]string{f.Rule, "claim", string(f.Quantity)}, ":")
			run.Findings = []*Finding{f}
		}
		out = append(out, run)
	}
	return out
}

// quantities are the row's efficiency metrics and what became of each.
func (r *ClaimReport) quantities(run *RunReport) {
	for _, o := range r.Claim.Values {
		if !o.Quantity.Info().Efficiency {
			continue
		}
		q := QuantityReport{Quantity: o.Quantity, Key: o.Key, Unit: o.Unit, Scale: o.Scale, Logged: o.Value(), Expected: math.NaN(), Restated: math.NaN(), Steps: 1, Status: StatusNotAudited, Reason: "nothing to compare it with"}
		run.Coverage.Logged++
		compared, wrong := false, false
		for _, c := range r.Checks {
			if c.Key == o.Key {
				compared = true
				wrong = wrong || !c.Holds
				q.Expected = c.Derived
			}
		}
		for _, c := range r.Checks {
			compared = compared || strings.Contains(c.Text, o.Key)
		}
		if compared {
			run.Coverage.Audited++
			q.Status, q.Reason = StatusOK, ""
			if wrong && r.Verdict != ClaimReproduced {
				q.Status, q.Cause = StatusWrong, r.ruleID()
			} else if !wrong {
				q.Expected = math.NaN()
			}
			if names := r.Conventions; q.Status == StatusOK && len(names) > 0 {
				q.Reason = "right under " + names[0]
			}
		} else {
			run.Coverage.NotAudited = append(run.Coverage.NotAudited, o.Key+" (nothing to compare it with)")
		}
		run.Quantities = append(run.Quantities, q)
	}
	run.Coverage.Needs = r.Missing
}

// ruleID is the rule that the row's verdict is filed under, "" if nothing is wrong with it.
func (r *ClaimReport) ruleID() string {
	switch {
	case r.Verdict == ClaimDeviation && r.Rule != "":
		return r.Rule
	case r.Verdict == ClaimDeviation:
		return ruleSlip
	case r.Verdict == ClaimNotReproduced && len(r.Contradicts) > 0:
		return ruleContradicts
	case r.Verdict == ClaimNotReproduced:
		return ruleNotReproduced
	}
	return ""
}

// finding is what is wrong with the row, nil if nothing is.
func (r *ClaimReport) finding(tried int) *Finding {
	id := r.ruleID()
	if id == "" {
		return nil
	}
	f := &Finding{
		Rule: id, Severity: SeverityError, Pos: r.Claim.Pos, Logged: math.NaN(), Expected: math.NaN(), Message: r.Sentence(tried),
		Evidence: Evidence{Wrong: WrongInferred, Cause: r.CauseKnown, Hypotheses: r.Hypotheses, Accidental: r.Accidental},
	}
	if f.Evidence.Cause == "" {
		f.Evidence.Cause = CauseNone
	}
	if len(r.Contradicts) > 0 {
		f.Evidence.Wrong = WrongProven
	}
	if id == ruleNotReproduced {
		f.Severity = SeverityWarning
	}
	if r.Off != nil {
		f.Logged, f.Expected = r.Off.Logged, r.Off.Derived
		for _, o := range r.Claim.Values {
			if o.Key == r.Off.Key {
				f.Quantity, f.Pos = o.Quantity, o.Pos
			}
		}
		f.Derivation = append(f.Derivation, r.Off.Text)
	}
	for _, x := range r.Rivals {
		f.Rivals = append(f.Rivals, Rival{Text: x})
	}
	for _, x := range r.Repairs {
		f.Derivation = append(f.Derivation, "alone: "+x.Text)
	}
	return f
}

// Sentence says what is wrong with the row in measured words: of others' numbers, that they are not reproduced; that they contradict
// each other only where cells of the row do.
func (r *ClaimReport) Sentence(tried int) string {
	switch {
	case r.Verdict == ClaimDeviation:
		under := ""
		if len(r.Conventions) > 0 && !strings.Contains(r.Cause, r.Conventions[0]) {
			under = " under " + r.Conventions[0]
		}
		return fmt.Sprintf("Reproduced%s only if one thing is taken for wrong: %s.", under, strings.TrimSuffix(r.Cause, "."))
	case len(r.Contradicts) > 0:
		return fmt.Sprintf("The row contradicts itself: %s.", strings.Join(r.Contradicts, "; "))
	case r.Verdict == ClaimNotReproduced:
		text := fmt.Sprintf("Not reproduced under the %d definitions tried", tried)
		if r.Off != nil && r.Nearest != "" {
			text += fmt.Sprintf("; the nearest, %s, has printed ÷ derived = %s in %s", r.Nearest, number(r.Ratio), r.Off.Text)
		} else if r.Off != nil {
			text += fmt.Sprintf("; printed ÷ derived = %s in %s", number(r.Ratio), r.Off.Text)
		}
		return text + "."
	case r.Verdict == ClaimNotDetermined:
		if len(r.Missing) == 0 {
			return "Nothing printed can be compared with anything else."
		}
		return "Nothing can be compared; missing: " + strings.Join(r.Missing, ", ") + "."
	}
	return ""
}

// ClaimRestated is a row's throughput under one definition.
type ClaimRestated struct {
	Row      *ClaimReport
	MFU      float64 // fraction; NaN if it cannot be told
	Printed  float64 // as printed; NaN if not
	FLOPs    float64 // achieved FLOP/s per device; NaN if it cannot be told
	Peak     float64
	PerToken float64
	Missing  []string
}

// Restate gives every row under one definition, so that systems can be compared. A row that is not reproduced is restated from its
// tokens per second, as far as they stand uncontradicted.
func (r *ClaimsReport) Restate(c reference.Convention) []ClaimRestated {
	var out []ClaimRestated
	for _, row := range r.Rows {
		x := ClaimRestated{Row: row, MFU: math.NaN(), Printed: math.NaN(), FLOPs: math.NaN()}
		if cell, ok := row.row.cells[cMFU]; ok {
			x.Printed = cell.value
		}
		model := row.Model
		if model == nil && len(row.row.layouts) > 0 {
			model = row.row.layouts[0].model
		}
		if model == nil || model.Vocab <= 1 {
			x.Missing = append(x.Missing, "the model's dimensions")
		}
		if row.SeqLen <= 0 {
			x.Missing = append(x.Missing, "seq_len")
		}
		rate := row.rate()
		if !(rate > 0) {
			x.Missing = append(x.Missing, "tokens per second")
		}
		if len(row.Contradicts) > 0 || row.Verdict == ClaimDeviation {
			x.Missing = append(x.Missing, "numbers that follow from each other")
		}
		if len(x.Missing) == 0 {
			x.PerToken = c.TrainingPerToken(model, row.SeqLen)
			x.FLOPs = x.PerToken * rate
			if row.Device != nil {
				if p, ok := row.Device.Peak(row.Precision); ok {
					x.Peak = p.Dense
					x.MFU = x.FLOPs / p.Dense
				}
			}
			if row.row.world.StatedPeak > 0 {
				x.Peak = row.row.world.StatedPeak
				x.MFU = x.FLOPs / x.Peak
			}
			if math.IsNaN(x.MFU) {
				x.Missing = append(x.Missing, "device and precision")
			}
		}
		out = append(out, x)
	}
	return out
}

// rate is tokens per second of one device, NaN if the row does not give it.
func (r *ClaimReport) rate() float64 {
	v := func(s string) float64 {
		if c, ok := r.row.cells[s]; ok {
			return c.value
		}
		return math.NaN()
	}
	for _, x := range []float64{
		v(cEach), v(cRate) / v(cDevices), v(cBatch) * v(cSeqLen) / v(cTime) / v(cDevices), v(cTokens) / v(cTime) / v(cDevices), v(cSamples) * v(cSeqLen) / v(cDevices),
	} {
		if x > 0 {
			return x
		}
	}
	if r.fit != nil && r.fit.needsFLOPs {
		if x := v(cFLOPs) / r.fit.constants.column.Mid(); x > 0 {
			return x
		}
		if x := v(cMFU) * r.fit.peak / r.fit.constants.model.Mid(); x > 0 {
			return x
		}
	}
	return math.NaN()
}
