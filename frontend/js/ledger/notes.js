// Signed notes, checkpoints and keys, as at c2sp.org.

import { HASH, decimal, decode64, encoder, equal, fail, hex, join, sha256 } from "./bytes.js";

/** A key `name+id+base64`; `kind` is 1 for logs and 4 for witnesses. */
export async function parseKey(text, kind = 1) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? fail("not a key");
  const data = decode64(match[3]);
  if (data.length !== 33 || data[0] !== kind) fail("not such an Ed25519 key");
  const id = (await sha256(join(encoder.encode(`${match[1]}\n`), data))).slice(0, 4);
  if (hex(id) !== match[2]) fail("the key does not match its own id");
  return { text, name: match[1], id, raw: data.slice(1) };
}

/** A function that checks Ed25519 signatures, or null where this browser cannot. */
export async function signatureCheck(key) {
  try {
    const imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
    const name = "Ed25519";
    return (signature, text) => crypto.subtle.verify({ name }, imported, signature, encoder.encode(text));
  } catch {
    return null;
  }
}

/** Text and signatures of a note, unchecked. */
export function splitNote(note) {
  const gap = note.lastIndexOf("\n\n");
  // eslint-disable-next-line no-control-regex
  if (gap < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note)) fail("not a signed note");
  const text = note.slice(0, gap + 1);
  const lines = note.slice(gap + 2, -1).split("\n");
  if (lines.length > 100) fail("too many signatures");
  const signatures = lines.map((line) => {
    const match = /^— ([^+\s]+) (\S+)$/.exec(line) ?? fail("not a signature");
    const data = decode64(match[2]);
    if (data.length < 5) fail("a signature is too short");
    return { name: match[1], id: data.slice(0, 4), data: data.slice(4) };
  });
  return { text, signatures };
}

/** The text of a note and whether `key` signed it: true, or null where this browser cannot tell. */
export async function openNote(note, key, check) {
  const { text, signatures } = splitNote(note);
  const mine = signatures.filter((one) => one.name === key.name && equal(one.id, key.id));
  for (const one of mine) if (check && !(await check(one.data, text))) fail("a wrong signature");
  if (!mine.length) fail("not signed by the log");
  return { text, signed: check ? true : null };
}

export function parseCheckpoint(text, origin) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.some((line) => !line)) fail("not a checkpoint");
  if (lines[0] !== origin) fail("another log");
  const root = decode64(lines[2]);
  if (root.length !== HASH) fail("not a root");
  return { size: decimal(lines[1]), root, rootText: lines[2] };
}
