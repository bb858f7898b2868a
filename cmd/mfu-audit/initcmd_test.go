package main

import (
	"strings"
	"testing"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/gate"
)

// Whoever takes the lines of init in one after the other has a right configuration at every moment; here all are taken in at once.
func TestEverySettingThatInitOffersIsRight(t *testing.T) {
	text := string(startingConfig([]*audit.RunReport{{Coverage: audit.Coverage{Needs: []string{"--device", "--seq-len"}}}}))
	var lines []string
	for _, line := range strings.Split(text, "\n")[2:] { // after what the file is
		body := strings.TrimPrefix(line, "# ")
		key, _, ok := strings.Cut(strings.TrimSpace(body), ":")
		if setting := ok && !strings.Contains(key, " ") || strings.HasPrefix(strings.TrimSpace(body), "- {"); setting && body != line {
			lines = append(lines, body)
		}
	}
	parsed, err := gate.Parse(gate.FileName, []byte(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err, strings.Join(lines, "\n"))
	}
	c := &config{Config: parsed}
	if errs := c.check(); len(errs) > 0 {
		t.Error(errs)
	}
	if len(parsed.Facts) != 2 || len(parsed.Rules) != 1 || len(parsed.Overrides) != 1 || parsed.Baseline == nil || parsed.Model == nil {
		t.Errorf("%+v", parsed)
	}
}
