// Checks a receipt in the reader's own browser: nothing here trusts the server but its public key.
// The format is docs/reference/receipt.md; the rules are RFC 6962, RFC 9162 and the C2SP documents on
// signed notes, checkpoints, tiles and proofs. The same checks in Python: madang/commons/ledger/logic.

const WIDTH = 256;
const HASH = 32;
const FIELDS = ["number", "filed-at", "log-key", "salt", "payload", "leaf"];
const encoder = new TextEncoder();

class Wrong extends Error {}

const fail = (why) => {
  throw new Wrong(why);
};

// Bytes

const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const encode64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** Base64 in its one canonical spelling, so that no character can be changed unseen. */
const decode64 = (text) => {
  let raw;
  try {
    raw = atob(text);
  } catch {
    fail("not base64");
  }
  if (btoa(raw) !== text) fail("not canonical base64");
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
};

const decimal = (text) => (/^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : fail("not a number"));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// The tree

export const leafHash = (data) => sha256(join(Uint8Array.of(0), data));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));
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

const tilePath = (level, index, width) => {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g);
  const name = [...groups.slice(0, -1).map((group) => `x${group}`), groups.at(-1)].join("/");
  return `tile/${level}/${name}${width === WIDTH ? "" : `.p/${width}`}`;
};

/** The tree of `size` leaves read from tiles. What it gives is only believed once it fits a signed root. */
class TileTree {
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

  async consistency(first) {
    const path = [];
    let [low, high] = [0, this.size];
    while (first < high) {
      const middle = low + split(high - low);
      if (first <= middle) [path[path.length], high] = [[middle, high], middle];
      else [path[path.length], low] = [[low, middle], middle];
    }
    if (low) path.push([low, high]);
    return Promise.all(path.reverse().map(([from, to]) => this.range(from, to)));
  }
}

// Signed notes

export async function parseKey(text) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? fail("not a key");
  const data = decode64(match[3]);
  if (data.length !== 33 || data[0] !== 1) fail("not an Ed25519 key");
  const id = (await sha256(join(encoder.encode(`${match[1]}\n`), data))).slice(0, 4);
  if (hex(id) !== match[2]) fail("the key does not match its own id");
  return { text, name: match[1], id, raw: data.slice(1) };
}

/** A function that checks Ed25519 signatures, or null where this browser cannot. */
async function signatureCheck(key) {
  try {
    const imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
    return (signature, text) => crypto.subtle.verify({ name: "Ed25519" }, imported, signature, encoder.encode(text));
  } catch {
    return null;
  }
}

/** The text of a note and whether `key` signed it: true, or null where this browser cannot tell. */
async function openNote(note, key, check) {
  const gap = note.lastIndexOf("\n\n");
  // eslint-disable-next-line no-control-regex
  if (gap < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note)) fail("not a signed note");
  const text = note.slice(0, gap + 1);
  const lines = note.slice(gap + 2, -1).split("\n");
  if (lines.length > 100) fail("too many signatures");
  let mine = 0;
  for (const line of lines) {
    const match = /^— ([^+\s]+) (\S+)$/.exec(line) ?? fail("not a signature");
    const data = decode64(match[2]);
    if (data.length < 5) fail("a signature is too short");
    if (match[1] !== key.name || !equal(data.slice(0, 4), key.id)) continue;
    mine += 1;
    if (check && !(await check(data.slice(4), text))) fail("a wrong signature");
  }
  if (!mine) fail("not signed by the log");
  return { text, signed: check ? true : null };
}

function parseCheckpoint(text, origin) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.some((line) => !line)) fail("not a checkpoint");
  if (lines[0] !== origin) fail("another log");
  const root = decode64(lines[2]);
  if (root.length !== HASH) fail("not a root");
  return { size: decimal(lines[1]), root, rootText: lines[2] };
}

// The receipt

const readMoment = (text) => {
  const ok = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!ok || new Date(text).toISOString().replace(".000Z", "Z") !== text) fail("not a moment in UTC");
  return text;
};

