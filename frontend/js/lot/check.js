// The checks of a lot, as in verify_lot.py: every panel, every chance, the proof and the draw are computed anew.

import { NoLot, canonical, parse as parseJson } from "./json.js";
import { sha256 } from "./sha256.js";

export { NoLot };
const FORMAT = "madang-lot 1";

export const digest = (value) => sha256(canonical(value));
export const commitment = (salt, values, household) => sha256(`${salt}|${values.join(",")}|${household}`);
export const seedOf = (frozen, root, throws) => sha256(["madang lot 1", frozen, root, ...throws].join("\n"));
export const numberOf = (seed, panels) => Number(BigInt(`0x${seed}`) % BigInt(panels)) + 1;

const must = (right) => {
  if (!right) throw new NoLot("a part of the file is missing or of another kind");
};
const whole = (value) => typeof value === "number";
const text = (value) => typeof value === "string";
const list = (value, each = () => true) => Array.isArray(value) && value.every(each);
const object = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** The file of a lot from its text; its shape is checked, so that the checks cannot trip over it. */
export function parse(source) {
  const bundle = parseJson(source);
  if (!object(bundle) || !object(bundle.frozen) || bundle.frozen.format !== FORMAT) {
    throw new NoLot("this is not the file of a lot, or of another format");
  }
  shape(bundle);
  return bundle;
}

function shape({ frozen, openings, draw }) {
  must(whole(frozen.size) && frozen.size > 0 && whole(frozen.apart));
  must(whole(frozen.witnesses) && frozen.witnesses > 0);
  must(list(frozen.people, text) && frozen.people.length && list(frozen.panels) && frozen.panels.length);
  const people = frozen.people.length;
  must(frozen.panels.every((panel) => list(panel, (at) => whole(at) && at >= 0 && at < people)));
  must(list(frozen.features, (one) => object(one) && text(one.name) && list(one.values, text)));
  must(
    list(frozen.quotas, (one) => {
      const feature = list(one, whole) && one.length === 4 && frozen.features[one[0]];
      return feature && one[1] >= 0 && one[1] < feature.values.length;
    }),
  );
  must(list(frozen.levels, whole) && frozen.levels.length === people);
  must(list(frozen.proof, (one) => object(one) && whole(one.count) && list(one.weights, whole) && one.weights.length));
  must(object(openings));
  for (const [key, opened] of Object.entries(openings)) {
    must(/^(0|[1-9][0-9]*)$/.test(key) && Number(key) < people && Array.isArray(opened) && opened.length === 3);
    must(text(opened[0]) && list(opened[1], whole) && opened[1].length === frozen.features.length && text(opened[2]));
  }
  if (draw === undefined || draw === null) return;
  must(object(draw) && [draw.root, draw.seed, draw.log].every(text) && list(draw.throws, text));
  must(whole(draw.number) && list(draw.panel, whole));
}

const step = (name, right, facts) => ({ name, status: right ? "passed" : "failed", facts });

/** Every check, in the order of the ceremony: `{name, status: "passed" | "failed" | "skipped", facts}`. */
export function check(bundle) {
  const steps = [checkFrozen, checkOpenings, checkPanels, checkQuotas, checkChances, checkProof].map((one) => one(bundle));
  if (!bundle.draw) return [...steps, { name: "draw", status: "skipped", facts: {} }];
  return [...steps, checkLog(bundle), checkSeed(bundle), checkDraw(bundle)];
}

function checkFrozen({ frozen, digest: told }) {
  const found = digest(frozen);
  return step("frozen", found === told, { digest: found });
}

function checkOpenings({ frozen: { people }, openings }) {
  const all = Object.entries(openings);
  const right = all.every(([key, opened]) => commitment(...opened) === people[Number(key)]);
  return step("openings", right && new Set(people).size === people.length, { open: all.length, people: people.length });
}

function checkPanels({ frozen: { size, panels } }) {
  const wrong = panels.filter((panel) => panel.length !== size || new Set(panel).size !== size).length;
  return step("panels", wrong === 0, { panels: panels.length, size, wrong });
}

const tally = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);

function checkQuotas({ frozen, openings }) {
  let wrong = 0;
  for (const panel of frozen.panels) {
    const counts = new Map();
    const homes = new Map();
    let closed = 0;
    for (const at of panel) {
      const opened = openings[at];
      if (!opened) {
        closed += 1;
        continue;
      }
      opened[1].forEach((value, feature) => tally(counts, `${feature}.${value}`));
      if (opened[2]) tally(homes, opened[2]);
    }
    for (const [feature, value, low, high] of frozen.quotas) {
      const got = counts.get(`${feature}.${value}`) ?? 0;
      if (got > high || got + closed < low) wrong += 1;
    }
    if (frozen.apart === 1 && [...homes.values()].some((many) => many > 1)) wrong += 1;
  }
  const closed = frozen.people.length - Object.keys(openings).length;
  return step("quotas", wrong === 0, { wrong, closed, quotas: frozen.quotas.length });
}

