package gate

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mfu-audit/mfu-audit/reference"
)

func parsed(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse(FileName, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func everything(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("testdata/all.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAConfigurationIsReadWithPlaces(t *testing.T) {
	c := parsed(t, everything(t))
	if c.Model.Text != "meta-llama/Llama-3.1-8B" || c.Model.At != (Place{FileName, 1, 8}) || c.MinCoverage.Text != "80%" || c.Baseline.Text != ".mfu-audit-baseline.json" {
		t.Errorf("%+v", c)
	}
	if f := c.Facts; len(f) != 2 || f[1].Key != "devices" || f[1].Text != "64" || f[1].At.Line != 5 {
		t.Errorf("%+v", f)
	}
	s := c.Suppress[0]
	if s.Rule != "MFU310" || s.Quantity != reference.MFU || *s.Steps != (StepSpan{0, 100}) || s.Expires.Format("2006-01-02") != "2027-01-31" || s.At.Line != 15 {
		t.Errorf("%+v", s)
	}
	if b := c.Budgets; len(b) != 2 || b[0].Min.Value != 0.4 || b[0].On != "restated" || b[1].Max.Value != 2.5 || b[1].On != "corrected" {
		t.Errorf("%+v", b)
	}
	if r := c.Rules[0]; r.ID != "TEAM001" || strings.Join(r.uses, " ") != "step_time devices" {
		t.Errorf("%+v", r)
	}
}

func TestOverridesLieOverSettingsTheLastOnTop(t *testing.T) {
	c := parsed(t, `
facts: {device: h100-sxm, devices: 8}
fail_on: error
overrides:
  - {path: "a/**", facts: {device: a100, seq_len: 4096}}
  - {path: "a/b/*.json", facts: {device: v100}, fail_on: never}
`)
	for path, want := range map[string]string{
		"x.json":     "device=h100-sxm devices=8 error",
		"a/x.json":   "device=a100 devices=8 seq_len=4096 error",
		"a/b/x.json": "device=v100 devices=8 seq_len=4096 never",
		"a/b/x.log":  "device=a100 devices=8 seq_len=4096 error",
		"b/a/x.json": "device=h100-sxm devices=8 error",
	} {
		s := c.For(path)
		var got []string
		for _, f := range s.Facts {
			got = append(got, f.Key+"="+f.Text)
		}
		if g := strings.Join(append(got, s.FailOn.Text), " "); g != want {
			t.Errorf("%s: %s, want %s", path, g, want)
		}
	}
}

// Each mistake is told with its place, all of them at once.
func TestMistakesInAConfigurationAreToldWithTheirPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"modle: x\n":      "1:1: the configuration has no key modle; did you mean model?",
		"fail_on: eror\n": "1:10: fail_on: want error, warning, note, never; did you mean error?",
		"select: MFU1\n":  "1:9: select: want a list, not a single value",
		"facts: [1]\n":    "1:8: facts: want keys with values, not a list",
		"budgets:\n  - {quantity: mfuu, min: 1}\n":                             "2:16: quantity: no quantity is called mfuu; did you mean mfu?",
		"budgets:\n  - {quantity: mfu}\n":                                      "2:5: a budget needs min or max",
		"budgets:\n  - {quantity: mfu, min: 40 km}":                            "2:26: min: 40 km is no amount of fraction",
		"suppress:\n  - {rule: MFU1}\n":                                        "2:5: a suppression needs a reason",
		"suppress:\n  - {reason: x}\n":                                         "2:5: a suppression needs a rule",
		"suppress: [{rule: a, reason: b, steps: x}]":                           "1:40: steps: want a step or a range such as 0-100",
		"suppress: [{rule: a, reason: b, expires: tomorrow}]":                  "1:42: expires: want a date such as 2027-01-31",
		"suppress: [{rule: a, reason: b, path: '['}]":                          "1:39: path: [ is no pattern of paths",
		"rules: [{id: MFU999, name: a, when: 'true', message: m}]":             "1:9: a rule needs an id of capitals and three digits that does not start with MFU, such as TEAM001",
		"rules: [{id: A001, name: a, when: 'mfu + 1', message: m}]":            "1:35: when: expected bool, but got float64",
		"rules: [{id: A001, name: a, when: 'mfu > \"x\"', message: m}]":        "1:35: when: invalid operation: > (mismatched types float64 and string) (character 5)",
		"rules: [{id: A001, name: a, when: 'mfuu > 1', message: m}]":           "1:35: when: unknown name mfuu (character 1); did you mean mfu?",
		"rules: [{id: A001, name: a, when: 'corrected.mfuu > 1', message: m}]": "1:35: when: no quantity is called mfuu; did you mean mfu?",
		"overrides: [{facts: {a: 1}}]":                                         "1:13: an override needs a path, the pattern of the logs it is for",
		"overrides: [{path: a, suppress: []}]":                                 "1:23: an override has no key suppress",
		"allow_empty: maybe":                                                   "1:14: allow_empty: want true or false",
		"a: 1\nb: 2\n":                                                         "1:1: the configuration has no key a\n.mfu-audit.yaml:2:1: the configuration has no key b",
		"rules:\n- {id: A001, name: a, when: 'true', message: m}\n- {id: A001, name: b, when: 'true', message: m}\n": "3:3: rule A001 is there twice",
	} {
		_, err := Parse(FileName, []byte(text))
		if err == nil || err.Error() != FileName+":"+want {
			t.Errorf("%q:\n%v\nwant %s", text, err, want)
		}
	}
	if _, err := Parse(FileName, []byte("a: [\n")); err == nil || !strings.HasPrefix(err.Error(), FileName+":") {
		t.Error(err)
	}
	if c, err := Parse(FileName, nil); err != nil || c.Model != nil {
		t.Error(c, err)
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(ConfigSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func follows(t *testing.T, text string) error {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema(t).Validate(v)
}

// What one of the two accepts or refuses by its keys, the other does too.
func TestTheSchemaAndTheReaderAgree(t *testing.T) {
	text := everything(t)
	if err := follows(t, text); err != nil {
		t.Error(err)
	}
	parsed(t, text)
	for _, key := range []string{
		"model:", "set:", "facts:", "convention:", "edition:", "fail_on:", "min_coverage:", "allow_empty:", "select:", "ignore:", "severity:", "suppress:",
		"rule:", "reason:", "quantity:", "on:", "id:", "when:", "overrides:", "path:", "baseline:", "expires:", "steps:", "message:",
	} {
		broken := strings.Replace(text, key, "x"+key, 1)
		if broken == text {
			t.Fatal(key)
		}
		_, err := Parse(FileName, []byte(broken))
		if err == nil || follows(t, broken) == nil {
			t.Errorf("x%s: reader %v, schema %v", key, err, follows(t, broken))
		}
	}
}

func TestAmountsHaveUnits(t *testing.T) {
	for text, want := range map[string]float64{
		"fraction 40%": 0.4, "fraction 0.4": 0.4, "s 2.5s": 2.5, "s 500 ms": 0.5, "s 2min": 120, "tokens/s 10k": 1e4, "tokens/s 1.5M": 1.5e6,
		"FLOP/s 400 TFLOP/s": 4e14, "FLOP/s 400T": 4e14, "FLOP/token 8.8 GFLOP/token": 8.8e9,
	} {
		unit, amount, _ := strings.Cut(text, " ")
		if v, err := parseAmount(amount, unit); err != nil || fmt.Sprintf("%.9g", v) != fmt.Sprintf("%.9g", want) {
			t.Errorf("%s: %v %v", text, v, err)
		}
	}
	for _, text := range []string{"s 40%", "fraction x", "s NaN", "s ", "tokens/s k"} {
		unit, amount, _ := strings.Cut(text, " ")
		if v, err := parseAmount(amount, unit); err == nil {
			t.Errorf("%s: %v", text, v)
		}
	}
}

func TestAnEmptyListOfAnOverrideTakesAway(t *testing.T) {
	c := parsed(t, "select: [MFU1]\nignore: [MFU110]\nbudgets: [{quantity: mfu, min: 1%}]\noverrides: [{path: '*', select: [], ignore: [], budgets: []}]\n")
	if s := c.For("a.json"); len(s.Select)+len(s.Ignore)+len(s.Budgets) != 0 {
		t.Errorf("%+v", s)
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/all.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("- - - -"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(FileName, data)
		if c == nil {
			t.Fatal(err)
		}
		c.For("runs/a.json")
	})
}
