// A place on a form: a map that is drawn here and needs no other server. The fields stay what is sent.
import { positionIn } from "./parts/exif.js";

const SVG = "http://www.w3.org/2000/svg";
const KM = 111.2; // a degree of latitude
const STEPS = [5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const LENGTHS = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05];
const [WIDEST, CLOSEST] = [6, 0.004];
const COUNTRY = { latitude: 36.0, longitude: 127.8, span: 6 };
const APART = [74, 26]; // names nearer than this would cover each other

const made = (name, values, ...inside) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};
const filled = (words, values) => words.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

function inside([latitude, longitude], ring) {
  let crossed = false;
  let previous = ring[ring.length - 1];
  for (const corner of ring) {
    if (corner[0] > latitude !== previous[0] > latitude) {
      const at = corner[1] + ((latitude - corner[0]) / (previous[0] - corner[0])) * (previous[1] - corner[1]);
      if (longitude < at) crossed = !crossed;
    }
    previous = corner;
  }
  return crossed;
}

function rings(steps, unit) {
  return steps.map((numbers) => {
    const ring = [];
    let [latitude, longitude] = [0, 0];
    for (let n = 0; n < numbers.length; n += 2) {
      latitude += numbers[n];
      longitude += numbers[n + 1];
      ring.push([latitude / unit, longitude / unit]);
    }
    return ring;
  });
}

