// What was typed is kept in this browser until it has been sent (form[data-draft]); leaving with unsent text warns
// (form[data-warn]). Passwords, files and hidden fields are never kept.
import { say } from "./messages.js";

const PREFIX = "madang-draft:";
const DAYS = 30;

function keep(name, value) {
  try { value === null ? localStorage.removeItem(PREFIX + name) : localStorage.setItem(PREFIX + name, value); } catch { /* storage is full or forbidden */ }
}
function kept(name) {
  try { return JSON.parse(localStorage.getItem(PREFIX + name)); } catch { return null; }
}

for (const meta of document.querySelectorAll('meta[name="draft-clear"]')) keep(meta.content, null);

// What was sent is done with when the page behind it says so; behind a refusal or a failure the words are still kept.
const SENT = `${PREFIX}sent`;
try {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && document.querySelector("[data-toast].tone-jade")) keep(sent, null);
} catch { /* storage is forbidden */ }

const isKept = (control) => control.name && !["hidden", "password", "file", "submit", "button"].includes(control.type) && control.name !== "csrfmiddlewaretoken";
const controls = (form) => [...form.elements].filter(isKept);
const isChoice = (control) => control.type === "checkbox" || control.type === "radio";
const fieldsOf = (form) => {
  const fields = {};
  for (const control of controls(form)) {
    if (isChoice(control) && !control.checked) continue;
    (fields[control.name] ??= []).push(control.value);
  }
  return fields;
};

for (const form of document.querySelectorAll("form[data-draft]")) {
  const name = form.dataset.draft;
  const isBlank = controls(form).every((control) => isChoice(control) || control.tagName === "SELECT" || !control.value);
  // What the server gave: over saved text, a draft comes back only if nobody has changed that text since.
  const base = JSON.stringify(fieldsOf(form));
  const draft = kept(name);
  if (draft && Date.now() - draft.at > DAYS * 86400000) keep(name, null);
  else if (draft && (isBlank || draft.base === base)) {
    let given = false;
    for (const control of controls(form)) {
      const values = draft.fields[control.name];
      if (!values) continue;
      if (isChoice(control)) control.checked = values.includes(control.value);
      else if (values[0] && control.value !== values[0]) { control.value = values[0]; given = true; }
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (given && form.dataset.draftNotice) say(form.dataset.draftNotice);
  }
  let timer = 0;
  const save = () => {
    timer = 0;
    keep(name, JSON.stringify({ at: Date.now(), base, fields: fieldsOf(form) }));
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  form.addEventListener("submit", () => {
    // The last words are kept now and not while a slow answer is awaited: the page behind it may end the draft.
    if (timer) { clearTimeout(timer); save(); }
    try { sessionStorage.setItem(SENT, name); } catch { /* storage is forbidden */ }
  });
}

for (const form of document.querySelectorAll("form[data-warn]")) {
  let isDirty = false;
  form.addEventListener("input", () => { isDirty = true; });
  form.addEventListener("submit", () => { isDirty = false; });
  addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
}
