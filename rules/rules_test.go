package rules_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	_ "github.com/sebdah/goldie/v2" // registers -update, the one flag of that name in this repository

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// auditCase audits the log of a case with the model and the facts beside it.
func auditCase(t *testing.T, c rules.Case) *audit.RunReport {
	t.Helper()
	opt, err := c.Options()
	if err != nil {
		t.Fatal(err)
	}
	return auditLog(t, c.File, c.Log, opt)
}

// auditLog audits one log.
func auditLog(t *testing.T, name string, data []byte, opt audit.Options) *audit.RunReport {
	t.Helper()
	log, err := runlog.Read(name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	reports := audit.Run(log, opt)
	if len(reports) != 1 {
		t.Fatalf("%s: %d runs, want 1", name, len(reports))
	}
	return reports[0]
}

// describe writes a finding as a line of a .want file.
func describe(f *audit.Finding) string {
	number := func(v float64) string {
		if !audit.IsNumber(v) {
			return "–"
		}
		return strconv.FormatFloat(v, 'g', 10, 64)
	}
	path := f.Pos.Path
	line := fmt.Sprintf("%s %s %s: logged %s, expected %s", f.Rule, f.Severity, path, number(f.Logged), number(f.Expected))
	if f.Evidence.Wrong != "" {
		line += fmt.Sprintf(", %s, cause %s", f.Evidence.Wrong, f.Evidence.Cause)
	}
	return line
}

// TestEachRuleFiresOnItsBadCasesOnly runs every case of every archive. A bad case must give exactly the lines of its .want
// file for the rule (lines that start with # say how the expected values were derived by hand); an ok case must not give the
// rule at all, and no error of any other rule.
func TestEachRuleFiresOnItsBadCasesOnly(t *testing.T) {
	for _, rule := range rules.All() {
		if rule.Gate || rule.Table {
			continue // package gate has its tests, and the table of claims its own
		}
		t.Run(rule.ID, func(t *testing.T) {
			cases := rules.Cases(rule.ID)
			var ok, bad int
			for _, c := range cases {
				report := auditCase(t, c)
				var got []string
				for _, f := range report.Findings {
					if f.Rule == rule.ID {
						got = append(got, describe(f))
					}
				}
				if !c.Bad() {
					ok++
					for _, line := range got {
						t.Errorf("%s: fires on a right log: %s", c.Name, line)
					}
					for _, f := range report.Findings {
						if f.Severity == audit.SeverityError {
							t.Errorf("%s: not a right log: %s %s", c.Name, describe(f), f.Message)
						}
					}
					if report.Coverage.Audited == 0 {
						t.Errorf("%s: nothing is audited, so the rule's silence says nothing", c.Name)
					}
					continue
				}
				bad++
				var want []string
				for _, line := range strings.Split(string(c.Want), "\n") {
					if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
						want = append(want, line)
					}
				}
				if updating() {
					update(t, rule.ID, c.Name, got)
					continue
				}
				if len(want) == 0 {
					t.Errorf("%s: no expectation in %s.want", c.Name, c.Name)
				}
				if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
					t.Errorf("%s:\ngot  %s\nwant %s", c.Name, g, w)
				}
			}
			if ok == 0 || bad == 0 {
				t.Errorf("testdata/%s.txtar has %d ok and %d bad cases, want at least one of each", rule.ID, ok, bad)
			}
		})
	}
}

