// Whose word is enough: policies and cosignatures of witnesses, as at c2sp.org (tlog-policy, tlog-cosignature).

import { equal, fail } from "./bytes.js";
import { parseKey, signatureCheck, splitNote } from "./notes.js";

/** A policy: `witnesses` by name, and whether a set of names is enough. */
export async function parsePolicy(text) {
  const [witnesses, groups] = [new Map(), new Map()];
  let quorum = null;
  const known = (name) => (witnesses.has(name) || groups.has(name) ? name : fail("a name that is not defined"));
  for (const line of text.split("\n")) {
    const words = line.split(/[ \t]+/).filter(Boolean);
    const [what, name, more, ...members] = words;
    if (!what || what.startsWith("#") || what === "log") continue;
    else if (what === "witness" && more) witnesses.set(name, await parseKey(more, 4));
    else if (what === "group" && members.length) {
      const count = { all: members.length, any: 1 }[more] ?? Number(more);
      if (!(Number.isInteger(count) && count >= 1 && count <= members.length)) fail("a wrong number");
      groups.set(name, { count, members: members.map(known) });
    } else if (what === "quorum" && words.length === 2 && quorum === null) {
      quorum = name === "none" ? "" : known(name);
    } else fail("not a policy");
  }
  if (quorum === null) fail("a policy names its quorum");
  const has = (name, found) => {
    if (witnesses.has(name)) return found.has(name);
    const { count, members } = groups.get(name);
    return members.filter((member) => has(member, found)).length >= count;
  };
  const least = (name) => {
    if (witnesses.has(name)) return 1;
    const { count, members } = groups.get(name);
    const needs = members.map(least).sort((a, b) => a - b);
    return needs.slice(0, count).reduce((sum, need) => sum + need, 0);
  };
  return { witnesses, least: quorum ? least(quorum) : 0, metBy: (found) => !quorum || has(quorum, found) };
}

/** Which witnesses cosigned a note and when (seconds since 1970), or null where this browser cannot tell. */
export async function cosignatures(note, policy) {
  const { text, signatures } = splitNote(note);
  const found = new Map();
  for (const [name, key] of policy.witnesses) {
    for (const one of signatures.filter((each) => each.name === key.name && equal(each.id, key.id))) {
      const check = await signatureCheck(key);
      if (!check) return null;
      if (one.data.length !== 72) fail("not a cosignature");
      const moment = new DataView(one.data.buffer, one.data.byteOffset, 8).getBigUint64(0);
      const message = `cosignature/v1\ntime ${moment}\n${text}`;
      if (moment === 0n || !(await check(one.data.slice(8), message))) fail("a wrong cosignature");
      found.set(name, Number(moment));
    }
  }
  return found;
}
