// Files that the user chose, as {path, file}: the path relative to the folder that was dropped, with forward slashes.

// dropped lists what a drop holds. It must be called while the event is handled: the browser forgets the items afterwards.
export function dropped(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  return Promise.all(entries.filter(Boolean).map((entry) => (entry instanceof File ? [{ path: entry.name, file: entry }] : walk(entry)))).then((lists) => lists.flat());
}

// chosen lists what a file input holds; of a folder, with the paths in it.
export function chosen(input) {
  return [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

// typed is text as a file.
export function typed(path, text) {
  return { path, file: new File([text], path) };
}

// tops splits a list into the files and the folders at its top.
export function tops(files) {
  const single = [], folders = new Set();
  for (const { path } of files) {
    const slash = path.indexOf("/");
    if (slash < 0) single.push(path);
    else folders.add(path.slice(0, slash));
  }
  return { files: single.sort(order), folders: [...folders].sort(order) };
}

// order is that of the bytes of UTF-8, in which the command sorts paths.
const order = (a, b) => {
  const x = new TextEncoder().encode(a), y = new TextEncoder().encode(b);
  for (let i = 0; i < x.length && i < y.length; i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
};

// bytes is the size of all files.
export const bytes = (files) => files.reduce((sum, { file }) => sum + file.size, 0);

const most = 20000; // files of a folder: more are no folder of runs

async function walk(entry, found = []) {
  if (found.length >= most) throw new Error(`the folder holds more than ${most} files; drop the runs that matter`);
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return found;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return found;
    for (const e of batch) await walk(e, found);
  }
}
