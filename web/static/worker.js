// The worker runs the WebAssembly program. It is sent {start: module or nothing} once, then {id, what, question, files}, and
// posts {ready, module}, {id, read}, {id, done, all}, {id, answer} or {dead}.
"use strict";

// unpacked is the program from auditWasm, which is base64 of gzip: a text that any static server serves and that needs no
// connection of its own, so that the page can forbid all of them.
async function unpacked() {
  const text = atob(globalThis.auditWasm);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

async function start(module, scripts) {
  if (!module) {
    importScripts(scripts.wasm);
    module = await unpacked();
    globalThis.auditWasm = undefined;
  }
  const go = new Go();
  const ready = new Promise((resolve) => { globalThis.mfuAuditReady = resolve; });
  const instance = await WebAssembly.instantiate(module, go.importObject);
  go.run(instance).then(() => postMessage({ dead: true }), (err) => postMessage({ dead: true, message: String(err) }));
  await ready;
  postMessage({ ready: true, module });
}

onmessage = ({ data }) => {
  if (data.scripts) {
    start(data.module, data.scripts).catch((err) => postMessage({ dead: true, message: String(err) }));
    return;
  }
  const { id, what, question, files } = data;
  userFiles.mount(files ?? [], (read) => postMessage({ id, read }));
  mfuAudit(what, question, (done, all) => postMessage({ id, done, all }), (answer) => {
    userFiles.mount([], () => {});
    postMessage({ id, answer });
  });
};
