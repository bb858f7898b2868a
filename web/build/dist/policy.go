package dist

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	"github.com/mfu-audit/mfu-audit/audit"
	"github.com/mfu-audit/mfu-audit/report"
)

// Policy is the page's content security policy. It allows no connection: no address for connections, frames or forms, and scripts
// and styles of the page's own folder only. The worker comes from a blob, as which it inherits the policy. The report in its frame
// inherits it too, so that the report's own style and script are named by their hashes.
func Policy() (string, error) {
	styles, scripts, err := inline()
	if err != nil {
		return "", err
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self' 'wasm-unsafe-eval' " + strings.Join(scripts, " "),
		"style-src 'self' " + strings.Join(styles, " "),
		"img-src data:",
		"worker-src blob:",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; "), nil
}

var (
	styleElement  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	scriptElement = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
)

// inline lists the hashes of the report's styles and scripts as a policy has them. They are the same in every report: those of
// several runs have them all.
func inline() (styles, scripts []string, err error) {
	var b bytes.Buffer
	if err := report.HTML(&b, &report.Document{Report: &audit.Report{Runs: []*audit.RunReport{{}, {}}}}); err != nil {
		return nil, nil, err
	}
	hashes := func(element *regexp.Regexp) (list []string) {
		for _, m := range element.FindAllSubmatch(b.Bytes(), -1) {
			sum := sha256.Sum256(m[1])
			list = append(list, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		}
		return list
	}
	styles, scripts = hashes(styleElement), hashes(scriptElement)
	if len(styles) == 0 || len(scripts) == 0 {
		return nil, nil, fmt.Errorf("the report has %d styles and %d scripts", len(styles), len(scripts))
	}
	return styles, scripts, nil
}
