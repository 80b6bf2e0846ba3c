// Setting a point by a click on the map, or with the arrow keys; the field with the two numbers stays what is sent.
for (const map of document.querySelectorAll("svg[data-map]")) {
  const field = document.getElementById(map.dataset.map);
  const cross = map.querySelector("[data-map-cross]");
  const [south, west, north, east] = ["south", "west", "north", "east"].map((side) => Number(map.dataset[side]));
  const { width, height } = map.viewBox.baseVal;
  const read = () => {
    const [latitude, longitude] = field.value.split(/[\s,]+/).map(Number);
    const isInside = latitude >= south && latitude <= north && longitude >= west && longitude <= east;
    return isInside ? [latitude, longitude] : null;
  };
  const show = () => {
    const point = read();
    cross.toggleAttribute("hidden", !point);
    if (point) cross.setAttribute("transform", `translate(${((point[1] - west) / (east - west)) * width} ${((north - point[0]) / (north - south)) * height})`);
  };
  const set = (latitude, longitude) => {
    const within = (value, low, high) => Math.min(high, Math.max(low, value)).toFixed(4);
    field.value = `${within(latitude, south, north)}, ${within(longitude, west, east)}`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  map.closest("[hidden]")?.removeAttribute("hidden");
  map.addEventListener("click", (event) => {
    const box = map.getBoundingClientRect();
    set(north - ((event.clientY - box.top) / box.height) * (north - south), west + ((event.clientX - box.left) / box.width) * (east - west));
  });
  const moves = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  map.tabIndex = 0;
  map.setAttribute("role", "application");
  map.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const [latitude, longitude] = read() ?? [(south + north) / 2, (west + east) / 2];
    const step = event.shiftKey ? 20 : 100;
    set(latitude + (move[0] * (north - south)) / step, longitude + (move[1] * (east - west)) / step);
  });
  field.addEventListener("input", show);
  show();
}
