//go:build !race

package audit_test

// raceEnabled says that the race detector runs, under which large draws are made small.
const raceEnabled = false