func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// update rewrites the expectations of a bad case; the lines that say how they were derived stay.
func update(t *testing.T, id, name string, got []string) {
	t.Helper()
	path := filepath.Join("testdata", id+".txtar")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	body := func(old []byte) []byte {
		var b bytes.Buffer
		for _, line := range strings.Split(string(old), "\n") {
			if strings.HasPrefix(line, "#") {
				fmt.Fprintln(&b, line)
			}
		}
		for _, line := range got {
			fmt.Fprintln(&b, line)
		}
		return b.Bytes()
	}
	found := false
	for i := range archive.Files {
		if archive.Files[i].Name == name+".want" {
			archive.Files[i].Data, found = body(archive.Files[i].Data), true
		}
	}
	if !found {
		archive.Files = append(archive.Files, txtar.File{Name: name + ".want", Data: body(nil)})
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	idForm   = regexp.MustCompile(`^MFU\d{3}$`)
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

func TestEveryRuleIsDocumentedAndItsIDUsedOnce(t *testing.T) {
	ids, names := map[string]bool{}, map[string]bool{}
	last := ""
	for _, r := range rules.All() {
		if !idForm.MatchString(r.ID) || !nameForm.MatchString(r.Name) {
			t.Errorf("%s %s: want MFU and three digits, and a kebab-case name", r.ID, r.Name)
		}
		if ids[r.ID] || names[r.Name] {
			t.Errorf("%s %s is used twice", r.ID, r.Name)
		}
		if r.ID <= last {
			t.Errorf("%s stands after %s: the list is by ID", r.ID, last)
		}
		last, ids[r.ID], names[r.Name] = r.ID, true, true
		for field, text := range map[string]string{"Summary": r.Summary, "What": r.What, "Why": r.Why, "How": r.How, "Fix": r.Fix, "Since": r.Since} {
			if text == "" || strings.Contains(text, "TODO") {
				t.Errorf("%s: %s is not written", r.ID, field)
			}
		}
		if len(r.Citations) == 0 {
			t.Errorf("%s: no citation", r.ID)
		}
		for _, c := range r.Citations {
			if !strings.HasPrefix(c.URL, "https://") || c.Text == "" {
				t.Errorf("%s: citation %+v", r.ID, c)
			}
		}
	}
}

// A file rules/mfuNNN_name.go that is not in All would be a rule that never runs.
func TestEveryRuleFileIsListed(t *testing.T) {
	files, err := filepath.Glob("mfu[0-9][0-9][0-9]_*.go")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, r := range rules.All() {
		listed[strings.ToLower(r.ID)+"_"+strings.ReplaceAll(r.Name, "-", "_")+".go"] = true
	}
	for _, f := range files {
		if !listed[f] {
			t.Errorf("%s is not in All, or not named after its rule", f)
		}
		delete(listed, f)
	}
	for f := range listed {
		t.Errorf("no file %s", f)
	}
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archives {
		id := strings.TrimSuffix(filepath.Base(f), ".txtar")
		if rules.Cases(id) == nil || !isRule(id) {
			t.Errorf("%s belongs to no rule: was one removed?", f)
		}
	}
}

func isRule(id string) bool {
	for _, r := range rules.All() {
		if r.ID == id {
			return true
		}
	}
	return false
}

func TestTheCleanRunHasNoFindingAndFullCoverage(t *testing.T) {
	data, err := os.ReadFile("../testdata/runs/run_clean.json")
	if err != nil {
		t.Fatal(err)
	}
	r := auditLog(t, "run_clean.json", data, audit.Options{Rules: rules.All()})
	for _, f := range r.Findings {
		t.Errorf("%s %s", describe(f), f.Message)
	}
	if r.Coverage.Audited != r.Coverage.Logged || r.Coverage.Logged < 15 {
		t.Errorf("audited %d of %d: %v", r.Coverage.Audited, r.Coverage.Logged, r.Coverage.NotAudited)
	}
	absent := []string{ // what this run does not log
		"no hfu is logged", "the MFU is logged and held against the peak itself",
		"no tokens_per_sec_per_device or achieved_flops_per_device or peak_flops_per_device is logged",
		"no total_tokens is logged", "no moving average of the MFU is logged",
		"no tokens per second and step time of a first record and three more are logged",
	}
	for _, skipped := range r.Coverage.Skipped {
		if !slices.Contains(absent, skipped.Reason) {
			t.Errorf("skipped: %v", skipped)
		}
	}
}
