// Package web holds the page that audits in the browser. web/static is written by hand, web/page is the program that answers it
// and web/wasm that program for WebAssembly; web/build puts them together in web/dist.
package web