class Place {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.picture = root.querySelector("[data-place-picture]");
    this.said = root.querySelector("[data-place-said]");
    const field = (name) => root.querySelector(`[name="${name}"]`);
    [this.point, this.district] = [field("point"), field("district")];
    this.view = { ...COUNTRY };
    this.districts = [];
    this.shapes = new Map();
  }

  async begin() {
    const answer = await fetch(this.root.dataset.source).catch(() => null);
    if (answer?.ok) {
      const held = await answer.json();
      this.districts = held.districts.map(([code, name, province, latitude, longitude]) => ({ code, name, province, at: [latitude, longitude] }));
      this.shapes = new Map(Object.entries(held.shapes).map(([code, steps]) => [code, rings(steps, held.unit)]));
      if (held.source) this.root.querySelector("[data-place-source]").textContent = filled(this.words.boundaries, { source: held.source });
    }
    const named = this.root.dataset.start?.split(" ").filter(Boolean) ?? [];
    const home = new Set(named.length ? named : [...this.district.options].map((option) => option.value));
    this.whole = this.around(this.districts.filter((one) => home.has(one.code)));
    this.picture.setAttribute("aria-label", this.words.label);
    this.root.querySelector("[data-place-map]").hidden = false;
    this.view = this.pin() ? { latitude: this.pin()[0], longitude: this.pin()[1], span: 0.05 } : this.startOf();
    this.listen();
    this.draw();
    this.tell();
  }

  startOf() {
    const chosen = this.districts.find((one) => one.code === this.district.value);
    return chosen ? this.around([chosen]) : { ...this.whole };
  }

  around(some) {
    const corners = some.flatMap((one) => this.shapes.get(one.code)?.flat() ?? [one.at]);
    if (!corners.length) return { ...COUNTRY };
    const [latitudes, longitudes] = [corners.map((one) => one[0]), corners.map((one) => one[1])];
    const [south, north, west, east] = [Math.min(...latitudes), Math.max(...latitudes), Math.min(...longitudes), Math.max(...longitudes)];
    const latitude = (south + north) / 2;
    const across = (east - west) * Math.cos((latitude * Math.PI) / 180);
    return { latitude, longitude: (west + east) / 2, span: Math.min(WIDEST, Math.max(0.08, (north - south) * 1.15, across * 0.8)) };
  }

  pin() {
    const [latitude, longitude] = this.point.value.split(/[\s,]+/).map(Number);
    return latitude >= 33 && latitude <= 39 && longitude >= 124 && longitude <= 132 ? [latitude, longitude] : null;
  }

  set(latitude, longitude) {
    if (!(latitude >= 32.95 && latitude <= 38.8 && longitude >= 124.4 && longitude <= 132.1)) return this.say(this.words.outside);
    this.point.value = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
    this.point.dispatchEvent(new Event("input", { bubbles: true }));
    const at = this.at([latitude, longitude]);
    const [wide, high] = this.size();
    if (at[0] < wide * 0.15 || at[0] > wide * 0.85 || at[1] < high * 0.2 || at[1] > high * 0.85) Object.assign(this.view, { latitude, longitude });
    this.draw();
    this.tell();
    return undefined;
  }

  // The district that holds a point; with middles alone only the nearest one is known.
  find(point) {
    for (const [code, all] of this.shapes) {
      if (all.some((ring) => inside(point, ring))) return [this.districts.find((one) => one.code === code), true];
    }
    const shrink = Math.cos((point[0] * Math.PI) / 180);
    const away = (one) => Math.hypot(one.at[0] - point[0], (one.at[1] - point[1]) * shrink);
    return [this.districts.reduce((best, one) => (best && away(best) <= away(one) ? best : one), null), false];
  }

  say(words) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.said.textContent = words; }, 250);
  }

  tell() {
    const point = this.pin();
    if (!point) return this.say(this.words.none);
    const [found, isIn] = this.find(point);
    // The district follows the pin until somebody chooses one.
    if (isIn && (!this.district.value || this.district.value === this.followed) && [...this.district.options].some((option) => option.value === found.code)) {
      this.followed = this.district.value = found.code;
      this.draw();
    }
    const values = { place: found ? `${found.province} ${found.name}` : "", point: point.map((one) => one.toFixed(5)).join(", ") };
    const line = filled(found ? (isIn ? this.words.in : this.words.near) : this.words.plain, values);
    const other = isIn && this.district.value && this.district.value !== found.code ? `. ${filled(this.words.chosen, { place: this.district.selectedOptions[0].textContent })}` : "";
    return this.say(line + other);
  }

  size() {
    const wide = Math.max(240, Math.round(this.picture.clientWidth || 600));
    return [wide, Math.max(240, Math.round(Math.min(wide * 0.7, 460)))];
  }

  unit() { return this.size()[1] / this.view.span; }

  shrink() { return Math.cos((this.view.latitude * Math.PI) / 180); }

  at([latitude, longitude]) {
    const [wide, high] = this.size();
    return [wide / 2 + (longitude - this.view.longitude) * this.unit() * this.shrink(), high / 2 - (latitude - this.view.latitude) * this.unit()];
  }

  draw() {
    const [wide, high] = this.size();
    this.picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    const half = wide / 2 / this.unit() / this.shrink();
    const { latitude, longitude, span } = this.view;
    const [south, north, west, east] = [latitude - span / 2, latitude + span / 2, longitude - half, longitude + half];
    const shapes = made("g", { class: "map-shapes" });
    const chosen = []; // every island of it; drawn last, over its neighbours
    for (const [code, all] of this.shapes) {
      for (const ring of all) {
        if (!ring.some(([y, x]) => y > south && y < north && x > west && x < east) && !inside([latitude, longitude], ring)) continue;
        const path = made("path", { d: `M${ring.map((corner) => this.at(corner).map((n) => n.toFixed(1)).join(" ")).join("L")}Z` });
        if (code === this.district.value) { path.classList.add("is-chosen"); chosen.push(path); } else shapes.append(path);
      }
    }
    shapes.append(...chosen);
    const grid = made("g", { class: "map-grid" });
    const step = [...STEPS].reverse().find((one) => one * this.unit() * this.shrink() >= 84) ?? STEPS[0];
    const digits = Math.max(0, Math.ceil(-Math.log10(step)));
    for (let n = Math.ceil(south / step); n * step < north; n += 1) {
      const y = this.at([n * step, longitude])[1];
      grid.append(made("path", { d: `M0 ${y}H${wide}` }), made("text", { x: 6, y: y - 4 }, `${(n * step).toFixed(digits)}°`));
    }
    for (let n = Math.ceil(west / step); n * step < east; n += 1) {
      const x = this.at([latitude, n * step])[0];
      if (x > 60 && x < wide - 70) grid.append(made("text", { x: x + 4, y: 14 }, `${(n * step).toFixed(digits)}°`));
      grid.append(made("path", { d: `M${x} 0V${high}` }));
    }
    this.picture.replaceChildren(shapes, grid, this.names(wide, high), ...this.marks(wide, high));
  }

  names(wide, high) {
    const group = made("g", { class: "map-names" });
    const taken = [];
    const offered = new Set([...this.district.options].map((option) => option.value));
    const rank = (one) => (one.code === this.district.value ? 0 : offered.has(one.code) ? 1 : 2);
    const isWide = this.view.span > 2.2;
    const all = isWide ? this.provinces() : [...this.districts].sort((one, other) => rank(one) - rank(other));
    for (const one of all) {
      const [x, y] = this.at(one.at);
      const isFree = x > 34 && x < wide - 40 && y > 24 && y < high - 34 && taken.every(([a, b]) => Math.abs(a - x) > APART[0] || Math.abs(b - y) > APART[1]);
      if (!isFree) continue;
      taken.push([x, y]);
      const name = made("text", { x, y: y - 7, "text-anchor": "middle" }, one.name);
      if (one.code && one.code === this.district.value) name.classList.add("is-chosen");
      group.append(made("circle", { cx: x, cy: y, r: 2.5 }), name);
    }
    return group;
  }

  provinces() {
    const all = new Map();
    for (const one of this.districts) all.set(one.province, [...(all.get(one.province) ?? []), one.at]);
    const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
    return [...all].map(([name, points]) => ({ name, at: [mean(points.map((one) => one[0])), mean(points.map((one) => one[1]))] }));
  }

  marks(wide, high) {
    const kilometres = this.view.span * KM;
    const length = LENGTHS.find((one) => one <= kilometres / 4) ?? LENGTHS[LENGTHS.length - 1];
    const end = 16 + (length / KM) * this.unit();
    const scale = made("g", { class: "map-scale" }, made("path", { d: `M16 ${high - 22}v7H${end}v-7` }), made("text", { x: end + 8, y: high - 15 }, length >= 1 ? `${length} km` : `${length * 1000} m`));
    const north = made("g", { class: "map-north", transform: `translate(${wide} 0)` }, made("path", { d: "M-24 46V16m-7 9 7 -9 7 9" }), made("text", { x: -24, y: 62, "text-anchor": "middle" }, "N"));
    const point = this.pin();
    if (!point) return [scale, north];
    const [x, y] = this.at(point);
    const pin = made("g", { class: "map-pin", transform: `translate(${x} ${y})` }, made("path", { d: "M0 0C-4 -9 -13 -14 -13 -24a13 13 0 0 1 26 0C13 -14 4 -9 0 0Z" }), made("circle", { cy: -24, r: 5 }));
    return [scale, north, pin];
  }

  zoom(factor) {
    const point = this.pin();
    if (point && factor < 1) Object.assign(this.view, { latitude: point[0], longitude: point[1] });
    this.view.span = Math.min(WIDEST, Math.max(CLOSEST, this.view.span * factor));
    this.draw();
  }

  act(what) {
    if (what === "in") this.zoom(0.5);
    if (what === "out") this.zoom(2);
    if (what === "whole") { this.view = { ...this.whole }; this.draw(); }
    if (what === "none") { this.point.value = ""; this.draw(); this.say(this.words.removed); }
    if (what === "here") this.locate();
  }

  locate() {
    if (!navigator.geolocation) { this.say(this.words.denied); return; }
    this.say(this.words.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        Object.assign(this.view, { latitude: coords.latitude, longitude: coords.longitude, span: 0.06 });
        this.set(coords.latitude, coords.longitude);
        const line = filled(this.words.located, { metres: Math.max(1, Math.round(coords.accuracy)) });
        setTimeout(() => { this.said.textContent = `${this.said.textContent}. ${line}`.replace("..", "."); }, 400);
      },
      () => this.say(this.words.denied),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  }

  listen() {
    this.picture.addEventListener("click", (event) => {
      const box = this.picture.getBoundingClientRect();
      const [wide, high] = this.size();
      const x = ((event.clientX - box.left) / box.width) * wide;
      const y = ((event.clientY - box.top) / box.height) * high;
      this.set(this.view.latitude + (high / 2 - y) / this.unit(), this.view.longitude + (x - wide / 2) / this.unit() / this.shrink());
    });
    const moves = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    this.picture.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") this.zoom(0.5);
      else if (event.key === "-") this.zoom(2);
      else if (moves[event.key]) {
        const [latitude, longitude] = this.pin() ?? [this.view.latitude, this.view.longitude];
        const by = this.view.span / (event.shiftKey ? 200 : 20);
        this.set(latitude + moves[event.key][0] * by, longitude + (moves[event.key][1] * by) / this.shrink());
      } else return;
      event.preventDefault();
    });
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-place-act]");
      if (button) this.act(button.dataset.placeAct);
    });
    this.point.addEventListener("input", (event) => { if (event.isTrusted) { const point = this.pin(); if (point) Object.assign(this.view, { latitude: point[0], longitude: point[1], span: Math.min(this.view.span, 0.1) }); this.draw(); this.tell(); } });
    this.district.addEventListener("change", () => { this.followed = ""; if (!this.pin()) this.view = this.startOf(); this.draw(); this.tell(); });
    this.point.form?.addEventListener("reset", () => setTimeout(() => { this.followed = ""; this.view = this.startOf(); this.draw(); this.tell(); }));
    let width = this.picture.clientWidth;
    addEventListener("resize", () => { if (this.picture.clientWidth !== width) { width = this.picture.clientWidth; this.draw(); } });
  }

  // A photo that says where it was taken is a question, not an answer.
  async ask(input) {
    this.root.querySelector("[data-place-photo]")?.remove();
    if (this.pin()) return;
    for (const file of input.files) {
      const point = await positionIn(file);
      if (!point || point[0] < 32.95 || point[0] > 38.8 || point[1] < 124.4 || point[1] > 132.1) continue;
      const [found, isIn] = this.find(point);
      const where = point.map((one) => one.toFixed(5)).join(", ");
      const line = document.createElement("p");
      line.textContent = filled(this.words.photo, { name: file.name, point: isIn ? `${found.province} ${found.name}, ${where}` : where });
      const box = document.createElement("div");
      box.className = "place-offer";
      box.dataset.placePhoto = "";
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", line.textContent);
      const tools = document.createElement("p");
      tools.className = "place-tools";
      for (const [words, isYes] of [[this.words.photo_yes, true], [this.words.photo_no, false]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn--small";
        button.textContent = words;
        button.addEventListener("click", () => {
          box.remove();
          if (isYes) { Object.assign(this.view, { latitude: point[0], longitude: point[1], span: 0.02 }); this.set(...point); }
          (isYes ? this.picture : input).focus();
        });
        tools.append(button);
      }
      box.append(line, tools);
      (input.closest(".field") ?? input).after(box);
      this.say(line.textContent);
      return;
    }
  }
}

for (const root of document.querySelectorAll("[data-place]")) {
  const place = new Place(root);
  place.begin().then(() => {
    for (const input of (root.closest("form") ?? document).querySelectorAll('input[type="file"]')) {
      input.addEventListener("change", () => place.ask(input));
    }
  });
}