/** In how many of the panels each person sits. */
export function countsOf(frozen) {
  const counts = frozen.people.map(() => 0);
  for (const panel of frozen.panels) for (const at of panel) counts[at] += 1;
  return counts;
}

function checkChances({ frozen }) {
  const counts = countsOf(frozen);
  const of = frozen.panels.length;
  const smallest = frozen.proof.map((_level, number) => {
    const mine = counts.filter((_count, at) => frozen.levels[at] >= number);
    return mine.length ? mine.reduce((a, b) => Math.min(a, b)) : 0;
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const right = total === frozen.size * of && smallest.every((least, at) => least === frozen.proof[at].count);
  const facts = { least: Math.min(...counts), most: Math.max(...counts), of };
  return step("chances", right && smallest.length > 0, facts);
}

function rulesOf({ frozen, openings }) {
  const everybody = frozen.people.map((_one, at) => at);
  const rules = [[everybody, frozen.size, frozen.size]];
  for (const [feature, value, low, high] of frozen.quotas) {
    rules.push([everybody.filter((at) => openings[at][1][feature] === value), low, high]);
  }
  if (!frozen.apart) return rules;
  const homes = new Map();
  for (const at of everybody) {
    const home = openings[at][2];
    if (home) homes.set(home, [...(homes.get(home) ?? []), at]);
  }
  // Households are random hexadecimal numbers: any one order of theirs is that of their letters.
  for (const home of [...homes.keys()].sort()) if (homes.get(home).length > 1) rules.push([homes.get(home), 0, 1]);
  return rules;
}

const larger = (a, b) => (a > b ? a : b);

/** For each level, how many panels nobody could have more than; in whole numbers as large as they get. Null: no proof. */
function limits(bundle) {
  const { frozen } = bundle;
  const panels = BigInt(frozen.panels.length);
  const rules = rulesOf(bundle);
  const counts = countsOf(frozen).map(BigInt);
  const found = [];
  for (const [number, { weights }] of frozen.proof.entries()) {
    if (weights.length !== rules.length) return null;
    const gains = frozen.people.map(() => 0n);
    let above = 0n; // times the number of panels
    weights.forEach((given, at) => {
      const weight = BigInt(given);
      const [members, low, high] = rules[at];
      above += panels * larger(weight * BigInt(low), weight * BigInt(high));
      for (const member of members) gains[member] += weight;
    });
    let below = 0n;
    gains.forEach((gain, at) => {
      if (gain < 0n) above -= panels * gain;
      else if (frozen.levels[at] < number) above -= gain * counts[at];
      else below += gain;
    });
    found.push(below === 0n || above >= below * panels ? panels : above / below);
  }
  return found;
}

function checkProof(bundle) {
  const { frozen, openings } = bundle;
  const closed = frozen.people.length - Object.keys(openings).length;
  if (closed > 0) return { name: "proof", status: "skipped", facts: { closed } };
  const most = limits(bundle);
  const gaps = most?.map((limit, at) => Number(limit) - frozen.proof[at].count) ?? [];
  if (!gaps.length || Math.min(...gaps) < 0) return step("proof", false, {});
  const [{ count: least }] = frozen.proof;
  const facts = { least, bound: Number(most[0]), of: frozen.panels.length, levels: gaps.length, gap: Math.max(...gaps) };
  return step("proof", true, facts);
}

function checkLog({ draw }) {
  const lines = draw.log.split("\n");
  return step("log", lines.length > 2 && lines[2] === draw.root, { size: lines[1] ?? "" });
}

function checkSeed({ frozen, draw }) {
  const seed = seedOf(digest(frozen), draw.root, draw.throws);
  const enough = draw.throws.length === frozen.witnesses;
  return step("seed", enough && seed === draw.seed, { seed, throws: draw.throws.length });
}

function checkDraw({ frozen, draw }) {
  const number = /^[0-9a-f]{64}$/.test(draw.seed) ? numberOf(draw.seed, frozen.panels.length) : 0;
  const panel = frozen.panels[number - 1];
  const same = panel?.length === draw.panel.length && panel.every((at, place) => at === draw.panel[place]);
  return step("draw", number > 0 && number === draw.number && same, { number, of: frozen.panels.length });
}