export async function parseReceipt(input) {
  if (input.length > 100_000) fail("too long");
  const text = `${input.replaceAll("\r\n", "\n").replace(/^[ \t\r\n\ufeff]+|[ \t\r\n\ufeff]+$/g, "")}\n`;
  const cut = text.indexOf("\n--- promise\n");
  const end = text.indexOf("\n--- end\n", cut);
  if (cut < 0 || end < 0 || end + 9 !== text.length) fail("cut short");
  const [header, ...lines] = text.slice(0, cut).split("\n");
  const values = lines.map((line) => line.slice(line.indexOf(" ") + 1));
  const named = lines.length === FIELDS.length && lines.every((line, at) => line.startsWith(`${FIELDS[at]} `));
  if (header !== "madang-receipt/v1" || !named) fail("a line is missing");
  const body = text.slice(cut + 13, end + 1);
  const middle = body.indexOf("\n--- proof\n");
  return {
    number: values[0],
    filedAt: readMoment(values[1]),
    key: await parseKey(values[2]),
    salt: decode64(values[3]),
    payload: values[4],
    leaf: values[5],
    promise: middle < 0 ? body : body.slice(0, middle + 1),
    proof: middle < 0 ? "" : body.slice(middle + 11),
  };
}

const passed = (name, facts = {}) => ({ name, status: "passed", code: "", facts });
const failed = (name, code, facts = {}) => ({ name, status: "failed", code, facts });
const skipped = (name, code, facts = {}) => ({ name, status: "skipped", code, facts });

function checkFacts(receipt) {
  let told;
  try {
    const value = JSON.parse(receipt.payload);
    const target = value.target;
    told = { number: target.slice(target.indexOf(":") + 1), filed_at: readMoment(value.at.replace("+00:00", "Z")) };
    if (!target.includes(":") || !told.number) fail("no number");
  } catch {
    return failed("facts", "unreadable");
  }
  const same = told.number === receipt.number && told.filed_at === receipt.filedAt;
  return same ? passed("facts", told) : failed("facts", "different");
}

async function checkCommitment(receipt) {
  let told;
  try {
    told = JSON.parse(receipt.leaf).commit;
  } catch {
    return failed("commitment", "unreadable");
  }
  if (typeof told !== "string") return failed("commitment", "unreadable");
  if (receipt.salt.length !== 32) return failed("commitment", "salt");
  const made = hex(await sha256(join(receipt.salt, encoder.encode(receipt.payload))));
  return made === told ? passed("commitment", { commit: told }) : failed("commitment", "different");
}

async function checkPromise(receipt, leaf, key, check) {
  let note;
  let value;
  try {
    note = await openNote(receipt.promise, key, check);
    const pattern = /^madang-promise\/v1\norigin (.+)\nleaf (.+)\nat (.+)\nwithin (.+)\n$/;
    const match = pattern.exec(note.text) ?? fail("not a promise");
    value = { origin: match[1], leaf: decode64(match[2]), at: readMoment(match[3]), seconds: decimal(match[4]) };
  } catch (error) {
    return expected(error, failed("promise", "signature"));
  }
  if (value.origin !== receipt.key.name) return failed("promise", "origin");
  if (!equal(value.leaf, leaf)) return failed("promise", "leaf");
  const deadline = new Date(Date.parse(value.at) + 1000 * value.seconds).toISOString().replace(".000Z", "Z");
  return note.signed ? passed("promise", { at: value.at, deadline }) : skipped("promise", "no-ed25519");
}

async function checkProof(receipt, leaf, key, check) {
  const nothing = [skipped("checkpoint", "no-proof"), skipped("inclusion", "no-proof"), null];
  if (!receipt.proof) return nothing;
  let [index, hashes, checkpoint, signed] = [];
  try {
    const gap = receipt.proof.indexOf("\n\n");
    const lines = gap < 0 ? fail("no proof") : receipt.proof.slice(0, gap).split("\n");
    if (lines.shift() !== "c2sp.org/tlog-proof@v1") fail("no proof");
    if (lines[0]?.startsWith("extra ")) decode64(lines.shift().slice(6));
    if (!lines[0]?.startsWith("index ")) fail("no index");
    index = decimal(lines.shift().slice(6));
    hashes = lines.map(decode64);
    if (hashes.length > 63) fail("too long");
    const note = await openNote(receipt.proof.slice(gap + 2), key, check);
    checkpoint = parseCheckpoint(note.text, receipt.key.name);
    signed = note.signed;
  } catch (error) {
    return expected(error, [failed("checkpoint", "signature"), skipped("inclusion", "no-checkpoint"), null]);
  }
  const facts = { size: String(checkpoint.size), root: checkpoint.rootText };
  const first = signed ? passed("checkpoint", facts) : skipped("checkpoint", "no-ed25519", facts);
  try {
    await verifyInclusion(index, checkpoint.size, leaf, hashes, checkpoint.root);
  } catch (error) {
    return expected(error, [first, failed("inclusion", "path"), null]);
  }
  return [first, passed("inclusion", { index: String(index) }), checkpoint];
}

