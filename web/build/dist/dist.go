// Package dist puts the page together: the files of web/static, the auditor compiled to WebAssembly, and the bundled runs.
package dist

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Largest is what the page may take to download, in bytes, compressed.
const Largest = 6_000_000

// Size is that of all files of the page, in bytes.
type Size struct {
	Stored     int64
	Compressed int64 // as a server with gzip sends them
}

// Write builds the page from the source of this module in the folder root into the folder dir, which it makes. Files of other
// names that dir holds are left alone.
func Write(root, dir string) (Size, error) {
	var size Size
	files, err := assemble(root)
	if err != nil {
		return size, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return size, err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return size, err
		}
		packed, err := compress(data)
		if err != nil {
			return size, err
		}
		size.Stored += int64(len(data))
		size.Compressed += int64(len(packed))
	}
	if size.Compressed > Largest {
		return size, fmt.Errorf("the page takes %d bytes to download, more than %d", size.Compressed, Largest)
	}
	return size, nil
}

// assemble makes all files of the page.
func assemble(root string) (map[string][]byte, error) {
	files := map[string][]byte{}
	static := filepath.Join(root, "web", "static")
	entries, err := os.ReadDir(static)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(static, e.Name())); err != nil {
			return nil, err
		}
	}
	const place = "{{policy}}"
	if n := bytes.Count(files["index.html"], []byte(place)); n != 1 {
		return nil, fmt.Errorf("index.html has %s %d times, want once", place, n)
	}
	policy, err := Policy()
	if err != nil {
		return nil, err
	}
	files["index.html"] = bytes.Replace(files["index.html"], []byte(place), []byte(html.EscapeString(policy)), 1)
	if files["program.js"], err = program(root); err != nil {
		return nil, err
	}
	if files["worker-source.js"], err = worker(root, files); err != nil {
		return nil, err
	}
	files["examples.js"], err = examples(root)
	return files, err
}

// program compiles the auditor and makes of it a script: gzip in base64. A page that loads it as a script needs no connection of
// its own, so that its policy forbids all; and a static server need not know how to compress, or what application/wasm is.
func program(root string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "mfu-audit-page")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "audit.wasm")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./web/wasm")
	build.Dir = root
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build ./web/wasm: %w\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	packed, err := compress(data)
	if err != nil {
		return nil, err
	}
	return []byte(`export const packed = "` + base64.StdEncoding.EncodeToString(packed) + "\";\n"), nil
}

// worker joins the scripts of the worker to the text of one, as a module: the page starts workers from it without asking its
// server again, offline too.
func worker(root string, files map[string][]byte) ([]byte, error) {
	toolchain, err := support(root)
	if err != nil {
		return nil, err
	}
	source, err := json.Marshal(string(slices.Concat(files["memfs.js"], toolchain, files["worker.js"])))
	delete(files, "memfs.js")
	delete(files, "worker.js")
	return fmt.Appendf(nil, "export const source = %s;\n", source), err
}

// support is the script that comes with the toolchain and runs what it compiles.
func support(root string) ([]byte, error) {
	list := exec.Command("go", "env", "GOROOT")
	list.Dir = root // whose go.mod may choose a toolchain
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	goroot := strings.TrimSpace(string(out))
	for _, folder := range []string{"lib", "misc"} { // until Go 1.23 it was in misc
		data, err := os.ReadFile(filepath.Join(goroot, folder, "wasm", "wasm_exec.js"))
		if !errors.Is(err, os.ErrNotExist) {
			return data, err
		}
	}
	return nil, fmt.Errorf("no lib/wasm/wasm_exec.js in %s (%s)", goroot, runtime.Version())
}

// compress packs data as small as gzip can, the same every time.
func compress(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}
