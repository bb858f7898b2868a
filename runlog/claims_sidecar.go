package runlog

// ClaimsSidecar is what a file beside a table says about it: what its columns mean, and what holds for its rows.
type ClaimsSidecar struct {
	Path    string
	Columns map[string]string // canonical key by header
}

// meaning is what the sidecar says that a column means.
func (s *ClaimsSidecar) meaning(header string) (meaning, bool) {
	if s == nil {
		return meaning{}, false
	}
	m, ok := meaningOfKey(s.Columns[header])
	m.mapped = "sidecar"
	return m, ok
}