async function checkGrowth(old, key, check, load) {
  let text;
  try {
    text = await load("checkpoint");
  } catch {
    text = null;
  }
  if (!text) return skipped("growth", "offline");
  const facts = { from: String(old.size), to: "" };
  try {
    const note = await openNote(new TextDecoder().decode(text), key, check);
    const now = parseCheckpoint(note.text, key.name);
    facts.to = String(now.size);
    const proof = old.size < now.size ? await new TileTree(load, now.size).consistency(old.size) : [];
    await verifyConsistency(old.size, now.size, old.root, now.root, proof);
    return note.signed ? passed("growth", facts) : skipped("growth", "no-ed25519", facts);
  } catch (error) {
    // A connection that broke half-way proves nothing against the log.
    return error instanceof Wrong ? failed("growth", "different", facts) : skipped("growth", "offline");
  }
}

/** `result` for a receipt that is wrong; anything else is a fault of this program and goes on. */
function expected(error, result) {
  if (error instanceof Wrong) return result;
  throw error;
}

/**
 * Check a receipt. `keyText` is the key that the reader trusts ("" uses the receipt's own and says so);
 * `load(path)` gives bytes of a file of the log, null where there is none, or throws without a network.
 */
export async function verifyReceipt(input, { keyText = "", load = null } = {}) {
  let receipt;
  try {
    receipt = await parseReceipt(input);
  } catch (error) {
    return expected(error, { ok: false, included: false, complete: true, steps: [failed("format", "unreadable")] });
  }
  const facts = { key: receipt.key.text };
  const trusted = keyText ? await parseKey(keyText) : null;
  const key = trusted ?? receipt.key;
  const check = await signatureCheck(key);
  const leaf = await leafHash(encoder.encode(receipt.leaf));
  const own = trusted ? failed("key", "other-key", facts) : skipped("key", "own-key", facts);
  const steps = [passed("format"), trusted?.text === receipt.key.text ? passed("key", facts) : own];
  steps.push(checkFacts(receipt), await checkCommitment(receipt), await checkPromise(receipt, leaf, key, check));
  const [signed, inclusion, checkpoint] = await checkProof(receipt, leaf, key, check);
  steps.push(signed, inclusion);
  if (checkpoint && load) steps.push(await checkGrowth(checkpoint, key, check, load));
  else steps.push(skipped("growth", checkpoint ? "offline" : "no-proof"));
  const ok = steps.every((step) => step.status !== "failed");
  return { ok, included: ok && checkpoint !== null, complete: check !== null, steps };
}

// The page

const fetchFrom = (base) => async (path) => {
  const answer = await fetch(base + path, { credentials: "omit", cache: path === "checkpoint" ? "no-store" : "default" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);

function show(place, verdict, words) {
  const result = verdict.ok ? (verdict.included ? "included" : "promised") : "wrong";
  const unanchored = verdict.steps.some((step) => step.code === "own-key");
  const partly = verdict.complete ? (unanchored ? "unanchored" : result) : "incomplete";
  const outcome = verdict.ok ? partly : result;
  const from = (kind) => place.querySelector(`template[data-kind="${kind}"]`).content.cloneNode(true);
  const head = from(outcome);
  const list = document.createElement("ol");
  list.className = "stack stack--tight";
  for (const step of verdict.steps) {
    const row = from(step.status);
    const sentence = words[`${step.name}.${step.status}${step.code ? `.${step.code}` : ""}`] ?? step.code;
    row.querySelector("[data-words]").textContent = fill(sentence, step.facts);
    list.append(row);
  }
  const target = place.querySelector("[data-verify-result]");
  target.replaceChildren(head, list);
  target.focus();
}

async function textOf(form) {
  const file = form.querySelector("input[type=file]")?.files?.[0];
  if (file && file.size > 400_000) return "x".repeat(100_001);
  return file ? file.text() : form.querySelector("textarea").value;
}

function start(place) {
  const form = place.querySelector("form");
  const words = JSON.parse(place.dataset.words);
  form.addEventListener("submit", async (event) => {
    // The second button asks the server on purpose; an empty form gets its error message from there too.
    const empty = !form.querySelector("textarea").value.trim() && !form.querySelector("input[type=file]")?.files?.length;
    if (event.submitter?.name === "server" || empty) return;
    event.preventDefault();
    try {
      const text = await textOf(form);
      show(place, await verifyReceipt(text, { keyText: place.dataset.key, load: fetchFrom(place.dataset.base) }), words);
    } catch {
      form.submit();
    }
  });
}

// Without a secure context there is no WebCrypto: the form then goes to the server, as without JavaScript.
if (typeof document !== "undefined" && globalThis.crypto?.subtle) {
  document.querySelectorAll("[data-verify]").forEach(start);
}
