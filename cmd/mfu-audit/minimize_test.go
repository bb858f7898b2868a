package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/rules"
)

// TestMinimizeKeepsFindingsAndNothingPrivate takes the first bad log of a rule's fixture, puts a canary into names, and
// minimizes it. Rules whose audits search for a model, seconds each, are left out but for one.
func TestMinimizeKeepsFindingsAndNothingPrivate(t *testing.T) {
	const canary = "s3cr3t"
	opt := audit.Options{Rules: rules.All()}
	for _, rule := range rules.All() {
		quick := slices.ContainsFunc([]string{"MFU0", "MFU2", "MFU3", "MFU7", "MFU410", "MFU522", "MFU610"}, func(p string) bool { return strings.HasPrefix(rule.ID, p) })
		if !quick && (rule.ID != "MFU110" || testing.Short()) {
			continue
		}
		i := slices.IndexFunc(rules.Cases(rule.ID), func(c rules.Case) bool { return c.Bad() })
		if i < 0 {
			continue
		}
		text := string(rules.Cases(rule.ID)[i].Log)
		if !strings.HasPrefix(text, "{") || strings.Count(text, `"config": {`) != 1 {
			continue
		}
		text = strings.Replace(text, `"config": {`, `"config": {"out_dir": "/home/`+canary+`/out", "`+canary+`": "node-`+canary+`.example.org", `, 1)
		t.Run(rule.ID, func(t *testing.T) {
			before, _, err := showing("run.json", []byte(text), opt)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			writeFile(t, dir+"/run.json", text)
			var errs bytes.Buffer
			c := &Command{Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &errs}
			small, err := c.minimal(dir+"/run.json", opt, 120)
			if err != nil && len(before) > 1 {
				t.Fatal(err)
			} else if err != nil {
				return
			}
			after, _, err := showing("run.json", small, opt)
			if err != nil || !slices.Equal(before, after) {
				t.Errorf("%v: found %q, before %q", err, after, before)
			}
			if bytes.Contains(small, []byte(canary)) || bytes.Contains(small, []byte("example")) {
				t.Errorf("private words are left:\n%s", small)
			}
			if len(small) > len(text)-len(canary) {
				t.Errorf("%d of %d bytes are left", len(small), len(text))
			}
		})
	}
}
