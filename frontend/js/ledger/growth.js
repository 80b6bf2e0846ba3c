// Do two states belong to one log that only grew? The same in Python: madang/commons/ledger/logic/growth.py.

import { decimal, encode64, equal, Wrong } from "./bytes.js";
import { openNote, parseCheckpoint, parseKey, signatureCheck } from "./notes.js";
import { TileTree, verifyConsistency } from "./tree.js";

/** The signed state that the log publishes, or throws `Wrong`. */
export async function published(load, key, check) {
  const data = await load("checkpoint");
  if (!data) throw new Wrong("there is no checkpoint");
  const note = await openNote(new TextDecoder().decode(data), key, check);
  return { ...parseCheckpoint(note.text, key.name), signed: note.signed };
}

async function read(given, key, check) {
  const text = given.replaceAll("\r\n", "\n").trim();
  if (!text.includes("\n")) return { size: decimal(text), root: null };
  return parseCheckpoint((await openNote(`${text}\n`, key, check)).text, key.name);
}

/**
 * Compare two states, each a number of entries or a signed note; an empty `newer` is the state of today.
 * Throws where a part of the log cannot be read, and `Wrong` where the log has no signed state of its own.
 */
export async function compareStates(older, newer, { keyText, load }) {
  const key = await parseKey(keyText);
  const check = await signatureCheck(key);
  const today = await published(load, key, check);
  const answer = (code) => ({ code, size: today.size, complete: today.signed === true });
  const states = [];
  for (const given of [older, newer.trim() ? newer : String(today.size)]) {
    try {
      states.push(await read(given, key, check));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      return answer(/\n\r?\n/.test(given.trim()) ? "signature" : "unreadable");
    }
  }
  const [first, second] = states.map((state) => state.size);
  if (states.some((state) => state.root && state.size > today.size)) return answer("wrong");
  if (first < 1 || Math.max(first, second) > today.size) return answer("unknown");
  if (first > second) return answer("order");
  const tree = new TileTree(load, today.size);
  const roots = [await tree.range(0, first), await tree.range(0, second)];
  const hashes = await tree.consistency(first, second);
  try {
    await verifyConsistency(second, today.size, roots[1], today.root, await tree.consistency(second));
    await verifyConsistency(first, second, roots[0], roots[1], hashes);
  } catch (error) {
    if (error instanceof Wrong) return answer("wrong");
    throw error;
  }
  if (states.some((state, at) => state.root && !equal(state.root, roots[at]))) return answer("wrong");
  const shown = { old: first, new: second, old_root: encode64(roots[0]), new_root: encode64(roots[1]) };
  return { ...answer("right"), ...shown, hashes: hashes.map(encode64) };
}
