// Phones and the projector follow the room: numbers change in place, the projector's list is drawn anew.
import { tick } from "./meeting/timers.js";
import { watch } from "./meeting/watch.js";

const phone = document.querySelector("[data-room]");
const wall = document.querySelector("[data-live-room]");
const text = (place, value) => {
  if (place && place.textContent !== value) place.textContent = value;
};
const SAY_EVERY = 30_000;
let said = Date.now();

function onPhone(room) {
  const list = phone.querySelector("[data-room-list]");
  const known = new Set();
  for (const row of list?.children ?? []) {
    known.add(Number(row.dataset.place));
    const now = room.questions.find((one) => one.place === Number(row.dataset.place));
    if (now) text(row.querySelector("[data-count]"), String(now.support));
  }
  // A list that jumps under the finger is wrong: new ones and another order are offered, not forced.
  const order = [...(list?.children ?? [])].map((row) => Number(row.dataset.place));
  const wanted = room.questions.map((one) => one.place);
  const more = wanted.some((place) => !known.has(place));
  phone.querySelector("[data-room-new]").hidden = !more;
  if (String(order) !== String(wanted) && Date.now() - said > SAY_EVERY) {
    said = Date.now();
    const place = phone.querySelector("[data-room-said]");
    place.textContent = place.dataset.changed;
  }
}

function element(name, classes, content) {
  const made = document.createElement(name);
  made.className = classes;
  made.textContent = content ?? "";
  return made;
}

function onWall(room) {
  const open = room.questions.filter((one) => !one.answered).slice(0, 8);
  wall.querySelector("[data-live-list]").replaceChildren(
    ...open.map((one) => {
      const row = element("li", "question");
      const support = element("p", "question-support");
      support.append(element("strong", "", String(one.support)));
      const words = element("p", "question-main", one.body);
      words.lang = one.language;
      row.append(support, words);
      return row;
    }),
  );
  wall.querySelector("[data-live-empty]").hidden = open.length > 0;
  const item = wall.querySelector("[data-live-item]");
  item.hidden = !room.item;
  text(item, room.item?.title ?? "");
  const speaking = wall.querySelector("[data-live-speaking]");
  speaking.hidden = !room.speaking;
  if (room.speaking) {
    text(speaking.querySelector("[data-f=place]"), String(room.speaking.place));
    text(speaking.querySelector("[data-f=label]"), room.speaking.label);
    const timer = speaking.querySelector("[data-f=timer]");
    timer.dataset.since = room.speaking.since;
    timer.dataset.limit = room.speaking.seconds;
  }
  wall.querySelector("[data-live-next]").hidden = !room.line.length;
  wall.querySelector("[data-live-line]").replaceChildren(
    ...room.line.map((one) => {
      const row = element("li", "");
      row.append(element("span", "speaker-number", String(one.place)), ` ${one.label}`);
      return row;
    }),
  );
}

if (phone) watch(phone.dataset.room, onPhone);
if (wall) {
  watch(wall.dataset.liveRoom, onWall);
  tick(wall);
}
