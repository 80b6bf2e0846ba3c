// The page of the public log: checks happen in the reader's own browser and trust the server for nothing but its
// public key. Without WebCrypto (no secure context) the forms go to the server, as without JavaScript.

import { compareStates } from "./ledger/growth.js";
import { fill, from, receiptResult, receiptText } from "./ledger/page.js";
import { verifyReceipt } from "./ledger/receipts.js";

const fetchFrom = (base) => async (path) => {
  const answer = await fetch(base + path, { credentials: "omit", cache: path === "checkpoint" ? "no-store" : "default" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

function show(place, ...nodes) {
  const target = place.querySelector("[data-verify-result]");
  target.replaceChildren(...nodes);
  target.focus();
}

/** `check(form, data)` gives what to show, or null to leave the form to the server. */
function onSubmit(place, check) {
  const form = place.querySelector("form");
  form.addEventListener("submit", async (event) => {
    // The second button asks the server on purpose; an empty form gets its error message from there too.
    const filled = [...form.elements].some((field) => field.matches("textarea, input[type=file]") && field.value.trim());
    if (event.submitter?.name === "server" || !filled) return;
    event.preventDefault();
    try {
      const nodes = await check(form, place.dataset);
      if (nodes) show(place, ...nodes);
      else form.submit();
    } catch {
      form.submit();
    }
  });
}

async function checkReceipt(form, { key, policy, base, words }) {
  const verdict = await verifyReceipt(await receiptText(form), { keyText: key, policyText: policy, load: fetchFrom(base) });
  return receiptResult(form.closest("section"), verdict, JSON.parse(words));
}

async function checkGrowth(form, { key, base, words }) {
  const [older, newer] = ["old", "new"].map((name) => form.elements[name].value);
  const found = await compareStates(older, newer, { keyText: key, load: fetchFrom(base) });
  if (!older.trim() || !found.complete) return null; // the server says what is missing, and can check signatures
  const nodes = [from(form.closest("section"), found.code, fill(JSON.parse(words)[found.code], found))];
  if (found.code === "right") {
    const details = from(form.closest("section"), "details");
    details.querySelector("code").textContent = [
      `${found.old} ${found.old_root}`,
      `${found.new} ${found.new_root}`,
      "",
      ...found.hashes,
    ].join("\n");
    nodes.push(details);
  }
  return nodes;
}

if (globalThis.crypto?.subtle) {
  document.querySelectorAll("[data-verify]").forEach((place) => onSubmit(place, checkReceipt));
  document.querySelectorAll("[data-growth]").forEach((place) => onSubmit(place, checkGrowth));
}
