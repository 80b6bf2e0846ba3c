// The wall follows what the hall answers: counts at once, marks as they are counted. What needs words (groups that come
// or go, what unites) is taken from the page itself, read anew at most every few seconds.
const stage = document.querySelector("[data-hall]");
const SVG = "http://www.w3.org/2000/svg";
const EDGE = 70;
const READ_AGAIN = 6_000;
let seen = Number(stage?.dataset.revision ?? 0);
let read = Date.now();
let waiting = 0;

const written = (count) => count.toLocaleString("en-US");
const put = (name, value) => {
  const place = stage.querySelector(`[data-${name}]`);
  if (place && place.textContent !== written(value)) place.textContent = written(value);
};

function outline(group, x, y, r) {
  if (group === 1) return `M${x - r * 0.88} ${y - r * 0.88}h${r * 1.76}v${r * 1.76}h${-r * 1.76}z`;
  if (group === 2) return `M${x} ${y - r * 1.18}l${r * 1.18} ${r * 2.065}h${-r * 2.36}z`;
  if (group === 3) return `M${x} ${y - r * 1.22}l${r * 1.22} ${r * 1.22}l${-r * 1.22} ${r * 1.22}l${-r * 1.22} ${-r * 1.22}z`;
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
}

function draw(cells) {
  const place = stage.querySelector("[data-marks]");
  if (!place || !cells.length) return;
  const [, , width, height] = place.ownerSVGElement.getAttribute("viewBox").split(" ").map(Number);
  const most = (axis) => Math.max(1, ...cells.map((cell) => Math.abs(cell[axis])));
  const scale = Math.min((width / 2 - EDGE) / most(0), (height / 2 - EDGE) / most(1));
  const paths = new Map();
  for (const [x, y, group, people] of cells) {
    const r = Math.min(4.5 + 2.2 * Math.sqrt(people), 22);
    paths.set(group, (paths.get(group) ?? "") + outline(group, width / 2 + scale * x, height / 2 - scale * y, r));
  }
  const marks = [...paths].map(([group, d]) => {
    const mark = document.createElementNS(SVG, "path");
    mark.setAttribute("class", group < 0 ? "place g-none" : `place g${group}`);
    mark.setAttribute("d", d);
    return mark;
  });
  place.replaceChildren(...marks);
}

function readAgain() {
  waiting = 0;
  location.reload();
}

function show({ data }) {
  const now = JSON.parse(data);
  put("people", now.people);
  put("votes", now.votes);
  if (now.revision === seen) return;
  seen = now.revision;
  draw(now.cells);
  now.groups.forEach((size, group) => {
    const place = stage.querySelector(`[data-size="${group}"]`);
    if (place) place.textContent = written(size);
  });
  // Outlines, letters and sentences: the whole page, calmly.
  if (!waiting) waiting = setTimeout(readAgain, Math.max(1_500, read + READ_AGAIN - Date.now()));
}

if (stage && "EventSource" in window) {
  const source = new EventSource(stage.dataset.hall);
  source.onmessage = show;
  // The conversation closed, or the site restarts: what the page says then is what counts.
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED && !waiting) waiting = setTimeout(readAgain, 20_000);
  };
}
