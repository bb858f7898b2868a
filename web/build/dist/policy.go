package dist

import "strings"

// Policy is the page's content security policy. It allows no connection: no source for connections, images, fonts, frames or
// forms, and scripts and styles of the page's own folder only. The worker comes from a blob, as which it inherits the policy; the
// report in its frame inherits it too, so that the report's own style and script are named by their hashes.
func Policy() (string, error) {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self' 'wasm-unsafe-eval'",
		"style-src 'self'",
		"worker-src blob:",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; "), nil
}
