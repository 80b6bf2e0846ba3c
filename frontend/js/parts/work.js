// In a crowd of nameless ideas the form asks for a number whose digest with the ticket begins with zero bits. It is
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

const form = document.querySelector("form[data-work]");
if (form && globalThis.crypto?.subtle) {
  const field = form.elements.namedItem("work");
  const status = form.querySelector("[data-work-status]");
  let isDone = false, waits = null;
  search(form.elements.namedItem("ticket").value, Number(form.dataset.work)).then((word) => {
    field.value = word;
    isDone = true;
    if (status) status.textContent = "";
    if (waits) form.requestSubmit(waits.button ?? undefined);
  });
  form.addEventListener("submit", (event) => {
    if (isDone) return;
    event.preventDefault();
    waits = { button: event.submitter };
    if (status) status.textContent = form.dataset.workBusy;
  });
}
