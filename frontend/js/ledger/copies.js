// A copy of the log that was kept: a folder, a .zip file, or only a signed state.

const decoder = new TextDecoder();

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The files of a zip by name; each is unpacked when it is read. Throws when it is not a whole zip file. */
export async function readZip(file) {
  const data = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(data.buffer);
  let end = data.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("not a zip file");
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error("not a zip file");
    const [method, packed] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [name, extra, note] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const local = view.getUint32(at + 42, true);
    files.set(decoder.decode(data.subarray(at + 46, at + 46 + name)), async () => {
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const bytes = data.slice(start, start + packed);
      return method === 0 ? bytes : inflate(bytes);
    });
    at += 46 + name + extra + note;
  }
  return files;
}

/**
 * A loader over chosen files, or null if they hold no log. `whole` says whether entries are there too.
 * A file that the copy lacks is no proof against the log, so reading it throws.
 */
export async function openCopy(chosen) {
  let files = new Map();
  for (const file of chosen) {
    if (/\.zip$/i.test(file.name)) files = new Map([...files, ...(await readZip(file))]);
    else files.set(file.webkitRelativePath || file.name, async () => new Uint8Array(await file.arrayBuffer()));
  }
  const names = [...files.keys()].sort((a, b) => a.length - b.length);
  const head = names.find((name) => /(^|\/)checkpoint[^/]*$/.test(name));
  if (!head) return null;
  const base = head.slice(0, head.lastIndexOf("/") + 1);
  const load = async (path) => {
    const file = files.get(path === "checkpoint" ? head : base + path);
    if (file) return file();
    if (path.includes(".p/")) return null; // then the full one is asked for
    throw new Error(`${path} is not in the copy`);
  };
  return { load, whole: names.some((name) => name.startsWith(`${base}tile/entries/`)) };
}
