//go:build !page

package web

import "io/fs"

// Built is the page as built when the program was; ok is false where it was built without -tags page.
func Built() (page fs.FS, ok bool) { return nil, false }
