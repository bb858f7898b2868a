package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/mfu-audit/mfu-audit/audit"
)

// home is where the project lives.
const home = "https://github.com/mfu-audit/mfu-audit"

// sarifLog writes SARIF 2.1.0 (OASIS): the rules with their help, a result for each finding with its place in UTF-16 columns, the
// derivation as a code flow, and a fingerprint that survives edits of the log.
func sarifLog(w io.Writer, d *Document) error {
	log := sarif.NewReport()
	run := sarif.NewRun().WithColumnKind("utf16CodeUnits")
	driver := sarif.NewToolComponent().WithName("mfu-audit").WithInformationURI(home).WithVersion(d.Version)
	index := map[string]int{}
	for i, rule := range d.Rules {
		index[rule.ID] = i
		driver.AddRule(sarifRule(rule))
	}
	run.WithTool(sarif.NewTool().WithDriver(driver))
	located(d.Report, true, func(r *audit.RunReport, f *audit.Finding) { run.AddResult(sarifResult(r, f, index)) })
	invocation := sarif.NewInvocation().WithExecutionSuccessful(len(d.Report.Problems) == 0)
	for _, p := range d.Report.Problems {
		message, _, _ := strings.Cut(p.Message, "\n")
		invocation.AddToolExecutionNotification(sarif.NewNotification().WithLevel("error").
			WithMessage(sarif.NewTextMessage(oneLine(p.Path + ": " + message))))
	}
	run.WithInvocations([]*sarif.Invocation{invocation})
	log.AddRun(run)
	return log.PrettyWrite(w)
}

// sarifRule describes a rule; its help is what `mfu-audit explain` says.
func sarifRule(r audit.Rule) *sarif.ReportingDescriptor {
	text := sarif.NewMultiformatMessageString().WithText
	var help strings.Builder
	for _, part := range [][2]string{{"What is checked", r.What}, {"Why it matters", r.Why}, {"How it happens", r.How}, {"How to fix it", r.Fix}} {
		if part[1] != "" {
			help.WriteString("**" + part[0] + ".** " + part[1] + "\n\n")
		}
	}
	for _, c := range r.Citations {
		if c.URL != "" {
			help.WriteString("- [" + c.Text + "](" + c.URL + ")\n")
		} else {
			help.WriteString("- " + c.Text + "\n")
		}
	}
	markdown := strings.TrimSpace(help.String())
	out := sarif.NewReportingDescriptor().WithID(r.ID).WithName(r.Name).
		WithShortDescription(text(r.Summary)).WithFullDescription(sarif.NewMultiformatMessageString().WithText(r.Summary + " " + r.Why)).
		WithHelp(sarif.NewMultiformatMessageString().WithText(strings.ReplaceAll(markdown, "**", "")).WithMarkdown(markdown)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarifLevel(r.Severity)))
	return out
}

func sarifLevel(s audit.Severity) string { return string(s) } // error, warning, note: the same words

func sarifResult(r *audit.RunReport, f *audit.Finding, index map[string]int) *sarif.Result {
	out := sarif.NewRuleResult(f.Rule).WithLevel(sarifLevel(f.Severity)).WithMessage(sarif.NewTextMessage(sentence(f)))
	if i, ok := index[f.Rule]; ok {
		out.WithRuleIndex(i)
	}
	out.AddLocation(sarifLocation(r, f))
	if flow := sarifFlow(r, f); flow != nil {
		out.WithCodeFlows([]*sarif.CodeFlow{flow})
	}
	// The place of a finding is its file's name, so that one who moves a folder of runs keeps the history of its findings.
	sum := sha256.Sum256([]byte(f.Fingerprint + "\x00" + path.Base(fileOf(r, f))))
	out.WithPartialFingerprints(map[string]string{"mfuAudit/v1": hex.EncodeToString(sum[:16])})
	properties := sarif.NewPropertyBag()
	properties.Add("quantity", string(f.Quantity))
	if known(f.Logged) {
		properties.Add("logged", f.Logged)
	}
	if known(f.Expected) {
		properties.Add("expected", f.Expected)
	}
	if f.Evidence.Wrong != "" {
		properties.Add("wrong", string(f.Evidence.Wrong))
		properties.Add("cause", string(f.Evidence.Cause))
	}
	out.WithProperties(properties)
	if f.Suppressed != "" {
		out.WithSuppressions([]*sarif.Suppression{sarif.NewSuppression().WithKind("external").WithJustification(oneLine(f.Suppressed))})
	}
	return out
}

// sarifLocation is where a finding stands: the file, the region, and the key path as a logical location.
func sarifLocation(r *audit.RunReport, f *audit.Finding) *sarif.Location {
	physical := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(fileURI(fileOf(r, f))))
	if region := sarifRegion(r, f); region != nil {
		physical.WithRegion(region)
	}
	location := sarif.NewLocationWithPhysicalLocation(physical)
	if f.Pos.Path != "" {
		location.WithLogicalLocations([]*sarif.LogicalLocation{
			sarif.NewLogicalLocation().WithFullyQualifiedName(clean(f.Pos.Path)).WithName(clean(audit.MetricKey(f.Pos.Path))).WithKind("member"),
		})
	}
	return location
}

// sarifRegion is a position as SARIF has it: by bytes alone in a log without lines, nil where the log holds no such place.
func sarifRegion(r *audit.RunReport, f *audit.Finding) *sarif.Region {
	pos := f.Pos
	if pos.Line <= 0 && pos.Length <= 0 {
		return nil
	}
	region := sarif.NewRegion().WithByteOffset(int(pos.Offset)).WithByteLength(pos.Length)
	if pos.Line <= 0 {
		return region
	}
	region.WithStartLine(pos.Line)
	joint := f.Joint
	if r.Source != nil {
		joint = audit.JointOf(r.Source, f)
	}
	if joint.From > 0 {
		region.WithStartColumn(joint.From).WithEndColumn(joint.To)
	}
	return region
}

// sarifFlow is the derivation as the steps of a code flow, each at the finding's place.
func sarifFlow(r *audit.RunReport, f *audit.Finding) *sarif.CodeFlow {
	var steps []string
	add := func(label, value, as string) {
		if as != "" {
			steps = append(steps, oneLine(label+" "+value+" = "+as))
		}
	}
	logged, expected := pair(f.Quantity, f.Logged, f.Expected)
	add("logged", logged, f.LoggedAs)
	add("expected", expected, f.ExpectedAs)
	if f.Symbols != "" && len(steps) > 0 {
		steps = append(steps, oneLine("with "+f.Symbols))
	}
	for _, d := range f.Derivation {
		steps = append(steps, oneLine(d))
	}
	if len(steps) == 0 {
		return nil
	}
	flow := sarif.NewThreadFlow()
	for _, s := range steps {
		at := sarifLocation(r, f).WithMessage(sarif.NewTextMessage(s))
		step := sarif.NewThreadFlowLocation()
		step.Location = at
		flow.AddLocation(step)
	}
	return sarif.NewCodeFlow().WithThreadFlows([]*sarif.ThreadFlow{flow})
}

// fileURI is a path as a URI reference: relative as typed, or file:// where it is absolute.
func fileURI(file string) string {
	file = path.Clean(file)
	if strings.HasPrefix(file, "/") {
		return (&url.URL{Scheme: "file", Path: file}).String()
	}
	if len(file) > 2 && file[1] == ':' && file[2] == '/' { // a drive of Windows
		return (&url.URL{Scheme: "file", Path: "/" + file}).String()
	}
	return (&url.URL{Path: file}).EscapedPath()
}
