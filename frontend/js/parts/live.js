// The number of supporters follows what others do. The number changes quietly; a screen reader hears of it at most twice a minute.
const SAY_EVERY = 30_000;
const TRY_AGAIN = 60_000;
const start = document.querySelector("[data-live]");
const address = start?.dataset.live;
let source = null;
let waiting = 0;
let tries = 0;
let said = 0;
let saying = 0;

// The panel is drawn anew when one supports: its parts are looked up each time.
const part = (name) => document.querySelector(`[data-live] ${name}`);
const written = (count) => count.toLocaleString("en-US");

function say() {
  saying = 0;
  const place = part("[data-live-said]");
  const count = part(".actionbar-count")?.textContent.trim();
  if (!place || !count) return;
  said = Date.now();
  place.textContent = place.dataset.liveSaid.replace("#", count);
}

function show({ data }) {
  const { count, goal } = JSON.parse(data);
  const place = part(".actionbar-count");
  tries = 0;
  if (!place || place.textContent.trim() === written(count)) return;
  place.textContent = written(count);
  const bar = part("progress");
  if (bar && goal) bar.value = Math.min(count, goal);
  if (!saying) saying = setTimeout(say, Math.max(1_000, said + SAY_EVERY - Date.now()));
}

function stop() {
  clearTimeout(waiting);
  source?.close();
  source = null;
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource(address);
  source.onmessage = show;
  source.onerror = () => {
    if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    stop();
    tries += 1;
    if (tries < 5) waiting = setTimeout(open, TRY_AGAIN * (1 + Math.random()));
  };
}

if (address && "EventSource" in window) {
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : open()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", open);
}
