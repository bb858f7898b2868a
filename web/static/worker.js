// The worker runs the WebAssembly program. It is sent {packed} or {module} once, then {id, what, question, files}, and posts
// {ready, module}, {id, read}, {id, done, all}, {id, answer} or {dead}.
"use strict";

// unpacked compiles the program from base64 of gzip: a text that any static server serves and that needs no connection of its
// own, so that the page can forbid all of them.
async function unpacked(packed) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

async function start({ module, packed }) {
  module ??= await unpacked(packed);
  const go = new Go();
  const ready = new Promise((resolve) => { globalThis.mfuAuditReady = resolve; });
  const instance = await WebAssembly.instantiate(module, go.importObject);
  go.run(instance).then(() => postMessage({ dead: true }), (err) => postMessage({ dead: true, message: String(err) }));
  await ready;
  postMessage({ ready: true, module });
}

onmessage = ({ data }) => {
  if (data.module || data.packed) {
    start(data).catch((err) => postMessage({ dead: true, message: String(err) }));
    return;
  }
  const { id, what, question, files } = data;
  userFiles.mount(files ?? [], (read) => postMessage({ id, read }));
  mfuAudit(what, question, (done, all) => postMessage({ id, done, all }), (answer) => {
    userFiles.mount([], () => {});
    postMessage({ id, answer });
  });
};
