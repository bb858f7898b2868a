// A small input as a link: what was audited and what was stated about it, deflated into the fragment, which browsers keep to
// themselves.

const longest = 32000; // characters of a fragment that mail and chat programs keep
const largest = 1 << 20; // bytes that a link may hold when it is inflated

// encode makes a fragment of files and what is given; "" where they are too much for a link or no text.
export async function encode(files, given) {
  if (files.reduce((sum, { file }) => sum + file.size, 0) > largest / 2) return "";
  const texts = [];
  for (const { path, file } of files) {
    try {
      texts.push([path, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer())]);
    } catch {
      return "";
    }
  }
  const json = new Blob([JSON.stringify({ files: texts, given })]);
  const packed = await new Response(json.stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer();
  const fragment = base64url(new Uint8Array(packed));
  return fragment.length <= longest ? fragment : "";
}

// decode reads such a fragment. It throws where it is none.
export async function decode(fragment) {
  const bytes = Uint8Array.from(atob(fragment.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > largest) throw new Error("the link holds more than a link should");
    parts.push(value);
  }
  const { files, given } = JSON.parse(await new Blob(parts).text());
  if (!Array.isArray(files)) throw new Error("the link holds no files");
  return {
    files: files.map(([path, text]) => ({ path: String(path), file: new File([String(text)], String(path)) })),
    given: given ?? {},
  };
}

function base64url(bytes) {
  let text = "";
  for (const b of bytes) text += String.fromCharCode(b);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
