package terminal

import (
	"io"
	"strings"
)

// Blocks reports whether w is a terminal that shows block characters: one whose locale is of UTF-8, and that is not "dumb" nor the Linux
// console, whose fonts lack most of them.
func Blocks(w io.Writer, env LookupEnv) bool {
	return Is(w) && blocks(env)
}

// blocks reads the locale as POSIX has it: LC_ALL before LC_CTYPE before LANG.
func blocks(env LookupEnv) bool {
	if kind, _ := env("TERM"); kind == "dumb" || kind == "linux" {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale, _ := env(name); locale != "" {
			locale = strings.ToLower(locale)
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	_, windowsTerminal := env("WT_SESSION") // sets no locale
	return windowsTerminal
}
