// The page that is kept on a stick: it is bundled into one file and asks no network.

import { auditCopy } from "./ledger/audit.js";
import { Wrong } from "./ledger/bytes.js";
import { openCopy } from "./ledger/copies.js";
import { compareStates } from "./ledger/growth.js";
import { fill, from, receiptResult, receiptText } from "./ledger/page.js";
import { verifyReceipt } from "./ledger/receipts.js";

const place = document.querySelector("main");
const form = place.querySelector("form");
const words = JSON.parse(place.dataset.words);

async function checkCopy(copy, key) {
  if (!copy.whole) return [];
  try {
    const found = await auditCopy(key, copy.load);
    if (!found.complete) return [from(place, "skipped", words["audit.skipped.no-ed25519"])];
    if (found.faults.length) {
      const list = document.createElement("pre");
      list.textContent = found.faults.join("\n");
      return [from(place, "failed", words["audit.failed.missing"]), list];
    }
    return [from(place, "passed", fill(words["audit.passed"], { size: String(found.size), root: found.root }))];
  } catch (error) {
    if (error instanceof Wrong) return [from(place, "failed", fill(words["audit.failed.different"], { why: error.message }))];
    return [from(place, "skipped", fill(words["audit.skipped.part"], { why: error.message }))];
  }
}

async function checkKept(kept, key, copy) {
  if (!kept.trim()) return [];
  try {
    const found = await compareStates(kept, "", { keyText: key, load: copy.load });
    const status = { right: found.complete ? "passed" : "skipped", wrong: "failed", signature: "failed" }[found.code];
    return [from(place, status ?? "skipped", fill(words[`growth.${found.code}`], found))];
  } catch (error) {
    return [from(place, "skipped", fill(words["audit.skipped.part"], { why: error.message }))];
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const target = place.querySelector("[data-verify-result]");
  const value = (name) => form.elements[name].value.trim();
  const nodes = [];
  try {
    const chosen = [...form.elements.folder.files, ...form.elements.copy.files];
    const copy = chosen.length ? await openCopy(chosen) : null;
    if (chosen.length && !copy) nodes.push(from(place, "skipped", words["copy.none"]));
    const text = await receiptText(form);
    if (text.trim()) {
      const given = { keyText: value("key"), policyText: value("policy"), load: copy?.load ?? null };
      nodes.push(...receiptResult(place, await verifyReceipt(text, given), words));
    }
    if (copy) nodes.push(...(await checkKept(form.elements.kept.value, value("key"), copy)), ...(await checkCopy(copy, value("key"))));
    if (!nodes.length) nodes.push(from(place, "skipped", words["nothing"]));
  } catch (error) {
    nodes.push(from(place, "failed", fill(words["fields"], { why: error.message })));
  }
  target.replaceChildren(...nodes);
  target.focus();
});
