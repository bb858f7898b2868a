// The file system that the WebAssembly program sees: the files that the user chose, read in chunks when they are read, and
// nothing else. It has the part of Node's fs that Go's syscall package calls to read (GOROOT/src/syscall/fs_js.go).
"use strict";

globalThis.userFiles = (() => {
  const CHUNK = 1 << 20;
  let nodes = new Map(); // path → {file} or {names}
  let open = new Map(); // descriptor → {node, at, block, blockAt}
  let next = 3;
  let told = () => {};

  const fail = (code) => Object.assign(new Error(code), { code });
  const clean = (path) => {
    const parts = [];
    for (const part of String(path).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return "/" + parts.join("/");
  };
  const find = (path) => {
    const node = nodes.get(clean(path));
    if (!node) throw fail("ENOENT");
    return node;
  };
  const of = (fd) => {
    const handle = open.get(fd);
    if (!handle) throw fail("EBADF");
    return handle;
  };
  const stat = ({ file }) => ({
    dev: 0, ino: 0, nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: CHUNK, blocks: 0, atimeMs: 0, mtimeMs: 0, ctimeMs: 0,
    mode: file ? 0o100444 : 0o040555, size: file ? file.size : 0, isDirectory: () => !file,
  });

  // The console of the program, a line at a time.
  let line = "";
  const print = (bytes) => {
    line += new TextDecoder().decode(bytes);
    const end = line.lastIndexOf("\n");
    if (end >= 0) console.error(line.slice(0, end));
    line = line.slice(end + 1);
    return bytes.length;
  };

  // read copies from a file, of which one block is held.
  const read = (handle, into, offset, length, position) => {
    const { file } = handle.node;
    if (!file) throw fail("EISDIR");
    const from = position ?? handle.at;
    const size = Math.max(0, Math.min(length, file.size - from));
    let done = 0;
    while (done < size) {
      const at = from + done;
      if (!handle.block || at < handle.blockAt || at >= handle.blockAt + handle.block.length) {
        handle.blockAt = at - (at % CHUNK);
        try {
          handle.block = new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(handle.blockAt, handle.blockAt + CHUNK)));
        } catch {
          throw fail("EIO"); // moved or changed since it was chosen
        }
        told(handle.block.length);
        if (handle.block.length === 0) throw fail("EIO");
      }
      const part = handle.block.subarray(at - handle.blockAt, at - handle.blockAt + size - done);
      into.set(part, offset + done);
      done += part.length;
    }
    if (position === null || position === undefined) handle.at += size;
    return size;
  };

  const answer = (callback, what) => {
    let value;
    try {
      value = what();
    } catch (err) {
      callback(err.code ? err : fail("EIO"));
      return;
    }
    callback(null, value);
  };
  const refuse = (...args) => args.at(-1)(fail("EROFS"));

  globalThis.fs = {
    constants: { O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_TRUNC: 512, O_APPEND: 1024, O_EXCL: 128, O_DIRECTORY: 65536 },
    writeSync: (_, bytes) => print(bytes),
    write: (fd, bytes, offset, length, _, callback) => answer(callback, () => {
      if (fd > 2) throw fail("EROFS");
      return print(bytes.subarray(offset, offset + length));
    }),
    open: (path, flags, _, callback) => answer(callback, () => {
      const node = find(path);
      if (flags & 3) throw fail("EROFS");
      open.set(next, { node, at: 0, block: null, blockAt: 0 });
      return next++;
    }),
    close: (fd, callback) => answer(callback, () => void open.delete(fd)),
    read: (fd, into, offset, length, position, callback) => answer(callback, () => read(of(fd), into, offset, length, position)),
    stat: (path, callback) => answer(callback, () => stat(find(path))),
    lstat: (path, callback) => answer(callback, () => stat(find(path))),
    fstat: (fd, callback) => answer(callback, () => stat(of(fd).node)),
    readdir: (path, callback) => answer(callback, () => {
      const { names } = find(path);
      if (!names) throw fail("ENOTDIR");
      return [...names];
    }),
    readlink: (_, callback) => callback(fail("EINVAL")),
    fsync: (_, callback) => callback(null),
    chmod: refuse, chown: refuse, fchmod: refuse, fchown: refuse, lchown: refuse, ftruncate: refuse, truncate: refuse, link: refuse,
    symlink: refuse, mkdir: refuse, rmdir: refuse, rename: refuse, unlink: refuse, utimes: refuse,
  };
  globalThis.process = {
    pid: -1, ppid: -1, getuid: () => -1, getgid: () => -1, geteuid: () => -1, getegid: () => -1,
    getgroups: () => { throw fail("ENOSYS"); }, umask: () => { throw fail("ENOSYS"); }, cwd: () => "/", chdir: () => { throw fail("ENOSYS"); },
  };
  globalThis.path = { resolve: (...parts) => clean(parts.join("/")) };

  return {
    // mount replaces all files by a list of {path, file}. onRead is called with how many bytes were read of any of them.
    mount(files, onRead) {
      nodes = new Map([["/", { names: new Set() }]]);
      open = new Map();
      told = onRead;
      for (const { path, file } of files) {
        let folder = "/";
        const parts = clean(path).slice(1).split("/");
        parts.forEach((name, i) => {
          nodes.get(folder).names?.add(name);
          folder = folder === "/" ? folder + name : folder + "/" + name;
          if (i === parts.length - 1) nodes.set(folder, { file });
          else if (!nodes.has(folder)) nodes.set(folder, { names: new Set() });
        });
      }
    },
  };
})();
