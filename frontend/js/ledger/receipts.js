// Checks a receipt: docs/reference/receipt.md, step by step.

import { decimal, decode64, encoder, equal, expected, fail, hex, join, sha256, Wrong } from "./bytes.js";
import { openNote, parseCheckpoint, parseKey, signatureCheck } from "./notes.js";
import { cosignatures, parsePolicy } from "./policy.js";
import { TileTree, leafHash, verifyConsistency, verifyInclusion } from "./tree.js";

const FIELDS = ["number", "filed-at", "log-key", "salt", "payload", "leaf"];

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

async function checkProof(receipt, leaf, key, check, policy) {
  const nothing = ["checkpoint", "witnesses", "inclusion"].map((name) => skipped(name, "no-proof"));
  if (!receipt.proof) return [...nothing, null];
  let [index, hashes, checkpoint, signed, text] = [];
  try {
    const gap = receipt.proof.indexOf("\n\n");
    const lines = gap < 0 ? fail("no proof") : receipt.proof.slice(0, gap).split("\n");
    if (lines.shift() !== "c2sp.org/tlog-proof@v1") fail("no proof");
    if (lines[0]?.startsWith("extra ")) decode64(lines.shift().slice(6));
    if (!lines[0]?.startsWith("index ")) fail("no index");
    index = decimal(lines.shift().slice(6));
    hashes = lines.map(decode64);
    if (hashes.length > 63) fail("too long");
    text = receipt.proof.slice(gap + 2);
    const note = await openNote(text, key, check);
    checkpoint = parseCheckpoint(note.text, receipt.key.name);
    signed = note.signed;
  } catch (error) {
    const unseen = skipped("witnesses", policy?.witnesses.size ? "no-checkpoint" : "none");
    return expected(error, [failed("checkpoint", "signature"), unseen, skipped("inclusion", "no-checkpoint"), null]);
  }
  const facts = { size: String(checkpoint.size), root: checkpoint.rootText };
  const seen = await checkWitnesses(text, policy);
  const first = signed ? passed("checkpoint", facts) : skipped("checkpoint", "no-ed25519", facts);
  try {
    await verifyInclusion(index, checkpoint.size, leaf, hashes, checkpoint.root);
  } catch (error) {
    return expected(error, [first, seen, failed("inclusion", "path"), null]);
  }
  return [first, seen, passed("inclusion", { index: String(index) }), checkpoint];
}

/** Too few cosignatures are no fault of the receipt; a wrong one is. */
async function checkWitnesses(note, policy) {
  if (!policy?.witnesses.size) return skipped("witnesses", "none");
  let found;
  try {
    found = await cosignatures(note, policy);
  } catch (error) {
    return expected(error, failed("witnesses", "signature"));
  }
  if (!found) return skipped("witnesses", "no-ed25519");
  const facts = { count: String(found.size), least: String(policy.least) };
  return policy.metBy(found) ? passed("witnesses", facts) : skipped("witnesses", "too-few", facts);
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

/**
 * Check a receipt. `keyText` is the key that the reader trusts ("" uses the receipt's own and says so);
 * `policyText` names the witnesses that she relies on;
 * `load(path)` gives bytes of a file of the log, null where there is none, or throws without a network.
 */
export async function verifyReceipt(input, { keyText = "", policyText = "", load = null } = {}) {
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
  const policy = policyText ? await parsePolicy(policyText) : null;
  const [signed, seen, inclusion, checkpoint] = await checkProof(receipt, leaf, key, check, policy);
  steps.push(signed, seen, inclusion);
  if (checkpoint && load) steps.push(await checkGrowth(checkpoint, key, check, load));
  else steps.push(skipped("growth", checkpoint ? "offline" : "no-proof"));
  const ok = steps.every((step) => step.status !== "failed");
  return { ok, included: ok && checkpoint !== null, complete: check !== null, steps };
}
