// Showing what a check found. The looks come from templates in the page, the words from its data.

export const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);

/** A copy of the page's template for a kind of outcome, with words where it has room for them. */
export function from(place, kind, words = "") {
  const made = place.querySelector(`template[data-kind="${kind}"]`).content.cloneNode(true);
  const room = made.querySelector("[data-words]");
  if (room) room.textContent = words;
  return made;
}

/** Head and list of steps for a verdict of `verifyReceipt`. */
export function receiptResult(place, verdict, words) {
  const result = verdict.ok ? (verdict.included ? "included" : "promised") : "wrong";
  const unanchored = verdict.steps.some((step) => step.code === "own-key");
  const partly = verdict.complete ? (unanchored ? "unanchored" : result) : "incomplete";
  const list = document.createElement("ol");
  list.className = "stack stack--tight";
  for (const step of verdict.steps) {
    const sentence = words[`${step.name}.${step.status}${step.code ? `.${step.code}` : ""}`] ?? step.code;
    list.append(from(place, step.status, fill(sentence, step.facts)));
  }
  return [from(place, verdict.ok ? partly : result), list];
}

/** The text of the receipt that was chosen or pasted. */
export async function receiptText(form) {
  const file = form.querySelector("input[name=file]")?.files?.[0];
  if (file && file.size > 400_000) return "x".repeat(100_001);
  return file ? file.text() : form.querySelector("textarea[name=receipt]").value;
}
