// Package version says which release this source is of.
package version

// Version is the release that this source is of, without "v".
const Version = "0.1.0-dev"
