package terminal

import (
	"bytes"
	"testing"
)

func TestBlocksNeedALocaleOfUTF8AndATerminalThatHasThem(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{"LANG": "en_GB.UTF-8", "TERM": "xterm-256color"}, true},
		{map[string]string{"LANG": "de_DE.utf8"}, true},
		{map[string]string{"LANG": "C"}, false},
		{map[string]string{"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, false},
		{map[string]string{"LC_CTYPE": "en_GB.UTF-8", "LANG": "C"}, true},
		{map[string]string{"LANG": "en_GB.UTF-8", "TERM": "dumb"}, false},
		{map[string]string{"LANG": "en_GB.UTF-8", "TERM": "linux"}, false},
		{map[string]string{"WT_SESSION": "x"}, true},
		{nil, false},
	} {
		if got := blocks(environment(c.env)); got != c.want {
			t.Errorf("%v: %v", c.env, got)
		}
	}
	if Blocks(&bytes.Buffer{}, environment(map[string]string{"LANG": "en_GB.UTF-8"})) {
		t.Error("a buffer is a terminal")
	}
}
