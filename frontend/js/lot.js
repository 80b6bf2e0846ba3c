// The page on which a lot is computed again, on the site and as a kept file: there the lot lies inside the page.

import { fill } from "./ledger/page.js";
import { NoLot, check, countsOf, parse } from "./lot/check.js";

const place = document.querySelector("[data-lot]");
const form = place.querySelector("form");
const target = place.querySelector("[data-lot-result]");
const words = JSON.parse(place.dataset.words);
const MOST = 20_000_000;

class Unreachable extends Error {}

function look(kind, texts = {}) {
  const made = place.querySelector(`template[data-kind="${kind}"]`).content.cloneNode(true);
  for (const [name, text] of Object.entries(texts)) made.querySelector(`[data-${name}]`).textContent = text;
  return made;
}

async function source() {
  const [file] = form.elements.file.files;
  if (file) return file.size > MOST ? "" : file.text();
  const inside = document.querySelector('script[type="application/json"]');
  if (inside) return inside.textContent;
  try {
    const answer = await fetch(place.dataset.lot, { credentials: "omit" });
    if (answer.ok) return await answer.text();
  } catch {
    // told below
  }
  throw new Unreachable();
}

function line({ name, status, facts }) {
  const sentence = words[`${name}.${status}`] ?? words[name];
  return look(status, { title: `${words[`title.${name}`]} · ${words[`word.${status}`]}`, words: fill(sentence, facts) });
}

function cell(tag, text) {
  const made = document.createElement(tag);
  if (tag === "th") made.scope = "row";
  made.textContent = text;
  if (/[\uac00-\ud7a3]/.test(text)) made.lang = "ko";
  return made;
}

/** Who was drawn, as a table: place in the list, chance, and values where they are opened. */
function drawn({ frozen, openings }, number) {
  const panel = frozen.panels[number - 1];
  const counts = countsOf(frozen);
  const made = look("drawn", { words: fill(words.drawn, { people: panel.length }) });
  const rows = panel.map((at) => {
    const row = document.createElement("tr");
    const values = openings[at]?.[1].map((value, feature) => frozen.features[feature].values[value] ?? "?");
    row.append(
      cell("th", fill(words.person, { n: at + 1 })),
      cell("td", fill(words.chance, { count: counts[at], of: frozen.panels.length })),
      cell("td", values?.join(" · ") ?? words.closed),
    );
    return row;
  });
  made.querySelector("tbody").append(...rows);
  return made;
}

function compared(facts) {
  const told = form.elements.digest.value.replace(/\s/g, "").toLowerCase();
  if (!told) return null;
  const same = told === facts.digest;
  return { status: same ? "passed" : "failed", words: fill(words[same ? "digest.same" : "digest.other"], facts) };
}

async function compute() {
  let bundle;
  try {
    bundle = parse((await source()).replace(/^\ufeff/, ""));
  } catch (error) {
    if (error instanceof Unreachable) return [look("unreachable")];
    if (error instanceof NoLot) return [look("refused")];
    throw error;
  }
  const steps = check(bundle);
  const other = compared(steps[0].facts);
  const list = document.createElement("ol");
  list.className = "timeline";
  list.append(...steps.map(line));
  if (other) list.firstElementChild.after(look(other.status, { title: words["title.frozen"], words: other.words }));
  const wrong = [...steps, ...(other ? [other] : [])].some(({ status }) => status === "failed");
  const last = steps.at(-1);
  return [look(wrong ? "wrong" : "right"), list, ...(last.name === "draw" && last.status === "passed" ? [drawn(bundle, last.facts.number)] : [])];
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // What was found before must not be taken for what is found now.
  target.replaceChildren();
  target.setAttribute("aria-busy", "true");
  const nodes = await compute();
  target.replaceChildren(...nodes);
  target.removeAttribute("aria-busy");
  target.focus();
});
form.hidden = false;
