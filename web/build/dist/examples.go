package dist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
)

// example is an entry of the gallery.
type example struct {
	Title string      `json:"title"`
	About string      `json:"about"`
	Files [][2]string `json:"files"` // name and text of each
}

// gallery lists the bundled runs in the order of the page. Paths are those in testdata.
func gallery() []example {
	runs := func(title, about string, paths ...string) example {
		e := example{Title: title, About: about}
		for _, p := range paths {
			e.Files = append(e.Files, [2]string{p})
		}
		return e
	}
	return []example{
		runs("The scaling failure that was none",
			"Two consoles of one trainer: 10.44 % MFU on 2 GPUs, 2.61 % on 8. It reads as a failure to scale. Both divide the tokens of one rank by the sparse peak of all: in truth both ran at just under 42 %.",
			"scaling/b200_2gpus.log", "scaling/b200_8gpus.log"),
		runs("Attention that is not what it cost",
			"The notes of this run called it grouped-query attention, 2.5 times as costly as its FFN. The parameters say otherwise, and heads do not multiply the scores.",
			"runs/run_20251121.json"),
		runs("Multi-head attention charged to grouped queries", "Every K/V head is charged as if each query head had its own.", "runs/run_mha_for_gqa.json"),
		runs("The sparse peak for a dense run", "The peak of 2:4 sparsity halves an MFU that is otherwise right.", "runs/run_sparse_peak.json"),
		runs("The same trainer on one GPU and on several", "The mistakes that depend on the number of devices, and those that do not.", "runs/run_20251122.json", "runs/run_20251122_1gpu.json"),
		runs("A log that is right", "Nothing to find: every metric is recomputed and agrees.", "runs/run_clean.json"),
	}
}

// examples writes the gallery with the runs' text as a script.
func examples(root string) ([]byte, error) {
	list := gallery()
	for _, e := range list {
		for i := range e.Files {
			data, err := os.ReadFile(filepath.Join(root, "testdata", filepath.FromSlash(e.Files[i][0])))
			if err != nil {
				return nil, err
			}
			e.Files[i] = [2]string{path.Base(e.Files[i][0]), string(data)}
		}
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(list); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "export const examples = %s", bytes.TrimRight(b.Bytes(), "\n")), nil
}
