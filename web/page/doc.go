// Package page is what the web page asks the auditor for: [Audit] of files, [Calculate] for a model's ledger, and [Catalogue],
// what there is to choose from. It runs in a browser as WebAssembly, where package os sees the files that were dropped and
// nothing else, and says what the command says of the same files, to the byte.
package page
