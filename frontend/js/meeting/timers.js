// Time that runs: since when, of how much. Nothing is said aloud every second.
const pad = (value) => String(value).padStart(2, "0");
export const written = (seconds) => `${Math.floor(seconds / 60)}:${pad(Math.floor(seconds % 60))}`;

function draw(place, words) {
  const { since, until, length, limit } = place.dataset;
  const began = Date.parse(since ?? "");
  if (Number.isNaN(began)) {
    place.textContent = "";
    place.classList.remove("is-over");
    return;
  }
  const ended = Date.parse(until ?? "");
  const seconds = Math.max(0, ((Number.isNaN(ended) ? Date.now() : ended) - began) / 1000);
  const most = Number(limit) || Number(length) * 60 || 0;
  const over = most > 0 && seconds > most;
  place.classList.toggle("is-over", over);
  const shown = most ? (words?.of ?? "{} / {}").replace("{}", written(seconds)).replace("{}", written(most)) : written(seconds);
  place.textContent = shown;
}

export function tick(root, words) {
  const all = () => root.querySelectorAll(".hall-timer").forEach((place) => draw(place, words));
  all();
  setInterval(all, 1000);
}
