// Command mfu-audit reads the log of a training run, recomputes every efficiency metric in it from first principles, and says
// which numbers are wrong, by how much, which mistake reproduces them, and what they should have been.
package main

import (
	"os"

	"github.com/mfu-audit/mfu-audit/internal/version"
)

// Version is the release that this source is of.
const Version = version.Version

func main() {
	c := Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv}
	os.Exit(c.Main(os.Args[1:]))
}
