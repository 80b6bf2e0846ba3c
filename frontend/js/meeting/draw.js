// Draws the lists of a hall page from plain values, with the page's own templates: no string becomes HTML.

const fill = (row, name, value) => row.querySelectorAll(`[data-f=${name}]`).forEach((place) => (place.textContent = value ?? ""));
const put = (row, name, value) => row.querySelectorAll(`input[name=${name}]`).forEach((field) => (field.value = value ?? ""));

function rows(root, name, values, draw) {
  const list = root.querySelector(`[data-hall-list=${name}]`);
  const template = root.querySelector(`[data-hall-template=${name}]`);
  if (!list || !template) return;
  const focused = document.activeElement?.closest?.("[data-hall-row]")?.dataset.hallRow;
  list.replaceChildren(
    ...values.map((value) => {
      const row = template.content.firstElementChild.cloneNode(true);
      draw(row, value);
      return row;
    }),
  );
  if (focused) list.querySelector(`[data-hall-row="${CSS.escape(focused)}"] button:not([hidden])`)?.focus();
}

export function drawFloor(root, floor, words) {
  rows(root, "agenda", floor.agenda, (row, one) => {
    row.dataset.hallRow = `item-${one.item}`;
    row.classList.toggle("is-now", Boolean(one.started && !one.ended));
    row.classList.toggle("is-done", Boolean(one.ended));
    fill(row, "title", one.title);
    fill(row, "minutes", String(one.minutes));
    put(row, "item", one.item);
    const timer = row.querySelector("[data-f=timer]");
    Object.assign(timer.dataset, { since: one.started, until: one.ended, length: one.minutes });
    row.querySelector("[data-act=start_item]").hidden = Boolean(one.started);
    row.querySelector("[data-act=end_item]").hidden = !one.started || Boolean(one.ended);
  });
  rows(root, "line", floor.line, (row, one) => {
    row.dataset.hallRow = `speaker-${one.place || one.key}`;
    fill(row, "place", String(one.place || "…"));
    fill(row, "label", one.label);
    fill(row, "stance", words[one.stance] ?? "");
    put(row, "place", one.place);
    put(row, "of", one.place ? "" : one.key);
  });
  const speaking = root.querySelector("[data-hall-speaking]");
  if (!speaking) return;
  speaking.hidden = !floor.speaking;
  if (!floor.speaking) return;
  fill(speaking, "place", String(floor.speaking.place || "…"));
  fill(speaking, "label", floor.speaking.label);
  put(speaking, "place", floor.speaking.place);
  put(speaking, "of", floor.speaking.place ? "" : floor.speaking.key);
  Object.assign(speaking.querySelector("[data-f=timer]").dataset, { since: floor.speaking.since, limit: floor.seconds });
}

export function drawDoor(root, door) {
  const count = root.querySelector("[data-hall-came]");
  if (count) count.textContent = String(door.came);
}

// A note that is being written is left as it is: only rows nobody types in are drawn anew.
export function drawNotes(root, notes) {
  const list = root.querySelector("[data-hall-list=notes]");
  const template = root.querySelector("[data-hall-template=notes]");
  if (!list || !template) return;
  const known = new Map([...list.children].map((row) => [row.querySelector("input[name=note]").value, row]));
  for (const one of notes) {
    let row = known.get(one.note);
    if (!row) {
      row = template.content.firstElementChild.cloneNode(true);
      const area = row.querySelector("textarea");
      area.id = `note-${one.note}`;
      row.querySelector("label").htmlFor = area.id;
      area.value = area.defaultValue = one.text;
      list.append(row);
    }
    const area = row.querySelector("textarea");
    if (area.value === area.defaultValue && document.activeElement !== area) {
      area.value = area.defaultValue = one.text;
      put(row, "seen", one.version);
    } else if (area.value === one.text) {
      area.defaultValue = one.text;
      put(row, "seen", one.version);
    }
    if (one.language) area.lang = one.language;
    put(row, "note", one.note);
    row.classList.toggle("is-kept", Boolean(one.isKept));
    row.querySelector("[data-f=kept]").hidden = !one.isKept;
    row.querySelector("[data-f=beside]").hidden = !one.beside;
  }
  const empty = root.querySelector("[data-hall-empty]");
  if (empty) empty.hidden = notes.length > 0;
}
