// In a crowd of nameless filings a form asks for a number whose digest with the ticket begins with zero bits. It is
// looked for while the person writes; whoever is quicker waits a moment. Without this, the form asks to wait.
const TOGETHER = 200;

const zeros = (bytes) => {
  let bits = 0;
  for (const byte of bytes) {
    if (byte) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
};

async function search(ticket, wanted) {
  const encoder = new TextEncoder();
  for (let first = 0; ; first += TOGETHER) {
    const tries = Array.from({ length: TOGETHER }, (_unused, step) => String(first + step));
    const digests = await Promise.all(tries.map((word) => crypto.subtle.digest("SHA-256", encoder.encode(`${ticket}:${word}`))));
    const found = digests.findIndex((digest) => zeros(new Uint8Array(digest)) >= wanted);
    if (found >= 0) return tries[found];
    await new Promise((resolve) => { setTimeout(resolve); });
  }
}

const status = document.querySelector("[data-work]");
if (status && globalThis.crypto?.subtle) {
  const form = status.closest("form");
  let isDone = false, waits = null;
  search(form.elements.namedItem("ticket").value, Number(status.dataset.work)).then((word) => {
    form.elements.namedItem("work").value = word;
    isDone = true;
    status.textContent = "";
    if (waits) form.requestSubmit(waits.button ?? undefined);
  });
  form.addEventListener("submit", (event) => {
    if (isDone || event.submitter?.name === "edit") return; // going back to the text files nothing
    event.preventDefault();
    waits = { button: event.submitter };
    status.textContent = status.dataset.workBusy;
  });
}
