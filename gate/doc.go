// Package gate holds what a team decided about reports: the configuration, suppressions, the baseline, budgets and rules of its
// own. It takes a report and gives it back judged; it reads no files, and no clock but the one it is given.
package gate
