// Command build writes the page into a folder that any static server serves: go run ./web/build, then web/dist.
//
// It needs the Go toolchain and this module's source, and nothing from elsewhere. Whoever has no checkout runs
//
//	go run github.com/mfu-audit/mfu-audit/web/build@latest --dir page
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/mfu-audit/mfu-audit/web/build/dist"
)

func main() {
	dir := flag.String("dir", filepath.Join("web", "dist"), "`folder` to write the page to")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	// The source is where this file was compiled from: a checkout, or the module cache under `go run …@version`.
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		return errors.New("built with -trimpath, this program does not know where its source is")
	}
	size, err := dist.Write(filepath.Join(filepath.Dir(file), "..", ".."), dir)
	if err != nil {
		return err
	}
	fmt.Printf("wrote %s: %.2f MB to download as stored, %.2f MB compressed\n", filepath.ToSlash(dir), float64(size.Stored)/1e6, float64(size.Compressed)/1e6)
	return nil
}
