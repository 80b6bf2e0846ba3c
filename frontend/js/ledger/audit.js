// Checks a whole copy of the log: every entry, every tile, the signed root, and that no act is missing.
// The same in Python: madang/commons/ledger/logic/audit.py and counting.py.

import { HASH, WIDTH, encode64, equal, fail, join } from "./bytes.js";
import { published } from "./growth.js";
import { parseKey, signatureCheck } from "./notes.js";
import { TileTree, leafHash, nodeHash, tilePath } from "./tree.js";

const NAMED = 5;

function splitBundle(data) {
  const entries = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 2 + (data[at] * 256 + data[at + 1]);
    if (!(end <= data.length)) fail("a bundle is cut short");
    entries.push(data.slice(at + 2, end));
    at = end;
  }
  return entries;
}

async function rootOf(tile) {
  let row = [];
  for (let at = 0; at < tile.length; at += HASH) row.push(tile.slice(at, at + HASH));
  while (row.length > 1) {
    row = await Promise.all(row.filter((_, at) => at % 2 === 0).map((left, at) => nodeHash(left, row[2 * at + 1])));
  }
  return row[0];
}

const ranges = (list) => {
  const named = list.slice(0, NAMED).map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
  return named.join(", ") + (list.length > NAMED ? ", …" : "");
};

/** The running numbers of each kind of act: which are missing, which stand twice. */
class Counts {
  kinds = new Map();
  odd = [];

  take(index, entry) {
    let [act, number] = ["", undefined];
    try {
      ({ act = "", n: number } = JSON.parse(new TextDecoder().decode(entry)));
    } catch {
      return;
    }
    const kind = this.kinds.get(act);
    if (number === undefined || number === null) {
      if (kind) this.odd.push(index);
    } else if (!Number.isInteger(number) || number < 1) {
      this.odd.push(index);
    } else if (kind) {
      (kind.seen.has(number) ? kind.doubled : kind.seen).add(number);
    } else {
      this.kinds.set(act, { seen: new Set([number]), doubled: new Set() });
    }
  }

  get faults() {
    const found = [];
    for (const [act, { seen, doubled }] of [...this.kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const missing = [];
      let before = 0;
      for (const number of [...seen].sort((a, b) => a - b)) {
        if (number > before + 1) missing.push([before + 1, number - 1]);
        before = number;
      }
      if (missing.length) found.push(`${act}: missing ${ranges(missing)}`);
      const twice = [...doubled].sort((a, b) => a - b).map((number) => [number, number]);
      if (twice.length) found.push(`${act}: twice ${ranges(twice)}`);
    }
    if (this.odd.length) found.push(`without a number: entry ${ranges(this.odd.map((at) => [at, at]))}`);
    return found;
  }
}

/** Recompute the log. Throws `Wrong` when the copy does not agree with itself, another error when it is not whole. */
export async function auditCopy(keyText, load) {
  const key = await parseKey(keyText);
  const head = await published(load, key, await signatureCheck(key));
  const tree = new TileTree(load, head.size);
  const counts = new Counts();
  let roots = [];
  for (let number = 0; number * WIDTH < head.size; number += 1) {
    const width = Math.min(WIDTH, head.size - number * WIDTH);
    const full = tilePath("entries", number, WIDTH);
    const data = (await load(tilePath("entries", number, width))) ?? (await load(full)) ?? fail("a part is missing");
    const entries = splitBundle(data);
    if (![width, WIDTH].includes(entries.length)) fail("a bundle has the wrong length");
    const hashes = await Promise.all(entries.slice(0, width).map(leafHash));
    const tile = (await tree.tile(0, number)).slice(0, width * HASH);
    if (!equal(join(...hashes), tile)) fail("a tile does not match its entries");
    entries.slice(0, width).forEach((entry, at) => counts.take(number * WIDTH + at, entry));
    if (width === WIDTH) roots.push(await rootOf(tile));
  }
  for (let level = 1; roots.length; level += 1) {
    const below = roots;
    roots = [];
    for (let number = 0; number * WIDTH < below.length; number += 1) {
      const part = below.slice(number * WIDTH, (number + 1) * WIDTH);
      const tile = (await tree.tile(level, number)).slice(0, part.length * HASH);
      if (!equal(join(...part), tile)) fail("a tile does not match the tiles below it");
      if (part.length === WIDTH) roots.push(await rootOf(tile));
    }
  }
  if (head.size && !equal(await tree.range(0, head.size), head.root)) fail("the entries do not lead to the signed root");
  return { size: head.size, root: encode64(head.root), faults: counts.faults, complete: head.signed === true };
}
