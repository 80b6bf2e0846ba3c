// Cases without a connection. On every page of cases: the worker that answers when the site does not, and the sending of
// what waits here. On the page for such times: keeping a case, and the list of what is kept.
import { all, fresh, note, noted, put, remove, send } from "./parts/kept.js";

const home = document.querySelector("[data-cases]");
const page = document.querySelector("[data-cases-offline]");
const EVERY = 30_000;

async function where() {
  if (home) {
    const { ready, send: take } = home.dataset;
    await note("where", { ready, send: take });
    await note("who", home.dataset.who);
    return { ready, send: take };
  }
  // The kept page is the same for everybody and has no addresses of its own but its own folder.
  const folder = location.pathname.replace(/offline\/$/, "");
  return (await noted("where")) ?? { ready: `${folder}ready/`, send: `${folder}kept/` };
}

async function worker() {
  if (!("serviceWorker" in navigator) || !home) return;
  const mine = home.dataset.worker;
  const allowed = { createScriptURL: (asked) => (asked === mine && asked.endsWith("/cases/worker.js") ? asked : "") };
  const address = window.trustedTypes ? trustedTypes.createPolicy("madang-cases", allowed).createScriptURL(mine) : mine;
  await navigator.serviceWorker.register(address, { scope: home.dataset.scope }).catch(() => {});
}

const words = page ? JSON.parse(page.dataset.casesWords) : {};
const form = page?.querySelector("[data-cases-form]");
const said = (sentence) => { page.querySelector("[data-cases-said]").textContent = sentence; };
const when = (moment) => new Date(moment).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
const TONES = { waiting: "ochre", held: "persimmon", refused: "persimmon", filed: "jade" };

function row(filing) {
  const element = page.querySelector("[data-cases-row]").content.firstElementChild.cloneNode(true);
  const part = (name) => element.querySelector(`[data-row="${name}"]`);
  element.dataset.key = filing.key;
  element.dataset.state = filing.state;
  part("state").textContent = words[filing.state];
  part("state").classList.add(`tone-${TONES[filing.state]}`);
  part("title").textContent = filing.fields.title;
  part("facts").textContent = [words.written.replace("%(when)s", when(filing.written)), filing.photos.length ? words.files.replace("%(n)s", filing.photos.length) : ""].filter(Boolean).join(" · ");
  part("sentence").textContent = filing.sentence ?? "";
  part("nameless").hidden = filing.state !== "held";
  part("change").hidden = filing.state === "filed";
  if (filing.told) {
    part("receipt").hidden = false;
    for (const name of ["number", "code", "received", "office", "due"]) {
      part(name).textContent = filing.told[name] ?? "";
      part(name).closest("div").hidden = !filing.told[name];
    }
    part("copy").dataset.copy = filing.told.code ?? "";
    part("open").hidden = false;
    part("open").href = filing.told.url;
  }
  const title = filing.fields.title;
  for (const name of ["delete", "change", "nameless"]) part(name).setAttribute("aria-label", `${part(name).textContent}: ${title}`);
  part("delete").addEventListener("click", async () => { await remove(filing.key); await draw(); said(words.gone); });
  part("nameless").addEventListener("click", async () => {
    await put({ ...filing, state: "waiting", anyhow: true, fields: { ...filing.fields, naming: "nameless", author_label: "" } });
    await turn();
  });
  part("change").addEventListener("click", async () => { await remove(filing.key); fill(filing); await draw(); form.elements.title.focus(); });
  return element;
}

async function draw() {
  const filings = await all().catch(() => []);
  const open = filings.filter((one) => one.state !== "filed" && one.state !== "draft");
  if (page) {
    page.querySelector("[data-cases-list]").hidden = !filings.some((one) => one.state !== "draft");
    page.querySelector("[data-cases-send]").hidden = !open.length;
    page.querySelector("[data-cases-rows]").replaceChildren(...filings.filter((one) => one.state !== "draft").map(row));
    page.dataset.waiting = open.length;
  }
  const line = home?.querySelector("[data-cases-note]");
  if (line) {
    const many = filings.filter((one) => one.state !== "draft").length;
    line.hidden = !many;
    line.firstElementChild.textContent = `${line.dataset.casesNote} ${many}`.trim();
  }
}

function fill({ fields, photos }) {
  for (const [name, value] of Object.entries(fields)) {
    const control = form.elements[name];
    if (!control || control.type === "file") continue;
    if (control instanceof RadioNodeList) { for (const one of control) one.checked = one.value === value; } else if (control.type === "checkbox") control.checked = Boolean(value); else control.value = value;
  }
  form.elements.nameless.checked = fields.naming === "nameless";
  if (photos?.length) {
    const chosen = new DataTransfer();
    for (const photo of photos) chosen.items.add(new File([photo.blob], photo.name, { type: photo.blob.type }));
    form.elements.files.files = chosen.files;
    form.elements.files.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

async function keep() {
  const data = new FormData(form);
  const fields = {};
  for (const name of ["title", "body", "address", "district", "point", "disclosure", "author_label", "contact_email"]) fields[name] = String(data.get(name) ?? "").trim();
  if (!fields.title || !fields.body) {
    said(words.none);
    form.elements[fields.title ? "body" : "title"].focus();
    return;
  }
  fields.naming = data.get("nameless") ? "nameless" : "named";
  if (fields.naming === "nameless") fields.author_label = "";
  const photos = data.getAll("files").filter((one) => one.size).map((file) => ({ name: file.name, blob: file }));
  const filing = { ...fresh(fields, photos), who: (await noted("who").catch(() => "")) ?? "" };
  try {
    await put(filing);
  } catch {
    said(words.full);
    return;
  }
  form.reset();
  form.elements.files.dispatchEvent(new Event("change", { bubbles: true }));
  form.elements.point.dispatchEvent(new Event("input", { bubbles: true }));
  await draw();
  said(words.kept);
  await turn();
}

async function turn() {
  const place = await where().catch(() => null);
  if (place && (await send(place).catch(() => 0))) await draw();
}

async function begin() {
  if (!window.indexedDB) return;
  if (page) {
    // What was on its way when the site went away: its words are given back.
    const draft = (await all().catch(() => [])).find((one) => one.state === "draft");
    if (draft) { fill(draft); await remove(draft.key); }
    form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); keep(); });
    page.querySelector("[data-cases-send]").addEventListener("click", turn);
  }
  await draw();
  await worker();
  await turn();
  addEventListener("online", turn);
  setInterval(() => { if (!document.hidden) turn(); }, EVERY);
}

begin();
