package dist

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

func TestThePageIsBuiltSmallEnough(t *testing.T) {
	dir := t.TempDir()
	size, err := Write(root, dir) // which refuses one that is too large
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d compressed", size.Stored, size.Compressed)
	if size.Compressed < 1_000_000 {
		t.Errorf("%d bytes hold no program", size.Compressed)
	}
	index, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(string(index), -1) {
		if _, err := os.Stat(filepath.Join(dir, m[1])); err != nil && m[1] != "data:," {
			t.Errorf("index.html refers to %s: %v", m[1], err)
		}
	}
	again, err := assemble(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range again {
		if written, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(written) != string(data) {
			t.Errorf("%s is not the same when it is built again: %v", name, err)
		}
	}
}

func TestThePolicyAllowsNoConnection(t *testing.T) {
	policy, err := Policy()
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string][]string{
		"default-src": {"'none'"}, "script-src": {"'self'", "'wasm-unsafe-eval'"}, "style-src": {"'self'"}, "img-src": {"data:"},
		"worker-src": {"blob:"}, "base-uri": {"'none'"}, "form-action": {"'none'"},
	}
	for directive := range strings.SplitSeq(policy, "; ") {
		words := strings.Fields(directive)
		for _, source := range words[1:] {
			if !slices.Contains(allowed[words[0]], source) && !strings.HasPrefix(source, "'sha256-") {
				t.Errorf("%s allows %s", words[0], source)
			}
		}
		delete(allowed, words[0])
	}
	if len(allowed) > 0 {
		t.Errorf("the policy says nothing of %v", allowed)
	}
}

// What the program has no use for makes the page slower to load: the command line, for one.
func TestTheProgramHoldsNoCommandLine(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "./web/wasm")
	list.Dir = root
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "github.com/mfu-audit/mfu-audit/audit") {
		t.Fatalf("%d packages, audit not among them", len(deps))
	}
	for _, p := range deps {
		if strings.Contains(p, "cobra") || strings.Contains(p, "pflag") || strings.HasPrefix(p, "github.com/mfu-audit/mfu-audit/cmd") || strings.HasSuffix(p, "/gate") {
			t.Errorf("the program holds %s", p)
		}
	}
}
