package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestGeneratedDocumentationIsUpToDate compares the generated pages with what `mfu-audit dev docs` writes. With -update, it writes them.
func TestGeneratedDocumentationIsUpToDate(t *testing.T) {
	for _, p := range pages() {
		want, err := p.text()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", "..", filepath.FromSlash(p.path))
		if updating() {
			if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is stale: run go run ./cmd/mfu-audit dev docs", p.path)
		}
	}
}
