// The Merkle tree of RFC 6962 and its files. The same in Python: madang/commons/ledger/logic.

import { HASH, WIDTH, equal, fail, join, sha256 } from "./bytes.js";

export const leafHash = (data) => sha256(join(Uint8Array.of(0), data));
export const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));
const half = (number) => Math.floor(number / 2);
const odd = (number) => number % 2 === 1;

/** The largest power of two smaller than `size`. */
const split = (size) => {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
};

/** RFC 9162 section 2.1.3.2. */
export async function verifyInclusion(index, size, leaf, proof, root) {
  if (!(index < size) || [leaf, ...proof].some((hash) => hash.length !== HASH)) fail("no such leaf");
  let [here, last, result] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) fail("the proof is too long");
    if (odd(here) || here === last) {
      result = await nodeHash(sibling, result);
      while (!odd(here) && here) [here, last] = [half(here), half(last)];
    } else {
      result = await nodeHash(result, sibling);
    }
    [here, last] = [half(here), half(last)];
  }
  if (last || !equal(result, root)) fail("the proof does not lead to the root");
}

/** RFC 9162 section 2.1.4.2. */
export async function verifyConsistency(first, second, firstRoot, secondRoot, proof) {
  if (!(first > 0 && first <= second)) fail("the log is smaller than before");
  if (first === second) {
    if (proof.length || !equal(firstRoot, secondRoot)) fail("two roots for one size");
    return;
  }
  if (!proof.length || [firstRoot, ...proof].some((hash) => hash.length !== HASH)) fail("no proof");
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
  let [here, last] = [first - 1, second - 1];
  while (odd(here)) [here, last] = [half(here), half(last)];
  let [before, now] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last === 0) fail("the proof is too long");
    if (odd(here) || here === last) {
      before = await nodeHash(sibling, before);
      now = await nodeHash(sibling, now);
      while (!odd(here) && here) [here, last] = [half(here), half(last)];
    } else {
      now = await nodeHash(now, sibling);
    }
    [here, last] = [half(here), half(last)];
  }
  if (last || !equal(before, firstRoot) || !equal(now, secondRoot)) fail("the log was rewritten");
}

// The log as files

export const tilePath = (level, index, width) => {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g);
  const name = [...groups.slice(0, -1).map((group) => `x${group}`), groups.at(-1)].join("/");
  return `tile/${level}/${name}${width === WIDTH ? "" : `.p/${width}`}`;
};

/** The tree of `size` leaves read from tiles. What it gives is only believed once it fits a signed root. */
export class TileTree {
  constructor(load, size) {
    this.load = load;
    this.size = size;
    this.tiles = new Map();
  }

  tile(level, index) {
    const count = Math.floor(this.size / WIDTH ** level);
    const width = Math.min(WIDTH, count - index * WIDTH);
    const path = tilePath(level, index, width);
    if (!this.tiles.has(path)) this.tiles.set(path, this.read(path, tilePath(level, index, WIDTH), width));
    return this.tiles.get(path);
  }

  async read(path, full, width) {
    const data = (await this.load(path)) ?? (path === full ? null : await this.load(full));
    if (!data || ![width * HASH, WIDTH * HASH].includes(data.length)) fail("a part of the log is missing");
    return data;
  }

  async node(level, index) {
    const height = level % 8;
    const first = index * 2 ** height;
    const number = Math.floor(first / WIDTH);
    const data = await this.tile((level - height) / 8, number);
    const start = (first - number * WIDTH) * HASH;
    let row = [];
    for (let at = start; at < start + HASH * 2 ** height; at += HASH) row.push(data.slice(at, at + HASH));
    while (row.length > 1) {
      const pairs = row.filter((_, at) => at % 2 === 0).map((left, at) => nodeHash(left, row[2 * at + 1]));
      row = await Promise.all(pairs);
    }
    return row[0];
  }

  /** Hash over the leaves from `low` up to, not including, `high`. */
  async range(low, high) {
    const parts = [];
    while (low < high) {
      let level = 0;
      while (low % 2 ** (level + 1) === 0 && low + 2 ** (level + 1) <= high) level += 1;
      parts.push(await this.node(level, low / 2 ** level));
      low += 2 ** level;
    }
    let result = parts.pop();
    while (parts.length) result = await nodeHash(parts.pop(), result);
    return result;
  }

  /** Proof that the tree of `first` leaves begins that of `second`, which may be smaller than this one. */
  async consistency(first, second = this.size) {
    const path = [];
    let [low, high] = [0, second];
    while (first < high) {
      const middle = low + split(high - low);
      if (first <= middle) [path[path.length], high] = [[middle, high], middle];
      else [path[path.length], low] = [[low, middle], middle];
    }
    if (low) path.push([low, high]);
    return Promise.all(path.reverse().map(([from, to]) => this.range(from, to)));
  }
}
