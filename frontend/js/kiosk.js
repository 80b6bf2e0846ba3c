// A minute without a touch ends a visit at a kiosk, and the screen counts it down. What came back from the browser's
// memory (the back button) is fetched anew: the server has thrown the visit away.
const body = document.body;
const whole = Number(body.dataset.kioskSeconds || 60);
const first = body.dataset.kiosk;
const shown = document.querySelector("[data-kiosk-left]");
let end = Date.now() + whole * 1000;

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

function leave() {
  for (const form of document.forms) form.reset();
  location.replace(first);
}

function touched() {
  end = Date.now() + whole * 1000;
  show();
}

function show() {
  const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  if (left === 0) return leave();
  if (shown) {
    shown.textContent = shown.dataset.words.replace("{n}", String(left));
    shown.classList.toggle("is-near", left <= 15);
  }
}

if ("kioskFirst" in body.dataset) {
  // The language of the person before is not the next one's.
  if (location.pathname.startsWith("/en/")) setTimeout(() => location.replace(location.pathname.slice(3)), whole * 1000);
} else {
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, touched, { passive: true, capture: true });
  setInterval(show, 250);
  show();
}
