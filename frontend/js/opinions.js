// One statement after the other by keyboard. Keys act only while the focus is inside the box, so they disturb nobody
// who dictates or reads with other keys. Without this script the three buttons do the same.
const KEYS = { 1: "agree", 2: "disagree", 3: "pass" };
const form = document.querySelector("form[data-answer]");
const box = document.querySelector("#answer");

if (form && box) {
  const hint = form.querySelector("[data-keys-hint]");
  if (hint) hint.hidden = false;
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    const button = KEYS[event.key] && form.querySelector(`button[value="${KEYS[event.key]}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault(); // a second press while the first is on its way
    sent = true;
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
}
// After an answer the address names the next statement, which the browser focuses and reads out by itself.
