package audit_test

// sparser is how often a test draws that takes every nth: under the race detector, which looks at the code and not at the numbers, a
// fourth of it.
func sparser(n int) int {
	if raceEnabled {
		return 4 * n
	}
	return n
}

// fewer is how much a test draws that draws n.
func fewer(n int) int {
	if raceEnabled {
		return n / 4
	}
	return n
}
