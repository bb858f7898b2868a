package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mfu-audit/mfu-audit/gate"
)

// baselineFlags say which findings were there before.
type baselineFlags struct {
	file, write string
	prune       bool
}

func (f *baselineFlags) add(cmd *cobra.Command) {
	set := cmd.Flags()
	set.StringVar(&f.file, "baseline", "", "a `file` of findings that were there before and do not count; unset: the configuration's")
	set.StringVar(&f.write, "write-baseline", "", "write the findings of this audit to a `file`, as its baseline from now on")
	set.BoolVar(&f.prune, "prune-baseline", false, "drop from the baseline what matches nothing any more; audit every log that it is for")
	cmd.MarkFlagsMutuallyExclusive("write-baseline", "prune-baseline")
}

// storedBaseline is a baseline with the file that it is in.
type storedBaseline struct {
	*gate.Baseline
	file  string
	whole bool // every log that it is for is audited, as far as can be known
}

// readBaseline reads a baseline; its error names the file.
func readBaseline(file string) (*gate.Baseline, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(file), reason(err))
	}
	b, err := gate.ParseBaseline(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(file), err)
	}
	return b, nil
}

// openBaselines reads that of --baseline, which is every log's, or those of the configurations. Its errors are the user's.
func (s *session) openBaselines(flags *checkFlags) error {
	f := flags.baseline
	if f.file != "" {
		b, err := readBaseline(f.file)
		if err != nil {
			return usage("--baseline %w", err)
		}
		s.baseline = b
		s.baselines = append(s.baselines, storedBaseline{b, f.file, true})
	}
	for _, c := range s.configs {
		if s.baseline != nil {
			c.baseline = s.baseline
			continue
		}
		if c.Baseline == nil {
			continue
		}
		file := c.within(c.Baseline.Text)
		b, err := readBaseline(file)
		if errors.Is(err, os.ErrNotExist) && f.write != "" {
			continue // the first one is being written
		}
		if err != nil {
			return usage("%w", misplaced(c.Baseline.At, "baseline: %v", err))
		}
		c.baseline = b
		s.baselines = append(s.baselines, storedBaseline{b, file, c.whole})
	}
	if f.prune && len(s.baselines) == 0 {
		return usage("--prune-baseline: there is no baseline; name one with --baseline or in the configuration")
	}
	return nil
}

// writeBaselines writes the baseline that is asked for, or mends those in use.
func (s *session) writeBaselines(flags *checkFlags) error {
	f := flags.baseline
	if s.failures != nil && (f.write != "" || f.prune) {
		fmt.Fprintln(s.Stderr, "mfu-audit: the baseline is not written, since an input could not be read")
		return nil
	}
	if f.write != "" {
		return s.writeBaseline(f.write)
	}
	for _, b := range s.baselines {
		n := b.Unmatched()
		name := filepath.ToSlash(b.file)
		switch {
		case n == 0:
		case f.prune:
			b.Prune()
			if err := os.WriteFile(b.file, b.JSON(), 0o666); err != nil {
				return fmt.Errorf("%s: %w", name, reason(err))
			}
			fmt.Fprintf(s.Stderr, "mfu-audit: %s dropped from %s\n", entries(n), name)
		case b.whole:
			verb := "match"
			if n == 1 {
				verb = "matches"
			}
			fmt.Fprintf(s.Stderr, "mfu-audit: %s of %s %s nothing any more; --prune-baseline drops what is not needed\n", entries(n), name, verb)
		}
	}
	return nil
}

// writeBaseline makes what was found the baseline. Entries that the file, or else the baseline in use, had keep their dates.
func (s *session) writeBaseline(file string) error {
	old, err := readBaseline(file)
	switch {
	case errors.Is(err, os.ErrNotExist) && len(s.baselines) > 0:
		old = s.baselines[0].Baseline
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return fmt.Errorf("--write-baseline: %w, and is not overwritten", err)
	}
	b := gate.NewBaseline(&s.report, old, Version, s.now())
	if err := os.WriteFile(file, b.JSON(), 0o666); err != nil {
		return fmt.Errorf("%s: %w", filepath.ToSlash(file), reason(err))
	}
	fmt.Fprintf(s.Stderr, "mfu-audit: %s written to %s\n", entries(len(b.Entries)), filepath.ToSlash(file))
	b.Apply(&s.report, s.now())
	return nil
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
