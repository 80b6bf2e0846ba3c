// The pages of the people who run a meeting. Every form is an act: it is kept on this device first and forwarded in its
// order as soon as there is a network. Without scripts the same forms are sent as they are.
import { camera } from "./meeting/camera.js";
import { drawDoor, drawFloor, drawNotes } from "./meeting/draw.js";
import { Outbox } from "./meeting/outbox.js";
import { after } from "./meeting/reduce.js";
import { tick } from "./meeting/timers.js";
import { watch } from "./meeting/watch.js";

const place = document.querySelector("[data-hall]");
const words = JSON.parse(place.dataset.words);
const { number, on } = place.dataset;
const outbox = new Outbox(number);
const status = place.querySelector("[data-hall-status]");
const said = document.querySelector("[data-hall-said]");
const questions = document.querySelector("[data-hall-questions]");
const where = on || "floor";
const EVERY = 5_000;
const HEARD_EVERY = 30_000; // while the stream tells what changes: for what the public is not told
let state = JSON.parse(place.dataset.state);
const shown = state.floor?.asked ?? 0; // the newest question that this page was made with
let isSending = false;
let needsSignIn = false;
let asked = 0;

const digest = async (ticket) => {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${number}/${ticket}`));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
};
const ticketOf = (typed) =>
  typed.trim().replace(/\/+$/, "").split("/").pop().toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1").slice(0, 8);

async function draw() {
  const acts = await outbox.all();
  const now = after(state, acts);
  if (now.floor) drawFloor(document, now.floor, words);
  if (now.door) drawDoor(document, now.door);
  if (now.notes) drawNotes(document, now.notes);
  const isOffline = !navigator.onLine || acts.length > 0;
  place.classList.toggle("is-offline", isOffline);
  place.dataset.waiting = acts.length;
  const waiting = acts.length ? ` ${words.waiting.replace("{}", acts.length)}` : "";
  const line = needsSignIn ? words.sign_in : navigator.onLine && !acts.length ? words.online : navigator.onLine ? "" : words.offline;
  const shown = `${line}${waiting}`.trim();
  if (status.textContent !== shown) status.textContent = shown;
}

function trouble(sentence) {
  const row = document.createElement("li");
  row.textContent = sentence;
  place.querySelector("[data-hall-troubles]").append(row);
}

async function forward() {
  if (isSending || !navigator.onLine) return;
  isSending = true;
  let isNew = true;
  try {
    const acts = (await outbox.all()).slice(0, 50);
    // With nothing to forward it asks how the hall stands: others act too. A page in the background asks nothing.
    if (!acts.length && document.hidden) return;
    asked = Date.now();
    const answer = await fetch(place.dataset.send, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", "x-csrftoken": place.querySelector("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify({ acts: acts.map(({ key, kind, at, data }) => ({ key, kind, at, data })) }),
    });
    needsSignIn = answer.status === 403 || answer.type === "opaqueredirect";
    if (!answer.ok) return;
    const { results, state: fresh } = await answer.json();
    const done = new Map(results.map((one) => [one.key, one]));
    for (const act of acts) {
      const result = done.get(act.key);
      if (!result) continue;
      await outbox.remove(act.order);
      if (result.outcome !== "done") trouble(result.sentence);
      else if (act.kind === "ask") questions?.removeAttribute("hidden");
      else if (said && result.sentence) said.textContent = result.sentence;
    }
    if ((fresh.floor?.asked ?? 0) > shown) questions?.removeAttribute("hidden");
    isNew = acts.length > 0 || JSON.stringify({ ...state, ...fresh }) !== JSON.stringify(state);
    state = { ...state, ...fresh };
    await outbox.keep(where, state);
  } catch {
    // No network after all: the acts stay, and the next turn tries again.
  } finally {
    isSending = false;
    if (isNew) await draw(); // what is the same is not drawn again under somebody's fingers
  }
}

async function act(form) {
  const data = Object.fromEntries([...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "kind", "key", "on"].includes(name)));
  const made = { key: crypto.randomUUID(), kind: form.dataset.act, at: new Date().toISOString(), data };
  if (made.kind === "check_in") {
    made.digest = await digest(ticketOf(data.ticket));
    const known = after(state, await outbox.all()).door.tickets[made.digest];
    said.textContent = { seated: words.seated, came: words.came, waiting: words.in_line }[known] ?? words.unknown;
  }
  if (made.kind === "walk_in" && said) said.textContent = words.let_in;
  await outbox.add(made);
  form.querySelectorAll("input:not([type=hidden]), textarea").forEach((field) => {
    if (made.kind !== "note" || "hallNew" in form.dataset) field.value = "";
    else field.defaultValue = field.value;
  });
  if ("hallNew" in form.dataset) form.querySelector("[name=note]").value = crypto.randomUUID();
  await draw();
  await forward();
  // Sent while another one was on its way: it goes with the next.
  if ((await outbox.all()).length) forward();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form || !window.indexedDB || !window.crypto?.subtle) return;
  event.preventDefault();
  act(form);
});

async function worker() {
  if (!("serviceWorker" in navigator)) return;
  // The one address that becomes a script here is this meeting's own worker.
  const mine = place.dataset.worker;
  const allowed = { createScriptURL: (asked) => (asked === mine && asked.endsWith("/hall/worker.js") ? asked : "") };
  const address = window.trustedTypes ? trustedTypes.createPolicy("madang-hall", allowed).createScriptURL(mine) : mine;
  await navigator.serviceWorker.register(address, { scope: place.dataset.scope }).catch(() => {});
  // The page that is open was loaded before the worker: it is put aside for the time without a network.
  const ready = await navigator.serviceWorker.ready;
  ready.active?.postMessage({ keep: [location.pathname] });
}

async function begin() {
  if (!navigator.onLine || !document.querySelector("[data-hall]").dataset.state) state = (await outbox.kept(where)) ?? state;
  else await outbox.keep(where, state);
  tick(document, words);
  await draw();
  await forward();
  addEventListener("online", forward);
  addEventListener("online", draw);
  addEventListener("offline", draw);
  // The stream says that the floor has changed; what it looks like for those who run it is asked for.
  const isHeard = where === "floor" ? watch(place.dataset.stream, forward) : () => false;
  setInterval(async () => {
    if (!isHeard() || Date.now() - asked >= HEARD_EVERY || (await outbox.all()).length) forward();
  }, EVERY);
  camera((code) => {
    const form = document.querySelector("form[data-act=check_in]");
    form.elements.ticket.value = code;
    act(form);
  });
  await worker();
}

begin();
