// One stream of server-sent events: closed while the page is in the background, opened again in front. Whoever watches asks
// the function that is given back whether it is open now.
const TRY_AGAIN = 60_000;

export function watch(address, show) {
  if (!("EventSource" in window)) return () => false;
  let source = null;
  let waiting = 0;
  let tries = 0;
  const stop = () => {
    clearTimeout(waiting);
    source?.close();
    source = null;
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(address);
    source.onmessage = ({ data }) => {
      tries = 0;
      show(JSON.parse(data));
    };
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      stop();
      tries += 1;
      if (tries < 5) waiting = setTimeout(open, TRY_AGAIN * (1 + Math.random()));
    };
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : open()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", open);
  if (document.readyState === "complete") open(); // whoever begins to watch later has missed it
  return () => source?.readyState === EventSource.OPEN;
}
