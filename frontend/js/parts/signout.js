// Whoever signs out leaves nothing behind that waits on this device; what is not sent yet is named before.
import { all, forget } from "./kept.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const words = form.dataset.keptWords;
  if (!words || form.dataset.isClean || !window.indexedDB) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const waiting = await all().then((filings) => filings.filter((one) => one.state !== "filed").length).catch(() => 0);
  if (waiting && !confirm(words.replace("{}", waiting))) return;
  await forget();
  form.dataset.isClean = "1";
  form.submit();
}, { capture: true });
