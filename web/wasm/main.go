//go:build js && wasm

// Command wasm answers the page's questions in a Web Worker: mfuAudit(what, question, audited, answer) is called with text, and
// calls answer with text. Files are those of the worker's globalThis.fs.
package main

import (
	"syscall/js"

	"github.com/mfu-audit/mfu-audit/web/page"
)

func main() {
	js.Global().Set("mfuAudit", js.FuncOf(func(_ js.Value, args []js.Value) any {
		what, question, audited, answer := args[0].String(), args[1].String(), args[2], args[3]
		// A function that JavaScript calls must not wait, as reading a file does.
		go func() {
			answer.Invoke(string(page.Ask(what, []byte(question), func(done, all int) { audited.Invoke(done, all) })))
		}()
		return nil
	}))
	js.Global().Call("mfuAuditReady")
	select {}
}
