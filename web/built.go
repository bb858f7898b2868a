//go:build page

package web

import (
	"embed"
	"io/fs"
)

//go:embed dist
var dist embed.FS

// Built is the page as built when the program was; ok is false where it was built without -tags page.
func Built() (page fs.FS, ok bool) {
	page, err := fs.Sub(dist, "dist")
	return page, err == nil
}
